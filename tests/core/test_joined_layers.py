"""What is joined from single layers is what the graph of the whole model gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.core.graph.reserve import compute_by_device
from fitcheck.core.graph.whole import compute_of_whole_model
from fitcheck.core.kv_cache import check_cache_types
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import KV_TYPES, Workload
from fitcheck.errors import RequestError

from .specs import DENSE, LATENT

assert LATENT.mla_moe is not None
SPECS = (
    DENSE,
    replace(DENSE, id="norms", gguf_arch="qwen3", qkv_bias=False, qk_norm=True, n_layers=5),
    replace(DENSE, id="factors", gguf_arch="llama", qkv_bias=False, rope_factors=True),
    replace(DENSE, id="two layers", n_layers=2),
    LATENT,
    replace(LATENT, id="three dense", n_layers=9, mla_moe=replace(LATENT.mla_moe, first_dense_layers=3)),
)
TYPES = tuple(map(find_file_type, ("Q4_K_M", "Q8_0", "IQ4_NL", "TQ1_0", "Q2_K")))
PARTS = ("ffn_", "ffn_(up|down)_exps", "ffn_down", "attn_", "attn_norm", "")


def _names(spec: ModelSpec) -> st.SearchStrategy[str]:
    layers = st.lists(st.integers(0, spec.n_layers - 1), min_size=1, max_size=3, unique=True)
    named = st.builds(
        lambda numbers, part: rf"blk\.({'|'.join(map(str, numbers))})\.{part}", layers, st.sampled_from(PARTS)
    )
    return named | st.sampled_from(("exps", "output", "token_embd", "rope_freqs"))


@st.composite
def placements(draw: st.DrawFn, spec: ModelSpec) -> Placement:
    gpus = draw(st.sampled_from((0, 1, 1, 2, 3, 5)))
    every = spec.n_layers + 1
    split = None
    if gpus > 1 and draw(st.booleans()):
        split = (*draw(st.lists(st.integers(0, 3), min_size=gpus - 1, max_size=gpus - 1)), 1)
    devices = st.sampled_from(("host", *(f"GPU{index}" for index in range(gpus))))
    overrides: list[tuple[str, str]] = []
    if gpus and draw(st.integers(0, 3)) == 0:
        overrides = draw(st.lists(st.tuples(_names(spec), devices), max_size=3))
    return Placement(
        gpus,
        draw(st.just(every) | st.integers(0, every)) if gpus else 0,
        draw(st.just(0) | st.integers(0, spec.n_layers)),
        tensor_split=split,
        overrides=tuple(overrides),
    )


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    flags: dict[str, Any] = {
        name: draw(st.sampled_from((True, True, True, False))) for name in ("kv_unified", "kv_offload", "op_offload")
    }
    parallel = draw(st.sampled_from((1, 1, 2, 5)))
    kind = draw(st.sampled_from(KV_TYPES))
    return Workload(
        context=max(parallel, draw(st.sampled_from((512, 4096, 9000)) | st.integers(1, 600))),
        ubatch=draw(st.sampled_from((1, 2, 7, 16, 31, 32, 33, 512))),
        parallel=parallel,
        outputs=draw(st.sampled_from((None, 0, 1, 40))),
        flash_attn=draw(st.sampled_from(("on", "off", "auto"))),
        type_k=kind,
        type_v=draw(st.just(kind) | st.sampled_from(KV_TYPES)),
        kv_layout=draw(st.sampled_from(("mla", "mla", "legacy"))),
        **flags,
    )


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_layer_by_layer_is_the_same_as_all_at_once(data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from(SPECS))
    file_type, workload = data.draw(st.sampled_from(TYPES)), data.draw(workloads())
    placement = data.draw(placements(spec))
    try:
        check_cache_types(spec, workload)
    except RequestError:
        return

    found = compute_by_device(spec, file_type, True, workload, placement)

    assert found == compute_of_whole_model(spec, file_type, True, workload, placement)

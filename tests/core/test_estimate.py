"""Invariants of the one estimate function."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.estimate import RUNTIME_BYTES_PER_GPU, estimate, score_copies_bytes
from fitcheck.core.kv_cache import allocated_context
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.weights import weight_file, weight_table
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError

from .specs import DENSE, LATENT

Q4_K_M = find_file_type("Q4_K_M")
SPECS = st.sampled_from((DENSE, LATENT))
WORKLOADS = st.builds(
    Workload,
    context=st.integers(1, 131072), ubatch=st.integers(1, 2048), parallel=st.integers(1, 8),
    kv_unified=st.booleans(), flash_attn=st.sampled_from(("on", "off", "auto")), kv_offload=st.booleans(),
    op_offload=st.booleans(), kv_layout=st.sampled_from(("mla", "legacy")),
)  # fmt: skip
PLACEMENTS = st.builds(
    Placement, gpus=st.integers(0, 4), gpu_layers=st.integers(0, 9), cpu_moe_layers=st.integers(0, 6)
)


@given(spec=SPECS, workload=WORKLOADS, placement=PLACEMENTS, file_type=st.sampled_from(FILE_TYPES))
def test_components_sum_to_the_total_over_all_devices(
    spec: ModelSpec, workload: Workload, placement: Placement, file_type: FileType
) -> None:
    answer = estimate(spec, file_type, workload, placement)

    parts = answer.weights_bytes + answer.kv_cache_bytes + answer.compute_bytes + answer.runtime_bytes
    assert parts == answer.total_bytes == sum(device.total_bytes for device in answer.devices)
    assert [device.name for device in answer.devices] == [*(f"GPU{i}" for i in range(placement.gpus)), "host"]
    with_cache = sum(device.kv_cache_bytes > 0 for device in answer.devices[:-1])
    copies = score_copies_bytes(spec, workload)
    assert answer.runtime_bytes == placement.gpus * RUNTIME_BYTES_PER_GPU + with_cache * copies
    assert (copies > 0) == (workload.flash_attn == "off")


@given(spec=SPECS, workload=WORKLOADS, placement=PLACEMENTS, longer=st.integers(1, 4096))
def test_a_longer_context_never_shrinks_the_kv_cache(
    spec: ModelSpec, workload: Workload, placement: Placement, longer: int
) -> None:
    more = replace(workload, context=min(workload.context + longer, 131072))

    before = estimate(spec, Q4_K_M, workload, placement)
    after = estimate(spec, Q4_K_M, more, placement)

    assert after.kv_cache_bytes >= before.kv_cache_bytes
    assert allocated_context(more) >= more.context


@given(spec=SPECS, placement=PLACEMENTS, file_type=st.sampled_from(FILE_TYPES))
def test_no_weight_is_lost_wherever_it_is_put(spec: ModelSpec, placement: Placement, file_type: FileType) -> None:
    stored = weight_table(spec, file_type, True, "mla").data_bytes

    placed = estimate(spec, file_type, Workload(), placement).weights_bytes

    # A card pads the last row of a quantized tensor to 512 values and starts tensors at multiples of 128 bytes.
    tensors = len(weight_file(spec, file_type, True, "mla").tensors)
    assert stored <= placed <= stored + tensors * 2048


def test_latent_attention_caches_576_values_a_token_and_layer() -> None:
    answer = estimate(LATENT, Q4_K_M, Workload(context=256), Placement())

    assert answer.kv_cache_bytes == 256 * LATENT.n_layers * 576 * 2


def test_a_legacy_file_caches_every_head() -> None:
    answer = estimate(LATENT, Q4_K_M, Workload(context=256, kv_layout="legacy"), Placement())

    assert answer.kv_cache_bytes == 256 * LATENT.n_layers * 16 * (192 + 128) * 2


def test_a_split_cache_is_padded_for_every_sequence() -> None:
    workload = Workload(context=1000, parallel=3, kv_unified=False)

    assert allocated_context(workload) == 3 * 512


def test_without_kv_offload_the_cache_stays_on_the_host() -> None:
    answer = estimate(DENSE, Q4_K_M, Workload(kv_offload=False), Placement(gpus=1, gpu_layers=9))

    assert answer.devices[0].kv_cache_bytes == 0
    assert answer.devices[-1].kv_cache_bytes > 0


def test_a_context_over_the_limit_names_the_limit() -> None:
    with pytest.raises(RequestError, match="131072") as caught:
        estimate(DENSE, Q4_K_M, Workload(context=131073), Placement())

    assert caught.value.code == "context_over_limit"


@pytest.mark.parametrize(
    ("spec", "workload", "reason"),
    [
        (LATENT, Workload(type_k="q8_0", type_v="f16"), "different K"),
        (DENSE, Workload(type_v="q8_0", flash_attn="off"), "flash attention"),
    ],
)
def test_what_the_engine_refuses_is_refused_with_its_reason(spec: ModelSpec, workload: Workload, reason: str) -> None:
    with pytest.raises(RequestError, match=reason) as caught:
        estimate(spec, Q4_K_M, workload, Placement())

    assert caught.value.code == "engine_rejected"


@pytest.mark.parametrize("wrong", [{"context": 0}, {"ubatch": 0}, {"parallel": 0}, {"outputs": -1}, {"type_k": "q3"}])
def test_a_workload_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        replace(Workload(), **wrong)  # type: ignore[arg-type]

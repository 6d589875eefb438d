"""What a token moves, counted by layers and by tensors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.model import ModelSpec, parameter_count
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.traffic import traffic
from fitcheck.core.workload import Workload

from .specs import DENSE, LATENT

NO_TENSOR = (("no tensor has this name", "host"),)


@given(
    spec=st.sampled_from((DENSE, LATENT)),
    file_type=st.sampled_from(FILE_TYPES),
    layers=st.integers(0, 12),
    moved=st.integers(0, 12),
    split=st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5)),
)
def test_counting_by_layers_and_by_tensors_agree(
    spec: ModelSpec, file_type: FileType, layers: int, moved: int, split: tuple[int, int, int]
) -> None:
    placement = Placement(3, layers, moved, tensor_split=tuple(map(float, split)))

    by_layer = traffic(spec, file_type, True, Workload(), placement)
    by_tensor = traffic(spec, file_type, True, Workload(), replace(placement, overrides=NO_TENSOR))

    assert by_layer == by_tensor


@pytest.mark.parametrize("spec", [DENSE, LATENT])
def test_a_token_goes_through_all_weights_but_the_embedding_and_the_experts_it_does_not_choose(spec: ModelSpec) -> None:
    work = traffic(spec, find_file_type("Q8_0"), True, Workload(), Placement(2, spec.n_layers + 1))

    passed = sum(part.shared_weights + part.routed_weights for part in work.devices)

    unread = spec.hidden_size * spec.vocab_size
    if spec.mla_moe is None:
        assert passed == parameter_count(spec) - unread
    else:
        assert passed < parameter_count(spec) - unread
        assert work.routed_share == spec.mla_moe.experts_per_token / spec.mla_moe.n_routed_experts


def test_the_cache_of_every_layer_is_read_where_the_layer_is() -> None:
    work = traffic(DENSE, find_file_type("Q4_K_M"), True, Workload(), Placement(1, 4))

    per_layer = 2 * DENSE.n_kv_heads * DENSE.head_dim * 2
    assert [part.cache_bytes for part in work.devices] == [3 * per_layer, (DENSE.n_layers - 3) * per_layer]


def test_without_kv_offload_the_whole_cache_is_read_from_ram() -> None:
    placement = Placement(1, DENSE.n_layers + 1)

    work = traffic(DENSE, find_file_type("Q4_K_M"), True, Workload(kv_offload=False), placement)

    offloaded = traffic(DENSE, find_file_type("Q4_K_M"), True, Workload(), placement)
    assert [part.cache_bytes for part in work.devices] == [0, offloaded.devices[0].cache_bytes]

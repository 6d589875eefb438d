"""What a token moves, counted by layers and by tensors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.model import ModelSpec, parameter_count
from fitcheck.core.placement import HOST_INDEX, Placement
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.traffic import traffic
from fitcheck.core.weights import tensor_devices, weight_file
from fitcheck.core.workload import Workload

from .specs import DENSE, LATENT

TIED = replace(DENSE, tied_embeddings=True)


@given(
    spec=st.sampled_from((DENSE, TIED, LATENT)),
    file_type=st.sampled_from(FILE_TYPES),
    layers=st.integers(0, 12),
    moved=st.integers(0, 12),
    split=st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(0, 5)),
    overrides=st.sampled_from(((), ((r"blk\.[1-4]\.ffn_(up|down)", "GPU1"), ("output", "host"), ("blk.2", "GPU2")))),
)
def test_what_is_summed_by_layers_is_what_all_tensors_add_up_to(
    spec: ModelSpec,
    file_type: FileType,
    layers: int,
    moved: int,
    split: tuple[int, int, int],
    overrides: tuple[tuple[str, str], ...],
) -> None:
    placement = Placement(3, layers, moved, tensor_split=tuple(map(float, split)), overrides=overrides)

    work = traffic(spec, file_type, True, Workload(), placement)

    summed = [(one.shared_bytes, one.routed_bytes, one.shared_weights, one.routed_weights) for one in work.devices]
    assert summed == _tensor_by_tensor(spec, file_type, placement)


def _tensor_by_tensor(spec: ModelSpec, file_type: FileType, placement: Placement) -> list[tuple[int, int, int, int]]:
    layout = spec.kv_layout("mla")
    file = weight_file(spec, file_type, True, layout)
    parts = [[0, 0, 0, 0] for _ in range(placement.gpus + 1)]
    for index, home in enumerate(tensor_devices(spec, file_type, True, layout, placement)):
        tensor = file.tensors[index]
        if tensor.role in ("token_embd", "rope_factors"):
            continue
        # A tied output matrix in RAM is the token embedding itself.
        stored = file.host_bytes[0] if tensor.duplicate else file.host_bytes[index]
        routed = tensor.expert == "routed"
        passed = tensor.elements
        if routed and spec.mla_moe is not None:
            passed = passed * spec.mla_moe.experts_per_token // spec.mla_moe.n_routed_experts
        parts[home][routed] += stored if home == HOST_INDEX else file.gpu_bytes[index]
        parts[home][2 + routed] += passed
    return [(one[0], one[1], one[2], one[3]) for one in parts]


def test_a_tied_output_matrix_in_ram_is_read_although_it_takes_no_room() -> None:
    q8_0 = find_file_type("Q8_0")

    tied, own = (traffic(spec, q8_0, True, Workload(), Placement()).host for spec in (TIED, DENSE))

    assert tied == own


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


def test_layers_of_experts_on_a_card_are_counted_by_their_tensors() -> None:
    assert LATENT.mla_moe is not None
    with_experts, every = LATENT.n_layers - LATENT.mla_moe.first_dense_layers, LATENT.n_layers + 1
    one_tensor = (rf"blk\.{LATENT.n_layers - 1}\.ffn_gate_exps", "GPU0")

    def counted(placement: Placement) -> float:
        work = traffic(LATENT, find_file_type("Q8_0"), True, Workload(4096), placement)
        return work.expert_layers(work.devices[0])

    assert counted(Placement(1, every)) == with_experts
    assert counted(Placement(1, every, LATENT.n_layers)) == 0
    assert counted(Placement(1, every, LATENT.n_layers, overrides=(one_tensor,))) == pytest.approx(1 / 3)

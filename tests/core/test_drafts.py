"""What a search expects of compute buffers, and that it corrects itself where the estimate says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from fitcheck.catalog.models import find_model
from fitcheck.core.drafts import Draft, draft, settled
from fitcheck.core.expected_buffers import expected_buffers
from fitcheck.core.expert_tensors import layers_in_ram, tensors_of
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.pricing import Question
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, MIB
from fitcheck.core.workload import Workload

from .specs import DENSE

R1, LLAMA_70B = find_model("r1").spec, find_model("70b").spec
ROOMY = Machine((Gpu("card", 64 * GIB, 64 * GIB),) * 3, ram_available_bytes=64 * GIB)


def _question(
    spec: ModelSpec, machine: Machine = ROOMY, quant: str = "Q4_K_M", workload: Workload | None = None
) -> Question:
    return Question(spec, find_file_type(quant), workload or Workload(4096), machine)


@pytest.mark.parametrize("quant", ["F16", "Q4_K_M", "IQ2_XS"])
@pytest.mark.parametrize(
    ("spec", "placement"),
    [
        (LLAMA_70B, Placement(3, 60, tensor_split=(20, 20, 20))),
        (LLAMA_70B, Placement(3, 81, tensor_split=(27, 27, 27))),
        (LLAMA_70B, Placement(3, 81, tensor_split=(0, 60, 21))),
        (R1, Placement(3, 62, 61, tensor_split=(20, 20, 22))),
        (R1, Placement(3, 62, 30, tensor_split=(40, 11, 11))),
        (R1, Placement(3, 40, 61, tensor_split=(20, 10, 10))),
    ],
)
def test_what_is_expected_of_plain_placements_is_near_the_estimate(
    spec: ModelSpec, placement: Placement, quant: str
) -> None:
    question = _question(spec, quant=quant)
    in_ram = tensors_of(layers_in_ram(question, placement))

    expected = expected_buffers(question, placement, in_ram, frozenset())

    real = question.priced(placement).buffers
    assert all(abs(one - other) <= 0.2 * other for one, other in zip(expected, real, strict=True))


def test_a_card_that_borrows_nothing_is_expected_to_need_less() -> None:
    placement = Placement(3, 62, 61, tensor_split=(20, 20, 22))

    borrowing, not_borrowing = (
        expected_buffers(question, placement, tensors_of(layers_in_ram(question, placement)), frozenset())[0]
        for question in (_question(R1), _question(R1, workload=Workload(4096, op_offload=False)))
    )

    assert not_borrowing < GIB < borrowing


def test_an_arrangement_is_given_up_where_the_estimate_denies_it_and_a_smaller_one_is_taken() -> None:
    tight = Machine((Gpu("card", 2 * GIB, 1400 * MIB),), ram_available_bytes=64 * GIB)
    question = _question(DENSE, tight)

    def arranged(buffers: Sequence[int]) -> Draft:
        # Believes every buffer to be smaller than it is.
        room = question.capacities[0] - buffers[0] + 40 * MIB
        layers = sum(size <= room for size in question.sizes_before(0)[1:])
        return draft(question, Placement(1, layers))

    found = settled(question, arranged, (0, 0)).best

    assert found is not None
    assert found.cards_fit
    assert found.placement.gpu_layers > 0


def test_nothing_is_settled_where_nothing_can_be_arranged() -> None:
    assert settled(_question(DENSE), lambda _buffers: None, (0,) * 4).best is None

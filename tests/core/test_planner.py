"""What every plan must keep, on any machine."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.catalog.models import find_model
from fitcheck.core.best_file import best_file
from fitcheck.core.estimate import RUNTIME_BYTES_PER_GPU
from fitcheck.core.hardware import Disk, Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.planner import VERDICTS, plan
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.units import GIB, MIB
from fitcheck.core.wishes import Wishes
from fitcheck.core.workload import Workload

from .specs import DENSE, LATENT

Q4_K_M = find_file_type("Q4_K_M")
SPECS = st.sampled_from((DENSE, LATENT))
TYPES = st.sampled_from(FILE_TYPES)
CARDS = st.lists(st.integers(0, 4 * GIB).map(lambda free: Gpu("card", 4 * GIB, free)), max_size=4).map(tuple)
MACHINES = st.builds(
    Machine,
    gpus=CARDS,
    ram_available_bytes=st.one_of(st.none(), st.integers(0, 8 * GIB)),
    disk=st.one_of(st.none(), st.builds(Disk, st.just("models"), st.none(), st.integers(0, 4 * GIB))),
)


@given(spec=SPECS, file_type=TYPES, machine=MACHINES, context=st.integers(1, 131072))
def test_a_plan_that_runs_fits_the_capacities_it_was_given(
    spec: ModelSpec, file_type: FileType, machine: Machine, context: int
) -> None:
    answer = plan(spec, file_type, Workload(context), machine)

    if answer.runs:
        assert all(device.fits for device in answer.devices)
        assert answer.lacking_bytes == 0
    else:
        assert answer.lacking_bytes > 0
    assert answer.reasons


@settings(max_examples=200)
@given(spec=SPECS, file_type=TYPES, machine=MACHINES, more=st.integers(1, 8 * GIB), disk=st.integers(0, GIB))
def test_more_ram_or_disk_never_worsens_a_verdict(
    spec: ModelSpec, file_type: FileType, machine: Machine, more: int, disk: int
) -> None:
    larger = replace(machine, ram_available_bytes=(machine.ram_available_bytes or 0) + more)
    base = replace(machine, ram_available_bytes=machine.ram_available_bytes or 0)
    if base.disk and base.disk.free_bytes is not None:
        larger = replace(larger, disk=replace(base.disk, free_bytes=base.disk.free_bytes + disk))

    before, after = (plan(spec, file_type, Workload(), one).verdict for one in (base, larger))

    assert VERDICTS.index(after) <= VERDICTS.index(before)


@settings(max_examples=200)
@given(spec=SPECS, file_type=TYPES, ram=st.integers(0, 8 * GIB), free=st.integers(0, 3 * GIB), more=st.integers(1, GIB))
def test_a_larger_card_never_worsens_a_verdict(
    spec: ModelSpec, file_type: FileType, ram: int, free: int, more: int
) -> None:
    small, large = (Machine((Gpu("card", None, size),), ram_available_bytes=ram) for size in (free, free + more))

    before, after = (plan(spec, file_type, Workload(), one).verdict for one in (small, large))

    assert VERDICTS.index(after) <= VERDICTS.index(before)


def test_with_room_for_all_every_layer_is_on_the_card() -> None:
    machine = Machine((Gpu("card", 24 * GIB, 24 * GIB),), ram_available_bytes=64 * GIB)

    answer = plan(DENSE, Q4_K_M, Workload(), machine)

    assert (answer.verdict, answer.placement.gpu_layers) == ("gpu", DENSE.n_layers + 1)


def test_a_dense_model_too_large_for_the_card_leaves_its_first_layers_in_ram() -> None:
    machine = Machine((Gpu("card", 2 * GIB, 1324 * MIB),), ram_available_bytes=64 * GIB)

    answer = plan(DENSE, find_file_type("F16"), Workload(), machine)

    assert answer.verdict == "offload"
    assert 0 < answer.placement.gpu_layers < DENSE.n_layers + 1


def test_routed_experts_leave_the_card_first() -> None:
    machine = Machine((Gpu("card", 2 * GIB, 1180 * MIB),), ram_available_bytes=64 * GIB)

    answer = plan(LATENT, find_file_type("Q8_0"), Workload(context=512, ubatch=64), machine)

    assert (answer.verdict, answer.placement.gpu_layers) == ("offload", LATENT.n_layers + 1)
    assert answer.placement.cpu_moe_layers > 0


def test_without_a_card_ram_decides() -> None:
    assert plan(DENSE, Q4_K_M, Workload(), Machine(ram_available_bytes=8 * GIB)).verdict == "cpu"


def test_weights_over_ram_stream_from_a_disk_that_holds_them() -> None:
    machine = Machine(ram_available_bytes=1200 * MIB, disk=Disk("models", None, 10 * GIB))

    answer = plan(DENSE, find_file_type("F32"), Workload(), machine)

    assert (answer.verdict, answer.lacking_of) == ("disk", "RAM")


def test_a_disk_too_small_for_the_file_makes_streaming_impossible() -> None:
    machine = Machine(ram_available_bytes=1200 * MIB, disk=Disk("models", None, 10 * MIB))

    answer = plan(DENSE, find_file_type("F32"), Workload(), machine)

    assert (answer.verdict, answer.lacking_of) == ("no", "disk")
    assert answer.lacking_bytes == answer.download_bytes - 10 * MIB


def test_unknown_ram_is_said_and_not_taken_for_zero() -> None:
    answer = plan(DENSE, Q4_K_M, Workload(), Machine())

    assert answer.runs
    assert any("RAM is unknown" in warning for warning in answer.warnings)


def test_a_card_whose_memory_is_unknown_is_left_out_with_its_reason() -> None:
    card = Gpu("GB10", unknown={"memory_free_bytes": "The driver does not say."})

    answer = plan(DENSE, Q4_K_M, Workload(), Machine((card,), ram_available_bytes=8 * GIB))

    assert answer.verdict == "cpu"
    assert any("The driver does not say." in warning for warning in answer.warnings)


SMALL = Gpu("small", GIB, GIB // 2)
LARGE = Gpu("large", 24 * GIB, 24 * GIB)


@pytest.mark.parametrize("gpus", [(SMALL, LARGE), (LARGE, SMALL)])
@pytest.mark.parametrize("spec", [DENSE, LATENT])
def test_a_card_without_room_is_left_out_and_spoils_nothing(spec: ModelSpec, gpus: tuple[Gpu, ...]) -> None:
    machine = Machine(gpus, ram_available_bytes=64 * GIB)

    answer = plan(spec, Q4_K_M, Workload(), machine)

    alone = plan(spec, Q4_K_M, Workload(), replace(machine, gpus=(LARGE,)))
    assert (answer.verdict, answer.placement, answer.devices) == ("gpu", alone.placement, alone.devices)
    assert any("small is left out: 0.5 GiB are free there" in warning for warning in answer.warnings)


def test_a_first_card_too_small_for_what_it_borrows_is_left_out() -> None:
    r1, room = find_model("r1").spec, Gpu("little room", 2 * GIB, 2 * GIB)
    machine = Machine((room, LARGE), ram_available_bytes=600 * GIB)

    answer = plan(r1, Q4_K_M, Workload(), machine)

    alone = plan(r1, Q4_K_M, Workload(), replace(machine, gpus=(LARGE,)))
    assert (answer.verdict, answer.placement) == ("offload", alone.placement)
    assert any("little room is left out" in warning for warning in answer.warnings)


def test_a_fixed_placement_keeps_every_card() -> None:
    machine = Machine((SMALL, LARGE), ram_available_bytes=64 * GIB)

    answer = plan(DENSE, Q4_K_M, Workload(), machine, wishes=Wishes(tensor_split=(1, 1)))

    assert answer.placement.gpus == 2
    assert answer.verdict == "no"


def test_the_margin_is_kept_free() -> None:
    machine = Machine((Gpu("card", 24 * GIB, 24 * GIB),), ram_available_bytes=64 * GIB)

    wide, narrow = (plan(DENSE, Q4_K_M, Workload(), machine, margin_bytes=size) for size in (2 * GIB, GIB))

    assert narrow.devices[0].capacity_bytes == 23 * GIB
    assert wide.devices[0].capacity_bytes == 22 * GIB


def test_the_best_file_of_one_model_has_the_best_verdict_and_then_the_most_bits_up_to_eight() -> None:
    machine = Machine((Gpu("card", 4 * GIB, 4 * GIB),), ram_available_bytes=64 * GIB)
    common = [one for one in FILE_TYPES if one.common]

    roomy = best_file(plan(DENSE, one, Workload(), machine) for one in common)
    tight = best_file(plan(DENSE, one, Workload(), Machine(ram_available_bytes=0)) for one in common)

    assert (roomy.verdict, roomy.quantization) == ("gpu", "Q8_0")
    assert tight.quantization == "IQ1_S"


def test_a_card_whose_runtime_overhead_was_seen_counts_with_that() -> None:
    seen = Gpu("card", 4 * GIB, 4 * GIB, runtime_overhead_bytes=2 * GIB)
    machine = Machine(gpus=(seen, replace(seen, runtime_overhead_bytes=None)), ram_available_bytes=64 * GIB)

    first, second, _ = plan(DENSE, Q4_K_M, Workload(4096), machine).devices

    assert first.memory.runtime_bytes == 2 * GIB
    assert second.memory.runtime_bytes == RUNTIME_BYTES_PER_GPU
    assert first.capacity_bytes == 2 * GIB
    # The margin is larger than the stated overhead, so it decides.
    assert second.capacity_bytes == 3 * GIB


R1 = find_model("r1").spec
EXPERTS = ("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps")


def beside_much_ram(card_gib: int) -> Machine:
    card = Gpu("card", card_gib * GIB, card_gib * GIB, bandwidth_bytes_per_s=10**12, fp16_flops=1.65e14)
    return Machine((card,), ram_available_bytes=512 * GIB, ram_bandwidth_bytes_per_s=3 * 10**11, cpu_cores=16)


@pytest.mark.parametrize("context", [4096, 65536, 98304])
def test_the_fastest_plan_is_not_slower_than_one_with_all_experts_in_ram(context: int) -> None:
    machine, workload = beside_much_ram(24), Workload(context)
    everything = Wishes(gpu_layers=R1.n_layers + 1, cpu_moe_layers=R1.n_layers)

    fastest = plan(R1, Q4_K_M, workload, machine)
    pinned = plan(R1, Q4_K_M, workload, machine, wishes=everything)

    assert fastest.prediction.decode.expected >= pinned.prediction.decode.expected


@pytest.mark.parametrize("card", range(16, 49, 4))
def test_layers_with_all_experts_on_the_card_are_not_named_tensor_by_tensor(card: int) -> None:
    placement = plan(R1, Q4_K_M, Workload(16384), beside_much_ram(card)).placement

    last = placement.cpu_moe_layers - 1
    named = [
        name for name in EXPERTS
        if any(re.search(pattern, f"blk.{last}.{name}.weight") for pattern, _ in placement.overrides)
    ]  # fmt: skip
    assert len(named) < len(EXPERTS)

"""One choice at other contexts: what it takes, and where it stops fitting."""

from __future__ import annotations

import pytest

from fitcheck import service
from fitcheck.core.contexts import AtContext, stops_at, watched
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload


def planned(model: str, quant: str, context: int = 8192, ram: int = 128, card: str = "RTX 4090") -> Plan:
    machine = service.what_if_machine([card] if card else [], ram_bytes=ram * GIB)
    return service.plan(service.find_model(model), find_file_type(quant), Workload(context, flash_attn="auto"), machine)


def points(plan: Plan) -> list[AtContext]:
    return sorted(service.at_contexts(plan), key=lambda one: one.context)


@pytest.mark.parametrize(("model", "quant"), [("32b", "Q4_K_M"), ("r1", "IQ1_S")])
def test_a_longer_context_takes_more_and_is_never_faster(model: str, quant: str) -> None:
    found = [one for one in points(planned(model, quant)) if one.plan.runs]

    assert [one.needed_bytes for one in found] == sorted(one.needed_bytes for one in found)
    assert found[-1].decode.expected < found[0].decode.expected


def test_the_context_where_it_stops_is_the_longest_that_fits() -> None:
    plan = planned("32b", "Q4_K_M")

    last = stops_at(points(plan), plan)

    assert last is not None
    assert planned("32b", "Q4_K_M", last).verdict == "gpu"
    assert planned("32b", "Q4_K_M", last + 256).verdict != "gpu"


def test_what_is_watched_passes_its_capacity_just_where_it_stops() -> None:
    plan = planned("32b", "Q4_K_M")
    found, device = points(plan), watched(plan)
    last, there = stops_at(found, plan), plan.devices[device]
    assert last is not None
    assert there.capacity_bytes is not None
    usable = there.capacity_bytes + there.memory.runtime_bytes

    assert all((one.needed_bytes <= usable) == (one.context <= last) for one in found)


def test_the_memory_now_is_that_of_the_plan() -> None:
    plan = planned("32b", "Q4_K_M")

    now = next(one for one in points(plan) if one.context == plan.workload.context)

    assert now.needed_bytes == plan.devices[watched(plan)].memory.total_bytes


def test_what_streams_from_the_disk_stops_where_its_cache_has_no_room() -> None:
    plan = planned("llama-8b", "F16", ram=5, card="")
    found = points(plan)

    last = stops_at(found, plan)

    assert plan.verdict == "disk"
    assert last is not None
    assert {one.plan.verdict for one in found if one.context > last} == {"no"}


def test_what_fits_everywhere_stops_nowhere() -> None:
    plan = planned("1.5b", "Q4_K_M")

    assert stops_at(points(plan), plan) is None
    assert points(plan)[-1].context == plan.model.context_limit


def test_with_experts_in_ram_it_is_ram_that_is_watched() -> None:
    assert watched(planned("r1", "IQ1_S")) == -1
    assert watched(planned("32b", "Q4_K_M")) == 0


def test_more_ram_makes_what_streamed_run_from_memory() -> None:
    plan = planned("r1", "Q4_K_M", ram=128)
    assert plan.verdict == "disk"

    larger = service.with_more_ram(plan, plan.lacking_bytes)

    assert larger.runs
    assert larger.machine.what_if
    assert service.with_more_ram(plan, plan.lacking_bytes // 2).verdict == "disk"

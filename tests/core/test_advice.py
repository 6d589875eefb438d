"""What would change a verdict, and that it does."""

from __future__ import annotations

import pytest

from fitcheck import service
from fitcheck.core.advice import Advice
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.verdict import VERDICTS
from fitcheck.core.workload import Workload


def planned(model: str, quant: str, card: str | None, ram: int, context: int) -> Plan:
    machine = service.what_if_machine([card] if card else [], ram_bytes=ram * GIB)
    workload = Workload(context, flash_attn="auto")
    return service.plan(service.find_model(model), find_file_type(quant), workload, machine)


def by_kind(plan: Plan) -> dict[str, Advice]:
    return {one.kind: one for one in service.advice(plan)}


@pytest.mark.parametrize(
    ("model", "quant", "card", "ram", "context"),
    [
        ("32b", "Q5_K_M", "RTX 4090", 64, 32768),
        ("r1", "Q4_K_M", "RTX 4090", 256, 16384),
        ("70b", "Q4_K_M", None, 32, 4096),
        ("14b", "Q8_0", "RTX 4060", 16, 65536),
    ],
)
def test_every_change_that_is_named_betters_the_verdict(
    model: str, quant: str, card: str | None, ram: int, context: int
) -> None:
    plan = planned(model, quant, card, ram, context)

    found = service.advice(plan)

    assert found
    for one in found:
        if one.better is not None:
            assert VERDICTS.index(one.better.verdict) < VERDICTS.index(plan.verdict)
            assert all(device.fits for device in one.better.devices[:-1])


def test_the_context_that_is_named_is_the_longest() -> None:
    plan = planned("32b", "Q5_K_M", "RTX 4090", 64, 32768)

    better = by_kind(plan)["context"].better

    assert better is not None
    longer = planned("32b", "Q5_K_M", "RTX 4090", 64, better.workload.context + 256)
    assert (better.verdict, longer.verdict) == ("gpu", "offload")


def test_a_smaller_cache_is_named_where_it_is_enough() -> None:
    plan = planned("32b", "Q4_K_M", "RTX 4090", 64, 20480)

    cache = by_kind(plan)["cache"]

    assert "q8_0" in cache.sentence
    assert cache.better is not None
    assert cache.better.verdict == "gpu"


def test_missing_ram_is_named_to_the_byte_that_is_missing() -> None:
    plan = planned("70b", "Q4_K_M", None, 32, 4096)

    assert "more RAM" in by_kind(plan)["memory"].sentence
    enough = planned("70b", "Q4_K_M", None, 32 + -(-plan.lacking_bytes // GIB), 4096)
    assert enough.runs


def test_where_everything_is_on_cards_nothing_is_advised() -> None:
    assert service.advice(planned("7b", "Q4_K_M", "RTX 4090", 64, 4096)) == ()


def test_step_by_step_the_same_is_said() -> None:
    plan = planned("32b", "Q5_K_M", "RTX 4090", 64, 32768)

    steps = list(service.advice_steps(plan))

    assert tuple(one for one in steps if one is not None) == service.advice(plan)
    assert steps.count(None) > len(service.advice(plan))


def test_missing_memory_is_told_as_a_number_too() -> None:
    plan = planned("r1", "Q4_K_M", "RTX 4090", 256, 16384)

    missing = [one for one in service.advice(plan) if one.kind == "memory"]

    assert {one.missing_of for one in missing} <= {"RAM", "VRAM"}
    assert all(one.missing_bytes > 0 and one.better is None for one in missing)
    assert next(one.missing_bytes for one in missing if one.missing_of == "RAM") == plan.lacking_bytes

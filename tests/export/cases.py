"""The reports that the tests look at, made once: R1 with offload, two unequal cards, no fit, matrix, comparison."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from fitcheck import reporting, service
from fitcheck.catalog.published import file_type_for
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.report import Report
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload

MARGIN = GIB
WORKLOAD = Workload(context=16384, flash_attn="auto")
CHOICES = {
    "r1": ("r1", "Q4_K_M", ("RTX 4090",), 512),
    "two cards": ("70b", "Q4_K_M", ("RTX 3090", "RTX 4060 Ti 16GB"), 64),
    "no": ("70b", "Q8_0", ("RTX 4060",), 1),
}
NAMES = (*CHOICES, "matrix", "comparison")


@cache
def plan_of(name: str) -> Plan:
    model, quant, cards, ram = CHOICES[name]
    machine = service.what_if_machine(cards, ram_bytes=ram * GIB)
    found = service.find_model(model)
    return service.plan(found, file_type_for(found.id, quant), WORKLOAD, machine, margin_bytes=MARGIN)


@cache
def matrix_plans() -> tuple[Plan, ...]:
    columns = tuple(one for one in FILE_TYPES if one.common)
    return tuple(service.matrix(small_machine(), WORKLOAD, service.models(), columns, margin_bytes=MARGIN))


@cache
def small_machine() -> Machine:
    return service.what_if_machine(("2x RTX 3090",), ram_bytes=64 * GIB)


@cache
def report(name: str) -> Report:
    if name == "matrix":
        return reporting.matrix_report(matrix_plans(), small_machine(), WORKLOAD.context, margin_bytes=MARGIN)
    if name == "comparison":
        pairs = [(service.find_model(plan.model_id), plan) for plan in map(plan_of, ("two cards", "no"))]
        return reporting.comparison_report(pairs, margin_bytes=MARGIN)
    plan = plan_of(name)
    return reporting.choice_report(
        service.find_model(plan.model_id), plan, margin_bytes=MARGIN, cards=name == "two cards"
    )  # fmt: skip


def report_on(machine: Machine) -> Report:
    """Of the smallest model on some machine."""
    model = service.find_model("1.5b")
    plan = service.plan(model, file_type_for(model.id, "Q4_K_M"), WORKLOAD, machine, margin_bytes=MARGIN)
    return reporting.choice_report(model, plan, margin_bytes=MARGIN, cards=False)


def machine_named(name: str, **facts: object) -> Machine:
    """A machine whose card is called so."""
    card = Gpu(name, memory_total_bytes=24 * GIB, memory_free_bytes=24 * GIB, bandwidth_bytes_per_s=10**12)
    machine = Machine(gpus=(card,), ram_total_bytes=64 * GIB, ram_available_bytes=60 * GIB, what_if=True)
    return replace(machine, **facts)  # type: ignore[arg-type]

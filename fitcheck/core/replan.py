"""The same file on the same machine under another workload, type or amount of RAM: what a plan is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fitcheck.core.planner import Plan, plan
from fitcheck.core.quantization import FileType
from fitcheck.core.workload import Workload

Again = Callable[[Workload, FileType], Plan]


def replanner(current: Plan, margin_bytes: int) -> Again:
    """Plans anew with everything else as it is."""
    header = current.download_bytes - current.tensor_bytes

    def again(workload: Workload, file_type: FileType) -> Plan:
        return plan(
            current.model, file_type, workload, current.machine, margin_bytes=margin_bytes, imatrix=current.imatrix,
            header_bytes=header, wishes=current.wishes,
        )  # fmt: skip

    return again


def with_more_ram(current: Plan, margin_bytes: int, more_bytes: int) -> Plan:
    """The plan of the same computer with so much more RAM, all of it free."""
    machine = current.machine
    total, available = machine.ram_total_bytes, machine.ram_available_bytes
    larger = replace(
        machine,
        ram_total_bytes=None if total is None else total + more_bytes,
        ram_available_bytes=None if available is None else available + more_bytes,
        what_if=True,
    )
    again = replanner(replace(current, machine=larger), margin_bytes)
    return again(current.workload, current.file_type)

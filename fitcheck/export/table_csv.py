"""A report's numbers as comma-separated values, sizes in bytes: cells of a matrix, else the devices of each choice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from fitcheck.core.report import Cell, ChoiceReport, Report, Span

_CELL_HEAD = (
    "model", "quant", "verdict", "total_bytes", "download_bytes", "lacking_bytes", "lacking_of",
    "decode_low", "decode_expected", "decode_high",
)  # fmt: skip
_DEVICE_HEAD = (
    "model", "quant", "context", "verdict", "device", "name", "weights_bytes", "kv_cache_bytes", "compute_bytes",
    "runtime_bytes", "total_bytes", "capacity_bytes", "headroom_bytes", "decode_low", "decode_expected", "decode_high",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_text(report: Report) -> str:
    """The table with a head; numbers are those of the plan, empty where unknown."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if report.kind == "matrix":
        writer.writerow(_CELL_HEAD)
        writer.writerows(map(_cell, report.cells))
    else:
        writer.writerow(_DEVICE_HEAD)
        for choice in report.choices:
            writer.writerows(_devices(choice))
    return written.getvalue()


def _cell(cell: Cell) -> Sequence[object]:
    return (
        cell.model, cell.quant, cell.verdict, cell.total_bytes, cell.download_bytes, cell.lacking_bytes,
        cell.lacking_of, *_speed(cell.decode),
    )  # fmt: skip


def _devices(choice: ChoiceReport) -> Iterator[Sequence[object]]:
    for one in choice.devices:
        yield (
            choice.model, choice.quant, choice.context, choice.verdict, one.name, _as_text(one.label),
            one.weights_bytes, one.kv_cache_bytes, one.compute_bytes, one.runtime_bytes, one.total_bytes,
            one.capacity_bytes, one.headroom_bytes, *_speed(choice.decode),
        )  # fmt: skip


def _speed(speed: Span | None) -> Sequence[object]:
    return ("", "", "") if speed is None else (speed.low, speed.expected, speed.high)


def _as_text(name: str) -> str:
    """A name from a driver or a file, so that no spreadsheet computes it."""
    return f"'{name}" if name.startswith(_FORMULA) else name

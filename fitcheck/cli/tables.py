"""Tables as plain text, aligned, and as comma-separated values."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

Row = Sequence[object]


def width(text: str) -> int:
    """Columns that a text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(head: Sequence[str], rows: Iterable[Row], left: int = 1) -> str:
    """Columns two spaces apart; the first ``left`` to the left, numbers to the right."""
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(head))]

    def aligned(line: list[str]) -> str:
        cells = []
        for column, cell in enumerate(line):
            gap = " " * (widths[column] - width(cell))
            cells.append(cell + gap if column < left else gap + cell)
        return "  ".join(cells).rstrip()

    rule = "  ".join("-" * one for one in widths)
    return "\n".join([aligned(lines[0]), rule, *map(aligned, lines[1:])])


def comma_separated(head: Sequence[str], rows: Iterable[Row]) -> str:
    """The same for spreadsheets, without a last line break."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().removesuffix("\n")

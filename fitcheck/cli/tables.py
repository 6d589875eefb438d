"""Tables as plain text, aligned, and as comma-separated values."""

from __future__ import annotations

import csv
import io
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

Row = Sequence[object]


def width(text: str) -> int:
    """Columns that a text takes on a terminal; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def terminal_width() -> int | None:
    """Columns of the terminal; None where the text goes into a file or a pipe (``COLUMNS`` says otherwise)."""
    return shutil.get_terminal_size((0, 0)).columns or None


def wrapped(text: str, limit: int | None, whole: Sequence[str] = ()) -> str:
    """The text with lines over ``limit`` columns broken between words, but those of ``whole``: commands to paste."""
    if limit is None:
        return text
    # Names such as deepseek-r1-671b stay whole, so that they can be copied.
    breaking = textwrap.TextWrapper(limit, break_long_words=False, break_on_hyphens=False)
    lines = []
    for line in text.splitlines():
        breaking.subsequent_indent = " " * (len(line) - len(line.lstrip()) + 2)
        lines += breaking.wrap(line) if width(line) > limit and line not in whole else [line]
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Row], left: int = 1, limit: int | None = None) -> str:
    """Columns two spaces apart; the first ``left`` to the left, numbers to the right.

    What is wider than ``limit`` goes on below, with the first columns again.
    """
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(head))]

    def aligned(line: list[str], columns: list[int]) -> str:
        cells = []
        for column in columns:
            gap = " " * (widths[column] - width(line[column]))
            cells.append(line[column] + gap if column < left else gap + line[column])
        return "  ".join(cells).rstrip()

    parts = []
    for columns in _parts(widths, left, limit):
        rule = "  ".join("-" * widths[column] for column in columns)
        first, *others = (aligned(line, columns) for line in lines)
        parts.append("\n".join([first, rule, *others]))
    return "\n\n".join(parts)


def _parts(widths: Sequence[int], left: int, limit: int | None) -> Iterator[list[int]]:
    """Column numbers of each part of a table, the first ``left`` in every one."""
    part = list(range(left))
    for column in range(left, len(widths)):
        wide = sum(widths[one] + 2 for one in (*part, column)) - 2
        if limit is not None and wide > limit and len(part) > left:
            yield part
            part = list(range(left))
        part.append(column)
    yield part


def comma_separated(head: Sequence[str], rows: Iterable[Row]) -> str:
    """The same for spreadsheets, without a last line break."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().removesuffix("\n")

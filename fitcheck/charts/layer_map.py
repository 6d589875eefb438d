"""Which layers and experts live where: a column for every layer, a row for each kind of weights.

Filled is on a card (in that card's colour), outlined is RAM, dashed is a layer without experts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from fitcheck.charts.shapes import Drawing, Rect, Shape, Stop, Text, text_width
from fitcheck.frozen import dataclass

HOST = -1
_LABELS, _TICKS_EVERY = 118.0, 10
_ROW_GAP, _NUMBERS, _CAPTION = 6.0, 14.0, 14.0
_OUTPUT_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A layer in one row: the parts of its bytes by device (a card's index or ``HOST``); empty where it has none."""

    shares: tuple[tuple[int, float], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of weights over all layers; the last cell is the output layer, None where it has no such weights."""

    name: str
    cells: tuple[Cell, ...]
    output: Cell | None


def layer_map(
    rows: Sequence[Row], cards: int, width: float, said: str, *, output: str, row_height: float = 18.0,
    scale: float = 1.0,
) -> Drawing:  # fmt: skip
    """The map. ``said`` is the same as a sentence; ``output`` names the column of the output layer."""
    labels, count = _LABELS * scale, max(len(row.cells) for row in rows)
    column = (width - labels - _OUTPUT_GAP) / (count + 2)
    top = _NUMBERS * scale if cards > 1 else 0.0
    shapes: list[Shape] = []
    stops: list[Stop] = []
    if cards > 1:
        shapes += _card_numbers(rows[0], labels, column, top)
    for row in rows:
        shapes.append(Text(0, top + row_height * 0.72, row.name, "text_muted", "start", "small"))
        places = [(index, cell, labels + index * column, column) for index, cell in enumerate(row.cells)]
        if row.output is not None:
            places.append((count, row.output, labels + count * column + _OUTPUT_GAP, 2 * column))
        for _, cell, left, wide in places:
            shapes += _cell(cell, left, top, wide - 1, row_height)
            stops.append(Stop(left, top, wide, row_height, cell.words))
        top += row_height + _ROW_GAP
    shapes += _numbers(count, labels, column, top, output, scale)
    table = (("", *(row.name for row in rows)), *_table(rows))
    return Drawing(width, top + _CAPTION * scale, tuple(shapes), tuple(stops), said, table)


def _cell(cell: Cell, left: float, top: float, width: float, height: float) -> Iterator[Rect]:
    """One column of a row, divided by bytes where a layer's weights are parted."""
    if not cell.shares:
        yield Rect(left, top, width, height, "border_strong", "dashed")
        return
    for device, share in cell.shares:
        tall = height * share
        if device == HOST:
            yield Rect(left, top, width, tall, "series.0", "outline")
        else:
            yield Rect(left, top, width, tall, f"series.{device % 4}")
        top += tall


def _card_numbers(row: Row, labels: float, column: float, base: float) -> Iterator[Text]:
    """The number of the card above each run of layers."""
    index = 0
    for device, run in groupby(row.cells, key=lambda cell: cell.shares[0][0] if cell.shares else HOST):
        length = len(list(run))
        if device != HOST:
            middle = labels + (index + length / 2) * column
            yield Text(middle, base - 4, str(device + 1), f"series.{device % 4}", "middle", "caption")
        index += length


def _numbers(count: int, labels: float, column: float, top: float, output: str, scale: float) -> Iterator[Text]:
    base = top + (_CAPTION - 4) * scale
    last = count - 1
    shown = [index for index in range(0, count, _TICKS_EVERY) if last - index >= _TICKS_EVERY // 2]
    for index in shown:
        yield Text(labels + (index + 0.5) * column, base, str(index), "text_muted", "middle")
    # The last layer's number keeps clear of the word beside it.
    right, px = labels + (count + 2) * column + _OUTPUT_GAP, 11 * scale
    end = labels + (last + 0.5) * column + text_width(str(last), px) / 2
    yield Text(min(end, right - text_width(output, px) - 6), base, str(last), "text_muted", "end")
    yield Text(right, base, output, "text_muted", "end")


def _table(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for index in range(max(len(row.cells) for row in rows)):
        yield (str(index), *(row.cells[index].words for row in rows))

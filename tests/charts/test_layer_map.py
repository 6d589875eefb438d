"""The layer map as shapes: a column for every layer, filled on a card, outlined in RAM, dashed without experts."""

from __future__ import annotations

import itertools
from collections import Counter

from fitcheck.charts.layer_map import HOST, Cell, Row, layer_map
from fitcheck.charts.shapes import Rect, Text

CARD = Cell(((0, 1.0),), "on the card")
SECOND = Cell(((1, 1.0),), "on the second card")
RAM = Cell(((HOST, 1.0),), "in RAM")
NONE = Cell((), "no experts")
PARTED = Cell(((0, 0.25), (HOST, 0.75)), "a quarter on the card")

ROWS = (Row("shared", (CARD,) * 20, CARD), Row("experts", (NONE,) * 2 + (RAM,) * 17 + (PARTED,), None))


def test_each_layer_is_drawn_as_what_it_is() -> None:
    drawing = layer_map(ROWS, 1, 600, "said", output="out")

    patterns = Counter((one.pattern, one.hint) for one in drawing.shapes if isinstance(one, Rect))
    assert patterns["solid", "series.0"] == 21 + 1
    assert patterns["outline", "series.0"] == 17 + 1
    assert patterns["dashed", "border_strong"] == 2


def test_a_parted_layer_is_divided_by_its_bytes() -> None:
    drawing = layer_map(ROWS, 1, 600, "said", output="out", row_height=20)

    boxes = [one for one in drawing.shapes if isinstance(one, Rect)]
    assert [round(one.height, 3) for one in boxes[-2:]] == [5, 15]
    assert boxes[-2].y + boxes[-2].height == boxes[-1].y


def test_nothing_is_wider_than_the_drawing_and_columns_do_not_overlap() -> None:
    drawing = layer_map(ROWS, 1, 600, "said", output="out")

    first = [one for one in drawing.shapes if isinstance(one, Rect)][:21]
    assert all(one.x + one.width < other.x + 0.001 for one, other in itertools.pairwise(first))
    assert first[-1].x + first[-1].width <= 600


def test_several_cards_are_numbered_above_their_layers() -> None:
    row = Row("layers", (CARD,) * 10 + (SECOND,) * 10, SECOND)

    drawing = layer_map((row,), 2, 600, "said", output="out")

    numbers = [one for one in drawing.shapes if isinstance(one, Text) and one.hint.startswith("series.")]
    assert [(one.text, one.hint) for one in numbers] == [("1", "series.0"), ("2", "series.1")]


def test_every_layer_answers_the_pointer_and_stands_in_the_table() -> None:
    drawing = layer_map(ROWS, 1, 600, "experts in RAM", output="out")

    assert len(drawing.stops) == 21 + 20
    assert drawing.words == "experts in RAM"
    assert drawing.table[0] == ("", "shared", "experts")
    assert drawing.table[1] == ("0", "on the card", "no experts")

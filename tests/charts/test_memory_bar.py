"""The memory bar as shapes: to scale, in order, with its margin and what is too much."""

from __future__ import annotations

from fitcheck.charts.memory_bar import MemoryFill, Part, memory_bar
from fitcheck.charts.shapes import Drawing, Line, Rect, Text
from fitcheck.core.units import GIB

WIDTH = 600.0


def filled(total: int | None = 24 * GIB, others: int = 2, weights: int = 12, margin: int = GIB) -> MemoryFill:
    parts = (
        Part("other_programs", "in use", others * GIB, f"in use by others: {others}"),
        Part("weights", "weights", weights * GIB, f"weights: {weights}"),
        Part("kv_cache", "KV cache", 0, "KV cache: 0"),
        Part("compute", "compute", 1 << 20, "compute: tiny"),
    )
    return MemoryFill("RTX 4090", total, parts, margin, "weights 12", "9 free of 24", "margin 1 GiB", "9 free")


def solid(drawing: Drawing, hint: str) -> list[Rect]:
    return [one for one in drawing.shapes if isinstance(one, Rect) and one.hint == hint]


def test_parts_stand_in_order_and_to_scale() -> None:
    drawing = memory_bar(filled(), WIDTH)

    others, weights = solid(drawing, "component.other_programs")[0], solid(drawing, "component.weights")[0]
    assert others.pattern == "hatch"
    assert abs(weights.width - WIDTH / 2) < 2
    assert others.x + others.width <= weights.x


def test_a_part_of_nothing_is_not_drawn_and_a_tiny_one_can_be_seen() -> None:
    drawing = memory_bar(filled(), WIDTH)

    assert solid(drawing, "component.kv_cache") == []
    assert solid(drawing, "component.compute")[0].width >= 1.5


def test_the_margin_line_stands_where_the_margin_begins() -> None:
    drawing = memory_bar(filled(), WIDTH)

    line = next(one for one in drawing.shapes if isinstance(one, Line))
    assert line.dashed
    assert abs(line.points[0][0] - WIDTH * 23 / 24) < 0.01


def test_what_reaches_into_the_margin_is_emptied_and_outlined() -> None:
    within, over = memory_bar(filled(), WIDTH), memory_bar(filled(weights=21, others=2), WIDTH)

    assert solid(within, "danger_text") == []
    assert solid(over, "danger_text")[0].pattern == "outline"


def test_what_is_far_too_much_stays_inside_the_bar() -> None:
    drawing = memory_bar(filled(weights=300), WIDTH)

    assert all(one.x >= 0 and one.x + one.width <= WIDTH + 0.01 for one in drawing.shapes if isinstance(one, Rect))
    assert filled(weights=300).excess_bytes > 270 * GIB


def test_every_part_and_the_rest_answer_the_pointer() -> None:
    drawing = memory_bar(filled(), WIDTH)

    words = [stop.words for stop in drawing.stops]
    assert words == ["in use by others: 2", "weights: 12", "compute: tiny", "9 free; margin 1 GiB"]
    weights = drawing.stops[1]
    assert drawing.stop_at(weights.x + 5, weights.y + 5) == 1
    assert drawing.stop_at(weights.x + 5, 1) is None


def test_the_bar_says_itself_in_words() -> None:
    assert memory_bar(filled(), WIDTH).words == "RTX 4090, weights 12, 9 free of 24, margin 1 GiB"


def test_an_unknown_size_has_words_but_no_bar() -> None:
    drawing = memory_bar(filled(total=None), WIDTH)

    assert not any(isinstance(one, Rect) for one in drawing.shapes)
    assert drawing.stops == ()


def test_words_that_are_too_long_for_one_line_get_a_second() -> None:
    wide, narrow = memory_bar(filled(), WIDTH), memory_bar(filled(), 120)

    def lines(drawing: Drawing) -> int:
        return len({one.y for one in drawing.shapes if isinstance(one, Text)})

    assert (lines(wide), lines(narrow)) == (1, 2)
    assert narrow.height > wide.height

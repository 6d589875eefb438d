"""The memory bar: parts to scale, in order, and visible however small."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from fitcheck.core.units import GIB
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.memory_bar import DeviceMemoryFill, MemoryBar, Part

WIDTH = 800


def bar(qtbot: QtBot, theme: Theme, *parts: tuple[str, int], total: int = 24 * GIB, margin: int = GIB) -> MemoryBar:
    fill = DeviceMemoryFill(total, tuple(Part(colour, colour, size) for colour, size in parts), margin)
    made = MemoryBar(theme, fill, "RTX 4090, 20 GiB, margin 1 GiB")
    qtbot.addWidget(made)
    made.resize(WIDTH, made.sizeHint().height())
    return made


def test_parts_stand_in_order_and_to_scale(qtbot: QtBot, theme: Theme) -> None:
    made = bar(qtbot, theme, ("other_programs", 2 * GIB), ("weights", 12 * GIB), ("kv_cache", 6 * GIB))

    boxes = [(part.colour, box.left(), box.width()) for part, box in made.boxes()]

    assert [name for name, _, _ in boxes] == ["other_programs", "weights", "kv_cache"]
    assert boxes[1][2] == pytest.approx(WIDTH / 2, abs=2)
    assert boxes[0][1] < boxes[1][1] < boxes[2][1]


def test_a_tiny_part_is_still_seen_and_nothing_is_not(qtbot: QtBot, theme: Theme) -> None:
    made = bar(qtbot, theme, ("weights", 1), ("kv_cache", 0))

    ((part, box),) = made.boxes()
    assert part.colour == "weights"
    assert box.width() >= 1.5


def test_what_is_too_much_is_cut_at_the_end_and_marked(qtbot: QtBot, theme: Theme) -> None:
    made = bar(qtbot, theme, ("weights", 30 * GIB))

    assert made.boxes()[0][1].right() <= WIDTH
    image = made.grab().toImage()
    danger = theme.colour("danger_text")
    colours = {QColor(image.pixel(x, image.height() // 2)).name() for x in range(WIDTH - 40, WIDTH)}
    assert danger.name() in colours


def test_what_fits_has_no_mark(qtbot: QtBot, theme: Theme) -> None:
    made = bar(qtbot, theme, ("weights", 12 * GIB))

    image = made.grab().toImage()
    colours = {QColor(image.pixel(x, image.height() // 2)).name() for x in range(WIDTH)}
    assert theme.colour("danger_text").name() not in colours


def test_a_screen_reader_gets_every_value(qtbot: QtBot, theme: Theme) -> None:
    assert "margin 1 GiB" in bar(qtbot, theme, ("weights", GIB)).accessibleName()

"""Stops, keys and mouse of the context slider."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.context_slider import STOPS, ContextSlider


@pytest.fixture
def slider(qtbot: QtBot, theme: Theme) -> ContextSlider:
    slider = ContextSlider(theme)
    qtbot.addWidget(slider)
    slider.resize(slider.sizeHint())
    slider.show()
    slider.set_tokens(16384)
    return slider


@pytest.mark.parametrize(
    ("key", "tokens"),
    [
        (Qt.Key.Key_PageUp, 32768), (Qt.Key.Key_PageDown, 8192), (Qt.Key.Key_Right, 32768), (Qt.Key.Key_Left, 8192),
        (Qt.Key.Key_Home, 1024), (Qt.Key.Key_End, 163840),
    ],
)  # fmt: skip
def test_keys_move_by_stops(slider: ContextSlider, qtbot: QtBot, key: Qt.Key, tokens: int) -> None:
    with qtbot.waitSignal(slider.tokens_changed) as told:
        qtbot.keyClick(slider, key)

    assert told.args == [tokens]


@pytest.mark.parametrize("index", range(len(STOPS)))
def test_a_click_goes_to_the_nearest_stop(slider: ContextSlider, qtbot: QtBot, index: int) -> None:
    place = QPoint(round(slider.stop_x(index)) + 2, 10)

    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=place)

    assert slider.tokens == STOPS[index]


@pytest.mark.parametrize(("asked", "stop"), [(1, 1024), (4096, 4096), (5000, 8192), (200_000, 163840)])
def test_a_context_goes_to_the_stop_that_holds_it(slider: ContextSlider, asked: int, stop: int) -> None:
    slider.set_tokens(asked)

    assert slider.tokens == stop


def test_the_value_is_said_in_tokens(slider: ContextSlider) -> None:
    assert slider.accessibleName() == "Context"
    assert slider.accessibleDescription() == "16k tokens"


def test_it_paints(slider: ContextSlider) -> None:
    assert not slider.grab().isNull()

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


@pytest.mark.parametrize(("asked", "stop"), [(1, 1024), (4096, 4096), (5000, 5000), (200_000, 163840)])
def test_a_context_is_taken_as_it_is_between_the_ends(slider: ContextSlider, asked: int, stop: int) -> None:
    slider.set_tokens(asked)

    assert slider.tokens == stop


def test_between_two_stops_the_knob_stands_between_them(slider: ContextSlider) -> None:
    slider.set_tokens(77 * 1024)

    assert slider.stop_x(STOPS.index(65536)) < slider.knob_x < slider.stop_x(STOPS.index(131072))
    assert slider.accessibleDescription() == "77k tokens"
    assert slider.stops_below()[0] == 65536


@pytest.mark.parametrize(("key", "tokens"), [(Qt.Key.Key_Left, 65536), (Qt.Key.Key_Right, 131072)])
def test_from_between_two_stops_keys_go_to_the_nearest_one(
    slider: ContextSlider, qtbot: QtBot, key: Qt.Key, tokens: int
) -> None:
    slider.set_tokens(77 * 1024)

    qtbot.keyClick(slider, key)

    assert slider.tokens == tokens


def test_the_value_is_said_in_tokens(slider: ContextSlider) -> None:
    assert slider.accessibleName() == "Context"
    assert slider.accessibleDescription() == "16k tokens"


def test_it_paints(slider: ContextSlider) -> None:
    assert not slider.grab().isNull()

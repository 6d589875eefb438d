"""A chart in the window: its menu by keyboard, and the chart as a file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.theme import load_theme
from fitcheck.gui.widgets.chart_view import ChartView
from tests.gui.states import choice


@pytest.fixture
def chart(lived_in: MainWindow, qtbot: QtBot) -> ChartView:
    """The memory of the first card."""
    choice(lived_in, qtbot)
    view = lived_in.page.choice.memory.views[0]
    assert isinstance(view, ChartView)
    return view


def test_the_menu_key_offers_table_values_and_file(chart: ChartView) -> None:
    point = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, point, chart.mapToGlobal(point))

    QApplication.sendEvent(chart, event)

    menu = chart.findChild(QMenu)
    assert menu is not None
    assert [one.text() for one in menu.actions()] == ["Show as table", "Copy values", "Save as SVG…"]
    menu.close()


def test_a_chart_is_saved_as_it_is_drawn_with_dark_text_on_light_ground(
    lived_in: MainWindow, chart: ChartView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart.set_theme(load_theme("dark"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "memory"), ""))

    chart.ask_and_save()

    text = (tmp_path / "memory.svg").read_text(encoding="utf-8")
    words = "".join(ElementTree.fromstring(text).itertext())
    assert chart.drawing is not None
    assert chart.drawing.words in words
    assert load_theme("light").hex("component.weights") in text
    assert lived_in.notice.text == f"The chart is saved: {tmp_path / 'memory.svg'}"
    chart.set_theme(lived_in.theme)


def test_a_chart_that_cannot_be_saved_says_why(lived_in: MainWindow, chart: ChartView, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    chart.save(tmp_path / "file" / "memory.svg")

    assert lived_in.notice.text.startswith("The chart could not be saved: ")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"

"""For everyone: each page as a screen reader is told of it.

All of it is read back through Qt's accessibility interfaces, as Orca, NVDA or VoiceOver would.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.widgets.chart_view import ChartView
from fitcheck.gui.widgets.popover import Popover
from tests.gui.heard import Role, heard, misfits, nameless, twins, worked_with
from tests.gui.states import choice


def test_everything_has_a_name(state: MainWindow) -> None:
    assert len(worked_with(state)) > 10
    assert not nameless(state)


def test_every_role_fits(state: MainWindow) -> None:
    assert not misfits(state)


def test_nothing_sounds_like_something_else(state: MainWindow) -> None:
    assert not twins(state)


def test_every_picture_has_words(state: MainWindow) -> None:
    pictures = [one for one in heard(state) if one.role == Role.Graphic]

    assert pictures
    assert not [one for one in pictures if not one.name]


def test_every_cell_of_a_table_has_its_text(state: MainWindow) -> None:
    parts = [one for one in heard(state) if one.inside == Role.Table and one.role != Role.Pane]

    # A report is one text, which is read as such.
    assert parts or state.page_name in ("sheet", "report", "settings")
    assert not [one for one in parts if not one.name]


def test_the_dialog_about_this_machine_is_told(details: QDialog) -> None:
    assert len(worked_with(details)) > 3
    assert not nameless(details)
    assert not misfits(details)
    assert not twins(details)


def test_a_popover_is_told(lived_in: MainWindow, qtbot: QtBot) -> None:
    lived_in.page._explain_pick(QPoint(300, 300))
    popover = lived_in.page.findChild(Popover)
    assert popover is not None

    assert worked_with(popover)[0].called == "How sure is this?"
    assert not nameless(popover)
    popover.close()


def test_charts_are_read_with_arrows(lived_in: MainWindow, qtbot: QtBot) -> None:
    choice(lived_in, qtbot)
    charts = [one for one in lived_in.page.choice.findChildren(ChartView) if one.isVisible()]
    assert charts
    for chart in charts:
        QTest.keyClick(chart, Qt.Key.Key_Home)
        assert heard(chart)[0].description


def test_a_box_keeps_its_name_whatever_it_says(lived_in: MainWindow) -> None:
    flash = heard(lived_in.page.controls.flash)[0]

    assert (flash.called, flash.value) == ("Flash attention", "auto")


def test_cards_are_told_before_what_stands_below_them(lived_in: MainWindow) -> None:
    names = [one.name.split(",")[0] for one in heard(lived_in.strip) if one.role == Role.Graphic]

    assert names == ["RTX 3090", "RTX 4060 Ti", "RAM", "Disk · models"]


def test_the_command_itself_is_told(lived_in: MainWindow, qtbot: QtBot) -> None:
    choice(lived_in, qtbot)

    assert any(one.name.startswith("Command: ") for one in heard(lived_in.page.choice.command))

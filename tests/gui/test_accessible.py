"""For everyone: each page as a screen reader is told of it.

All of it is read back through Qt's accessibility interfaces, as Orca, NVDA or VoiceOver would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.widgets.chart_view import ChartView
from fitcheck.gui.widgets.popover import Popover
from tests.gui.states import choice

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description

_Role = QAccessible.Role
WORKED_WITH = {
    _Role.Button, _Role.ButtonMenu, _Role.CheckBox, _Role.ComboBox, _Role.SpinBox, _Role.Slider, _Role.PageTabList,
    _Role.PageTab, _Role.EditableText, _Role.Table, _Role.Cell, _Role.List, _Role.ListItem, _Role.Graphic,
    _Role.StaticText,
}  # fmt: skip
"""Roles of what takes the keyboard."""


@dataclass(frozen=True)
class Heard:
    """What a screen reader is told of one thing.

    Copied at once: Qt deletes its interfaces when it likes, and tells no wrapper of them.
    """

    role: QAccessible.Role
    name: str
    label: str
    description: str
    value: str
    enabled: bool
    focusable: bool
    kind: str
    inside: QAccessible.Role | None = None

    @property
    def called(self) -> str:
        """By its label, or by its own name where that is not just its value."""
        own = "" if self.role == _Role.ComboBox and self.name == self.value else self.name
        return self.label or own


def heard(widget: QWidget) -> list[Heard]:
    """Everything in a widget that can be seen, as a screen reader walks through it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return list(_told(interface))


def _told(one: QAccessibleInterface, inside: QAccessible.Role | None = None) -> Iterator[Heard]:
    state, role = one.state(), one.role()
    if state.invisible:
        return
    labels = [other.text(NAME) for other, kind in one.relations() if kind == QAccessible.RelationFlag.Label]
    texts = (one.text(NAME), labels[0] if labels else "", one.text(DESCRIPTION), one.text(QAccessible.Text.Value))
    yield Heard(role, *texts, not state.disabled, bool(state.focusable), type(one.object()).__name__, inside)
    for index in range(one.childCount()):
        yield from _told(one.child(index), role)


def worked_with(widget: QWidget) -> list[Heard]:
    """What can be operated now."""
    return [one for one in heard(widget) if one.focusable and one.enabled]


def nameless(widget: QWidget) -> list[Heard]:
    return [one for one in worked_with(widget) if not one.called.strip()]


def misfits(widget: QWidget) -> list[Heard]:
    """Where a role does not say what it is; only what scrolls may be a mere area."""
    return [one for one in worked_with(widget) if one.role not in WORKED_WITH and one.kind != "QScrollArea"]


def twins(widget: QWidget) -> list[tuple[str, str, str]]:
    """What sounds the same as something else in reach; cells are told apart by their headers."""
    by_sound = Counter(
        (one.role.name, one.called, one.description)
        for one in worked_with(widget)
        if one.role not in (_Role.Cell, _Role.StaticText)
    )
    return [sound for sound, times in by_sound.items() if times > 1]


def test_everything_has_a_name(state: MainWindow) -> None:
    assert len(worked_with(state)) > 10
    assert not nameless(state)


def test_every_role_fits(state: MainWindow) -> None:
    assert not misfits(state)


def test_nothing_sounds_like_something_else(state: MainWindow) -> None:
    assert not twins(state)


def test_every_picture_has_words(state: MainWindow) -> None:
    pictures = [one for one in heard(state) if one.role == _Role.Graphic]

    assert pictures
    assert not [one for one in pictures if not one.name]


def test_every_cell_of_a_table_has_its_text(state: MainWindow) -> None:
    parts = [one for one in heard(state) if one.inside == _Role.Table and one.role != _Role.Pane]

    assert parts or state.page_name in ("sheet", "settings")
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
    names = [one.name.split(",")[0] for one in heard(lived_in.strip) if one.role == _Role.Graphic]

    assert names == ["RTX 3090", "RTX 4060 Ti", "RAM", "Disk · models"]


def test_the_command_itself_is_told(lived_in: MainWindow, qtbot: QtBot) -> None:
    choice(lived_in, qtbot)

    assert any(one.name.startswith("Command: ") for one in heard(lived_in.page.choice.command))

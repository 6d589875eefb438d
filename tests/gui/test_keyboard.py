"""For everyone: the keyboard reaches everything, in the order in which it is laid out, and shows where it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.widgets.focus_ring import OWN_FOCUS, FocusRings
from fitcheck.gui.widgets.search_box import SearchBox
from tests.gui.states import choice, side_by_side


def focused() -> QWidget:
    """What has the keyboard."""
    here = QApplication.focusWidget()
    assert here is not None
    return here


def tab_order(start: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Where a key leads until it is back at a place where it has been."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    reached: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in reached:
        reached.append(here)
        QTest.keyClick(here, key)
    return reached


def takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    inner = widget.focusProxy() is not None or widget.objectName() == "qt_spinbox_lineedit"
    return policy and widget.isEnabled() and widget.isVisible() and not inner


def searched(window: MainWindow) -> SearchBox | None:
    """The search while it is open: it keeps the keyboard to itself."""
    return window._search if window._search is not None and window._search.isVisible() else None


def start_of(window: MainWindow) -> QWidget:
    """Where a person begins."""
    search = searched(window)
    return search.field if search else window.nav.tabs


def test_tab_reaches_everything_and_comes_round(state: MainWindow) -> None:
    start = start_of(state)

    reached = tab_order(start)

    inside = [one for one in (searched(state) or state).findChildren(QWidget) if takes_tab(one)]
    assert {told_widget(one) for one in inside} <= {told_widget(one) for one in reached}
    assert reached[0] is start
    assert list(reversed(tab_order(start, Qt.Key.Key_Backtab))) == [*reached[1:], start]


def told_widget(widget: QWidget) -> str:
    return f"{type(widget).__name__} {id(widget)} {widget.accessibleName()}"


def test_tab_goes_from_the_tabs_over_page_and_strip_to_the_menu(state: MainWindow) -> None:
    areas = (searched(state) or state.nav.tabs, state.notice, state._pages, state.strip, state.nav)

    places = [
        next(at for at, area in enumerate(areas) if area is one or area.isAncestorOf(one))
        for one in tab_order(start_of(state))
    ]

    assert places == sorted(places)
    assert len(places) > 1


def test_tab_goes_down_each_column(state: MainWindow) -> None:
    """Within what is laid out in one column nothing stands above what came before it."""
    reached = tab_order(start_of(state))
    panels = [state.strip, state.page.answer, *state.page.choice._sections]
    for name in ("settings", "verify"):
        if state.page_name == name:
            panels.append(state.others.page(name))

    for panel in panels:
        tops = [one.mapTo(state, QPoint(0, one.height() // 2)).y() for one in reached if panel.isAncestorOf(one)]
        rows = [round(top / 24) for top in tops]
        assert panel is state.page.answer or rows == sorted(rows), told_widget(panel)


@pytest.fixture
def rings(whole: MainWindow, qapp: QApplication) -> Iterator[FocusRings]:
    """What shows the focus; with it goes every ring."""
    made = FocusRings(whole.theme, qapp)
    yield made
    for ring in (*made.rings, made):
        ring.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def unseen(rings: FocusRings) -> str:
    """What has the focus, where nothing shows it."""
    here = focused()
    ringed = any(ring.isVisible() and ring.widget() is here for ring in rings.rings)
    return "" if ringed or here.property(OWN_FOCUS) else told_widget(here)


def test_the_focus_can_be_seen_wherever_tab_leads(state: MainWindow, rings: FocusRings) -> None:
    count = len(tab_order(start_of(state)))
    found = []
    for _ in range(count):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        found.append(unseen(rings))

    assert count > 1
    assert not list(filter(None, found))


def test_the_focus_can_be_seen_after_a_jump(lived_in: MainWindow, rings: FocusRings) -> None:
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F6):
        QTest.keyClick(focused(), key)
        assert not unseen(rings)
    QTest.keyClick(focused(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is lived_in.page.controls.slider
    assert not unseen(rings)


def test_a_dialog_shows_the_focus_too(rings: FocusRings, details: QDialog) -> None:
    QTest.keyClick(focused(), Qt.Key.Key_Tab)

    assert QApplication.activeWindow() is details
    assert not unseen(rings)


def test_what_tab_leads_to_is_scrolled_into_sight(lived_in: MainWindow, qtbot: QtBot) -> None:
    choice(lived_in, qtbot)
    last = lived_in.page.choice.cards.rows[-1]
    viewport = lived_in.page.choice.area.viewport()

    tab_order(lived_in.nav.tabs)
    last.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(last, Qt.Key.Key_Backtab)

    here = focused()
    assert here is not last
    assert viewport.rect().contains(here.mapTo(viewport, QPoint(2, 2)))


def test_f6_goes_from_strip_to_page_to_choice(lived_in: MainWindow, qtbot: QtBot) -> None:
    side_by_side(lived_in, qtbot)
    areas = (lived_in.strip, lived_in.page, lived_in.page.choice)
    lived_in.nav.tabs.setFocus()

    for area in (*areas, *areas):
        QTest.keyClick(focused(), Qt.Key.Key_F6)
        here = focused()
        holding = [one for one in areas if one.isAncestorOf(here)]
        assert holding[-1] is area

"""The window's pages and states as a person comes to them, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow

LONG_MS = 30_000


def choice(window: MainWindow, qtbot: QtBot) -> None:
    window.page.show_choice()
    details = window.page.details
    # What was there before may be made anew.
    qtbot.waitUntil(lambda: not details._due.isActive() and not details._tasks.running("details"), timeout=LONG_MS)
    qtbot.waitUntil(lambda: bool(window.page.choice.cards.rows) and bool(window.page.choice.curves.views))


def side_by_side(window: MainWindow, qtbot: QtBot) -> None:
    window.window().resize(1700, 900)
    qtbot.waitUntil(lambda: window.page.choice.isVisible() and bool(window.page.choice.cards.rows))


def reporting(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("report")
    page = window.others.page("report")
    qtbot.waitUntil(lambda: page.report is not None, timeout=LONG_MS)


def imagining(window: MainWindow, qtbot: QtBot) -> None:
    window.start_what_if()


def searching(window: MainWindow, qtbot: QtBot) -> None:
    window.open_search()
    assert window._search is not None
    window._search.field.setText("32b q4")


def telling(window: MainWindow, qtbot: QtBot) -> None:
    window.notice.say("The file is no model.")


def on(name: str) -> Callable[[MainWindow, QtBot], None]:
    return lambda window, qtbot: window.show_page(name)


STATES: dict[str, Callable[[MainWindow, QtBot], None]] = {
    "fit": on("fit"), "choice": choice, "choice beside the matrix": side_by_side, "sheet": on("sheet"),
    "verify": on("verify"), "report": reporting, "settings": on("settings"), "what-if": imagining, "search": searching,
    "notice": telling,
}  # fmt: skip

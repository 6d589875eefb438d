"""What tests of reports in the window share: a desktop with two cards, its page, and a person who saves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.pages.report import ReportPage
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings

from .conftest import RTX_3090, RTX_4090, desktop
from .test_shell import press

LONG_MS = 60_000


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    window = MainWindow(theme, Settings(choice=("deepseek-r1-distill-qwen-32b", "Q5_K_M")), FitPage)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    with qtbot.waitSignal(window.answered, timeout=LONG_MS):
        window.set_machine(desktop(RTX_4090, RTX_3090), True)
    return window


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> ReportPage:
    """The page with the report of the choice."""
    press(window, "Ctrl+4")
    page: ReportPage = window.others.page("report")
    until_shown(page, qtbot)
    return page


def until_shown(page: ReportPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: page.view.isVisible() and page.report is not None and not page.view._tasks.running("show"),
        timeout=LONG_MS,
    )


def choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex(combo.findData(value))


def save(page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    """Press the button, name the file, wait for the notice."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), "Web page (*.html)"))
    with qtbot.waitSignal(page.saver.ended, timeout=LONG_MS):
        page.save_button.click()
    notice: str = page.window().notice.text
    return notice

"""Verify as a part of the window: how one comes to it, what it may measure, and that its child goes with the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fitcheck.gui.later_pages import LaterPages
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.settings import SettingsPage
from fitcheck.gui.pages.verify import VerifyPage
from fitcheck.gui.shell import Shell
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.settings import Settings
from tests.gui.conftest import PageDouble, desktop
from tests.gui.test_shell import press
from tests.gui.verify_stand import LONGEST_MS, Stand, alive, needs_shell, planned, stand_in, under_way

pytestmark = needs_shell


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Stand-ins for a Python that has torch."""
    return stand_in(tmp_path)


@pytest.fixture
def verify_page(window: MainWindow) -> VerifyPage:
    """The page of the window, with a choice for this machine."""
    window.set_machine(desktop(), True)
    press(window, "Ctrl+3")
    window.page.choice_changed.emit(planned())
    page: VerifyPage = window.others.page("verify")
    return page


def test_the_choice_leads_to_verify(window: MainWindow, verify_page: VerifyPage) -> None:
    window.show_page("fit")

    window.page.verify_wanted.emit()

    assert window.page_name == "verify"
    assert verify_page.begin.isVisible()


def test_closing_the_window_ends_the_child(
    window: MainWindow, verify_page: VerifyPage, stand: Stand, qtbot: QtBot
) -> None:
    window.change(verify_python=stand("waits"))
    verify_page.begin.click()
    pid = under_way(qtbot, verify_page.verifier)

    window.window().close()

    assert not alive(pid)


def test_what_was_measured_goes_into_the_report(
    window: MainWindow, verify_page: VerifyPage, stand: Stand, qtbot: QtBot
) -> None:
    window.change(verify_python=stand("fits"))
    assert not verify_page.report.isVisible()
    with qtbot.waitSignal(verify_page.verifier.ended, timeout=LONGEST_MS):
        verify_page.begin.click()

    verify_page.report.click()

    page = window.others.page("report")
    qtbot.waitUntil(lambda: page.report is not None, timeout=LONGEST_MS)
    found, told = verify_page.verifier.found, page.report.choices[0].verification
    assert window.page_name == "report"
    assert found is not None
    assert (told.verdict, told.comparisons, told.sentence) == (found.verdict, found.comparisons, found.sentence)


def test_an_imagined_machine_is_not_measured(window: MainWindow, verify_page: VerifyPage) -> None:
    window.start_what_if()
    window.page.choice_changed.emit(planned())

    assert "imagined" in verify_page.title.text()
    assert not verify_page.begin.isVisible()

    window.what_if.imagine(None)
    window.page.choice_changed.emit(planned())
    assert verify_page.begin.isVisible()


def test_a_machine_from_a_file_is_not_measured(window: MainWindow, verify_page: VerifyPage) -> None:
    window.others.set_recorded(True)

    assert "from a file" in verify_page.title.text()
    assert not verify_page.begin.isVisible()


def test_a_verification_goes_on_when_the_language_changes(
    window: MainWindow, verify_page: VerifyPage, stand: Stand, qtbot: QtBot, theme: Theme
) -> None:
    # Given a verification that runs
    window.change(verify_python=stand("waits"), page="verify")
    verify_page.begin.click()
    verifier = verify_page.verifier
    pid = under_way(qtbot, verifier)

    # When the window is made anew, as a change of language does
    shell = window.window()
    assert isinstance(shell, Shell)
    other = MainWindow(theme, window._settings, PageDouble, 256, shell)
    shell.set_content(other)
    other.take_over(window)
    window.deleteLater()

    # Then the new page goes on with it, and the window still ends it
    page = other.others.page("verify")
    assert page.verifier is verifier
    assert verifier.running
    qtbot.waitUntil(page.cancel.isVisible)
    shell.close()
    assert not alive(pid)
    other.set_theme(theme)


def test_the_settings_keep_the_python(window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    press(window, "Ctrl+,")
    page: SettingsPage = window.others.page("settings")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/opt/torch/bin/python", ""))

    with qtbot.waitSignal(window.settings_changed) as kept:
        page.choose_python.click()

    assert kept.args == [{"verify_python": "/opt/torch/bin/python"}]
    assert page.python.text() == "/opt/torch/bin/python"

    with qtbot.waitSignal(window.settings_changed) as kept:
        page._forget_python.click()
    assert kept.args == [{"verify_python": None}]


def test_a_theme_is_taken(verify_page: VerifyPage, window: MainWindow) -> None:
    window.set_theme(load_theme("dark"))

    assert verify_page._theme.name == "dark"


def test_pages_that_were_never_opened_have_nothing_to_hand_over(qtbot: QtBot, theme: Theme) -> None:
    first, second = (MainWindow(theme, Settings(), PageDouble) for _ in range(2))
    qtbot.addWidget(first)
    qtbot.addWidget(second)

    second.take_over(first)

    assert isinstance(second.others, LaterPages)
    assert second.others.page("verify").verifier.running is False

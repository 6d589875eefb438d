"""The window around the page: first picture, machine, keyboard, settings, tasks, crash."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.errors import EnvironmentLacksError
from fitcheck.gui.crash import CrashHook, crash_text
from fitcheck.gui.detector import Detector
from fitcheck.gui.inbox import Inbox
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.shell import LEAST_SIZE, Shell
from fitcheck.gui.startup_faults import PACKAGES, missing_library, require_display
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.gui.widgets.focus_ring import FocusRings
from tests.gui.conftest import RTX_3090, RTX_4090, desktop


def press(window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]  # type: ignore[index]
    QTest.keyClick(window.window(), combination.key(), combination.keyboardModifiers())


def test_the_first_picture_says_what_happens(shell: Shell) -> None:
    texts = [label.text() for label in shell.findChildren(QLabel)]
    assert "Looking at this machine…" in texts
    assert "Looking for the best DeepSeek-R1 for this machine…" in texts


def test_the_first_picture_is_not_cut_off_at_the_least_size(shell: Shell) -> None:
    shell.resize(LEAST_SIZE)
    for label in shell.findChildren(QLabel):
        assert shell.rect().contains(label.geometry()), label.text()


def test_painting_is_reported_once(shell: Shell, qtbot: QtBot) -> None:
    times: list[int] = []
    shell.painted.connect(lambda: times.append(1))
    with qtbot.waitSignal(shell.painted):
        shell.show()
    shell.repaint()
    QApplication.processEvents()
    assert times == [1]


def test_the_real_widgets_take_the_pictures_place(window: MainWindow, qtbot: QtBot) -> None:
    shell = window.window()
    qtbot.waitUntil(lambda: window.size() == shell.size())
    texts = [label.text() for label in shell.findChildren(QLabel) if label.isVisible()]
    assert "Looking for the best DeepSeek-R1 for this machine…" not in texts
    assert "Looking at this machine…" in texts


def test_the_window_comes_back_where_it_was(qtbot: QtBot, theme: Theme) -> None:
    shell = Shell(theme, {"x": 40, "y": 30, "width": 1100, "height": 700, "strip_width": 300})
    qtbot.addWidget(shell)
    assert (shell.pos().x(), shell.pos().y(), shell.width(), shell.height()) == (40, 30, 1100, 700)
    assert shell.strip_width == 300


def test_a_window_that_is_opened_and_closed_does_not_creep(qtbot: QtBot, theme: Theme) -> None:
    kept: object = {"x": 40, "y": 30, "width": 1100, "height": 700}
    for _ in range(3):
        shell = Shell(theme, kept)
        qtbot.addWidget(shell)
        shell.appear()
        kept = shell.geometry_to_keep()
        shell.close()
    assert kept == {"x": 40, "y": 30, "width": 1100, "height": 700, "maximized": False}


@pytest.mark.parametrize(
    "geometry",
    [None, [], {"x": "a"}, {"x": 1, "y": 2, "width": True, "height": 3}, {"x": 10**9, "y": 0, "width": 1, "height": 1}],
)
def test_geometry_that_makes_no_sense_is_ignored(qtbot: QtBot, theme: Theme, geometry: object) -> None:
    shell = Shell(theme, geometry)
    qtbot.addWidget(shell)
    assert (shell.width(), shell.height()) == (1280, 800)


def test_a_place_on_a_screen_that_is_gone_is_ignored(qtbot: QtBot, theme: Theme) -> None:
    shell = Shell(theme, {"x": 50_000, "y": 50_000, "width": 1100, "height": 700})
    qtbot.addWidget(shell)
    assert QGuiApplication.screenAt(shell.geometry().center()) is not None


def test_the_strip_has_its_width_and_keeps_it_when_the_window_shrinks(window: MainWindow, qtbot: QtBot) -> None:
    assert window.strip.width() == window.theme.size("machine_strip_width")
    window.window().resize(LEAST_SIZE)
    qtbot.waitUntil(lambda: window.width() == LEAST_SIZE.width())
    assert window.strip.width() == window.theme.size("machine_strip_width")


def test_the_page_gets_the_machine(window: MainWindow) -> None:
    machine = desktop(RTX_4090)
    window.set_machine(machine, False)
    assert window.page.machines == [(machine, False)]


def test_the_page_plans_without_a_card_that_is_unticked(window: MainWindow) -> None:
    window.set_machine(desktop(RTX_4090, RTX_3090), True)
    box = window.strip.views[0].check_box
    assert box is not None
    box.click()
    machine, final = window.page.machines[-1]
    assert machine.gpus == (RTX_3090,)
    assert final


def test_the_answer_is_complete_only_when_the_machine_is(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.answered):
        window.set_machine(desktop(), False)
    with qtbot.waitSignal(window.answered):
        window.set_machine(desktop(), True)


@pytest.mark.parametrize("keys", ["F5", "Ctrl+R"])
def test_a_key_looks_at_the_machine_again(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    with qtbot.waitSignal(window.look_again):
        press(window, keys)


def test_ctrl_q_closes(window: MainWindow, qtbot: QtBot) -> None:
    shell = window.window()
    assert isinstance(shell, Shell)
    with qtbot.waitSignal(shell.closing):
        press(window, "Ctrl+Q")
    assert not shell.isVisible()


def test_f6_goes_to_the_strip_and_back(window: MainWindow) -> None:
    window.set_machine(desktop(RTX_4090), True)
    press(window, "Ctrl+L")
    assert QApplication.focusWidget() is window.page.button
    press(window, "F6")
    assert QApplication.focusWidget() is window.strip.what_if
    press(window, "F6")
    assert QApplication.focusWidget() is window.page.button


def test_tab_reaches_every_button_page_and_cards(window: MainWindow) -> None:
    window.set_machine(desktop(RTX_4090), True)
    window.nav.tabs.setFocus()
    reached = set()
    for _ in range(12):
        press(window, "Tab")
        reached.add(QApplication.focusWidget())
    assert {window.page.button, window.strip.views[0].check_box, window.strip.what_if} <= reached
    assert sum(isinstance(one, QToolButton) for one in reached) == 4


def test_the_units_button_changes_strip_and_page(window: MainWindow, qtbot: QtBot) -> None:
    window.set_machine(desktop(RTX_4090), True)
    with qtbot.waitSignal(window.settings_changed) as kept:
        window.nav.units_clicked.emit()
    assert kept.args == [{"units": "GB"}]
    assert window.page.units == "GB"
    state = window.strip.views[0].state
    assert state is not None
    assert state.size == "25.8 GB"


def test_a_chosen_palette_is_used_everywhere_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.theme_changed), qtbot.waitSignal(window.settings_changed) as kept:
        window.menu.theme_actions["dark"].trigger()
    assert kept.args == [{"theme": "dark"}]
    dark = load_theme("dark")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == dark.colour("window")
    assert window.page.theme.name == "dark"


def test_a_chosen_palette_does_not_follow_the_system(window: MainWindow) -> None:
    window.menu.theme_actions["dark"].trigger()
    window.follow_system()
    assert window.theme.name == "dark"


def test_without_a_choice_the_palette_follows_the_system(window: MainWindow) -> None:
    window.set_theme(load_theme("dark"))
    window.follow_system()
    assert window.theme.name == "light"


def marks(notice: QWidget) -> list[str]:
    """What a screen reader says of the drawings in a notice."""
    return [one.accessibleName() for one in notice.findChildren(QLabel) if one.accessibleName()]


def test_a_notice_is_shown_until_it_is_dismissed(window: MainWindow, qtbot: QtBot) -> None:
    window.notice.say("The settings file was set aside.")
    assert window.notice.text == "The settings file was set aside."
    assert marks(window.notice) == ["Note"]
    window.notice.say("The report is saved.", done=True)
    assert marks(window.notice) == ["Done"]
    close = window.notice.findChild(QToolButton)
    assert close is not None
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert window.notice.text == ""


def test_the_focus_ring_follows_the_keyboard_and_not_the_mouse(window: MainWindow, theme: Theme, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    rings = FocusRings(theme, app)
    press(window, "Tab")
    press(window, "Tab")
    (ring,) = rings.rings
    assert ring.widget() is QApplication.focusWidget()
    qtbot.mouseClick(window.page.button, Qt.MouseButton.LeftButton)
    assert ring.widget() is None
    rings.deleteLater()


def test_a_probe_from_before_qt_is_read(qtbot: QtBot) -> None:
    inbox, detector = Inbox(), Detector()
    inbox.put_line(b'{"source": "host", "facts": {"ram_total_bytes": 1000}}\n')
    inbox.put_line(b'{"end": true}\n')
    inbox.put_end(0)
    with qtbot.waitSignal(detector.machine_seen) as seen:
        detector.adopt(None, inbox)
    machine, final = seen.args
    assert machine.ram_total_bytes == 1000
    assert final


def test_what_is_known_early_is_shown_early(qtbot: QtBot) -> None:
    inbox, detector = Inbox(), Detector()
    detector.adopt(None, inbox)
    with qtbot.waitSignal(detector.machine_seen) as seen:
        inbox.put_line(b'{"source": "host", "facts": {"cpu_cores": 4}}\n')
    assert seen.args[0].cpu_cores == 4
    assert seen.args[1] is False


def test_a_probe_that_dies_gives_a_final_machine_and_the_reason(qtbot: QtBot) -> None:
    inbox, detector = Inbox(), Detector()
    detector.adopt(None, inbox)
    with qtbot.waitSignals([detector.machine_seen, detector.failed], order="strict"):
        inbox.put_end("The graphics driver did not answer within 10 seconds.")


def test_a_stopped_probe_says_nothing_more(qtbot: QtBot) -> None:
    inbox, detector = Inbox(), Detector()
    detector.adopt(None, inbox)
    detector.stop()
    with qtbot.assertNotEmitted(detector.machine_seen):
        inbox.put_line(b'{"end": true}\n')
        QApplication.processEvents()


def test_looking_for_real_ends_with_this_machine(qtbot: QtBot) -> None:
    detector = Detector()
    finals = []
    detector.machine_seen.connect(lambda machine, final: finals.append(machine) if final else None)
    detector.look()
    qtbot.waitUntil(lambda: bool(finals), timeout=20_000)
    detector.stop()
    assert (finals[0].ram_total_bytes or 0) > 0


# The offscreen platform says so whenever a dialog's layout limits its size.
QUIET = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@QUIET
def test_a_crash_shows_its_text_to_copy(window: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    hook = CrashHook(window)
    error = RuntimeError("the moon is square")
    hook(RuntimeError, error, None)
    assert hook.dialog is not None
    assert "the moon is square" in hook.dialog.text
    assert "the moon is square" in capsys.readouterr().err
    buttons = {button.text(): button for button in hook.dialog.findChildren(type(window.page.button))}
    buttons["Copy the text"].click()
    assert QGuiApplication.clipboard().text() == hook.dialog.text
    hook.dialog.close()
    qtbot.waitUntil(lambda: hook.dialog is None)


@QUIET
def test_a_second_crash_does_not_open_a_second_dialog(window: MainWindow, capsys: pytest.CaptureFixture[str]) -> None:
    hook = CrashHook(window)
    hook(RuntimeError, RuntimeError("one"), None)
    first = hook.dialog
    hook(RuntimeError, RuntimeError("two"), None)
    assert hook.dialog is first
    assert first is not None
    first.close()


def test_the_hook_gives_the_interpreters_own_back(window: MainWindow) -> None:
    before = sys.excepthook
    hook = CrashHook(window)
    hook.install()
    hook.remove()
    assert sys.excepthook is sys.__excepthook__
    sys.excepthook = before


def test_crash_text_names_version_and_system() -> None:
    text = crash_text(ValueError, ValueError("x"), None)
    assert text.startswith("FitCheck ")
    assert "Python" in text


def test_no_display_is_one_sentence() -> None:
    with pytest.raises(EnvironmentLacksError) as caught:
        require_display({}, "linux")
    assert caught.value.exit_code == 3
    assert "display" in caught.value.message


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_sign_of_a_display_is_enough(name: str) -> None:
    require_display({name: "x"}, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_some_systems_always_have_a_display(platform: str) -> None:
    require_display({}, platform)


@pytest.mark.parametrize("library", PACKAGES)
def test_a_missing_library_names_the_package(library: str) -> None:
    error = missing_library(ImportError(f"{library}: cannot open shared object file: No such file or directory"))
    assert PACKAGES[library][0] in error.message
    assert error.exit_code == 3


def test_missing_qt_names_the_python_package() -> None:
    error = missing_library(ModuleNotFoundError("No module named 'PySide6'", name="PySide6"))
    assert "PySide6-Essentials" in error.message


def test_an_unknown_import_fault_is_passed_on_in_words() -> None:
    assert "libodd.so" in missing_library(ImportError("libodd.so: broken")).message

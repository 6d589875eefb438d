"""What the window's tests share: the theme, machines as the probe would see them, and an own settings folder."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from fitcheck import service
from fitcheck.core.hardware import Disk, Gpu, Machine
from fitcheck.core.units import GIB
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.shell import Shell
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.settings import Settings
from tests.gui.states import STATES

RECORDED = Path(__file__).parents[1] / "data" / "machines" / "rtx-3090-plus-4060ti-64gb.json"
LONGEST_MS = 60_000

RTX_4090 = Gpu(
    "NVIDIA GeForce RTX 4090", memory_total_bytes=24 * GIB, memory_free_bytes=round(22.7 * GIB),
    memory_used_bytes=round(1.3 * GIB), bandwidth_bytes_per_s=1_008_000_000_000, uuid="GPU-1", pcie_generation=1,
    pcie_width=16, pcie_generation_max=4, pcie_width_max=16,
)  # fmt: skip
RTX_3090 = Gpu(
    "NVIDIA GeForce RTX 3090", memory_total_bytes=24 * GIB, memory_free_bytes=24 * GIB, uuid="GPU-2",
    bandwidth_bytes_per_s=936_000_000_000,
)  # fmt: skip


def desktop(*gpus: Gpu, **more: Any) -> Machine:
    """A desktop with these cards."""
    facts: dict[str, Any] = {
        "ram_total_bytes": 128 * GIB, "ram_available_bytes": 112 * GIB,
        "cpu_name": "AMD Ryzen 9 7950X 16-Core Processor", "cpu_cores": 16,
        "disk": Disk("/models", 1000 * GIB, 400 * GIB), "driver_version": "580.95" if gpus else None,
    }  # fmt: skip
    return Machine(gpus=gpus, **{**facts, **more})


class PageDouble(QWidget):
    """The page's interface and nothing else: the window's own tests do not depend on how the answer is found."""

    filled = Signal()
    choice_changed = Signal(object)
    settings_changed = Signal(object)
    what_if_wanted = Signal(object)
    verify_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, theme: Theme, settings: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.settings, self.units = theme, settings, ""
        self.margin_bytes, self.runtime, self.chosen = 0, "", ("", "")
        self.machines: list[tuple[Machine, bool]] = []
        self.button = QPushButton("Open this choice")
        QVBoxLayout(self).addWidget(self.button)

    def set_machine(self, machine: Machine, final: bool) -> None:
        self.machines.append((machine, final))
        self.filled.emit()

    def show_own_file(self, file: Any) -> None:
        self.own_file = file

    def set_units(self, units: str) -> None:
        self.units = units

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme

    def set_margin_bytes(self, margin_bytes: int) -> None:
        self.margin_bytes = margin_bytes

    def set_runtime(self, name: str) -> None:
        self.runtime = name

    def offer_what_if(self) -> None:
        self.offers_what_if = True

    def show_cell(self, model_id: str, type_id: str) -> None:
        self.chosen = (model_id, type_id)

    @property
    def areas(self) -> tuple[QWidget, ...]:
        return (self,)

    def focus_slider(self) -> None:
        self.button.setFocus()

    def show_choice(self) -> None:
        return None


def _windows() -> set[QWidget]:
    """Every top-level widget that there is, shown or hidden."""
    app = QApplication.instance()
    return set(app.topLevelWidgets()) if isinstance(app, QApplication) else set()


def _ticking() -> set[QTimer]:
    """Every timer that runs."""
    timers = [one for one in gc.get_objects() if issubclass(type(one), QTimer) and isValid(one)]
    return {one for one in timers if one.isActive()}


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """A thread or a timer that goes on, or a window that stays, open or hidden, fails the test that left it."""
    threads, windows, ticking = set(threading.enumerate()), _windows(), _ticking()
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if _windows() - windows:
        # What nobody holds but itself.
        gc.collect()
    left = [one for one in threading.enumerate() if one not in threads and not one.daemon]
    assert not left
    assert not [one for one in _windows() if one.isVisible()]
    assert not [one for one in _windows() - windows if _root(one) not in windows]
    assert not [(one, one.parent()) for one in _ticking() - ticking if _root(one) not in windows]


def _root(one: QObject) -> QObject:
    """What it belongs to in the end: a window that several tests share may open menus and go on filling itself."""
    while (parent := one.parent()) is not None:
        one = parent
    return one


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return load_theme("light")


@pytest.fixture
def config_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings."""
    folder = tmp_path / "config"
    monkeypatch.setenv("FITCHECK_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def spoken(qapp: QApplication) -> Callable[[QWidget], str]:
    """What a screen reader is told of a widget, read through the accessibility interface."""

    def name_of(widget: QWidget) -> str:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        return interface.text(QAccessible.Text.Name)

    return name_of


@pytest.fixture
def shell(qtbot: QtBot, theme: Theme) -> Shell:
    made = Shell(theme)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, shell: Shell, theme: Theme) -> Iterator[MainWindow]:
    """The filled window, shown and active."""
    shell.clear()
    made = MainWindow(theme, Settings(), PageDouble, shell.strip_width, shell)
    shell.set_content(made)
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    yield made
    made.set_theme(theme)
    qapp.setStyleSheet("")


@pytest.fixture(scope="module")
def whole(qapp: QApplication) -> Iterator[MainWindow]:
    """The real window with its answer; each test goes to a page of it."""
    theme = load_theme("light")
    shell = Shell(theme)
    shell.clear()
    window = MainWindow(theme, Settings(), FitPage, shell.strip_width, shell)
    shell.set_content(window)
    shell.show()
    answered = QSignalSpy(window.answered)
    window.set_machine(service.load_machine(RECORDED), True)
    assert answered.wait(LONGEST_MS)
    yield window
    shell.close()
    shell.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def lived_in(whole: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """The same, shown and active, at its first page and of its usual size."""
    shell = whole.window()
    shell.resize(1280, 800)
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    whole.show_page("fit")
    whole.page.show_all()
    yield whole
    whole.what_if.imagine(None)
    if whole._search is not None:
        whole._search.hide()
    whole.notice.hide()
    # A window that is hidden with the keyboard in it does not get it again offscreen.
    other = QWidget()
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    shell.hide()
    other.close()


@pytest.fixture(params=list(STATES))
def state(request: pytest.FixtureRequest, lived_in: MainWindow, qtbot: QtBot) -> MainWindow:
    """Each page and state in turn."""
    STATES[request.param](lived_in, qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return lived_in


@pytest.fixture
def details(lived_in: MainWindow, qtbot: QtBot) -> Iterator[QDialog]:
    """The dialog about this machine."""
    lived_in._open_details()
    dialog = lived_in.details.dialog
    assert dialog is not None
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    yield dialog
    dialog.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

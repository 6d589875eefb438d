"""The window beside the window that says who uses the cards and why one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fitcheck.core.hardware import GpuProcess, SourceReport
from fitcheck.core.units import GIB
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.widgets.machine_details import MachineDetails
from tests.gui.conftest import RTX_4090, desktop

SOURCES = (
    SourceReport("host", "seen", "memory, processor and system", "62 GiB of RAM."),
    SourceReport("amdgpu", "absent", "the files of the amdgpu driver", "No card is driven by amdgpu."),
    SourceReport("nvml", "late", "NVML, its library", "No answer within 3 seconds."),
)
USERS = (GpuProcess("llama-server", 9 * GIB, "compute", 4711), GpuProcess("dwm.exe"))


@pytest.fixture
def details(window: MainWindow, qtbot: QtBot) -> Iterator[MachineDetails]:
    with qtbot.waitSignal(window.answered, timeout=20_000):
        window.set_machine(desktop(replace(RTX_4090, processes=USERS), sources=SOURCES), True)
    qtbot.mouseClick(window.strip.details, Qt.MouseButton.LeftButton)
    made = window.details.dialog
    assert made is not None
    qtbot.waitUntil(made.isVisible)
    yield made
    if window.details.dialog is not None:
        window.details.dialog.close()


def texts(details: MachineDetails) -> list[str]:
    return [label.text() for label in details.findChildren(QLabel) if label.isVisibleTo(details)]


def test_every_program_is_named_with_what_it_holds(details: MachineDetails) -> None:
    said = texts(details)

    assert said[said.index("llama-server (process 4711)") + 1] == "9.0 GiB"
    assert said[said.index("dwm.exe") + 1] == "size not told"


def test_trouble_comes_first_and_every_source_says_what_it_saw(details: MachineDetails) -> None:
    said = texts(details)

    assert said.index("NVIDIA's driver") < said.index("The operating system") < said.index("AMD's driver")
    assert said[said.index("NVIDIA's driver") + 1] == "late"
    assert "Asked: NVML, its library" in said
    assert "No card is driven by amdgpu." in said


def test_new_readings_are_followed(details: MachineDetails, window: MainWindow) -> None:
    window.follow_live(desktop(replace(RTX_4090, processes=()), sources=SOURCES))

    assert "No program uses it." in texts(details)
    assert "dwm.exe" not in texts(details)


def test_all_of_it_is_copied_as_text(details: MachineDetails, qtbot: QtBot) -> None:
    (copy,) = (one for one in details.findChildren(QPushButton) if one.text() == "Copy as text")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)

    copied = QGuiApplication.clipboard().text()
    assert "llama-server 9.0 GiB" in copied
    assert "No answer within 3 seconds." in copied


def test_escape_closes_it_and_it_opens_again(details: MachineDetails, window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(details, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.details.dialog is None)

    qtbot.mouseClick(window.strip.details, Qt.MouseButton.LeftButton)

    assert window.details.dialog is not None


def test_a_machine_without_a_card_asks_why(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.answered, timeout=20_000):
        window.set_machine(desktop(sources=SOURCES), True)

    assert window.strip.details.text() == "Why is my card not here?"

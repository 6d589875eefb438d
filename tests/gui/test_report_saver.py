"""Saving the choice: the file holds what the window shows, and a person is told how it went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings

from .conftest import RTX_3090, RTX_4090, desktop

pytestmark = pytest.mark.slow


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    window = MainWindow(theme, Settings(choice=("deepseek-r1-distill-qwen-32b", "Q5_K_M")), FitPage)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    with qtbot.waitSignal(window.answered, timeout=30_000):
        window.set_machine(desktop(RTX_4090, RTX_3090), True)
    return window


def save(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    """Press the button, name the file, wait for the notice."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), "Web page (*.html)"))
    with qtbot.waitSignal(window.reports.ended, timeout=60_000):
        window.page.choice.save.click()
    return window.notice.text


def test_a_saved_report_has_the_numbers_of_the_choice(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan, target = window.page.choice.plan, tmp_path / "choice.json"

    notice = save(window, qtbot, monkeypatch, target)

    found = json.loads(target.read_text(encoding="utf-8"))["choices"][0]
    assert notice == f"The report is saved: {target}"
    assert (found["model"], found["quant"], found["verdict"]) == (plan.model_id, plan.quantization, plan.verdict)
    for told, device in zip(found["devices"], plan.devices, strict=True):
        assert (told["weights_bytes"], told["headroom_bytes"]) == (device.memory.weights_bytes, device.headroom_bytes)
    assert found["decode"]["expected"] == pytest.approx(plan.prediction.decode.expected)


def test_a_name_without_a_suffix_gets_that_of_the_chosen_kind(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save(window, qtbot, monkeypatch, tmp_path / "for my friend")

    assert (tmp_path / "for my friend.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_is_not_there_is_said_in_a_sentence(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    notice = save(window, qtbot, monkeypatch, tmp_path / "gone" / "choice.html")

    assert "cannot be written" in notice
    assert not (tmp_path / "gone").exists()

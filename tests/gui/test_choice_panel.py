"""The choice in detail: how fast it runs and what to type for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fitcheck.core.hardware import Machine
from fitcheck.core.planner import Plan
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.settings import Settings

from .conftest import RTX_4090, desktop

Filled = Callable[[Machine], FitPage]


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> FitPage:
    page = FitPage(theme, Settings())
    qtbot.addWidget(page)
    page.resize(1400, 900)
    page.set_units("GiB")
    page.show()
    with qtbot.waitSignal(page.filled):
        page.set_machine(desktop(RTX_4090), True)
    qtbot.waitUntil(page.choice.command.isVisible)
    return page


def texts(page: FitPage) -> str:
    return "\n".join(label.text() for label in page.choice.findChildren(QLabel) if label.isVisible())


def test_the_choice_says_how_fast_it_runs_and_what_limits_it(page: FitPage) -> None:
    said = texts(page)

    assert "tokens/s (" in said
    assert "limited by GPU0: weights of" in said
    assert "a reasoning answer of 12,000 tokens takes about" in said


def test_the_command_of_the_choice_is_copied_with_every_value_spelled_out(page: FitPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.choice.command.copy, Qt.MouseButton.LeftButton)

    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("llama-server")
    assert all(option in copied for option in ("-c 16384", "-ngl", "-fit off", "-ctk f16", "-np 1"))


def test_a_runtime_that_cannot_do_the_plan_says_so_and_copies_nothing(page: FitPage) -> None:
    box = page.choice.command

    box.runtime.setCurrentIndex(box.runtime.findData("ktransformers"))

    assert box.text == ""
    assert not box.copy.isEnabled()
    assert "KTransformers" in texts(page)


def test_the_runtime_stays_chosen_when_the_context_changes(page: FitPage, qtbot: QtBot) -> None:
    box = page.choice.command
    box.runtime.setCurrentIndex(box.runtime.findData("ollama"))

    with qtbot.waitSignal(page.filled):
        page.controls.slider.set_tokens(8192)
    qtbot.waitUntil(lambda: "8192" in box.text)

    assert box.runtime.currentData() == "ollama"
    assert "num_ctx 8192" in box.text


def test_a_command_is_not_copied_while_its_plan_is_another(page: FitPage, qtbot: QtBot) -> None:
    box = page.choice.command
    page.controls.slider.set_tokens(8192)

    # A plan that another test asked for already is there at once.
    assert not box.copy.isEnabled() or "8192" in box.text
    qtbot.waitUntil(box.copy.isEnabled)
    assert "8192" in box.text


def test_another_palette_leaves_the_command_ready_to_copy(page: FitPage) -> None:
    page.set_theme(load_theme("dark"))

    assert page.choice.command.copy.isEnabled()


def test_the_speed_rests_on_what_is_known_of_the_card_by_its_name(page: FitPage) -> None:
    plan = page.model.cell(page.matrix.currentIndex().row(), page.matrix.currentIndex().column())

    assert isinstance(plan, Plan)
    assert plan.machine.gpus[0].multiprocessors == 128
    assert not any("FP16 rate" in one for one in plan.prediction.assumptions)

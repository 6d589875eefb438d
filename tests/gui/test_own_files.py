"""A file that a person drops on the window: priced like any model, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from fitcheck.catalog.models import find_model
from fitcheck.core.planner import Plan
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings
from tests.catalog import gguf_files as gf

from .conftest import RTX_4090, desktop

SPEC = find_model("7b").spec


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    window = MainWindow(theme, Settings(), FitPage)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    with qtbot.waitSignal(window.answered, timeout=30_000):
        window.set_machine(desktop(RTX_4090), True)
    return window


@pytest.fixture
def seven_b(tmp_path: Path) -> Path:
    return gf.quantized(tmp_path / "mine.gguf", SPEC, "Q5_K_M")


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPointF(50, 50).toPoint(), *how)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), *how))


def test_a_dropped_file_becomes_the_choice(window: MainWindow, qtbot: QtBot, seven_b: Path) -> None:
    with qtbot.waitSignal(window.page.choice_changed) as signal:
        drop(window, seven_b)

    plan = signal.args[0]
    assert (plan.quantization, plan.verdict) == ("Q5_K_M", "gpu")
    assert plan.download_bytes == seven_b.stat().st_size
    assert not window.page.matrix.currentIndex().isValid()


def test_the_dropped_file_has_a_command_that_names_it(window: MainWindow, qtbot: QtBot, seven_b: Path) -> None:
    with qtbot.waitSignal(window.page.details.finished, timeout=30_000), qtbot.waitSignal(window.own_files.read):
        drop(window, seven_b)

    qtbot.waitUntil(lambda: window.page.choice.command.has_commands)
    assert "mine.gguf" in window.page.choice.command.text


def test_the_dropped_file_follows_the_controls(window: MainWindow, qtbot: QtBot, seven_b: Path) -> None:
    with qtbot.waitSignal(window.own_files.read):
        drop(window, seven_b)
    seen: list[Plan] = []
    window.page.choice_changed.connect(seen.append)

    with qtbot.waitSignal(window.page.filled):
        window.page.controls.slider.set_tokens(65536)

    assert seen[-1].workload.context == 65536
    assert seen[-1].model_id == SPEC.id


def test_a_file_that_takes_less_context_is_planned_at_its_limit(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    # Given more context than the file's model takes
    with qtbot.waitSignal(window.page.filled):
        window.page.controls.slider.set_tokens(65536)
    short = replace(SPEC, context_limit=4096)
    path = gf.write(tmp_path / "short.gguf", gf.model_metadata(short), gf.model_tensors(short, "mla", lambda _: "Q4_0"))

    with qtbot.waitSignal(window.page.choice_changed, timeout=30_000) as signal:
        drop(window, path)

    assert signal.args[0].workload.context == 4096
    assert "planned for 4k of context, the most it takes" in window.page.choice._facts.text()
    assert window.page.controls.slider.tokens == 65536


def test_a_cell_of_the_matrix_is_the_choice_again_once_a_person_goes_there(
    window: MainWindow, qtbot: QtBot, seven_b: Path
) -> None:
    with qtbot.waitSignal(window.own_files.read):
        drop(window, seven_b)

    with qtbot.waitSignal(window.page.choice_changed) as signal:
        window.page.matrix.setCurrentIndex(window.page.model.index(0, 0))

    assert signal.args[0].model_id == window.page.model.rows[0].id


def test_a_file_has_its_page_for_itself_and_all_models_lead_back_to_it(
    window: MainWindow, qtbot: QtBot, seven_b: Path
) -> None:
    page = window.page
    with qtbot.waitSignal(page.choice_changed, timeout=30_000):
        drop(window, seven_b)
    assert page.choice.isVisible()
    assert "Your file mine.gguf: " in page.choice._facts.text()
    assert not page.matrix.isVisible()

    qtbot.mouseClick(page.way, Qt.MouseButton.LeftButton)
    assert page.matrix.isVisible()
    assert page.way.text() == "Your file mine.gguf ›"

    qtbot.mouseClick(page.way, Qt.MouseButton.LeftButton)
    assert page.choice.isVisible()
    assert not page.matrix.isVisible()

    page.show_cell("deepseek-r1-distill-qwen-14b", "Q4_K_M")
    assert page.matrix.isVisible()
    page.show_all()
    assert not page.way.isVisible()


def test_what_is_no_model_is_refused_in_a_sentence_and_nothing_else_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = window.page.matrix.currentIndex()
    path = tmp_path / "holiday.gguf"
    path.write_bytes(b"not a model at all")

    with qtbot.waitSignal(window.own_files.failed):
        drop(window, path)

    assert "holiday.gguf" in window.notice.text
    assert window.page.matrix.currentIndex() == before


def test_text_that_is_dragged_along_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("hello")
    entering = QDragEnterEvent(
        QPointF(5, 5).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    entering.ignore()

    window.dragEnterEvent(entering)

    assert not entering.isAccepted()

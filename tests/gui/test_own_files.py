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
from fitcheck.gui.widgets.row_button import RowButton
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


def row_of(window: MainWindow) -> RowButton:
    """The button that the file's row is."""
    return next(one for one in window.page.own_row.findChildren(RowButton) if one.isVisibleTo(window.page.own_row))


def test_a_file_has_its_page_for_itself_and_a_row_above_all_models(
    window: MainWindow, qtbot: QtBot, seven_b: Path
) -> None:
    page = window.page
    assert not page.own_row.isVisible()
    with qtbot.waitSignal(page.choice_changed, timeout=30_000):
        drop(window, seven_b)
    assert page.choice.isVisible()
    assert "Your file mine.gguf: " in page.choice._facts.text()
    assert not page.matrix.isVisible()
    assert not page.own_row.isVisible()

    # Given all models, when a person goes on to one of them
    qtbot.mouseClick(page.way, Qt.MouseButton.LeftButton)
    assert page.matrix.isVisible()
    page.show_cell("deepseek-r1-distill-qwen-14b", "Q4_K_M")
    page.show_choice()
    assert page.matrix.isVisible()
    assert not page.own_row.isVisible()
    page.show_all()

    # Then the file keeps its row, which leads back to it
    assert page.own_row.isVisible()
    with qtbot.waitSignal(page.choice_changed) as signal:
        qtbot.mouseClick(row_of(window), Qt.MouseButton.LeftButton)
    assert signal.args[0].quantization == "Q5_K_M"
    assert page.choice.isVisible()
    assert not page.matrix.isVisible()


def test_the_row_says_what_the_file_takes_and_follows_the_controls(
    window: MainWindow, qtbot: QtBot, seven_b: Path
) -> None:
    page = window.page
    with qtbot.waitSignal(page.choice_changed, timeout=30_000):
        drop(window, seven_b)
    page.show_all()
    before = row_of(window).accessibleName()
    plan = page.own_row.plan
    assert plan is not None
    assert before.startswith("Your file mine.gguf. on the GPU · ")
    assert page.sentences.size(plan.estimate.total_bytes) in before
    assert " t/s" in before

    with qtbot.waitSignal(page.filled, timeout=30_000):
        page.controls.slider.set_tokens(65536)

    assert page.own_row.plan is not None
    assert page.own_row.plan.workload.context == 65536
    assert row_of(window).accessibleName() != before
    assert len(page.own_row.findChildren(RowButton)) <= 2


def test_the_row_stays_when_the_window_is_made_anew(
    window: MainWindow, qtbot: QtBot, theme: Theme, seven_b: Path
) -> None:
    # As a change of language does
    with qtbot.waitSignal(window.page.choice_changed, timeout=30_000):
        drop(window, seven_b)
    other = MainWindow(theme, Settings(), FitPage)
    qtbot.addWidget(other)
    other.show()

    with qtbot.waitSignal(other.answered, timeout=30_000):
        other.take_over(window)

    assert other.page.own_row.isVisible()
    assert "mine.gguf" in row_of(other).accessibleName()


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

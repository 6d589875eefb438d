"""The three wishes, filters, sorting, runtimes: what a person turns above the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.hardware import Machine
from fitcheck.core.planner import Plan
from fitcheck.errors import EnvironmentLacksError
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings

from .conftest import RTX_4090, desktop

LLAMA_70B = "deepseek-r1-distill-llama-70b"


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> FitPage:
    page = FitPage(theme, Settings())
    qtbot.addWidget(page)
    page.resize(1000, 760)
    page.set_units("GiB")
    page.show()
    with qtbot.waitSignal(page.filled, timeout=30_000):
        page.set_machine(desktop(RTX_4090), True)
    return page


def place(page: FitPage) -> tuple[str, str]:
    index = page.matrix.currentIndex()
    return page.model.rows[index.row()].id, page.model.columns[index.column()].id


def act(page: FitPage, qtbot: QtBot, change: Callable[[], object]) -> None:
    with qtbot.waitSignal(page.filled, timeout=30_000):
        change()


def test_each_wish_has_a_card_that_leads_to_its_pick(page: FitPage, qtbot: QtBot) -> None:
    picks = page.filler.picks
    assert picks is not None
    wanted = {
        (choice.plan.model_id, choice.plan.quantization) for choice in picks.by_wish.values() if choice is not None
    }

    reached = set()
    for button in page.answer.ways:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        reached.add(place(page))

    assert reached == wanted
    assert page.answer.ways[0].accessibleName().startswith("Best quality")


def test_a_pick_in_a_rare_type_is_shown_in_its_column(page: FitPage) -> None:
    page.show_cell(LLAMA_70B, "Q5_K_S")

    assert place(page) == (LLAMA_70B, "Q5_K_S")
    assert page.model.bits_open(5)


def test_wishes_with_the_same_answer_share_a_card(page: FitPage, qtbot: QtBot) -> None:
    small = Machine(ram_total_bytes=8 << 30, ram_available_bytes=5 << 30)

    act(page, qtbot, lambda: page.set_machine(small, True))

    picks = page.filler.picks
    assert picks is not None
    places = {
        (choice.plan.model_id, choice.plan.quantization) for choice in picks.by_wish.values() if choice is not None
    }
    assert len(page.answer.ways) == len(places)


def test_the_speed_filter_steps_back_what_is_slower(page: FitPage) -> None:
    page.bar.only_fast.click()

    for row in range(page.model.rowCount()):
        for column in range(page.model.columnCount()):
            speed = page.model.speed(row, column)
            assert page.model.is_left_out(row, column) == (speed is None or speed < 20)


def test_the_gpu_filter_steps_back_what_needs_ram_and_can_still_be_reached(page: FitPage) -> None:
    page.bar.only_gpu.click()

    index = page.model.place(LLAMA_70B, "Q8_0")
    assert index is not None
    assert page.model.is_left_out(index.row(), index.column())
    page.matrix.setCurrentIndex(index)
    assert place(page) == (LLAMA_70B, "Q8_0")
    assert "left out by the filter" in index.data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize("order", ["size", "smallest", "quality", "speed"])
def test_rows_are_sorted_as_asked_and_the_choice_stays(page: FitPage, qtbot: QtBot, order: str) -> None:
    page.show_cell(LLAMA_70B, "Q4_K_M")

    page.bar.order.setCurrentIndex(page.bar.order.findData(order))

    assert place(page) == (LLAMA_70B, "Q4_K_M")
    ids = [model.id for model in page.model.rows]
    first = {
        "size": "deepseek-r1-671b", "smallest": "deepseek-r1-distill-qwen-1.5b", "quality": "deepseek-r1-671b",
        "speed": "deepseek-r1-distill-qwen-1.5b",
    }  # fmt: skip
    assert ids[0] == first[order]
    assert len(set(ids)) == len(ids) == 8


def test_a_cell_says_its_speed(page: FitPage) -> None:
    index = page.model.place(LLAMA_70B, "Q4_K_M")
    assert index is not None

    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)

    speed = page.model.speed(index.row(), index.column())
    assert speed is not None
    assert f"about {speed:.1f} tokens per second" in spoken
    assert "tokens/s" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_copying_in_the_matrix_takes_the_row(page: FitPage, qtbot: QtBot) -> None:
    page.show_cell(LLAMA_70B, "Q4_K_M")

    qtbot.keyClick(page.matrix, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == page.model.columnCount()
    cells = lines[[one.id for one in page.model.columns].index("Q4_K_M")].split("\t")
    assert cells[0] == "DeepSeek-R1 Distill Llama 70B"
    assert cells[1:3] == ["Q4_K_M", "GPU + RAM"]
    assert cells[3].endswith(" GiB")


def test_a_click_on_a_cell_opens_it(page: FitPage, qtbot: QtBot) -> None:
    index = page.model.place("deepseek-r1-distill-qwen-14b", "Q6_K")
    assert index is not None

    qtbot.mouseClick(
        page.matrix.viewport(), Qt.MouseButton.LeftButton, pos=page.matrix.visualRect(index).center()
    )  # fmt: skip

    assert place(page) == ("deepseek-r1-distill-qwen-14b", "Q6_K")
    assert page.choice.isVisible()


def test_a_runtime_without_cache_types_disables_them_and_says_so(page: FitPage, qtbot: QtBot) -> None:
    act(page, qtbot, lambda: page.controls.cache_type.setCurrentText("q8_0"))

    act(page, qtbot, lambda: page.controls.set_runtime("ktransformers"))

    assert not page.controls.cache_type.isEnabled()
    assert page.controls.cache_type.toolTip() == "KTransformers has no such setting"
    assert page.controls.workload.type_k == "f16"
    act(page, qtbot, lambda: page.controls.set_runtime("ollama"))
    assert page.controls.cache_type.isEnabled()


def test_the_command_is_that_of_the_runtime(page: FitPage, qtbot: QtBot) -> None:
    page.controls.set_runtime("ollama")

    qtbot.mouseClick(page.answer.copy, Qt.MouseButton.LeftButton)

    assert "ollama" in QGuiApplication.clipboard().text()
    assert page.answer.copy.text() == "Copied"
    qtbot.waitUntil(lambda: page.answer.copy.text() == "Copy command", timeout=3000)


@pytest.mark.parametrize(("key", "name"), [("vllm", "vLLM"), ("sglang", "SGLang")])
def test_a_runtime_without_a_matrix_says_what_the_matrix_shows(
    page: FitPage, qtbot: QtBot, key: str, name: str
) -> None:
    before = {plan.quantization: page.filler.wishes for plan in page.model.plans()}

    act(page, qtbot, lambda: page.controls.set_runtime(key))

    assert page.controls.note.isVisible()
    assert page.controls.note.text().startswith(f"{name} serves the makers' checkpoints")
    assert set(before.values()) == {page.filler.wishes}
    act(page, qtbot, lambda: page.controls.set_runtime("ollama"))
    assert not page.controls.note.isVisible()


def test_copying_what_a_runtime_cannot_do_leads_to_the_reason(page: FitPage, qtbot: QtBot) -> None:
    act(page, qtbot, lambda: page.controls.slider.set_tokens(131072))
    act(page, qtbot, lambda: page.controls.set_runtime("vllm"))
    QGuiApplication.clipboard().setText("before")

    qtbot.mouseClick(page.answer.copy, Qt.MouseButton.LeftButton)

    assert page.choice.isVisible()
    assert QGuiApplication.clipboard().text() == "before"
    qtbot.waitUntil(lambda: "keeps everything on cards" in page.choice.command._text.text(), timeout=5000)


def test_the_command_line_tool_can_be_the_runtime_of_commands(page: FitPage, qtbot: QtBot) -> None:
    page.set_runtime("llama-cli")
    page.show_choice()

    qtbot.waitUntil(lambda: page.choice.command.text.startswith("llama-cli "), timeout=5000)


def test_contexts_that_were_filled_come_back_at_once(page: FitPage, qtbot: QtBot) -> None:
    act(page, qtbot, lambda: page.controls.slider.set_tokens(8192))

    page.controls.slider.set_tokens(16384)

    assert page.model.missing() == []
    assert all(plan.workload.context == 16384 for plan in page.model.plans())


def test_the_other_contexts_are_filled_ahead_when_all_is_quiet(page: FitPage, qtbot: QtBot) -> None:
    page.filler.contexts = (32768,)
    other = replace(page.controls.workload, context=32768)

    qtbot.waitUntil(lambda: page.filler.is_known(other), timeout=30_000)
    page.controls.slider.set_tokens(32768)

    assert page.model.missing() == []
    assert all(plan.workload == other for plan in page.model.plans())


def test_another_machine_forgets_what_was_filled(page: FitPage, qtbot: QtBot) -> None:
    act(page, qtbot, lambda: page.set_machine(desktop(), True))

    assert all(isinstance(plan, Plan) and not plan.machine.gpus for plan in page.model.plans())


def test_an_error_of_the_service_is_said_where_the_answer_would_be(
    page: FitPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> Plan:
        raise EnvironmentLacksError("no_catalogue", "The catalogue cannot be read.")

    monkeypatch.setattr(service, "plan", broken)
    page.controls.slider.set_tokens(2048)
    assert page.answer.sentence.text() == "The answer could not be worked out."
    assert page.answer.detail.text() == "The catalogue cannot be read."
    monkeypatch.undo()

    act(page, qtbot, lambda: qtbot.mouseClick(page.answer.ways[0], Qt.MouseButton.LeftButton))

    assert "fits on your RTX 4090" in page.answer.sentence.text()

"""The choice in detail: how fast it runs and what to type for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.hardware import Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.gui.fixes import MachineChange
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.gui.widgets.popover import Popover
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
    with qtbot.waitSignal(page.filled, timeout=30_000):
        page.set_machine(desktop(RTX_4090), True)
    qtbot.waitUntil(page.choice.command.isVisible)
    return page


def texts(page: FitPage) -> str:
    return "\n".join(label.text() for label in page.choice.findChildren(QLabel) if label.isVisible())


def test_the_choice_says_how_fast_it_runs_and_what_limits_it(page: FitPage) -> None:
    said = texts(page)

    assert "tokens/s (" in said
    assert "of the time goes into reading weights from RTX 4090" in said
    assert "tokens of thinking: " in said
    assert "GPU0" not in said


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

    with qtbot.waitSignal(page.filled, timeout=30_000):
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


def rows(page: FitPage) -> list[str]:
    return [button.accessibleName() for button in page.choice.fixes.rows]


def choose(page: FitPage, qtbot: QtBot, model: str, quant: str) -> Plan:
    """Make a cell the choice and wait for what is made of it; the cards come last and are not waited for."""
    page.show_cell(model, quant)
    qtbot.waitUntil(lambda: page.choice.fixes.aside.text() != "Working it out…", timeout=60_000)
    plan = page.choice.plan
    assert plan is not None
    return plan


def test_a_screen_reader_takes_the_memory_bar_for_a_graphic_with_its_numbers(page: FitPage) -> None:
    interface = QAccessible.queryAccessibleInterface(page.choice.memory.views[0])
    assert interface is not None

    assert interface.role() == QAccessible.Role.Graphic
    name = interface.text(QAccessible.Text.Name)
    assert name.startswith("RTX 4090, ")
    assert "weights" in name
    assert "free of 24.0 GiB, margin " in name


def test_arrow_keys_step_through_the_parts_of_a_bar(page: FitPage, qtbot: QtBot) -> None:
    view = page.choice.memory.views[0]

    qtbot.keyClick(view, Qt.Key.Key_Home)
    first = view.stop
    qtbot.keyClick(view, Qt.Key.Key_Right)

    assert first is not None
    assert first.words.startswith("in use by other programs: ")
    assert view.stop is not None
    assert view.stop.words.startswith("weights: ")
    assert view.accessibleDescription() == view.stop.words


def test_pointing_at_a_part_reads_its_value(page: FitPage, qtbot: QtBot) -> None:
    view = page.choice.memory.views[0]
    assert view.drawing is not None
    weights = view.drawing.stops[1]

    qtbot.mouseMove(view, QPoint(round(weights.x + weights.width / 2), round(weights.y + 4)))

    qtbot.waitUntil(lambda: view.stop is weights)


def test_the_map_shows_every_layer_and_says_where_the_experts_are(page: FitPage, qtbot: QtBot) -> None:
    plan = choose(page, qtbot, "deepseek-r1-671b", "IQ1_S")
    (view,) = page.choice.layers.views

    assert view.drawing is not None
    assert len(view.drawing.stops) == 2 * plan.model.n_layers + 1
    assert "experts of layers" in page.choice.layers.aside.text()
    assert "in RAM" in view.accessibleName()


def test_the_curves_follow_once_the_choice_rests(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-32b", "IQ4_XS")

    memory, speed = page.choice.curves.views[:2]
    assert memory.drawing is not None
    assert speed.drawing is not None
    assert "stops at" in memory.drawing.words
    assert "tokens/s" in speed.drawing.words
    assert memory.drawing.table[0] == ("context", "GiB")


def test_curves_of_another_file_go_before_the_new_ones_come(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-32b", "IQ4_XS")

    page.show_cell("deepseek-r1-distill-qwen-14b", "Q8_0")

    assert not any(view.isVisible() for view in page.choice.curves.views)
    assert page.choice.curves.aside.text() == "Working it out…"


def test_a_fix_applies_itself_and_can_be_undone(page: FitPage, qtbot: QtBot) -> None:
    plan = choose(page, qtbot, "deepseek-r1-distill-qwen-32b", "Q4_K_M")
    assert plan.verdict == "offload"
    before = page.controls.workload.context
    fix = next(button for button in page.choice.fixes.rows if "of context instead of" in button.accessibleName())

    with qtbot.waitSignal(page.filled, timeout=30_000):
        qtbot.mouseClick(fix, Qt.MouseButton.LeftButton)

    assert page.choice.plan is not None
    assert page.choice.plan.verdict == "gpu"
    assert page.controls.workload.context < before
    assert page.choice.fixes.undo.text().startswith("Undo: ")
    with qtbot.waitSignal(page.filled, timeout=30_000):
        qtbot.mouseClick(page.choice.fixes.undo, Qt.MouseButton.LeftButton)
    assert page.controls.workload.context == before
    assert (page.choice.plan.model_id, page.choice.plan.quantization) == (plan.model_id, plan.quantization)
    assert not page.choice.fixes.undo.isVisible()


def test_a_smaller_type_is_chosen_by_its_fix(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-32b", "Q4_K_M")
    fix = next(button for button in page.choice.fixes.rows if " instead of Q4_K_M" in button.accessibleName())

    with qtbot.waitSignal(page.details.finished, timeout=60_000):
        qtbot.mouseClick(fix, Qt.MouseButton.LeftButton)

    assert page.choice.plan is not None
    assert page.choice.plan.verdict == "gpu"
    assert page.choice.plan.quantization != "Q4_K_M"


def test_what_fits_offers_the_longest_context_that_fits(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-32b", "IQ4_XS")
    longest = next(button for button in page.choice.fixes.rows if "of context instead of" in button.accessibleName())

    with qtbot.waitSignal(page.details.finished, timeout=60_000):
        qtbot.mouseClick(longest, Qt.MouseButton.LeftButton)

    plan = page.choice.plan
    assert plan is not None
    assert plan.verdict == "gpu"
    assert not any("of context instead of" in row for row in rows(page))


def test_more_ram_asks_for_a_machine_that_runs_it(page: FitPage, qtbot: QtBot) -> None:
    plan = choose(page, qtbot, "deepseek-r1-671b", "Q4_K_M")
    assert plan.verdict == "disk"
    assert any(row.startswith("Add ") and "Try it" not in row for row in rows(page))

    page.offer_what_if()
    more = next(button for button in page.choice.fixes.rows if button.accessibleName().startswith("Add "))
    with qtbot.waitSignal(page.what_if_wanted) as asked:
        qtbot.mouseClick(more, Qt.MouseButton.LeftButton)

    change = asked.args[0]
    assert isinstance(change, MachineChange)
    assert service.with_more_ram(plan, change.more_ram_bytes).runs


def test_recommended_cards_hold_it_and_ask_for_a_machine_of_them(page: FitPage, qtbot: QtBot) -> None:
    page.offer_what_if()
    plan = choose(page, qtbot, "deepseek-r1-distill-llama-70b", "Q4_K_M")

    qtbot.waitUntil(lambda: bool(page.choice.cards.rows), timeout=60_000)
    with qtbot.waitSignal(page.what_if_wanted) as asked:
        qtbot.mouseClick(page.choice.cards.rows[0], Qt.MouseButton.LeftButton)

    machine = service.what_if_machine(asked.args[0].cards, ram_bytes=64 << 30)
    again = service.plan(
        service.find_model(plan.model_id), find_file_type(plan.quantization), plan.workload, machine
    )  # fmt: skip
    assert again.verdict == "gpu"


def popover(page: FitPage) -> Popover:
    return next(one for one in page.choice.findChildren(Popover) if one.isVisible())


def test_how_sure_the_memory_is_follows_from_the_estimate(page: FitPage, qtbot: QtBot) -> None:
    plan = choose(page, qtbot, "deepseek-r1-distill-qwen-14b", "Q4_K_M")

    qtbot.mouseClick(page.choice.memory.views[0], Qt.MouseButton.LeftButton)

    shown = popover(page)
    said = page.sentences.size(plan.devices[0].memory.kv_cache_bytes)
    assert f"KV cache: {said}" in shown.text
    assert "layers there × (tokens held × (" in shown.text
    assert "16,384" in shown.text
    assert "llama.cpp src/llama-kv-cache.cpp" in shown.text
    assert "A margin, not a measurement of your card." in shown.text
    shown.close()


def test_how_sure_the_speed_is_names_the_rates_and_the_band(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-14b", "Q4_K_M")

    qtbot.mouseClick(page.choice.speed.sure, Qt.MouseButton.LeftButton)

    shown = popover(page)
    assert "weights read from RTX 4090 ÷ bytes a second of RTX 4090" in shown.text
    assert "GB/s" in shown.text
    assert "most published cases lie within the band" in shown.text
    shown.close()


def test_how_good_it_is_names_score_loss_and_their_sources(page: FitPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "deepseek-r1-distill-qwen-14b", "Q4_K_M")

    qtbot.mouseClick(page.choice.quality.sure, Qt.MouseButton.LeftButton)

    shown = popover(page)
    assert "GPQA Diamond: 59.1 %" in shown.text
    assert "perplexity +" in shown.text
    assert shown.text.count("Source: https://") == 2
    shown.close()


def test_f1_on_a_cell_says_how_sure_its_numbers_are(page: FitPage, qtbot: QtBot) -> None:
    page.matrix.setFocus()

    qtbot.keyClick(page.matrix, Qt.Key.Key_F1)

    assert "Weights: " in popover(page).text
    popover(page).close()


def test_a_chart_can_be_read_as_a_table(page: FitPage, qtbot: QtBot) -> None:
    view = page.choice.memory.views[0]
    assert view.drawing is not None

    view.table_wanted.emit(view.drawing.table)

    assert "RTX 4090" in popover(page).text
    assert "weights" in popover(page).text
    popover(page).close()


def test_copying_in_the_choice_takes_the_command(page: FitPage, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().clear()
    with qtbot.waitActive(page):
        page.activateWindow()
    page.choice.memory.views[0].setFocus()

    qtbot.keyClick(page.choice.memory.views[0], Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text().startswith("llama-server")
    assert page.choice.command.copy.text() == "Copied"


def test_a_context_too_short_for_thinking_is_said_at_once(page: FitPage, qtbot: QtBot) -> None:
    page.controls.slider.set_tokens(4096)
    assert "too short for that" in texts(page)

    page.controls.slider.set_tokens(65536)
    assert "tokens left for you" in texts(page)


@pytest.mark.parametrize(("width", "beside"), [(760, False), (1240, True)])
def test_what_to_type_is_found_without_a_long_way(page: FitPage, qtbot: QtBot, width: int, beside: bool) -> None:
    page.resize(1200, 640)
    qtbot.waitUntil(lambda: page.minimumWidth() < 700)
    page.resize(width, 640)
    page.show_choice()
    choice = page.choice

    qtbot.waitUntil(lambda: (choice.run.x() > choice.memory.geometry().right()) == beside)
    assert choice.run.y() < choice.layers.y()

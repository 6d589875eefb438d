"""Home, with the real service behind it: what a person sees and can do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fitcheck.core.hardware import Disk, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.units import GIB
from fitcheck.gui.pages.fit import WIDE, FitPage
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.gui.widgets.popover import Popover
from fitcheck.settings import Settings

from .conftest import RTX_3090, RTX_4090, desktop

LAPTOP = Machine(ram_total_bytes=2 * GIB, ram_available_bytes=1 * GIB, disk=Disk("/", 100 * GIB, 50 * GIB))
SMALL = Machine(ram_total_bytes=6 * GIB, ram_available_bytes=4 * GIB, disk=Disk("/", 100 * GIB, 50 * GIB))

Filled = Callable[[Machine], FitPage]


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> FitPage:
    page = FitPage(theme, Settings())
    qtbot.addWidget(page)
    page.resize(1000, 760)
    page.set_units("GiB")
    page.show()
    return page


@pytest.fixture
def filled(page: FitPage, qtbot: QtBot) -> Filled:
    """The page, filled for a machine."""

    def fill(machine: Machine) -> FitPage:
        with qtbot.waitSignal(page.filled, timeout=30_000):
            page.set_machine(machine, True)
        return page

    return fill


def act(page: FitPage, qtbot: QtBot, change: Callable[[], object]) -> None:
    """Do something and wait until the matrix is full again."""
    with qtbot.waitSignal(page.filled, timeout=30_000):
        change()


def said(page: FitPage) -> str:
    """The answer without the joiners that keep its words together."""
    return page.answer.sentence.text().replace("\u2060", "")


def current(page: FitPage) -> Plan:
    plan = page.model.cell(page.matrix.currentIndex().row(), page.matrix.currentIndex().column())
    assert isinstance(plan, Plan)
    return plan


def test_before_the_machine_is_known_it_says_that_it_looks(page: FitPage) -> None:
    assert "Looking for the best" in page.answer.sentence.text()
    assert not page.answer.open.isVisibleTo(page)
    assert page.model.plans() == []


def test_the_answer_names_the_best_pick_and_marks_it(filled: Filled) -> None:
    page = filled(desktop(RTX_4090))

    pick = page.filler.picks.by_wish["balanced"]
    assert pick is not None
    assert pick.plan.quantization in said(page)
    assert "fits on your RTX 4090: about " in said(page)
    assert said(page).endswith(" tokens/s.")
    assert (current(page).model_id, current(page).quantization) == (pick.plan.model_id, pick.plan.quantization)
    index = page.matrix.currentIndex()
    assert page.model.is_best(index.row(), index.column())
    assert page.model.missing() == []


def test_what_was_said_of_another_machine_does_not_stand(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    said = page.answer.sentence.text()

    # When it is a machine without a card from now on
    with qtbot.waitSignal(page.filled, timeout=30_000):
        page.set_machine(desktop(), True)
        assert page.answer.sentence.text().startswith("Looking")

    # Then the answer is about that one
    assert page.answer.sentence.text() != said
    assert "RTX 4090" not in page.answer.sentence.text()


def test_several_cards_are_named_together(filled: Filled) -> None:
    page = filled(desktop(RTX_4090, RTX_3090))

    page.show_cell("deepseek-r1-distill-llama-70b", "Q4_K_M")

    assert "RTX 4090 + RTX 3090" in page.choice.words.headline(current(page), "70B")


def test_the_choice_shows_where_its_memory_goes(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    page.show_choice()

    bars = [view.accessibleName() for view in page.choice.memory.views]
    assert bars[0].startswith("RTX 4090, ")
    assert "weights" in bars[0]
    assert "KV cache" in bars[0]
    assert "margin" in bars[0]
    texts = [label.text() for label in page.choice.findChildren(type(page.answer.detail))]
    assert any("to download" in text for text in texts)


def test_cards_that_hold_nothing_are_named_rather_than_drawn(filled: Filled) -> None:
    page = filled(desktop(RTX_4090, RTX_3090))
    page.show_cell("deepseek-r1-distill-qwen-7b", "Q4_K_M")
    page.show_choice()

    drawn = [view.accessibleName() for view in page.choice.memory.views if view.isVisibleTo(page)]
    assert not any(name.startswith("RTX 3090") for name in drawn)
    assert page.choice.memory.foot.text() == "not needed: RTX 3090"


def test_a_longer_context_takes_more_and_may_change_the_pick(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    before = {plan.model_id: plan.estimate.total_bytes for plan in page.model.plans() if plan.quantization == "Q8_0"}

    act(page, qtbot, lambda: page.controls.slider.set_tokens(131072))

    after = {plan.model_id: plan.estimate.total_bytes for plan in page.model.plans() if plan.quantization == "Q8_0"}
    assert all(after[model] > before[model] for model in before)
    assert all(plan.workload.context == 131072 for plan in page.model.plans())


def test_a_context_beyond_the_distills_leaves_them_out_with_the_limit(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    act(page, qtbot, lambda: page.controls.slider.set_tokens(163840))

    cell = page.model.cell(1, 0)
    assert cell == "this model takes 128k of context at most"
    assert isinstance(page.model.cell(0, 0), Plan)


def test_every_control_changes_what_is_asked(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    controls = page.controls

    act(page, qtbot, lambda: controls.cache_type.setCurrentText("q8_0"))
    act(page, qtbot, lambda: controls.chats.setValue(4))
    act(page, qtbot, lambda: controls.flash.setCurrentText("on"))

    workload = page.model.plans()[0].workload
    assert (workload.type_k, workload.type_v, workload.parallel, workload.flash_attn) == ("q8_0", "q8_0", 4, "on")


def test_settings_that_the_engine_refuses_say_its_reason(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    act(page, qtbot, lambda: page.controls.cache_type.setCurrentText("q8_0"))
    act(page, qtbot, lambda: page.controls.flash.setCurrentText("off"))

    assert page.model.plans() == []
    assert "no model can run" in page.answer.sentence.text()
    assert "flash attention" in page.answer.detail.text()


def test_where_nothing_fits_it_says_what_lacks_and_what_helps(filled: Filled, qtbot: QtBot) -> None:
    page = filled(SMALL)
    act(page, qtbot, lambda: page.controls.slider.set_tokens(131072))
    assert page.answer.sentence.text() == "No DeepSeek-R1 fits this machine with 128k of context."
    assert "lacks" in page.answer.detail.text()

    ways = [button for button in page.answer.ways if button.accessibleName().startswith("Use ")]
    assert ways
    act(page, qtbot, ways[0].click)

    assert "1.5B" in said(page)


def test_where_nothing_can_help_no_button_pretends_to(filled: Filled) -> None:
    page = filled(LAPTOP)

    assert "No DeepSeek-R1 fits" in page.answer.sentence.text()
    assert all("Use q8_0" not in button.accessibleName() for button in page.answer.ways)


def test_the_choice_of_a_person_stays_when_the_context_changes(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    place = page.model.place("deepseek-r1-distill-qwen-7b", "Q8_0")
    assert place is not None
    page.matrix.select_place(place)

    act(page, qtbot, lambda: page.controls.slider.set_tokens(4096))

    assert (current(page).model_id, current(page).quantization) == ("deepseek-r1-distill-qwen-7b", "Q8_0")


def test_the_choice_follows_the_best_pick_until_somebody_chooses(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    act(page, qtbot, lambda: page.set_machine(desktop(RTX_4090, RTX_3090), True))

    index = page.matrix.currentIndex()
    assert page.model.is_best(index.row(), index.column())


def test_the_choice_is_told_to_the_strip(page: FitPage, qtbot: QtBot) -> None:
    told: list[object] = []
    page.choice_changed.connect(told.append)

    act(page, qtbot, lambda: page.set_machine(desktop(RTX_4090), True))

    assert told[-1] is current(page)


def test_arrow_keys_move_and_enter_opens_and_escape_returns(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    before = page.matrix.currentIndex()

    qtbot.keyClick(page.matrix, Qt.Key.Key_Down)
    assert page.matrix.currentIndex().row() == before.row() + 1

    qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.matrix.height() == page.matrix.full_height())
    ladder = page.matrix.height()
    assert page.choice.isVisible()
    assert not page.answer.isVisible()

    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.matrix.height() > 3 * ladder)
    assert not page.choice.isVisible()
    assert page.matrix.currentIndex().row() == before.row() + 1


def test_space_opens_the_variants_of_r1_and_fills_them(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    page.matrix.select_place(page.model.index(0, 0))

    act(page, qtbot, lambda: qtbot.keyClick(page.matrix, Qt.Key.Key_Space))

    assert len(page.model.rows) == 10
    assert page.model.missing() == []


def test_rare_types_are_filled_when_they_are_shown(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    act(page, qtbot, page.bar.hide_rare.click)

    assert len(page.model.columns) == 33
    assert page.model.missing() == []


def test_a_wide_page_puts_the_choice_beside_the_matrix(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))
    assert not page.choice.isVisible()

    page.resize(WIDE + 100, 760)
    qtbot.waitUntil(lambda: page.choice.isVisible() and page.choice.x() > page.matrix.x() + 100)


def test_context_and_cache_type_are_kept_for_the_next_start(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    with qtbot.waitSignal(page.settings_changed) as kept:
        page.controls.slider.set_tokens(65536)

    assert kept.args == [{"context": 65536, "kv_type": "f16"}]
    again = FitPage(load_theme("light"), Settings(**kept.args[0]))
    qtbot.addWidget(again)
    assert again.controls.workload.context == 65536


def test_units_are_those_asked_for(filled: Filled) -> None:
    page = filled(desktop(RTX_4090))
    before = page.answer.detail.text()

    page.set_units("GB")

    assert "GiB" in before
    assert "GiB" not in page.answer.detail.text()
    assert " GB" in page.answer.detail.text()


def test_another_palette_is_taken_everywhere(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    page.set_theme(load_theme("dark"))

    image = page.matrix.viewport().grab().toImage()
    assert image.pixelColor(image.width() - 1, image.height() - 1).lightness() < 100


def test_everything_a_person_works_with_has_a_name(filled: Filled, spoken: Callable[..., str]) -> None:
    page = filled(desktop(RTX_4090))

    for widget in (page.controls.slider, page.controls.cache_type, page.controls.flash, page.controls.chats):
        assert spoken(widget)
    assert spoken(page.matrix) == "Models by quantization"
    assert spoken(page.answer.open) == "Open this choice"
    for control in (page.controls.runtime, page.bar.only_gpu, page.bar.only_fast, page.bar.hide_rare, page.bar.order):
        assert spoken(control)
    assert all(spoken(button) for button in page.answer.ways)


def test_the_slider_is_reached_by_the_keyboard(page: FitPage) -> None:
    page.activateWindow()
    page.focus_slider()

    assert page.controls.slider.hasFocus() or page.focusWidget() is page.controls.slider


def test_the_answer_says_how_sure_it_is(filled: Filled, qtbot: QtBot) -> None:
    page = filled(desktop(RTX_4090))

    qtbot.mouseClick(page.answer.sure, Qt.MouseButton.LeftButton)

    popover = next(one for one in page.choice.findChildren(Popover) if one.isVisible())
    pick = page.filler.picks.by_wish["balanced"] if page.filler.picks else None
    assert pick is not None
    assert f"Tokens per second: {pick.decode.expected:.0f}" in popover.text
    assert "RTX 4090" in popover.text
    popover.close()


def test_the_best_pick_is_in_sight_in_the_smallest_window(page: FitPage, qtbot: QtBot) -> None:
    page.resize(767, 620)
    with qtbot.waitSignal(page.filled, timeout=30_000):
        page.set_machine(desktop(RTX_4090), True)

    def whole() -> bool:
        matrix = page.matrix
        cell = matrix.visualRect(matrix.currentIndex())
        return cell.isValid() and matrix.viewport().rect().contains(cell)

    qtbot.waitUntil(whole)
    assert page.matrix.verticalScrollBar().maximum() > 0

"""A machine that is imagined: chosen, changed, undone, and never taken for this one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.core.units import GIB
from fitcheck.errors import RequestError
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.what_if import Imagined, WhatIf, card_names, imagined_from, known_card
from tests.gui.conftest import RTX_3090, RTX_4090, desktop
from tests.gui.test_shell import press


def test_it_begins_with_this_machine() -> None:
    assert imagined_from(desktop(RTX_4090, RTX_3090)) == Imagined(("GeForce RTX 4090", "GeForce RTX 3090"), 128)


def test_a_card_that_nobody_knows_is_not_imagined() -> None:
    assert known_card("Voodoo 2") is None


def test_every_card_of_the_list_can_be_imagined() -> None:
    for name in card_names():
        assert Imagined().with_card(name).machine().gpus


def test_cards_may_be_mixed() -> None:
    machine = Imagined(("RTX 3090", "RTX 4060 Ti 16GB"), 64, "2x DDR5-5600").machine()

    assert [card.memory_total_bytes for card in machine.gpus] == [24 * GIB, 16 * GIB]
    assert machine.ram_total_bytes == 64 * GIB
    assert machine.ram_bandwidth_bytes_per_s == 89_600_000_000
    assert machine.what_if


def test_a_chip_with_unified_memory_is_a_computer_of_its_own() -> None:
    mac = Imagined(("RTX 3090",), 64).with_card("M3 Ultra 512GB")

    assert mac == Imagined(("M3 Ultra 512GB",))
    assert mac.with_card("RTX 3090").cards == ("RTX 3090",)


def test_steps_are_undone_and_redone() -> None:
    what_if = WhatIf()
    one, two = Imagined(("RTX 3090",)), Imagined(("RTX 3090", "RTX 3090"))
    what_if.imagine(one)
    what_if.imagine(two)

    what_if.undo()
    assert what_if.current == one
    what_if.undo()
    assert what_if.current is None
    assert not what_if.can_undo
    what_if.redo()
    what_if.redo()
    assert what_if.current == two
    assert not what_if.can_redo


def test_a_new_step_forgets_what_was_undone() -> None:
    what_if = WhatIf()
    what_if.imagine(Imagined(("RTX 3090",)))
    what_if.undo()
    what_if.imagine(Imagined(("RTX 4090",)))

    assert not what_if.can_redo


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    what_if = WhatIf()

    with pytest.raises(RequestError, match="16"):
        what_if.imagine(Imagined(("RTX 3090",) * 17))

    assert what_if.current is None


@pytest.fixture
def imagining(window: MainWindow) -> MainWindow:
    """The window of a desktop with an RTX 4090, of which another is imagined."""
    window.set_machine(desktop(RTX_4090), True)
    window.strip.what_if.click()
    return window


def test_the_page_plans_for_the_imagined_machine(imagining: MainWindow) -> None:
    imagining.what_if.imagine(Imagined(("RTX 3090",), 64))

    machine, final = imagining.page.machines[-1]
    assert machine.what_if
    assert machine.ram_total_bytes == 64 * GIB
    assert final


def test_one_click_goes_back_to_this_machine(imagining: MainWindow) -> None:
    panel = imagining._what_if_panel
    assert panel is not None
    assert panel.isVisible()

    panel.back.click()

    assert imagining.page.machines[-1][0] == desktop(RTX_4090)
    assert not panel.isVisible()
    assert imagining.strip.what_if.isVisible()


def test_it_is_marked_as_not_this_machine(imagining: MainWindow, spoken: Callable[[QWidget], str]) -> None:
    panel = imagining._what_if_panel
    assert panel is not None
    assert spoken(panel) == "Not this machine"
    assert not imagining.strip.what_if.isVisible()


def test_readings_of_this_machine_do_not_disturb_the_imagined_one(imagining: MainWindow) -> None:
    planned = len(imagining.page.machines)

    imagining.follow_live(desktop(RTX_3090))
    imagining.set_machine(desktop(RTX_3090), True)

    assert len(imagining.page.machines) == planned
    imagining.what_if.imagine(None)
    assert imagining.page.machines[-1][0] == desktop(RTX_3090)


def test_keys_undo_and_redo(imagining: MainWindow) -> None:
    imagining.what_if.imagine(Imagined(("RTX 3090",)))

    press(imagining, "Ctrl+Z")
    assert imagining.what_if.current == imagined_from(desktop(RTX_4090))
    press(imagining, "Ctrl+Shift+Z")
    assert imagining.what_if.current == Imagined(("RTX 3090",))


def test_a_card_is_typed_and_taken_out_again(imagining: MainWindow, qtbot: QtBot) -> None:
    panel = imagining._what_if_panel
    assert panel is not None
    panel.cards.lineEdit().setText("2x RTX 3090")
    panel.cards.lineEdit().returnPressed.emit()
    assert imagining.what_if.current == Imagined(("GeForce RTX 4090", "2x RTX 3090"), 128)

    remove = [one for one in panel.findChildren(QToolButton) if one.accessibleName() == "Take out GeForce RTX 4090"]
    remove[0].click()

    assert imagining.what_if.current == Imagined(("2x RTX 3090",), 128)


def test_a_card_that_nobody_knows_is_a_sentence_in_the_window(imagining: MainWindow) -> None:
    panel = imagining._what_if_panel
    assert panel is not None
    panel.cards.lineEdit().setText("Voodoo 2")
    panel.cards.lineEdit().returnPressed.emit()

    assert "Voodoo 2" in imagining.notice.text


def test_ram_is_chosen(imagining: MainWindow) -> None:
    panel = imagining._what_if_panel
    assert panel is not None
    panel.ram.setCurrentIndex(panel.ram.findData(512))
    panel.ram.activated.emit(panel.ram.currentIndex())

    assert imagining.page.machines[-1][0].ram_total_bytes == 512 * GIB


def test_it_waits_until_there_is_a_machine_to_come_back_to(window: MainWindow) -> None:
    assert not window.strip.what_if.isEnabled()
    assert not window.menu.what_if.isEnabled()

    window.set_machine(desktop(RTX_4090), False)

    assert window.strip.what_if.isEnabled()


def test_a_look_that_fails_is_not_said_of_the_imagined_machine(imagining: MainWindow) -> None:
    imagining.set_failed("The graphics driver did not answer.")

    assert not imagining.strip._headline.isVisible()


def test_nobody_is_asked_who_uses_cards_that_are_imagined(window: MainWindow) -> None:
    window.what_if.imagine(imagined_from(None))
    imagined = window.strip.details.isHidden()
    window.what_if.imagine(None)

    assert imagined
    assert not window.strip.details.isHidden()

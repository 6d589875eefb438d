"""Readings that come while the window is open."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from fitcheck.core.hardware import GpuProcess
from fitcheck.core.units import GIB
from fitcheck.gui.main_window import MainWindow
from tests.gui.conftest import RTX_4090, desktop


def test_readings_are_shown_and_a_small_change_is_not_planned_anew(window: MainWindow, qtbot: QtBot) -> None:
    # Given a machine that was planned for
    machine = desktop(RTX_4090)
    with qtbot.waitSignal(window.answered, timeout=20_000):
        window.set_machine(machine, True)
    planned = []
    window.page.set_machine = lambda *given: planned.append(given)
    (card,) = machine.gpus
    held = (GpuProcess("firefox", GIB // 2), GpuProcess("sh", None))

    # When another program takes 100 MiB
    live = replace(card, memory_free_bytes=(card.memory_free_bytes or 0) - (100 << 20), processes=held)
    window.follow_live(replace(machine, gpus=(live,)))

    # Then the strip says who, and no plan is made
    state = window.strip.views[0].state
    assert [(line.label, line.value) for line in state.lines if line.label == "firefox"] == [("firefox", "0.5")]
    assert planned == []

    # When it takes a GiB more
    less = replace(live, memory_free_bytes=(live.memory_free_bytes or 0) - GIB)
    window.follow_live(replace(machine, gpus=(less,)))
    assert len(planned) == 1


def test_a_card_that_goes_is_planned_without(window: MainWindow, qtbot: QtBot) -> None:
    machine = desktop(RTX_4090)
    with qtbot.waitSignal(window.answered, timeout=20_000):
        window.set_machine(machine, True)
    planned = []
    window.page.set_machine = lambda *given: planned.append(given)

    window.follow_live(replace(machine, gpus=()))

    assert len(planned) == 1
    assert [view.state.key for view in window.strip.views] == ["ram", "disk"]

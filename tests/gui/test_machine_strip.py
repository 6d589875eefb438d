"""The strip says what is known, why the rest is not, and what the choice would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.gui.widgets.device_bar import DeviceBar
from fitcheck.gui.widgets.device_states import Fill, short_card_name, short_cpu_name
from fitcheck.gui.widgets.machine_strip import MachineStrip
from tests.gui.conftest import RTX_3090, RTX_4090, desktop

Spoken = Callable[[QWidget], str]


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> MachineStrip:
    made = MachineStrip(theme)
    qtbot.addWidget(made)
    made.resize(256, 700)
    return made


def words(strip: MachineStrip) -> str:
    """Everything that is readable in the strip."""
    labels = strip.widget().findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(strip) and label.text())


def plan_for(machine: Machine, model: str = "32b", quantization: str = "Q4_K_M") -> Plan:
    file_type = next(one for one in FILE_TYPES if one.id == quantization)
    return service.plan(service.find_model(model), file_type, Workload(context=8192), machine)


def test_before_anything_is_known_it_says_that_it_looks(strip: MachineStrip) -> None:
    assert "Looking at this machine…" in words(strip)
    assert strip.planned_machine is None
    assert all(view.state is not None and view.state.fill is None for view in strip.views)


def test_a_card_shows_name_size_use_link_and_bandwidth(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    text = words(strip)
    for part in ("RTX 4090", "24 GiB", "other programs", "1.3", "driver 580.95 · PCIe 4.0 x16", "1,008 GB/s"):
        assert part in text
    assert "Looking" not in text
    assert "Ryzen 9 7950X · 16 cores" in text


def test_a_card_is_spoken_in_one_sentence(strip: MachineStrip, spoken: Spoken) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    box = strip.views[0].check_box
    assert box is not None
    assert spoken(box) == "RTX 4090, 24 gibibytes, 1.3 used by other programs, 22.7 stay free, in the plan"


def test_the_choice_is_shown_and_spoken(strip: MachineStrip, spoken: Spoken) -> None:
    machine = desktop(RTX_4090)
    plan = plan_for(machine)
    strip.set_machine(machine, True)
    strip.set_choice(plan)
    box = strip.views[0].check_box
    assert box is not None
    taken = plan.devices[0].memory.total_bytes
    free = (RTX_4090.memory_free_bytes or 0) - taken
    assert f"this choice takes {taken / GIB:.1f}, {free / GIB:.1f} stay free, in the plan" in spoken(box)
    assert "free after it" in words(strip)


def test_no_choice_takes_it_away_again(strip: MachineStrip) -> None:
    machine = desktop(RTX_4090)
    strip.set_machine(machine, True)
    strip.set_choice(plan_for(machine))
    strip.set_choice(None)
    assert "this choice" not in words(strip)


def test_a_choice_larger_than_the_ram_says_what_lacks(strip: MachineStrip) -> None:
    machine = desktop()
    strip.set_machine(machine, True)
    strip.set_choice(plan_for(machine, "r1", "Q4_K_M"))
    ram = strip.views[0].state
    assert ram is not None
    assert [line.label for line in ram.lines if line.alarm] == ["this choice", "lacks"]
    assert "are missing" in ram.spoken


def test_no_card_is_a_normal_answer_with_its_reason(strip: MachineStrip) -> None:
    strip.set_machine(desktop(notes=("No NVIDIA driver is installed.",)), True)
    assert "No usable GPU" in words(strip)
    assert "No NVIDIA driver is installed." in words(strip)


def test_an_unknown_card_says_why_and_has_no_box(strip: MachineStrip) -> None:
    asleep = Gpu("NVIDIA RTX 4060", uuid="GPU-9", unknown={"memory_total_bytes": "The card is asleep."})
    strip.set_machine(desktop(asleep), True)
    view = strip.views[0]
    assert "The card is asleep." in words(strip)
    assert view.state is not None
    assert view.state.fill is None
    assert view.check_box is not None
    assert view.check_box.isHidden()


def test_a_card_that_shares_the_ram_is_not_counted_twice(strip: MachineStrip) -> None:
    strip.set_machine(desktop(Gpu("Intel UHD Graphics 770", integrated=True)), True)
    assert "shares the RAM and is counted there" in words(strip)


def test_unknown_ram_and_disk_say_why(strip: MachineStrip) -> None:
    unknown = {"ram_available_bytes": "The container does not say.", "disk_free_bytes": "The share is away."}
    machine = desktop(ram_available_bytes=None, disk=None, unknown=unknown)
    strip.set_machine(machine, True)
    assert "The container does not say." in words(strip)
    assert "The share is away." in words(strip)


def test_unticking_takes_a_card_out_of_the_plan(strip: MachineStrip, qtbot: QtBot) -> None:
    strip.set_machine(desktop(RTX_4090, RTX_3090), True)
    box = strip.views[0].check_box
    assert box is not None
    strip.show()
    with qtbot.waitSignal(strip.cards_changed):
        qtbot.keyClick(box, Qt.Key.Key_Space)
    assert strip.planned_machine is not None
    assert strip.planned_machine.gpus == (RTX_3090,)
    assert "not in the plan" in words(strip)


def test_a_card_stays_out_when_the_machine_is_looked_at_again(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    box = strip.views[0].check_box
    assert box is not None
    box.click()
    strip.set_looking()
    strip.set_machine(desktop(replace(RTX_4090, memory_free_bytes=20 * GIB)), True)
    assert strip.planned_machine is not None
    assert strip.planned_machine.gpus == ()


def test_the_choice_lands_on_the_cards_that_are_in_the_plan(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090, RTX_3090), True)
    box = strip.views[0].check_box
    assert box is not None
    box.click()
    assert strip.planned_machine is not None
    strip.set_choice(plan_for(strip.planned_machine))
    first, second = strip.views[0].state, strip.views[1].state
    assert first is not None
    assert second is not None
    assert first.fill is not None
    assert first.fill.choice_bytes == 0
    assert second.fill is not None
    assert second.fill.choice_bytes > 10 * GIB


def test_the_choice_passes_over_a_card_without_room(strip: MachineStrip) -> None:
    full = replace(RTX_3090, memory_free_bytes=GIB // 2)
    machine = desktop(full, RTX_4090)
    strip.set_machine(machine, True)

    strip.set_choice(plan_for(machine, "7b"))

    first, second = strip.views[0].state, strip.views[1].state
    assert first is not None
    assert second is not None
    assert first.fill is not None
    assert first.fill.choice_bytes == 0
    assert second.fill is not None
    assert second.fill.choice_bytes > GIB


@pytest.mark.parametrize("quantization", [one.id for one in FILE_TYPES if one.common])
def test_what_fits_never_reaches_into_the_margin(strip: MachineStrip, quantization: str) -> None:
    machine = desktop(RTX_4090)
    strip.set_machine(machine, True)
    plan = plan_for(machine, "70b", quantization)
    strip.set_choice(plan)

    for view in strip.views[:2]:
        assert view.state is not None
        fill = view.state.fill
        assert fill is not None
        assert (fill.used_bytes + fill.choice_bytes + fill.margin_bytes <= fill.total_bytes) or not plan.runs


def test_twin_cards_are_numbered(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_3090, replace(RTX_3090, uuid="GPU-3")), True)
    names = [view.state.name for view in strip.views if view.state]
    assert names[:2] == ["RTX 3090 (1)", "RTX 3090 (2)"]


def test_a_lost_card_leaves_the_strip(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090, RTX_3090), True)
    strip.set_machine(desktop(RTX_4090), True)
    assert len(strip.views) == 3
    assert "RTX 3090" not in words(strip)


def test_sizes_follow_the_unit(strip: MachineStrip, spoken: Spoken) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    strip.set_units("GB")
    box = strip.views[0].check_box
    assert box is not None
    assert "25.8 GB" in words(strip)
    assert "25.8 gigabytes" in spoken(box)


def test_a_failed_look_says_so_and_keeps_what_is_known(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    strip.set_failed("The graphics driver did not answer within 10 seconds.")
    assert "The graphics driver did not answer within 10 seconds. F5 looks again." in words(strip)
    assert "RTX 4090" in words(strip)


def test_eight_cards_scroll_instead_of_being_squeezed(strip: MachineStrip, qtbot: QtBot) -> None:
    strip.show()
    strip.set_machine(desktop(*(replace(RTX_3090, uuid=str(index)) for index in range(8))), True)
    qtbot.waitUntil(lambda: strip.verticalScrollBar().maximum() > 0)
    # The views get their heights in a later round of the event loop, which a busy computer takes its time for.
    qtbot.waitUntil(lambda: all(view.height() >= view.minimumSizeHint().height() for view in strip.views))


def test_another_theme_repaints_everything(strip: MachineStrip) -> None:
    strip.set_machine(desktop(RTX_4090), True)
    strip.set_theme(load_theme("dark"))
    image = strip.views[0].grab().toImage()
    assert not image.isNull()
    assert "other programs" in words(strip)


def bar_colour(bar: DeviceBar, x: float) -> QColor:
    image = bar.grab().toImage()
    return image.pixelColor(round(x * image.width()), image.height() // 2)


def test_the_bar_is_to_scale(qtbot: QtBot, theme: Theme) -> None:
    bar = DeviceBar(theme)
    qtbot.addWidget(bar)
    bar.resize(200, 10)
    bar.set_fill(Fill(total_bytes=100, used_bytes=20, choice_bytes=50, margin_bytes=10))
    assert bar_colour(bar, 0.45) == theme.colour("accent")
    assert bar_colour(bar, 0.80) == theme.colour("component.free")


def test_what_reaches_into_the_margin_is_emptied_and_outlined(qtbot: QtBot, theme: Theme) -> None:
    bar = DeviceBar(theme)
    qtbot.addWidget(bar)
    bar.resize(200, 10)
    bar.set_fill(Fill(total_bytes=100, used_bytes=20, choice_bytes=78, margin_bytes=20))
    assert bar_colour(bar, 0.5) == theme.colour("accent")
    assert bar_colour(bar, 0.9) == theme.colour("component.free")
    assert bar.grab().toImage().pixelColor(180, 0) == theme.colour("danger_text")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("NVIDIA GeForce RTX 4090", "RTX 4090"),
        ("NVIDIA H100 80GB HBM3", "H100 80GB HBM3"),
        ("AMD Radeon RX 7900 XTX", "RX 7900 XTX"),
        ("Intel Arc A770", "Intel Arc A770"),
        ("NVIDIA", "NVIDIA"),
    ],
)
def test_card_names_are_short(name: str, short: str) -> None:
    assert short_card_name(name) == short


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("AMD Ryzen 9 7950X 16-Core Processor", "Ryzen 9 7950X"),
        ("Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz", "Core i7-9700K"),
        ("Apple M3 Max", "Apple M3 Max"),
        ("AMD EPYC", "EPYC"),
    ],
)
def test_cpu_names_are_short(name: str, short: str) -> None:
    assert short_cpu_name(name) == short

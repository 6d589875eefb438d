"""What the machine strip says about each device: a machine and a plan in, texts and sizes out.

No widgets here, so that the strip only shows and this only words.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from fitcheck.frozen import dataclass
from fitcheck.gui.language import in_one, said

if TYPE_CHECKING:
    from fitcheck.core.hardware import Gpu, Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.units import ByteUnit

MOST_HOLDERS = 3
"""Programs named under a card: the rest is small, and ``fitcheck scan`` lists them all."""

Swatch = Literal["other_programs", "choice", "free", "none"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line under a bar: swatch, what it is, its value; ``alarm`` when it is what does not fit."""

    swatch: Swatch
    label: str
    value: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A bar's parts in bytes: the device, what others hold, what the choice takes, what must stay free."""

    total_bytes: int
    used_bytes: int
    choice_bytes: int = 0
    margin_bytes: int = 0

    @property
    def free_bytes(self) -> int:
        """What stays free; negative where the choice is larger than the device."""
        return self.total_bytes - self.used_bytes - self.choice_bytes


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device of the strip. ``included`` is None where there is no check box, ``fill`` where nothing is known."""

    key: str
    name: str
    size: str
    fill: Fill | None
    lines: tuple[Line, ...]
    spoken: str
    included: bool | None = None


def card_keys(machine: Machine) -> tuple[str, ...]:
    """A name for each card that stays the same when the machine is looked at again."""
    return tuple(gpu.uuid or f"{index}:{gpu.name}" for index, gpu in enumerate(machine.gpus))


def short_card_name(name: str) -> str:
    """``NVIDIA GeForce RTX 4090`` as people call it."""
    for prefix in ("NVIDIA ", "GeForce ", "AMD ", "Radeon "):
        name = name.removeprefix(prefix) if name.removeprefix(prefix)[:1].isupper() else name
    return name


def short_cpu_name(name: str) -> str:
    """``AMD Ryzen 9 7950X 16-Core Processor`` without what says nothing or is said beside it."""
    name = re.sub(r"\((R|TM|tm)\)", "", name)
    name = re.sub(r"\s+(@.*|CPU\b|\d+-Core Processor|Processor|with Radeon.*)", "", name)
    return re.sub(r"^(AMD|Intel)\s+", "", " ".join(name.split()))


def card_share_of_ram(plan: Plan) -> int:
    """What a card whose memory is the RAM takes of it, in bytes, as the planner counts it."""
    cards = zip(plan.machine.plannable_gpus, plan.devices[:-1], strict=False)
    return sum(device.memory.total_bytes for card, device in cards if card.unified)


class DeviceStates(QObject):
    """Words a machine in the window's language; ``units`` is how sizes are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.units: ByteUnit = "GiB"

    def cards(self, machine: Machine, plan: Plan | None, excluded: Set[str]) -> list[DeviceState]:
        """Every card, in the driver's order."""
        keys = card_keys(machine)
        names = [short_card_name(gpu.name) for gpu in machine.gpus]
        planned = _planned_cards(plan)
        states = []
        for index, (key, gpu) in enumerate(zip(keys, machine.gpus, strict=True)):
            twins = names.count(names[index]) > 1
            name = f"{names[index]} ({index + 1})" if twins else names[index]
            share = planned.pop(0) if planned and key not in excluded else None
            if not gpu.plannable or gpu.memory_total_bytes is None:
                states.append(self._unknown_card(key, name, gpu))
            elif key in excluded:
                states.append(self._left_out(key, name, gpu))
            else:
                states.append(self._card(key, name, gpu, machine, share))
        return states

    def ram(self, machine: Machine, plan: Plan | None) -> DeviceState:
        """Main memory, as far as this process may use it."""
        name, total, available = self.tr("RAM"), machine.ram_total_bytes, machine.ram_available_bytes
        if total is None or available is None:
            reason = self._reason(machine.unknown, "ram_available_bytes", "ram_total_bytes")
            return DeviceState("ram", name, self._size(total), None, (Line("none", reason),), f"{name}, {reason}")
        taken, margin = _host_share(plan)
        fill = Fill(total, max(0, total - available), taken, margin)
        lines = list(self._parts(fill, self.tr("in use")))
        if machine.ram_bandwidth_bytes_per_s is not None:
            lines.append(Line("none", self.tr("bandwidth"), self._bandwidth(machine.ram_bandwidth_bytes_per_s)))
        return DeviceState("ram", name, self._size(total), fill, tuple(lines), self._spoken(name, fill))

    def disk(self, machine: Machine) -> DeviceState:
        """Where models are kept."""
        name, disk = self.tr("Disk · models"), machine.disk
        if disk is None or disk.free_bytes is None:
            reason = self._reason(machine.unknown, "disk_free_bytes", "disk_path")
            return DeviceState("disk", name, "", None, (Line("none", reason),), f"{name}, {reason}")
        free = Line("free", self.tr("free"), self._bare(disk.free_bytes))
        if disk.total_bytes is None:
            return DeviceState("disk", name, "", None, (free,), f"{name}, {free.value} {self.units}")
        fill = Fill(disk.total_bytes, max(0, disk.total_bytes - disk.free_bytes))
        return DeviceState("disk", name, self._size(disk.total_bytes), fill, (free,), self._spoken(name, fill))

    def cpu(self, machine: Machine) -> str:
        """Processor and cores in one line."""
        name = short_cpu_name(machine.cpu_name) if machine.cpu_name else self._reason(machine.unknown, "cpu_name")
        if machine.cpu_cores is None:
            return name
        cores = self.tr("1 core") if machine.cpu_cores == 1 else self.tr("{0} cores").format(machine.cpu_cores)
        return f"{name} · {cores}"

    def notes(self, machine: Machine) -> str:
        """What holds for all cards, and what the probe had to say beside them."""
        # What stands under a card already is not said again.
        under_cards = {reason for gpu in machine.gpus for reason in gpu.unknown.values()}
        notes = [said(note) for note in machine.notes if note not in under_cards]
        if machine.driver_version and len(machine.gpus) > 1:
            notes.insert(0, self.tr("Driver {0}.").format(machine.driver_version))
        return in_one(notes)

    def _card(self, key: str, name: str, gpu: Gpu, machine: Machine, share: tuple[int, int] | None) -> DeviceState:
        taken, margin = share or (0, 0)
        total, free = gpu.memory_total_bytes or 0, gpu.memory_free_bytes or 0
        fill = Fill(total, max(0, total - free), taken, margin)
        # Of one memory for both, the system keeps a part that no program may use on the card.
        others = self.tr("not for the GPU") if gpu.unified else self.tr("other programs")
        lines = [*self._parts(fill, others), *self._holders(gpu), *self._link(gpu, machine)]
        spoken = self.tr("{0}, in the plan").format(self._spoken(name, fill))
        return DeviceState(key, name, self._size(total), fill, tuple(lines), spoken, True)

    def _left_out(self, key: str, name: str, gpu: Gpu) -> DeviceState:
        total, free = gpu.memory_total_bytes or 0, gpu.memory_free_bytes or 0
        fill = Fill(total, max(0, total - free))
        words = self.tr("not in the plan")
        spoken = f"{self._spoken(name, fill)}, {words}"
        return DeviceState(key, name, self._size(total), fill, (Line("none", words),), spoken, False)

    def _unknown_card(self, key: str, name: str, gpu: Gpu) -> DeviceState:
        if gpu.integrated:
            reason = self.tr("shares the RAM and is counted there")
        else:
            reason = self._reason(gpu.unknown, "memory_free_bytes", "memory_total_bytes")
        size = self._size(gpu.memory_total_bytes)
        return DeviceState(key, name, size, None, (Line("none", reason),), f"{name}, {reason}")

    def _parts(self, fill: Fill, others: str) -> list[Line]:
        """The lines that explain the bar."""
        lines = [Line("other_programs", others, self._bare(fill.used_bytes))]
        if fill.choice_bytes:
            over = fill.free_bytes < 0
            lines.append(Line("choice", self.tr("this choice"), self._bare(fill.choice_bytes), alarm=over))
            if over:
                lines.append(Line("none", self.tr("lacks"), self._bare(-fill.free_bytes), alarm=True))
            else:
                lines.append(Line("free", self.tr("free after it"), self._bare(fill.free_bytes)))
        else:
            lines.append(Line("free", self.tr("free"), self._bare(fill.free_bytes)))
        return lines

    def _holders(self, gpu: Gpu) -> list[Line]:
        """Who uses the card's memory: the largest few, where the driver tells how much."""
        held = [one for one in gpu.processes or () if one.memory_bytes]
        return [Line("none", one.name, self._bare(one.memory_bytes or 0)) for one in held[:MOST_HOLDERS]]

    def _link(self, gpu: Gpu, machine: Machine) -> list[Line]:
        """Driver (of a single card) and bus on the left, memory bandwidth on the right."""
        left = []
        if machine.driver_version and len(machine.gpus) == 1:
            left.append(self.tr("driver {0}").format(machine.driver_version))
        # An idle card drops to a slow link; what counts is what it goes up to.
        generation = gpu.pcie_generation_max or gpu.pcie_generation
        width = gpu.pcie_width_max or gpu.pcie_width
        if generation and width:
            left.append(f"PCIe {generation}.0 x{width}")
        right = self._bandwidth(gpu.bandwidth_bytes_per_s) if gpu.bandwidth_bytes_per_s else ""
        return [Line("none", " · ".join(left), right)] if left or right else []

    def _spoken(self, name: str, fill: Fill) -> str:
        """A device as a screen reader says it."""
        unit = self.tr("gibibytes") if self.units == "GiB" else self.tr("gigabytes")
        parts = [name, f"{self._whole(fill.total_bytes)} {unit}"]
        parts.append(self.tr("{0} used by other programs").format(self._bare(fill.used_bytes)))
        if fill.choice_bytes:
            parts.append(self.tr("this choice takes {0}").format(self._bare(fill.choice_bytes)))
        if fill.free_bytes < 0:
            parts.append(self.tr("{0} are missing").format(self._bare(-fill.free_bytes)))
        else:
            parts.append(self.tr("{0} stay free").format(self._bare(fill.free_bytes)))
        return ", ".join(parts)

    def _reason(self, unknown: object, *fields: str) -> str:
        """Why something is unknown, in the probe's words where it gave any."""
        if isinstance(unknown, dict) or hasattr(unknown, "get"):
            for field in fields:
                if reason := unknown.get(field):
                    return said(str(reason))
        return self.tr("not known")

    def _bare(self, size_bytes: int) -> str:
        from fitcheck.core.units import in_unit

        return in_unit(size_bytes, self.units)

    def _whole(self, size_bytes: int) -> str:
        """A device's size: nobody says 24.0."""
        return self._bare(size_bytes).removesuffix(".0")

    def _size(self, size_bytes: int | None) -> str:
        return "" if size_bytes is None else f"{self._whole(size_bytes)} {self.units}"

    def _bandwidth(self, bytes_per_s: int) -> str:
        from fitcheck.core.units import format_bandwidth

        return format_bandwidth(bytes_per_s)


def _planned_cards(plan: Plan | None) -> list[tuple[int, int] | None]:
    """Bytes and margin on each card that a plan was made for; None for one that it leaves out.

    The runtime's overhead counts among the bytes and lies within what the planner keeps free, so the margin that is
    left beside it is smaller by as much.
    """
    if plan is None:
        return []
    cards = [device for device in plan.devices if device.memory.kind == "gpu"]
    shares: list[tuple[int, int] | None] = []
    for gpu in plan.machine.gpus:
        device = cards.pop(0) if gpu.plannable and cards else None
        if device is None:
            shares.append(None)
            continue
        margin = (gpu.memory_free_bytes or 0) - device.capacity_bytes if device.capacity_bytes is not None else 0
        if device.memory.total_bytes > device.memory.runtime_bytes:
            shares.append((device.memory.total_bytes, max(0, margin - device.memory.runtime_bytes)))
        else:
            shares.append((0, max(0, margin)))
    return shares


def _host_share(plan: Plan | None) -> tuple[int, int]:
    """Bytes and margin in RAM, with those of a card that has its memory there."""
    if plan is None:
        return 0, 0
    host, available = plan.devices[-1], plan.machine.ram_available_bytes
    known, shared = available is not None and host.capacity_bytes is not None, card_share_of_ram(plan)
    margin = (available or 0) - (host.capacity_bytes or 0) - shared if known else 0
    return host.memory.total_bytes + shared, max(0, margin)

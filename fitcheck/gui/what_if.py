"""An imagined machine: cards and RAM that a person chose, with every change undone and redone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fitcheck import service
from fitcheck.core.hardware import MOST_CARDS
from fitcheck.core.units import GIB
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.gui.fixes import MachineChange

RAM_SIZES_GIB = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
"""What computers are sold with."""

MEMORY_KINDS = (
    "2x DDR4-3200", "2x DDR5-5600", "2x DDR5-6400", "4x DDR5-5200", "8x DDR4-3200", "8x DDR5-4800", "8x DDR5-5600",
    "12x DDR5-4800", "12x DDR5-6400",
)  # fmt: skip
"""Channels and modules, from desktops to servers (``catalog/memory.py`` knows their bandwidth)."""

LONGEST_HISTORY = 200


@dataclass(frozen=True, slots=True)
class Imagined:
    """Cards by name, RAM in GiB and the kind of its modules; None: not known."""

    cards: tuple[str, ...] = ()
    ram_gib: int | None = None
    memory_kind: str | None = None

    def machine(self) -> Machine:
        """As the planner takes it (RequestError for what no computer can be)."""
        from fitcheck.catalog.memory import parse_ram_bandwidth

        return service.what_if_machine(
            self.cards,
            ram_bytes=None if self.ram_gib is None else self.ram_gib * GIB,
            ram_bandwidth_bytes_per_s=parse_ram_bandwidth(self.memory_kind) if self.memory_kind else None,
        )

    def with_card(self, name: str) -> Imagined:
        """One card more; a chip with unified memory is a computer of its own and replaces all else."""
        from fitcheck.catalog.cards import parse_gpu

        if parse_gpu(name)[0].unified:
            return Imagined((name,))
        alone = any(parse_gpu(card)[0].unified for card in self.cards)
        return replace(self, cards=(name,) if alone else (*self.cards, name))

    def without_card(self, place: int) -> Imagined:
        """One card less."""
        return replace(self, cards=self.cards[:place] + self.cards[place + 1 :])

    def changed(self, change: MachineChange) -> Imagined:
        """What a button of a choice asks for; an imagined machine has no other programs that could be closed."""
        ram = self.ram_gib
        if change.ram_bytes is not None:
            ram = -(-change.ram_bytes // GIB)
        elif change.more_ram_bytes and ram is not None:
            ram += change.more_ram_bytes // GIB
        return replace(self, cards=change.cards or self.cards, ram_gib=ram)


def imagined_from(machine: Machine | None) -> Imagined:
    """What to start from: this machine as far as the catalogue knows its cards."""
    if machine is None:
        return Imagined()
    known = []
    for gpu in machine.plannable_gpus[:MOST_CARDS]:
        if name := known_card(gpu.name):
            known.append(name)
    total = machine.ram_total_bytes
    # A computer reports a little less than its modules hold.
    ram = None if total is None else min(RAM_SIZES_GIB, key=lambda size: abs(size * GIB - total))
    return Imagined(tuple(known), ram)


def known_card(name: str) -> str | None:
    """The catalogue's name of a card with memory of its own, None where the catalogue has none of that name."""
    from fitcheck.catalog.cards import parse_gpu

    try:
        card = parse_gpu(name)[0]
    except RequestError:
        return None
    return None if card.unified or card.memory_total_bytes is None else card.name


def card_names() -> tuple[str, ...]:
    """Every card that can be imagined; chips with unified memory once for each size they are sold with."""
    from fitcheck.catalog.cards import cards

    names: list[str] = []
    for card in cards():
        if card.unified_memory:
            names += [f"{card.name} {size} GB" for size in card.memory_sizes_gib]
        elif card.memory_bytes is not None:
            names.append(card.name)
    return tuple(dict.fromkeys(names))


class WhatIf(QObject):
    """``changed`` follows every step; ``current`` is None for this machine itself."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Imagined | None] = [None]
        self._place = 0

    @property
    def current(self) -> Imagined | None:
        """What is imagined now."""
        return self._steps[self._place]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self._place + 1 < len(self._steps)

    def imagine(self, what: Imagined | None) -> None:
        """Go on to another machine, or back to this one (None); RequestError where it can be none."""
        if what == self.current:
            return
        if what is not None:
            what.machine()
        self._steps[self._place + 1 :] = [what]
        del self._steps[: max(0, len(self._steps) - LONGEST_HISTORY)]
        self._place = len(self._steps) - 1
        self.changed.emit()

    def undo(self) -> None:
        """The step before; nothing at the first."""
        self._go(self._place - 1)

    def redo(self) -> None:
        """The step that was undone; nothing at the last."""
        self._go(self._place + 1)

    def take_over(self, other: WhatIf) -> None:
        """Have another one's history."""
        self._steps, self._place = list(other._steps), other._place
        self.changed.emit()

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._steps):
            self._place = place
            self.changed.emit()

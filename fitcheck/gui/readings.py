"""What new readings of a machine change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine

REPLAN_BYTES = 256 << 20
"""Free memory moves all the time; a quarter of the margin that every plan keeps changes no answer that matters."""


def moved_bytes(before: Machine, now: Machine) -> int:
    """How much free memory changed at most, on a card or in RAM; a card that came or went is more than any change."""
    if len(before.gpus) != len(now.gpus):
        return 1 << 62
    pairs = [(old.memory_free_bytes, new.memory_free_bytes) for old, new in zip(before.gpus, now.gpus, strict=True)]
    pairs.append((before.ram_available_bytes, now.ram_available_bytes))
    if any((old is None) != (new is None) for old, new in pairs):
        return 1 << 62
    return max(abs((new or 0) - (old or 0)) for old, new in pairs)


def is_another(before: Machine, now: Machine) -> bool:
    """Whether it is another machine, of which what was said before must not stand, and not the same a moment later."""
    return _parts(before) != _parts(now)


def _parts(machine: Machine) -> object:
    return machine.what_if, [card.name for card in machine.gpus], machine.ram_total_bytes

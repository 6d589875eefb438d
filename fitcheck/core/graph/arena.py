"""One buffer that grows as needed. Rules of ggml/src/ggml-alloc.c (``ggml_dyn_tallocr``)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_ENDLESS = 1 << 62

State: TypeAlias = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...]]
"""Offset and bytes of what is taken and still known by name; offsets and bytes of what is free, in order.

The last free block has no end.
"""

EMPTY: State = ((), (0,), (_ENDLESS,))

GIVE_BACK = -1


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one layer does to one buffer, whatever the sizes; equal parts are one object.

    Each step is the register of a block and which of the part's sizes is taken, or ``GIVE_BACK``. The first registers
    are the blocks of the state before; those in ``left`` are the blocks of the state after.
    """

    steps: tuple[tuple[int, int], ...]
    left: tuple[int, ...]
    registers: int


@lru_cache(maxsize=2048)
def part(steps: tuple[tuple[int, int], ...], left: tuple[int, ...], registers: int) -> Part:
    """The part with these steps."""
    return Part(steps, left, registers)


@lru_cache(maxsize=4096)
def after(part: Part, sizes: tuple[int, ...], state: State) -> tuple[State, int]:
    """The state after a part, and the furthest byte that was taken in it."""
    held, offsets, free = list(state[0]), list(state[1]), list(state[2])
    held += [(0, 0)] * (part.registers - len(held))
    peak = 0
    for register, number in part.steps:
        if number == GIVE_BACK:
            _give(offsets, free, *held[register])
        else:
            size = sizes[number]
            offset = _take(offsets, free, size)
            held[register] = (offset, size)
            if offset + size > peak:
                peak = offset + size
    return (tuple([held[register] for register in part.left]), tuple(offsets), tuple(free)), peak


def _take(offsets: list[int], free: list[int], size: int) -> int:
    """The offset of ``size`` bytes: the smallest block that holds them, else the end."""
    best = last = len(offsets) - 1
    best_size = _ENDLESS
    for index in range(last):
        # Of equal blocks the engine takes the last one.
        if size <= free[index] <= best_size:
            best, best_size = index, free[index]
    offset = offsets[best]
    if size == free[best]:
        del offsets[best], free[best]
    else:
        offsets[best] = offset + size
        if best != last:
            free[best] -= size
    return offset


def _give(offsets: list[int], free: list[int], offset: int, size: int) -> None:
    """Free ``size`` bytes, joined with free neighbours."""
    if not size:
        return
    place = bisect_left(offsets, offset)
    joins_left = place > 0 and offsets[place - 1] + free[place - 1] == offset
    if offset + size == offsets[place]:
        # The last block stays endless whatever joins it.
        size = _ENDLESS if free[place] == _ENDLESS else size + free[place]
        if joins_left:
            free[place - 1] = size if size == _ENDLESS else free[place - 1] + size
            del offsets[place], free[place]
        else:
            offsets[place], free[place] = offset, size
    elif joins_left:
        free[place - 1] += size
    else:
        offsets.insert(place, offset)
        free.insert(place, size)


Work: TypeAlias = tuple[Part, tuple[int, ...], int]
"""A part with its sizes, so many times in a row."""


@lru_cache(maxsize=1024)
def furthest(parts: tuple[Work, ...]) -> int:
    """The furthest byte taken by parts one after the other."""
    state, peak = EMPTY, 0
    for one, sizes, count in parts:
        for _ in range(count):
            then, top = after(one, sizes, state)
            if top > peak:
                peak = top
            if then == state:
                break
            state = then
    return peak

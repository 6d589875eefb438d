"""One buffer that grows as needed. Rules of ggml/src/ggml-alloc.c (``ggml_dyn_tallocr``)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
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


@dataclass(slots=True, eq=False)
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
    """The state after a part, and the furthest byte that was taken in it.

    Of the free blocks that hold what is taken the smallest is used, of equal ones the last, else the end. What is given
    back joins its free neighbours; the last block stays endless whatever joins it. All in one place: this is where
    most of the time goes.
    """
    held, offsets, free = list(state[0]), list(state[1]), list(state[2])
    held += [(0, 0)] * (part.registers - len(held))
    peak = 0
    for register, number in part.steps:
        if number >= 0:
            size = sizes[number]
            best, best_size = -1, _ENDLESS
            for index, space in enumerate(free):
                if size <= space <= best_size:
                    best, best_size = index, space
            offset = offsets[best]
            if best_size == _ENDLESS:
                offsets[-1] = end = offset + size
                if end > peak:
                    peak = end
            elif size == best_size:
                del offsets[best], free[best]
            else:
                offsets[best] = offset + size
                free[best] = best_size - size
            held[register] = (offset, size)
        else:
            offset, size = held[register]
            if not size:
                continue
            end = offset + size
            place = bisect_left(offsets, offset)
            joins = place > 0 and offsets[place - 1] + free[place - 1] == offset
            if end == offsets[place]:
                space = free[place]
                if space != _ENDLESS:
                    space += size
                if joins:
                    free[place - 1] = space if space == _ENDLESS else free[place - 1] + space
                    del offsets[place], free[place]
                else:
                    offsets[place], free[place] = offset, space
            elif joins:
                free[place - 1] += size
            else:
                offsets.insert(place, offset)
                free.insert(place, size)
    return (tuple([held[register] for register in part.left]), tuple(offsets), tuple(free)), peak


Work: TypeAlias = tuple[Part, tuple[int, ...], int]
"""A part with its sizes, so many times in a row."""


def furthest(parts: Iterable[Work]) -> int:
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

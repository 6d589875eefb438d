"""One buffer that grows as needed. Rules of ggml/src/ggml-alloc.c (``ggml_dyn_tallocr``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

State: TypeAlias = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...], int]
"""Offset and bytes of what is taken and still known by name; offsets and bytes of what is free between, in order.

Behind the last number all is free.
"""

EMPTY: State = ((), (), (), 0)

GIVE_BACK = -1

_MORE_THAN_ANY = 1 << 62


@dataclass(slots=True, eq=False)
class Part:
    """What one layer does to one buffer, whatever the sizes; equal parts are one object.

    Each step is the register of a block and which of the part's sizes is taken, or ``GIVE_BACK``. The first registers
    are the blocks of the state before; those in ``left`` are the blocks of the state after.
    """

    steps: tuple[tuple[int, int], ...]
    left: tuple[int, ...]
    registers: int


@lru_cache(maxsize=3072)
def part(steps: tuple[tuple[int, int], ...], left: tuple[int, ...], registers: int) -> Part:
    """The part with these steps."""
    return Part(steps, left, registers)


@lru_cache(maxsize=16384)
def known_numbers(*numbers: int) -> Any:
    """A tuple; equal ones are one object: layers and parts have most of their steps in common."""
    return numbers


@lru_cache(maxsize=1024)
def after(part: Part, sizes: tuple[int, ...], state: State) -> tuple[State, int]:
    """The state after a part, and the furthest byte that was taken in it.

    Of the free blocks that hold what is taken the smallest is used, of equal ones the last, else the end. What is given
    back joins its free neighbours. All in one place: this is where most of the time goes.
    """
    held, offsets, free, last = list(state[0]), list(state[1]), list(state[2]), state[3]
    held += [(0, 0)] * (part.registers - len(held))
    peak = best = 0
    for register, number in part.steps:
        if number >= 0:
            size, best_size = sizes[number], _MORE_THAN_ANY
            for index, space in enumerate(free):
                if size <= space <= best_size:
                    best, best_size = index, space
            if best_size == _MORE_THAN_ANY:
                held[register] = (last, size)
                last += size
                if last > peak:
                    peak = last
                continue
            held[register] = (offsets[best], size)
            if size == best_size:
                del offsets[best], free[best]
            else:
                offsets[best] += size
                free[best] -= size
            continue
        offset, size = held[register]
        if not size:
            continue
        if offset + size == last:
            last = offset
            if offsets and offsets[-1] + free[-1] == last:
                last = offsets.pop()
                free.pop()
            continue
        place = 0
        for start in offsets:
            if start > offset:
                break
            place += 1
        if place and offsets[place - 1] + free[place - 1] == offset:
            free[place - 1] += size
            if place < len(offsets) and offset + size == offsets[place]:
                free[place - 1] += free[place]
                del offsets[place], free[place]
        elif place < len(offsets) and offset + size == offsets[place]:
            offsets[place] = offset
            free[place] += size
        else:
            offsets.insert(place, offset)
            free.insert(place, size)
    return (tuple([held[register] for register in part.left]), tuple(offsets), tuple(free), last), peak


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

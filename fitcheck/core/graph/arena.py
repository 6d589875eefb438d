"""One buffer that grows as needed. Rules of ggml/src/ggml-alloc.c (``ggml_dyn_tallocr``)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias


class State(NamedTuple):
    """Offsets and bytes of what is taken and still known by name, and of what is free between, in order.

    Behind ``last`` all is free.
    """

    held: tuple[int, ...]
    held_sizes: tuple[int, ...]
    offsets: tuple[int, ...]
    free: tuple[int, ...]
    last: int


EMPTY = State((), (), (), (), 0)

GIVE_BACK = -1

_MORE_THAN_ANY: Final = 1 << 60
"""Bytes; compiled code has no room for more beside the mark of a small number."""


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


Then: TypeAlias = tuple[State, int]
"""The state after a part and the furthest byte taken in it."""


@dataclass(slots=True, eq=False)
class Sized:
    """A part with its sizes and what comes after the states ``known``; equal ones are one object."""

    part: Part
    sizes: tuple[int, ...]
    known: dict[State, Then]


@lru_cache(maxsize=2048)
def sized(part: Part, sizes: tuple[int, ...]) -> Sized:
    """The part with these sizes."""
    return Sized(part, sizes, {})


_MOST_STATES = 64

Work: TypeAlias = tuple[Sized, int]
"""A part with its sizes, so many times in a row."""


@lru_cache(maxsize=16384)
def known_numbers(*numbers: int) -> Any:
    """A tuple; equal ones are one object: layers and parts have most of their steps in common."""
    return numbers


def _after(part: Part, sizes: tuple[int, ...], state: State) -> Then:
    """The state after a part, and the furthest byte that was taken in it.

    Of the free blocks that hold what is taken the smallest is used, of equal ones the last, else the end. What is given
    back joins its free neighbours. All in one place: this is where most of the time goes.
    """
    held_before, sizes_before, offsets_before, free_before, last = state
    new = (0,) * (part.registers - len(held_before))
    # Any: what is only handed on stays the same object in compiled code too, which makes another of a known type.
    held: list[Any] = [*held_before, *new]
    held_sizes: list[Any] = [*sizes_before, *new]
    offsets, free = list(offsets_before), list(free_before)
    peak = 0
    for register, number in part.steps:
        if number >= 0:
            size, best_size = sizes[number], _MORE_THAN_ANY
            index = best = 0
            for space in free:
                if size <= space <= best_size:
                    best, best_size = index, space
                index += 1  # noqa: SIM113 - with enumerate all of this takes a tenth longer
            if best_size == _MORE_THAN_ANY:
                held[register], held_sizes[register] = last, size
                last += size
                if last > peak:
                    peak = last
                continue
            offset = offsets[best]
            held[register], held_sizes[register] = offset, size
            if size == best_size:
                del offsets[best], free[best]
            else:
                offsets[best], free[best] = offset + size, best_size - size
            continue
        size = held_sizes[register]
        if not size:
            continue
        offset = held[register]
        end = offset + size
        if end == last:
            last = offset
            if offsets and offsets[-1] + free[-1] == last:
                last = offsets.pop()
                free.pop()
            continue
        place = bisect_left(offsets, offset)
        joins_next = place < len(offsets) and offsets[place] == end
        if place and offsets[place - 1] + free[place - 1] == offset:
            free[place - 1] += size
            if joins_next:
                free[place - 1] += free[place]
                del offsets[place], free[place]
        elif joins_next:
            offsets[place] = offset
            free[place] += size
        else:
            offsets.insert(place, offset)
            free.insert(place, size)
    left, sizes_left = [held[register] for register in part.left], [held_sizes[register] for register in part.left]
    return State(tuple(left), tuple(sizes_left), tuple(offsets), tuple(free), last), peak


@lru_cache(maxsize=512)
def furthest(work: tuple[Work, ...]) -> int:
    """The furthest byte taken by parts one after the other."""
    state, peak = EMPTY, 0
    for one, count in work:
        known = one.known
        for _ in range(count):
            found = known.get(state)
            if found is None:
                if len(known) >= _MOST_STATES:
                    known.clear()
                found = known[state] = _after(one.part, one.sizes, state)
            then, top = found
            if top > peak:
                peak = top
            if then == state:
                break
            state = then
    return peak

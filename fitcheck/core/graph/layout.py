"""Lays the memory of all layers out and tells the peak of every buffer.

Most layers repeat: where the free blocks and what was passed on are as they were before the same steps, the outcome
is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fitcheck.core.graph.arena import Arena, FreeBlocks
from fitcheck.core.graph.recorder import GIVE, GIVE_SHARED, TAKE, TAKE_SHARED, Record, Size, Step

Block: TypeAlias = tuple[int, int, int]
"""Buffer, offset and bytes."""

State: TypeAlias = tuple[tuple[Block, ...], tuple[FreeBlocks, ...]]
"""What a layer passes on, and what is free in every buffer."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One layer as it is laid out: shared tensors are taken by the first that needs them, given back by the last."""

    steps: tuple[Step, ...]
    slots: int
    passed_on: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A whole model: steps ``before`` the first layer, the stage of every layer, the ``sizes`` that steps refer to.

    ``kinds`` are the kinds of layers there are; ``borrows`` tells whether weights are among the sizes.
    """

    before: tuple[Step, ...]
    stages: tuple[Stage, ...]
    sizes: tuple[Size, ...]
    kinds: tuple[int, ...]
    borrows: bool


def program(record: Record, stands_for: Sequence[int], kinds: tuple[int, ...]) -> Program:
    """Every layer of a model does what the recorded one does that stands for it; equal stages are one object."""
    before, layers = record.before, [record.layers[number] for number in stands_for]
    present = {slot for _, slot, _, _ in before}
    last = {shared: index for index, layer in enumerate(layers) for shared in layer.shared(GIVE_SHARED)}
    ends: dict[int, set[int]] = {}
    for shared, index in last.items():
        ends.setdefault(index, set()).add(shared)
    start = [*before]
    known: dict[tuple[int, frozenset[int], frozenset[int]], Stage] = {}
    made = []
    for index, layer in enumerate(layers):
        start += [(TAKE, -1, size, buffer) for size, buffer in layer.copies]
        taken, given = layer.shared(TAKE_SHARED) - present, frozenset(ends.get(index, ()))
        present |= taken
        key = (id(layer), taken, given)
        if key not in known:
            known[key] = Stage(layer.with_shared(taken, given), layer.slots, layer.passed_on)
        made.append(known[key])
    borrows = any(size.name.is_weight for size in record.sizes)
    return Program(tuple(start), tuple(made), record.sizes, kinds, borrows)


def peaks(program: Program, sizes: Sequence[int], buffers: int) -> list[int]:
    """The peak of every buffer, in bytes, if the program's sizes are these."""
    arenas = [Arena() for _ in range(buffers)]
    shared: dict[int, Block] = {}
    for _, slot, size, buffer in program.before:
        shared[slot] = (buffer, arenas[buffer].take(sizes[size]), sizes[size])
    known: dict[tuple[int, State], State] = {}
    state: State = ((), tuple(arena.free_blocks for arena in arenas))
    current = state[1]
    for stage in program.stages:
        key = (id(stage), state)
        found = known.get(key)
        if found is None:
            if current != state[1]:
                for arena, blocks in zip(arenas, state[1], strict=True):
                    arena.free_blocks = blocks
            passed_on = _lay_out(stage, state[0], sizes, arenas, shared)
            current = tuple(arena.free_blocks for arena in arenas)
            found = known[key] = (passed_on, current)
        state = found
    return [arena.peak for arena in arenas]


def _lay_out(
    stage: Stage, passed_on: Sequence[Block], sizes: Sequence[int], arenas: Sequence[Arena], shared: dict[int, Block]
) -> tuple[Block, ...]:
    """Run the steps of one layer; returns what it passes on."""
    nothing = (0, 0, 0)
    blocks = [*passed_on, *[nothing] * (stage.slots - len(passed_on))]
    for kind, slot, size, buffer in stage.steps:
        if kind == TAKE:
            taken = sizes[size]
            blocks[slot] = (buffer, arenas[buffer].take(taken), taken)
        elif kind == GIVE:
            owner, offset, taken = blocks[slot]
            arenas[owner].give(offset, taken)
        elif kind == TAKE_SHARED:
            taken = sizes[size]
            shared[slot] = (buffer, arenas[buffer].take(taken), taken)
        elif kind == GIVE_SHARED:
            owner, offset, taken = shared[slot]
            arenas[owner].give(offset, taken)
    return tuple(blocks[slot] for slot in stage.passed_on)

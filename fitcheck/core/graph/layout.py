"""Lays the memory of all layers out and tells the peak of every buffer.

Most layers repeat: where the free blocks and what was passed on are as they were before the same steps, the outcome
is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fitcheck.core.graph.arena import Arena, FreeBlocks
from fitcheck.core.graph.recorder import GIVE, GIVE_SHARED, TAKE, TAKE_SHARED, LayerSteps, Record, Size, Step

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

    ``borrows`` tells whether weights are among the sizes.
    """

    before: tuple[Step, ...]
    stages: tuple[Stage, ...]
    sizes: tuple[Size, ...]
    borrows: bool


def program(record: Record, stands_for: Sequence[int]) -> Program:
    """Every layer of a model does what the recorded one does that stands for it; equal stages are one object."""
    layers = [record.layers[number] for number in stands_for]
    shared = _SharedTensors(record, layers)
    before = [*record.before, *((TAKE, -1, size, buffer) for layer in layers for size, buffer in layer.copies)]
    given: list[set[tuple[int, int]]] = [set() for _ in layers]
    for number, (index, place) in shared.last_use.items():
        given[index].add((number, place))
    known: dict[tuple[int, tuple[Step, ...], frozenset[int], frozenset[tuple[int, int]]], Stage] = {}
    stages = []
    for index, layer in enumerate(layers):
        added, taken, ends = tuple(shared.added[index]), frozenset(shared.taken[index]), frozenset(given[index])
        key = (id(layer), added, taken, ends)
        if key not in known:
            known[key] = Stage(tuple(_stage_steps(layer, added, taken, ends)), layer.slots, layer.passed_on)
        stages.append(known[key])
    borrows = any(size.name.is_weight for size in record.sizes)
    return Program(tuple(before), tuple(stages), record.sizes, borrows)


class _SharedTensors:
    """Where in a model the shared tensors are taken, and where each is used for the last time.

    ``taken`` by each layer itself, ``added`` steps for later layers. A use is a layer and a place in it: odd numbers
    for its own steps, even ones for what is added before a step.
    """

    def __init__(self, record: Record, layers: Sequence[LayerSteps]) -> None:
        present = {slot for _, slot, _, _ in record.before}
        self.taken: list[set[int]] = [set() for _ in layers]
        self.added: list[list[Step]] = [[] for _ in layers]
        self.last_use: dict[int, tuple[int, int]] = {}
        opener, opens_at = 0, 0
        for index, layer in enumerate(layers):
            for source, shared, size, buffer in layer.late:
                if shared not in present:
                    present.add(shared)
                    self._used(source, opener, 2 * opens_at)
                    self.added[opener] += [(GIVE_SHARED, source, 0, 0), (TAKE_SHARED, shared, size, buffer)]
            for place, kind, shared in layer.shared:
                if kind == GIVE_SHARED:
                    self._used(shared, index, 2 * place + 1)
                elif shared not in present:
                    present.add(shared)
                    self.taken[index].add(shared)
            if layer.opens_at is not None:
                opener, opens_at = index, layer.opens_at

    def _used(self, shared: int, layer: int, place: int) -> None:
        self.last_use[shared] = max(self.last_use.get(shared, (0, 0)), (layer, place))


def _stage_steps(
    layer: LayerSteps, added: Sequence[Step], taken: frozenset[int], ends: frozenset[tuple[int, int]]
) -> Iterator[Step]:
    """A layer's steps with those shared tensors that are really taken and given back in it."""
    for place, step in enumerate(layer.steps):
        if place == layer.opens_at:
            for other in added:
                if other[0] == TAKE_SHARED or (other[1], 2 * place) in ends:
                    yield other
        kind, slot, _, _ = step
        if kind < TAKE_SHARED or (kind == TAKE_SHARED and slot in taken) or (slot, 2 * place + 1) in ends:
            yield step


def peaks(program: Program, sizes_by_layer: Sequence[Sequence[int]], buffers: int) -> list[int]:
    """The peak of every buffer, in bytes, if the program's sizes are these in each layer."""
    arenas = [Arena() for _ in range(buffers)]
    shared: dict[int, Block] = {}
    sizes = sizes_by_layer[0]
    for _, slot, size, buffer in program.before:
        shared[slot] = (buffer, arenas[buffer].take(sizes[size]), sizes[size])
    known: dict[tuple[int, int, State], State] = {}
    state: State = ((), tuple(arena.free_blocks for arena in arenas))
    current = state[1]
    for stage, sizes in zip(program.stages, sizes_by_layer, strict=True):
        key = (id(stage), id(sizes), state)
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

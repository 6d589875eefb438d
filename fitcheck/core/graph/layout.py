"""Lays the memory of all layers out, each buffer by itself, and tells the peak of every buffer.

What lies where in one buffer depends on nothing in the others. Most layers do to a buffer what another one has done
before, and so do cards, models and file types: what they do is recorded without sizes, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from fitcheck.core.graph.arena import GIVE_BACK, Part, furthest, part
from fitcheck.core.graph.recorder import GIVE_SHARED, TAKE, TAKE_SHARED, LayerSteps, Record, Step

Parts: TypeAlias = tuple[tuple[int, Part, tuple[int, ...]], ...]
"""What is done to some buffers: the buffer, the part, the numbers of its sizes among the record's."""

Names: TypeAlias = tuple[tuple[int, ...], ...]
"""For each buffer what it holds, in the order in which it was taken: slots from 0 up, shared tensors below zero."""

_UNNAMED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """``count`` layers from ``first`` on that do the same to a buffer; ``sizes`` picks theirs of the record's.

    ``borrows`` tells whether weights are among them.
    """

    part: Part
    sizes: Callable[[Sequence[int]], tuple[int, ...]]
    borrows: bool
    first: int
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A whole model: the stretches of every buffer; ``borrows`` tells whether weights are among the sizes."""

    buffers: tuple[tuple[Stretch, ...], ...]
    borrows: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """``count`` layers from ``first`` on that the recorded one of this ``number`` stands for."""

    number: int
    first: int
    count: int


def program(record: Record, stands_for: Sequence[int], buffers: int) -> Program:
    """Every layer of a model does what the recorded one does that stands for it."""
    runs = list(_runs(stands_for))
    layers = [record.layers[run.number] for run in runs]
    shared = _SharedTensors(record, layers)
    copies = ((TAKE, _UNNAMED, size, buffer) for number in stands_for for size, buffer in record.layers[number].copies)
    done: list[list[Stretch]] = [[] for _ in range(buffers)]
    parts, names = _by_buffer((*record.before, *copies), ((),) * buffers, {})
    _add(done, record, parts, 0, 1)
    given: list[set[tuple[int, int]]] = [set() for _ in runs]
    for number, (index, place) in shared.last_use.items():
        given[index].add((number, place))
    for index, run in enumerate(runs):
        added, taken, ends = tuple(shared.added[index]), frozenset(shared.taken[index]), frozenset(given[index])
        first, end = run.first, run.first + run.count
        while first < end:
            parts, then = _stage(record, run.number, added, taken, ends, names)
            count = end - first if then == names else 1
            _add(done, record, parts, first, count)
            names, first = then, first + count
    return Program(tuple(map(tuple, done)), any(one.borrows for stretches in done for one in stretches))


def _runs(stands_for: Sequence[int]) -> Iterator[_Run]:
    """Layers that are alike: the first and the last by themselves, where shared tensors are taken and given back."""
    first = 0
    for number, alike in groupby(stands_for):
        count = len(list(alike))
        yield _Run(number, first, 1)
        if count > 2:
            yield _Run(number, first + 1, count - 2)
        if count > 1:
            yield _Run(number, first + count - 1, 1)
        first += count


def _add(done: list[list[Stretch]], record: Record, parts: Parts, first: int, count: int) -> None:
    for buffer, one, numbers in parts:
        borrows = any(record.sizes[number].name.is_weight for number in numbers)
        done[buffer].append(Stretch(one, _picker(numbers), borrows, first, count))


@lru_cache(maxsize=2048)
def _picker(numbers: tuple[int, ...]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda sizes: tuple([sizes[number] for number in numbers])


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


@lru_cache(maxsize=512)
def _stage(
    record: Record, number: int, added: tuple[Step, ...], taken: frozenset[int], ends: frozenset[tuple[int, int]],
    names: Names,
) -> tuple[Parts, Names]:  # fmt: skip
    """What a recorded layer does to each buffer it touches, and what the buffers hold afterwards."""
    layer = record.layers[number]
    renamed = {slot: place for place, slot in enumerate(layer.passed_on)}
    return _by_buffer(_stage_steps(layer, added, taken, ends), names, renamed)


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


def _by_buffer(steps: Iterable[Step], names: Names, renamed: Mapping[int, int]) -> tuple[Parts, Names]:
    """The steps of each buffer as a part with the numbers of its sizes, and the names of what stays in the buffers."""
    where = {name: (buffer, place) for buffer, held in enumerate(names) for place, name in enumerate(held)}
    registers = [len(held) for held in names]
    done: list[list[tuple[int, int]]] = [[] for _ in names]
    numbers: list[dict[int, int]] = [{} for _ in names]
    for kind, slot, size, buffer in steps:
        name = slot if kind < TAKE_SHARED else -2 - slot
        if kind in (TAKE, TAKE_SHARED):
            register = registers[buffer]
            registers[buffer] += 1
            done[buffer].append((register, numbers[buffer].setdefault(size, len(numbers[buffer]))))
            if name != _UNNAMED:
                where[name] = (buffer, register)
        else:
            buffer, register = where.pop(name)
            done[buffer].append((register, GIVE_BACK))
    left: list[list[int]] = [[] for _ in names]
    then: list[list[int]] = [[] for _ in names]
    for name, (buffer, register) in where.items():
        left[buffer].append(register)
        then[buffer].append(renamed.get(name, name))
    parts = tuple(
        (buffer, part(tuple(own), tuple(left[buffer]), registers[buffer]), tuple(numbers[buffer]))
        for buffer, own in enumerate(done)
        if own
    )
    return parts, tuple(map(tuple, then))


def peaks(
    whole: Program, sizes: Sequence[int], by_layer: Sequence[Sequence[int]] = (), known: Sequence[int] = ()
) -> list[int]:
    """The peak of every buffer, in bytes, if the record's sizes are these; 0 where sizes of weights are missing.

    ``by_layer`` are the sizes in every layer, weights included, and ``known`` the peaks of buffers without weights.
    """
    found = []
    for number, stretches in enumerate(whole.buffers):
        borrows = any(one.borrows for one in stretches)
        if known and not borrows:
            found.append(known[number])
        elif borrows and not by_layer:
            found.append(0)
        else:
            found.append(furthest(_sized(stretches, sizes, by_layer)))
    return found


def _sized(
    stretches: Iterable[Stretch], sizes: Sequence[int], by_layer: Sequence[Sequence[int]]
) -> Iterator[tuple[Part, tuple[int, ...], int]]:
    for one in stretches:
        if not one.borrows:
            yield one.part, one.sizes(sizes), one.count
            continue
        for _, layers in groupby(by_layer[one.first : one.first + one.count], id):
            alike = list(layers)
            yield one.part, one.sizes(alike[0]), len(alike)

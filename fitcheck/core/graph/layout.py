"""Joins what layers do to the memory, each buffer by itself, and tells how far every buffer is used.

What lies where in one buffer depends on nothing in the others. Most layers do to a buffer what another one has done
before, and so do cards, models and file types: what they do is recorded without sizes, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from fitcheck.core.graph.arena import GIVE_BACK, Part, known_numbers, part
from fitcheck.core.graph.attention import EMBEDDINGS, ROWS
from fitcheck.core.graph.recorder import COPY_SHARED, GIVE, TAKE, USE_SHARED, LayerSteps, shared_size
from fitcheck.core.graph.schedule import PIPELINE_COPIES, ROPE_FACTORS

Names: TypeAlias = tuple[tuple[int, ...], ...]
"""For each buffer what it holds, in the order in which it was taken: slots from 0 up, shared tensors below zero."""


@dataclass(slots=True, eq=False)
class Done:
    """What a layer does to a buffer; ``numbers`` tell which of the layer's sizes are those of the part.

    ``weights`` are the places of weights among them. ``has_rows``: the rows of logits decide about one of them even
    before the last layer. Equal ones are one object.
    """

    part: Part
    numbers: tuple[int, ...]
    weights: tuple[int, ...]
    has_rows: bool


@lru_cache(maxsize=3072)
def _done(whole: Part, numbers: tuple[int, ...], weights: tuple[int, ...]) -> Done:
    return Done(whole, numbers, weights, not _SIZES_OF_ROWS.isdisjoint(numbers))


_SIZES_OF_ROWS = frozenset((shared_size(ROWS, on_card=False), shared_size(ROWS, on_card=True)))

_BEYOND = 1000

HEAD, MIDDLE, TAIL = range(3)
"""Of a run of layers that are alike: the first one, those between, the last one."""


class Piece(NamedTuple):
    """One layer, or the middle of a run; ``devices`` are those of its buffers, ``table`` where its sizes are from."""

    steps: LayerSteps
    devices: tuple[int, ...]
    table: int
    run: int
    which: int


Stretch: TypeAlias = tuple[Done, int, int, int]
"""What is done to a buffer, of which table sizes are, by which layers of a run."""

Kept: TypeAlias = tuple[int, int, int, int, int]
"""What several batches at once keep in a buffer: a size and its table, how often for each of which layers of a run."""


@dataclass(slots=True, eq=False)
class Buffer:
    """All that is done to a buffer; equal ones are one object, whatever model or card they are of.

    Runs and tables are numbered as they come. ``borrows`` tells whether there are weights in it.
    """

    stretches: tuple[Stretch, ...]
    kept: tuple[Kept, ...]
    borrows: bool


@lru_cache(maxsize=1536)
def _buffer(stretches: tuple[Stretch, ...], kept: tuple[Kept, ...]) -> Buffer:
    return Buffer(stretches, kept, any(one.weights for one, _, _, _ in stretches))


class OfModel(NamedTuple):
    """A buffer of a model, with the numbers of the model's runs and tables."""

    buffer: Buffer
    runs: tuple[int, ...]
    tables: tuple[int, ...]


def _of_model(stretches: list[Stretch], kept: list[Kept]) -> OfModel:
    runs: dict[int, int] = {}
    tables: dict[int, int] = {}
    done = tuple(
        [
            (one, tables.setdefault(table, len(tables)), runs.setdefault(run, len(runs)), which)
            for one, table, run, which in stretches
        ]
    )
    copies = tuple(
        [
            (number, tables.setdefault(table, len(tables)), times, runs.setdefault(run, len(runs)), which)
            for number, table, times, run, which in kept
        ]
    )
    return OfModel(_buffer(done, copies), tuple(runs), tuple(tables))


@dataclass(slots=True, eq=False)
class Program:
    """A whole model: its buffers, the host's last."""

    buffers: tuple[OfModel, ...]


def program(pieces: Sequence[Piece], host: int, *, pipeline: bool) -> Program | None:
    """The pieces of a model one after the other; None where they cannot be told apart."""
    shared = _SharedTensors(pieces, host)
    if not all(piece.steps.alone for piece in pieces) or shared.differs_in_a_run:
        return None
    done: list[list[Stretch]] = [[] for _ in range(host + 1)]
    kept: list[list[Kept]] = [[] for _ in done]
    held: list[tuple[int, ...]] = [()] * (host + 1)
    inputs = tuple(dict.fromkeys([number for piece in pieces for number in piece.steps.inputs]))
    if pipeline:
        _keep_copies(kept, pieces, inputs, host)
    else:
        held[host] = tuple([-2 - number for number in inputs])
        done[host].append((_take_inputs(inputs), 0, 0, HEAD))
    last = len(pieces) - 1
    for index, (steps, devices, table, run, which) in enumerate(pieces):
        names = tuple([held[device] for device in devices])
        if shared.by_card:
            names = _names_in(names, devices)
        all_done, then = _stage(steps, tuple(shared.added[index]), frozenset(shared.ends[index]), names, index == last)
        if shared.by_card:
            then = _names_out(then, devices)
        for device, one, left in zip(devices, all_done, then, strict=True):
            held[device] = left
            if one is not None:
                done[device].append((one, table, run, which))
    return Program(tuple(map(_of_model, done, kept)))


@lru_cache(maxsize=64)
def _take_inputs(inputs: tuple[int, ...]) -> Done:
    numbers = tuple([shared_size(number, on_card=False) for number in inputs])
    places = tuple(range(len(inputs)))
    return _done(part(tuple(zip(places, places, strict=True)), places, len(inputs)), numbers, ())


def _keep_copies(kept: list[list[Kept]], pieces: Sequence[Piece], inputs: Iterable[int], host: int) -> None:
    for number in inputs:
        times = 1 if number == EMBEDDINGS else PIPELINE_COPIES
        kept[host].append((shared_size(number, on_card=False), 0, times, 0, HEAD))
    for number, device in dict.fromkeys([one for piece in pieces for one in copied_by(piece)]):
        size = shared_size(number, on_card=device != host)
        kept[device].append((size, 0, PIPELINE_COPIES, 0, HEAD))
    for piece in pieces:
        for size, role in piece.steps.copies:
            kept[piece.devices[role]].append((size, piece.table, 1, piece.run, piece.which))


def number_elsewhere(number: int, devices: Sequence[int]) -> int:
    """The number of a shared tensor of a layer in the whole model, where other devices have the layer's numbers."""
    return number if number <= ROPE_FACTORS else ROPE_FACTORS + 1 + devices[number - ROPE_FACTORS - 1]


def numbers_in_layer(present: frozenset[int], devices: Sequence[int]) -> frozenset[int]:
    """The numbers that shared tensors on a device have in a layer; those it does not know are left out."""
    if not present or max(present) <= ROPE_FACTORS:
        return present
    of_card = {ROPE_FACTORS + 1 + device: ROPE_FACTORS + 1 + role for role, device in enumerate(devices)}
    return frozenset([of_card.get(number, number) for number in present if number <= ROPE_FACTORS or number in of_card])


def copied_by(piece: Piece) -> Iterator[tuple[int, int]]:
    """The shared tensors that are copied for a piece, with the devices they are copied to, numbered as in the model."""
    steps, devices = piece.steps, piece.devices
    for number, role in (*steps.late, *steps.copied):
        yield number_elsewhere(number, devices), devices[role]
    for _, kind, number, role in steps.shared:
        if kind == COPY_SHARED:
            yield number_elsewhere(number, devices), devices[role]


def _names_in(names: Names, devices: tuple[int, ...]) -> Names:
    """What a model's buffers hold, called as a layer with these devices calls it.

    Factors of cards that the layer does not know have numbers beyond all others.
    """
    numbers = {-3 - ROPE_FACTORS - device: -3 - ROPE_FACTORS - role for role, device in enumerate(devices)}

    def called(name: int) -> int:
        return name if name >= -2 - ROPE_FACTORS else numbers.get(name, name - _BEYOND)

    return tuple([tuple([called(name) for name in held]) for held in names])


def _names_out(names: Names, devices: tuple[int, ...]) -> Names:
    """The other way round."""

    def called(name: int) -> int:
        if name >= -2 - ROPE_FACTORS:
            return name
        return name + _BEYOND if name < -_BEYOND else -2 - number_elsewhere(-2 - name, devices)

    return tuple([tuple([called(name) for name in held]) for held in names])


class _SharedTensors:
    """Where in a model the shared tensors are copied, and where each is used for the last time.

    For each piece: copies it makes for later layers, each with its buffer and whether the copied tensor is used for the
    last time (``added``); places of last uses (``ends``).
    """

    def __init__(self, pieces: Sequence[Piece], host: int) -> None:
        self._host = host
        self.added: list[list[tuple[int, int, bool]]] = [[] for _ in pieces]
        self.ends: list[set[int]] = [set() for _ in pieces]
        self._last: dict[tuple[int, int], tuple[int, int]] = {}
        late = self._find(pieces)
        self.by_card = any(
            number > ROPE_FACTORS for piece in pieces if piece.steps.makes_copies for number, _ in copied_by(piece)
        )
        for index, key in late:
            number, device = key
            place = 2 * (pieces[index].steps.opens_at or 0)
            ends = self._last.get((number, host)) == (index, place)
            devices = pieces[index].devices
            if number > ROPE_FACTORS:
                number = -2 - _names_in(((-2 - number,),), devices)[0][0]
            self.added[index].append((number, devices.index(device), ends))
        for index, place in self._last.values():
            if place % 2:
                self.ends[index].add(place // 2)
        self.differs_in_a_run = any(
            piece.which == MIDDLE and (self.added[index] or self.ends[index] or piece.steps.makes_copies)
            for index, piece in enumerate(pieces)
        )

    def _find(self, pieces: Sequence[Piece]) -> list[tuple[int, tuple[int, int]]]:
        late: list[tuple[int, tuple[int, int]]] = []
        opener = opens_at = 0
        for index, piece in enumerate(pieces):
            steps, devices = piece.steps, piece.devices
            for number, role in steps.late:
                late.append((opener, (number_elsewhere(number, devices), devices[role])))
                self._copied(number, opener, 2 * opens_at)
            for place, kind, number, role in steps.shared:
                if kind == USE_SHARED:
                    self._used(number_elsewhere(number, devices), devices[role], index, 2 * place + 1)
                else:
                    self._copied(number, index, 2 * place + 1)
            if steps.opens_at is not None:
                opener, opens_at = index, steps.opens_at
        return late

    def _used(self, number: int, device: int, index: int, place: int) -> None:
        key = (number, device)
        self._last[key] = max(self._last.get(key, (0, 0)), (index, place))

    def _copied(self, number: int, index: int, place: int) -> None:
        # Rope factors are weights: what they are copied from stays.
        if number < ROPE_FACTORS:
            self._used(number, self._host, index, place)


@lru_cache(maxsize=4096)
def _stage(
    steps: LayerSteps, added: tuple[tuple[int, int, bool], ...], ends: frozenset[int],
    names: Names, is_last: bool,
) -> tuple[tuple[Done | None, ...], Names]:  # fmt: skip
    """What a layer does to each of its buffers, and what they hold afterwards."""
    buffers = _Buffers(names)
    for place, (kind, slot, size, buffer) in enumerate(steps.steps):
        if place == steps.opens_at:
            buffers.add(added)
        if kind == TAKE:
            buffers.take(slot, size, buffer)
        elif kind == GIVE:
            buffers.give(slot)
        elif kind == COPY_SHARED:
            buffers.copy(slot, size, buffer, is_last_use=place in ends)
        elif place in ends:
            buffers.give((slot, buffer))
    if steps.opens_at == len(steps.steps):
        buffers.add(added)
    return buffers.done(steps.borrowed), buffers.names(None if is_last else steps.passed_on)


class _Buffers:
    """The buffers of a layer while its steps are told apart."""

    def __init__(self, names: Names) -> None:
        self._where: dict[int | tuple[int, int], tuple[int, int]] = {}
        for buffer, held in enumerate(names):
            for place, name in enumerate(held):
                self._where[name if name >= 0 else (-2 - name, buffer)] = (buffer, place)
        self._registers = [len(held) for held in names]
        # Pairs of numbers; of a known type compiled code would make new ones of them.
        self._done: list[list[Any]] = [[] for _ in names]
        self._numbers: list[dict[int, int]] = [{} for _ in names]

    def take(self, name: int | tuple[int, int], size: int, buffer: int) -> None:
        register, numbers = self._registers[buffer], self._numbers[buffer]
        self._registers[buffer] = register + 1
        self._done[buffer].append(known_numbers(register, numbers.setdefault(size, len(numbers))))
        self._where[name] = (buffer, register)

    def give(self, name: int | tuple[int, int]) -> None:
        buffer, register = self._where.pop(name)
        self._done[buffer].append(known_numbers(register, GIVE_BACK))

    def copy(self, number: int, size: int, buffer: int, *, is_last_use: bool) -> None:
        if is_last_use:
            self.give((number, len(self._done) - 1))
        self.take((number, buffer), size, buffer)

    def add(self, added: Iterable[tuple[int, int, bool]]) -> None:
        host = len(self._done) - 1
        for number, buffer, is_last_use in added:
            self.copy(number, shared_size(number, on_card=buffer != host), buffer, is_last_use=is_last_use)

    def names(self, passed_on: int | None) -> Names:
        """What the buffers hold; of a layer's own there is only what it passes on, called 0 from now on."""
        held: list[list[int]] = [[] for _ in self._done]
        for name, (buffer, _) in self._where.items():
            if isinstance(name, tuple):
                held[buffer].append(-2 - name[0])
            elif passed_on is not None:
                assert name == passed_on, "a layer keeps something that the next one does not know"
                held[buffer].append(0)
        return tuple(map(tuple, held))

    def done(self, borrowed: frozenset[int]) -> tuple[Done | None, ...]:
        """What is done to each buffer, if anything."""
        left: list[list[int]] = [[] for _ in self._done]
        for buffer, register in self._where.values():
            left[buffer].append(register)
        found: list[Done | None] = []
        for own, kept, registers, numbers in zip(self._done, left, self._registers, self._numbers, strict=True):
            if not own:
                found.append(None)
                continue
            weights = () if borrowed.isdisjoint(numbers) else [number in borrowed for number in numbers]
            places = tuple([place for place, is_weight in enumerate(weights) if is_weight])
            found.append(_done(part(tuple(own), tuple(kept), registers), tuple(numbers), places))
        return tuple(found)

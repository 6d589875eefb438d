"""What a whole model does to the memory, joined from what is known of single layers.

A layer's operations depend on little of a request, their devices besides on where its own weights lie and where its
neighbours begin and end. So a new placement is mostly made of layers that were seen before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH
from fitcheck.core.graph.graph_key import Layer, Pattern
from fitcheck.core.graph.layer_graph import Around, LayerGraph, Place, Position
from fitcheck.core.graph.layout import HEAD, MIDDLE, TAIL, Piece, Program, copied_by, numbers_in_layer, program
from fitcheck.core.graph.recorder import LayerSteps, SizeNumbers
from fitcheck.core.graph.shapes import Shapes
from fitcheck.core.graph.sizes import FEWEST
from fitcheck.core.kv_cache import CONTEXT_PADDING
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX

_INSIDE = Position(first=False, last=False, experts=False), Position(first=False, last=False, experts=True)
_NOT_HERE = (HOST_INDEX,) * 3

Ends: TypeAlias = tuple[int, int]
"""Devices of the first and the last operation of a layer whose own weights or memory decide where it runs."""


class Batch(NamedTuple):
    """What decides, besides places, which operations a model has and where they run.

    Cache types stand for all that lead to the same operations. So do ``tokens``, those of each stream ``in_stream`` and
    the rows of logits ``outputs`` for all numbers that change nothing but sizes. ``pinned``: the engine wishes for the
    devices of norms.
    """

    spec: ModelSpec
    legacy: bool
    flash_attn: bool
    v_transposed: bool
    many_streams: bool
    type_k: str
    type_v: str
    tokens: int
    in_stream: int
    outputs: int
    parted: bool
    op_offload: bool
    kv_offload: bool
    pipeline: bool
    pinned: bool


@dataclass(frozen=True, slots=True)
class Operations:
    """What decides which operations there are: equal ones, equal graphs; ``shapes`` are an example.

    ``like`` is the structure of the architecture, ``tokens`` those of the batch and of each stream.
    """

    like: tuple[object, ...]
    legacy: bool
    flash_attn: bool
    v_transposed: bool
    many_streams: bool
    type_k: str
    type_v: str
    tokens: tuple[int, int]
    pinned: bool
    shapes: Shapes = field(compare=False)

    def numbers(self, position: Position) -> SizeNumbers:
        """Numbers for the sizes of a layer, whatever the number of tokens; the first one has those of any other."""
        return _numbers(
            self.like, self.legacy, self.flash_attn, self.v_transposed, self.many_streams, self.type_k, self.type_v,
            position.last, position.experts,
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _numbers(*_layer: object) -> SizeNumbers:
    return SizeNumbers()


@dataclass(slots=True, eq=False)
class Family:
    """Layers of equal operations under the same rules for devices."""

    operations: Operations
    op_offload: bool
    kv_offload: bool
    pipeline: bool
    numbers: dict[Position, SizeNumbers] = field(default_factory=dict)

    def numbers_of(self, position: Position) -> SizeNumbers:
        """The numbers of a layer's sizes."""
        known = self.numbers.get(position)
        if known is None:
            known = self.numbers[position] = self.operations.numbers(position)
        return known


@lru_cache(maxsize=1024)
def _family(operations: Operations, op_offload: bool, kv_offload: bool, pipeline: bool) -> Family:
    return Family(operations, op_offload, kv_offload, pipeline)


class Families(NamedTuple):
    """The layers of a model: those on cards with all their weights, those with weights on the host, those on the host.

    ``outputs`` stands for all numbers of rows of logits that change nothing but sizes.
    """

    plain: Family
    fetching: Family
    on_host: Family
    outputs: int


@lru_cache(maxsize=2048)
def families(batch: Batch) -> Families:
    """The families of a batch's layers; equal ones are the same objects."""
    # A copied vector can take a result of one token in, and only overrides part vectors from what they are used for.
    few = min(batch.tokens, FEWEST + 1) if batch.parted else OFFLOAD_MIN_BATCH
    like = _structure(batch.spec)
    plain = _family(_operations(batch, like, few, few), False, batch.kv_offload, batch.pipeline)
    if not batch.op_offload or (batch.tokens < OFFLOAD_MIN_BATCH and not batch.spec.qk_norm):
        on_host = _family(plain.operations, False, True, batch.pipeline)
        return Families(plain, plain, on_host, batch.outputs)
    # Only latent attention has weights that every stream is multiplied with by itself.
    in_stream = batch.in_stream if batch.spec.is_moe else batch.tokens
    if batch.tokens < OFFLOAD_MIN_BATCH:
        # Whether norms of heads are worth fetching depends on their number as well.
        like = (*like, batch.spec)
    operations = _operations(batch, like, batch.tokens, in_stream)
    fetching = _family(operations, True, batch.kv_offload, batch.pipeline)
    return Families(plain, fetching, _family(operations, True, True, batch.pipeline), batch.outputs)


def _operations(batch: Batch, like: tuple[object, ...], tokens: int, in_stream: int) -> Operations:
    streams = 2 if batch.many_streams else 1
    if in_stream < OFFLOAD_MIN_BATCH <= tokens:
        example = in_stream * -(-OFFLOAD_MIN_BATCH // in_stream)
        streams = example // in_stream
    else:
        example = tokens if tokens < OFFLOAD_MIN_BATCH else 2 * streams * OFFLOAD_MIN_BATCH
        if example % streams:
            streams = example
    shapes = Shapes(
        batch.spec, batch.legacy, example, 1, streams, CONTEXT_PADDING, batch.v_transposed, batch.type_k, batch.type_v
    )
    return Operations(
        like, batch.legacy, batch.flash_attn, batch.v_transposed, batch.many_streams, batch.type_k, batch.type_v,
        (tokens, in_stream), batch.pinned, shapes,
    )  # fmt: skip


def _structure(spec: ModelSpec) -> tuple[object, ...]:
    """What an architecture decides about operations and devices: the sizes of its matrices decide nothing.

    ``head_dim`` tells whether a card has a kernel for fused attention and whether caches are rotated, the hidden size
    whether it can pick rows of some types.
    """
    parts = (spec.gguf_arch, spec.qkv_bias, spec.qk_norm, spec.rope_factors, spec.head_dim, spec.hidden_size % 256 == 0)
    return (*parts, spec.mla_moe, spec.n_attention_heads if spec.is_moe else None)


class TableOf(NamedTuple):
    """Where sizes come from."""

    numbers: SizeNumbers
    position: Position


@dataclass(slots=True, eq=False)
class Joined:
    """A model's program, or none where its layers cannot be told apart, and where the sizes of its tables are from.

    ``operations`` of any of its layers.
    """

    program: Program | None
    tables: tuple[TableOf, ...]
    operations: Operations


@lru_cache(maxsize=768)
def joined(of: Families, pattern: Pattern, gpus: int) -> Joined:
    """All layers together."""
    layers = _Layers(of, pattern, gpus)
    pieces = list(layers.pieces())
    whole = program(pieces, gpus, pipeline=of.plain.pipeline)
    tables = tuple([TableOf(numbers, position) for numbers, position in layers.tables.items()])
    return Joined(whole, tables, of.plain.operations)


@lru_cache(maxsize=512)
def attends_at_home(of: Families, pattern: Pattern, gpus: int) -> bool:
    """Whether the attention of every layer is computed on the layer's device."""
    layers = _Layers(of, pattern, gpus)
    return all(layers.attend_at_home(run) for run in range(len(pattern.runs)))


@lru_cache(maxsize=16)
def _position(first: bool, last: bool, experts: bool) -> Position:
    return Position(first, last, experts)


@lru_cache(maxsize=1024)
def _numbers_with(present: frozenset[int], number: int) -> frozenset[int]:
    return present | {number}


@lru_cache(maxsize=2048)
def _same(one: Place | Around) -> Any:
    """Equal ones are one object: each is part of many keys."""
    return one


class _Layers:
    """The runs of layers of one model."""

    def __init__(self, of: Families, places: Pattern, gpus: int) -> None:
        self._families, self._places, self._gpus = of, places, gpus
        self._ends = [self._ends_of(layer) for layer in places.runs]
        self._present: list[frozenset[int]] = [frozenset()] * (gpus + 1)
        self.tables: dict[SizeNumbers, Position] = {}

    def pieces(self) -> Iterator[Piece]:
        """What every layer does; the same one for all in the middle of a run."""
        for run in range(len(self._places.runs)):
            family, position, place = self._run(run)
            numbers = family.numbers_of(position)
            self.tables.setdefault(numbers, _position(False, position.last, position.experts))
            table = list(self.tables).index(numbers)
            made: tuple[tuple[int | None, int | None], LayerSteps, tuple[int, ...]] | None = None
            for which, before, after in self._between(run):
                between = before, after
                if made is None or made[0] != between or made[1].makes_copies:
                    known, devices = self._known(run, family, position, place, between)
                    made = between, _steps(*known), devices
                piece = Piece(made[1], made[2], table, run, which)
                if piece.steps.makes_copies:
                    for number, device in copied_by(piece):
                        self._present[device] = _numbers_with(self._present[device], number)
                yield piece

    def attend_at_home(self, run: int) -> bool:
        """Whether the attention of all layers of a run is computed on their device."""
        family, position, place = self._run(run)
        home = self._gpus if place.device == HOST_INDEX else place.device
        for _, before, after in self._between(run):
            known, devices = self._known(run, family, position, place, (before, after))
            if devices[_attends_at(*known)] != home:
                return False
        return True

    def _between(self, run: int) -> Iterator[tuple[int, int | None, int | None]]:
        """The different layers of a run, with the ends of their neighbours."""
        first, last = self._ends[run]
        count = self._places.few[run]
        before = self._ends[run - 1][1] if run else None
        after = self._ends[run + 1][0] if run + 1 < len(self._ends) else None
        if last != HOST_INDEX and not self._families.plain.operations.pinned:
            # What has a device of its own last goes on there.
            first, after = HOST_INDEX, None if after is None else HOST_INDEX
        yield HEAD, before, after if count == 1 else first
        if count > 2:
            yield MIDDLE, last, first
        if count > 1:
            yield TAIL, last, after

    def _run(self, run: int) -> tuple[Family, Position, Place]:
        layer, places = self._places.runs[run], self._places
        position = _position(run == 0, run == len(self._ends) - 1, layer.experts)
        embedding = places.outside[0] if position.first else HOST_INDEX
        norm, output = places.outside[1:] if position.last else _NOT_HERE[1:]
        bare = tuple([one for one in places.bare if (position.last if one else position.first)])
        place = Place(layer.device, layer.homes, layer.lacking, (embedding, norm, output), bare, self._rope(layer))
        return self._family(layer, position), position, place

    def _known(
        self, run: int, family: Family, position: Position, place: Place, between: tuple[int | None, int | None]
    ) -> tuple[_Known, tuple[int, ...]]:
        """A layer with its devices numbered in order, and these devices."""
        before, after = between
        begins, _ = self._ends[run]
        place, cards = _with_roles(place, (begins, before, after), family)
        devices = (*cards, self._gpus)
        role = {device: number for number, device in enumerate(cards)}
        host = role[HOST_INDEX] = len(cards)
        around = Around(
            None if before is None else role[before], None if after is None else role[after], role[begins],
            tuple([numbers_in_layer(self._present[device], devices) for device in devices]),
        )  # fmt: skip
        outputs = self._families.outputs if position.last else 0
        return _Known(family, position, outputs, _same(place), host, _same(around)), devices

    def _ends_of(self, layer: Layer) -> Ends:
        place = Place(layer.device, layer.homes, layer.lacking, _NOT_HERE, (), self._rope(layer))
        family = self._family(layer, _INSIDE[layer.experts])
        place, cards = _with_roles(place, (), family)
        first, last = _ends(family, layer.experts, place, len(cards))
        devices = (*cards, HOST_INDEX)
        return devices[first], devices[last]

    def _rope(self, layer: Layer) -> int:
        if self._places.rope_home is not None:
            return self._places.rope_home
        return layer.device

    def _family(self, layer: Layer, position: Position) -> Family:
        """Of what lies on cards with all its weights none are fetched."""
        homes, outside = layer.homes, self._places.outside
        if layer.device == HOST_INDEX:
            return self._families.on_host
        fetches = bool(layer.lacking) or homes is True
        if isinstance(homes, tuple):
            fetches = fetches or HOST_INDEX in homes
        if position.last:
            fetches = fetches or HOST_INDEX in outside[1:]
        return self._families.fetching if fetches else self._families.plain


def _with_roles(place: Place, used: Iterable[int | None], family: Family) -> tuple[Place, tuple[int, ...]]:
    """The same with cards numbered in order, and which cards they are.

    The first card, which is the one that fetches weights, is always among them where any are fetched.
    """
    homes = place.homes
    cards = {place.device, place.rope, *place.outside, *used, *(homes if isinstance(homes, tuple) else ())}
    if family.op_offload:
        cards.add(0)
    known = sorted([card for card in cards if card is not None and card != HOST_INDEX])
    if not known or known[-1] == len(known) - 1:
        return place, tuple(known)
    role = {card: number for number, card in enumerate(known)}
    role[HOST_INDEX] = HOST_INDEX
    embedding, norm, output = place.outside
    return Place(
        role[place.device], tuple([role[home] for home in homes]) if isinstance(homes, tuple) else homes,
        place.lacking, (role[embedding], role[norm], role[output]), place.bare, role[place.rope],
    ), tuple(known)  # fmt: skip


class _Known(NamedTuple):
    """All that a layer's steps depend on; ``host`` is the number of cards, ``outputs`` 0 but in the last layer."""

    family: Family
    position: Position
    outputs: int
    place: Place
    host: int
    around: Around


@lru_cache(maxsize=128)
def _graph(operations: Operations, position: Position, outputs: int) -> LayerGraph:
    return LayerGraph(
        operations.shapes._replace(outputs=outputs or 1),
        position,
        operations.numbers(position),
        flash_attn=operations.flash_attn,
        pinned=operations.pinned,
    )


@lru_cache(maxsize=4096)
def _ends(layers: Family, experts: bool, place: Place, host: int) -> Ends:
    graph = _graph(layers.operations, _INSIDE[experts], 0)
    return graph.ends(place, host, op_offload=layers.op_offload, kv_offload=layers.kv_offload)


@lru_cache(maxsize=7168)
def _steps(layers: Family, position: Position, outputs: int, place: Place, host: int, around: Around) -> LayerSteps:
    graph = _graph(layers.operations, position, outputs)
    return graph.steps(
        place, host, around, op_offload=layers.op_offload, kv_offload=layers.kv_offload, pipeline=layers.pipeline
    )


@lru_cache(maxsize=1024)
def _attends_at(layers: Family, position: Position, outputs: int, place: Place, host: int, around: Around) -> int:
    graph = _graph(layers.operations, position, outputs)
    return graph.attends_at(place, host, around, op_offload=layers.op_offload, kv_offload=layers.kv_offload)

"""How many bytes every tensor of a graph takes, as formulas of the batch and the cache.

A tensor's bytes are a sum: whole numbers of the architecture by the tokens, by the rows of logits, by the cells of the
cache, by tokens and cells of a stream. The graph is built once with powers of one huge number in their places, and the
whole numbers are read off as the digits of what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.attention import make_inputs
from fitcheck.core.graph.devices import alignment, parts_in_buffer, reads_f16
from fitcheck.core.graph.layer_graph import Position, passed_on, rope_leaf
from fitcheck.core.graph.model_graph import build
from fitcheck.core.graph.recorder import SHARED_SIZES, Size, SizeNumbers
from fitcheck.core.graph.schedule import ROPE_FACTORS
from fitcheck.core.graph.shapes import Shapes, experts_from, layer_tensors, leaf, outside_shape, weight_shape
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS, TYPES, Name, Node, Shape
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.workload import KvLayout

FEWEST = 2
"""Tokens of a stream for which cards have attention kernels of their own."""

_MOST_BY_TYPE = 64

_BITS = 80
_HUGE = 1 << _BITS

Terms: TypeAlias = tuple[int, int, int, int, int]
"""Whole numbers: alone, by tokens, by rows of logits, by cells of all streams, by tokens and the cells of a stream."""


class Formula(NamedTuple):
    """Alignment and parts: one after the other, each rounded up to the alignment together with those before it."""

    multiple: int
    parts: tuple[Terms, ...]


_NO_BYTES = Formula(1, ())

_BY_TYPE = Formula(0, ())
"""Stands for a formula that depends on the types of the cache: the only one that is a multiple of nothing."""


def generic(shapes: Shapes) -> Shapes:
    """The same with huge numbers for what sizes are formulas of; two streams stand for any number above one."""
    streams = min(shapes.streams, 2)
    return shapes._replace(tokens=streams * _HUGE, outputs=_HUGE**2, cells=_HUGE**3, streams=streams)


class SizeTable:
    """The sizes of a layer, after those of the shared tensors, as formulas; ``is_last``: of a model's last layer."""

    def __init__(self, numbers: SizeNumbers, shapes: Shapes, position: Position, flash_attn: bool) -> None:
        self._numbers, self._streams = numbers, shapes.streams
        self._tensors = _tensors(shapes, position, flash_attn)
        self._formulas: dict[int, Formula] = dict(enumerate(_shared_formulas(shapes, flash_attn)))
        self._factors: dict[int, int] = {}
        self.is_last = position.last
        self._by_type: dict[tuple[int, str, str, tuple[int, int] | None], Formula] = {}

    def bytes(self, numbers: Iterable[int], shapes: Shapes, outputs: int) -> list[int]:
        """Bytes of the sizes with these numbers for a batch with so many rows of logits, 0 for weights."""
        tokens, cells, both = shapes.tokens, shapes.cells * shapes.streams, shapes.tokens * shapes.cells
        factors, formulas = self._factors, self._formulas
        found = []
        for number in numbers:
            factor = factors.get(number)
            if factor is not None:
                found.append(factor * tokens)
                continue
            known = formulas.get(number)
            if known is None or not known[0]:
                known = self._of(number, shapes)
            multiple, parts = known
            size = 0
            for alone, by_tokens, by_outputs, by_cells, by_both in parts:
                size += alone + by_tokens * tokens + by_outputs * outputs + by_cells * cells + by_both * both
                size = -(-size // multiple) * multiple
            found.append(size)
        return found

    def weight(self, number: int) -> Size:
        """The weight whose size has this number."""
        return self._numbers.weights[number]

    def _of(self, number: int, shapes: Shapes) -> Formula:
        """A formula that is not known yet or depends on the types of the cache."""
        size = self._numbers.sizes[number - SHARED_SIZES]
        known = self._formulas[number] = self._formula(size)
        if not known[0]:
            return self._formula_by_type(size, number, shapes)
        multiple, parts = known
        assert self.is_last or not any(terms[2] for terms in parts), "only the last layer knows of the rows of logits"
        if not parts:
            self._factors[number] = 0
        elif len(parts) == 1:
            alone, by_tokens, by_outputs, by_cells, by_both = parts[0]
            if not (alone or by_outputs or by_cells or by_both or by_tokens % multiple):
                # Most sizes are a multiple of the tokens and of the alignment.
                self._factors[number] = by_tokens
        return known

    def _formula(self, size: Size) -> Formula:
        if size.name.kind >= OUTSIDE_LAYERS:
            return _NO_BYTES
        tensor = self._tensors[size.name]
        if size.needs or tensor.cache is not None:
            return _BY_TYPE
        return tensor.on_card if size.on_card else tensor.on_host

    def _formula_by_type(self, size: Size, number: int, shapes: Shapes) -> Formula:
        """Of what depends on the types of the cache, and of kernels also on the batch where it is smallest."""
        in_stream = shapes.tokens // shapes.streams
        few = (in_stream, shapes.cells) if in_stream <= FEWEST and size.needs else None
        key = (number, shapes.type_k, shapes.type_v, few)
        known = self._by_type.get(key)
        if known is None:
            if len(self._by_type) >= _MOST_BY_TYPE:
                self._by_type.clear()
            known = self._of_kernel(size, shapes) if size.needs else self._of_cache(size, shapes)
            self._by_type[key] = known
        return known

    def _of_cache(self, size: Size, shapes: Shapes) -> Formula:
        """A copy of what is in a cache: all bytes are multiples of a block's."""
        tensor = self._tensors[size.name]
        multiple, parts = tensor.on_card if size.on_card else tensor.on_host
        (block, ours), (same, theirs) = TYPES[(shapes.type_k, shapes.type_v)[tensor.cache or 0]], TYPES[tensor.kind]
        assert block == same, "types of other blocks lead to other operations"
        scaled = [[term // theirs * ours for term in terms] for terms in parts]
        return Formula(multiple, tuple([(a, b, c, d, e) for a, b, c, d, e in scaled]))

    def _of_kernel(self, size: Size, shapes: Shapes) -> Formula:
        """An attention with what its kernel needs."""
        tensor, in_stream = self._tensors[size.name], shapes.tokens // shapes.streams
        kinds = self._operand_types(shapes)
        operands = [Node(kind, ne, nb=nb) for (ne, nb), kind in zip(tensor.operands, kinds, strict=True)]
        node = Node(tensor.kind, tensor.ne, src=operands)
        converts = None
        if in_stream <= FEWEST:
            rows = (in_stream, shapes.cells, shapes.cells, in_stream)
            few = [
                Node(one.type, (one.ne[0], count, one.ne[2], shapes.streams), nb=one.nb)
                for one, count in zip(operands, rows, strict=True)
            ]
            converts = reads_f16(Node(tensor.kind, tensor.ne, src=few))
        parts = parts_in_buffer(node, on_card=size.on_card, needs=size.needs, converts=converts)
        return Formula(alignment(on_card=size.on_card), tuple([_digits(part, self._streams) for part in parts]))

    def _operand_types(self, shapes: Shapes) -> tuple[str, str, str, str]:
        """Types of queries, keys, values and mask; an F32 cache is converted beforehand."""
        kinds = (shapes.type_k, shapes.type_k if shapes.is_latent else shapes.type_v)
        k, v = ("F16" if kind == "F32" else kind for kind in kinds)
        return "F32", k, v, "F16"


def formula(node: Node, *, on_card: bool, streams: int) -> Formula:
    """The formula of a tensor with generic shapes for so many streams."""
    parts = parts_in_buffer(node, on_card=on_card)
    return _known(alignment(on_card=on_card), tuple([_digits(part, streams) for part in parts]))


@lru_cache(maxsize=4096)
def _known(multiple: int, parts: tuple[Terms, ...]) -> Formula:
    """Equal formulas are one object."""
    return Formula(multiple, parts)


def _digits(value: int, streams: int) -> Terms:
    """The whole numbers, of either sign, that make this value."""
    terms = []
    for by in (1, streams, 1, streams, streams):
        digit = (value + _HUGE // 2) % _HUGE - _HUGE // 2
        assert digit % by == 0, "a tensor grows with the tokens or cells of one stream"
        terms.append(digit // by)
        value = (value - digit) >> _BITS
    assert value == 0, "a tensor grows with something else"
    alone, by_tokens, by_outputs, by_cells, by_both = terms
    return alone, by_tokens, by_outputs, by_cells, by_both


@lru_cache(maxsize=384)
def size_table(numbers: SizeNumbers, position: Position, shapes: Shapes, flash_attn: bool) -> SizeTable:
    """The sizes of a layer with these generic shapes."""
    return SizeTable(numbers, shapes, position, flash_attn)


@lru_cache(maxsize=64)
def _shared_formulas(shapes: Shapes, flash_attn: bool) -> tuple[Formula, ...]:
    """Of every shared tensor on the host and on a card."""
    setting = shapes.setting([False], [HOST_INDEX], _ShapesOfWeights(shapes, 0), flash_attn=flash_attn)
    found = [_NO_BYTES] * SHARED_SIZES
    tensors: list[tuple[int, Node]] = []
    inputs = make_inputs(setting)
    for node in (getattr(inputs, each.name) for each in fields(inputs)):
        if node is not None:
            tensors.append((node.name.place, node))
    if shapes.spec.rope_factors:
        tensors.append((ROPE_FACTORS, rope_leaf(shapes.spec, HOST_INDEX)))
    for number, node in tensors:
        for on_card in (False, True):
            found[2 * number + on_card] = formula(node, on_card=on_card, streams=shapes.streams)
    return tuple(found)


class _Tensor(NamedTuple):
    """What is kept of a tensor: its formulas, its type and shape, whether it looks at K (0) or V (1) of the cache.

    ``operands`` of a fused attention are shapes and strides of queries, keys, values and mask.
    """

    on_host: Formula
    on_card: Formula
    kind: str
    ne: Shape
    cache: int | None
    operands: tuple[tuple[Shape, Shape], ...]


def _tensors(shapes: Shapes, position: Position, flash_attn: bool) -> dict[Name, _Tensor]:
    """The tensors of a layer by name; whole graphs would take much memory."""
    weights = _ShapesOfWeights(shapes, experts_from(shapes.spec) if position.experts else 0)
    setting = shapes.setting([position.experts], [HOST_INDEX], weights, flash_attn=flash_attn)
    given = passed_on(shapes.spec, shapes.tokens)
    build(setting, given, to_the_end=position.last)
    streams, cache_of = shapes.streams, {cache: number for number, cache in enumerate(setting.caches[0])}
    found = {}
    for node in (given, *setting.graph.nodes):
        assert node.name is not None
        operands = [(one.ne, one.nb) for one in node.src] if node.op == "FLASH_ATTN_EXT" else []
        found[node.name] = _Tensor(
            formula(node, on_card=False, streams=streams), formula(node, on_card=True, streams=streams),
            node.type, node.ne, cache_of.get(node.view_src) if node.view_src else None, tuple(operands),
        )  # fmt: skip
    return found


class _ShapesOfWeights:
    """Weights of which only the shapes count."""

    def __init__(self, shapes: Shapes, layer: int) -> None:
        self._spec, self._layout, self._layer = shapes.spec, shapes.kv_layout, layer

    def __call__(self, position: int, name: str) -> Node:
        """A weight of the layer."""
        return _shape_of_weight(self._spec, self._layout, self._layer, name)

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""
        return leaf("F16", outside_shape(self._spec, name), HOST_INDEX)


@lru_cache(maxsize=1024)
def _shape_of_weight(spec: ModelSpec, kv_layout: KvLayout, layer: int, name: str) -> Node:
    """A leaf that nothing is done to, so that many graphs may stand on it."""
    return leaf("F16", weight_shape(spec, layer_tensors(spec, kv_layout, layer)[name][1]), HOST_INDEX)

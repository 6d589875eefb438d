"""How many bytes every tensor of a graph takes, as formulas of the batch and the cache.

A tensor's bytes are a sum: whole numbers of the architecture by the tokens, by the rows of logits, by the cells of the
cache, by tokens and cells. The graph is built once with powers of one huge number in their places, and the whole
numbers are read off as the digits of what comes out.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.devices import alignment, parts_in_buffer
from fitcheck.core.graph.graph_key import FEWEST
from fitcheck.core.graph.layers import alike_in_shape
from fitcheck.core.graph.model_graph import build
from fitcheck.core.graph.recorder import Record, Size
from fitcheck.core.graph.shapes import Shapes, layer_number, layer_tensors, leaf, outside_shape, weight_shape
from fitcheck.core.graph.tensor import LAST_LAYER, Name, Node
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.workload import KvLayout

_BITS = 80
_HUGE = 1 << _BITS
_TERMS = 5

Terms: TypeAlias = tuple[int, ...]
"""Whole numbers that stand alone, by tokens of a stream, by rows of logits, by cells, by both first and last."""


class Formula(NamedTuple):
    """Bytes in a buffer: one part after the other, each rounded up to the alignment together with those before it."""

    alignment: int
    parts: tuple[Terms, ...]


def generic(shapes: Shapes) -> Shapes:
    """The same with huge numbers for what sizes are formulas of.

    The smallest stay: attention kernels depend on them.
    """
    if shapes.tokens // shapes.streams <= FEWEST:
        return shapes
    return replace(shapes, tokens=shapes.streams * _HUGE, outputs=_HUGE**2, cells=_HUGE**3)


class SizeTable:
    """All sizes of one record; equal formulas are evaluated once."""

    def __init__(self, record: Record, shapes: Shapes, flash_attn: bool) -> None:
        formulas = _formulas(shapes, flash_attn)
        distinct: dict[Formula, int] = {}
        self._index = [distinct.setdefault(formulas.of(size), len(distinct)) for size in record.sizes]
        self._formulas = tuple(distinct)

    def bytes(self, shapes: Shapes) -> list[int]:
        """Bytes of every size, 0 for weights."""
        tokens, outputs, cells = shapes.tokens // shapes.streams, shapes.outputs, shapes.cells
        both = tokens * cells
        known = []
        for multiple, parts in self._formulas:
            size = 0
            for alone, by_tokens, by_outputs, by_cells, by_both in parts:
                size += alone + by_tokens * tokens + by_outputs * outputs + by_cells * cells + by_both * both
                size = -(-size // multiple) * multiple
            known.append(size)
        return [known[index] for index in self._index]


@lru_cache(maxsize=256)
def size_table(record: Record, shapes: Shapes, flash_attn: bool) -> SizeTable:
    """The sizes of a record whose tensors have these generic shapes."""
    return SizeTable(record, shapes, flash_attn)


class _Formulas:
    """Formulas of the tensors of a graph that has every shape of layer in it once."""

    def __init__(self, shapes: Shapes, flash_attn: bool) -> None:
        self._spec, self._layout = shapes.spec, shapes.kv_layout
        self._alike = alike_in_shape(shapes.spec)
        self._layers = (*dict.fromkeys(self._alike[:-1]), LAST_LAYER)
        setting = shapes.setting(self._layers, [HOST_INDEX] * len(self._layers), self, flash_attn=flash_attn)
        build(setting)
        self._nodes = {node.name: node for node in (*setting.graph.inputs, *setting.graph.nodes)}
        self._known: dict[Size, Formula] = {}

    def of(self, size: Size) -> Formula:
        """The formula of one of them, nothing for a weight."""
        known = self._known.get(size)
        if known is None:
            known = self._known[size] = self._formula(size)
        return known

    def _formula(self, size: Size) -> Formula:
        kind, place, is_weight = size.name
        multiple = alignment(on_card=size.on_card)
        if is_weight:
            return Formula(multiple, ())
        node = self._nodes[Name(self._alike[kind], place) if kind >= 0 else size.name]
        parts = parts_in_buffer(node, on_card=size.on_card, needs=size.needs)
        return Formula(multiple, tuple(map(_digits, parts)))

    def __call__(self, position: int, name: str) -> Node:
        """A weight of a layer: only its shape counts here."""
        return _shape_of_weight(self._spec, self._layout, layer_number(self._spec, self._layers[position]), name)

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""
        return leaf("F16", outside_shape(self._spec, name), HOST_INDEX)


def _digits(value: int) -> Terms:
    """The whole numbers, of either sign, that make this value."""
    terms = []
    for _ in range(_TERMS):
        digit = (value + _HUGE // 2) % _HUGE - _HUGE // 2
        terms.append(digit)
        value = (value - digit) >> _BITS
    assert value == 0, "a tensor grows with something else"
    return tuple(terms)


@lru_cache(maxsize=1024)
def _shape_of_weight(spec: ModelSpec, kv_layout: KvLayout, layer: int, name: str) -> Node:
    """A leaf that nothing is done to, so that many graphs may stand on it."""
    return leaf("F16", weight_shape(spec, layer_tensors(spec, kv_layout, layer)[name][1]), HOST_INDEX)


@lru_cache(maxsize=64)
def _formulas(shapes: Shapes, flash_attn: bool) -> _Formulas:
    """Of few shapes only: thousands of tensors would keep the garbage collector busy."""
    return _Formulas(shapes, flash_attn)

"""Tensors without values: shape, strides, where they come from. Rules of ggml/src/ggml.c."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from fitcheck.core.quantization import GGML_TYPES

Shape: TypeAlias = tuple[int, int, int, int]


class Name(NamedTuple):
    """What a tensor has in common with its like in other graphs: what kind it is of, its place among them."""

    kind: int
    place: int


INPUT, PASSED_ON, OPERATION, OUTSIDE_LAYERS, WEIGHT = -4, -3, -2, -1, 0
"""Kinds of names: inputs, what the layer before gives, results, weights outside the layers, and from 0 up the weights
of a layer of this number."""


TYPES: dict[str, tuple[int, int]] = {**GGML_TYPES, "I32": (1, 4), "I64": (1, 8)}
"""Type -> (elements in a block, bytes in a block)."""

VIEW_OPS = frozenset(("VIEW", "RESHAPE", "PERMUTE", "TRANSPOSE"))
"""Operations that only look at another tensor's memory (``ggml_is_view_op``)."""


class Node:
    """One tensor of a graph: an operation's result, a weight, a cache or an input.

    ``ne`` are elements and ``nb`` strides in bytes for four dimensions. ``home`` is the device of what lies in memory
    before the graph runs (weights, caches), None for what the graph allocates. ``backend`` is the device that
    computes it, -1 while unknown. ``is_shared``: all layers use this one. ``allocated``, ``children``, ``views`` and
    ``slot`` belong to the recorder.
    """

    __slots__ = (
        "allocated", "backend", "children", "home", "is_input", "is_output", "is_shared", "is_weight", "name",
        "nb", "ne", "op", "slot", "src", "type", "view_offset", "view_src", "views",
    )  # fmt: skip

    def __init__(
        self, kind: str, ne: Shape, op: str = "NONE", src: Iterable[Node] = (), nb: Shape | None = None
    ) -> None:
        self.type = kind
        self.ne = ne
        self.nb = nb or contiguous_strides(kind, ne)
        self.op = op
        self.src = list(src)
        self.name: Name | None = None
        self.view_src: Node | None = None
        self.view_offset = 0
        self.home: int | None = None
        self.is_weight = self.is_input = self.is_output = self.is_shared = self.allocated = False
        self.backend = self.slot = -1
        self.children = self.views = 0

    @property
    def bytes(self) -> int:
        """Memory from the first to the last element (``ggml_nbytes``)."""
        ne, nb, block = self.ne, self.nb, TYPES[self.type][0]
        first = TYPES[self.type][1] if block == 1 else 0
        own = (ne[0] - 1) * nb[0] if block == 1 else ne[0] * nb[0] // block
        return first + own + (ne[1] - 1) * nb[1] + (ne[2] - 1) * nb[2] + (ne[3] - 1) * nb[3]

    @property
    def elements(self) -> int:
        """Number of values."""
        return self.ne[0] * self.ne[1] * self.ne[2] * self.ne[3]

    @property
    def is_contiguous(self) -> bool:
        """Whether rows follow each other without gaps, in order."""
        expected = contiguous_strides(self.type, self.ne)
        return all(size == 1 or own == wanted for size, own, wanted in zip(self.ne, self.nb, expected, strict=True))


def row_size(kind: str, elements: int) -> int:
    """Bytes of a row."""
    block, size = TYPES[kind]
    return elements // block * size


def contiguous_strides(kind: str, ne: Shape) -> Shape:
    """Strides of a tensor without gaps."""
    first = TYPES[kind][1]
    second = row_size(kind, ne[0])
    return first, second, second * ne[1], second * ne[1] * ne[2]


def shape(*sizes: int) -> Shape:
    """Four dimensions, the missing ones 1."""
    filled = (*sizes, 1, 1, 1)
    return filled[0], filled[1], filled[2], filled[3]


def like(node: Node, op: str, *more: Node) -> Node:
    """A result of the same shape as ``node``, its first operand (``ggml_dup_tensor``)."""
    return Node(node.type, node.ne, op, (node, *more))


def view(node: Node, ne: Shape, nb: Shape, offset: int = 0, op: str = "VIEW") -> Node:
    """Another look at the memory of ``node``."""
    seen = Node(node.type, ne, op, (node,), nb)
    seen.view_src = node.view_src or node
    seen.view_offset = offset + (node.view_offset if node.view_src else 0)
    return seen


def reshape(node: Node, *sizes: int) -> Node:
    """The same values in another shape."""
    ne = shape(*sizes)
    return view(node, ne, contiguous_strides(node.type, ne), op="RESHAPE")


def swap_1_2(node: Node) -> Node:
    """``ggml_permute(0, 2, 1, 3)``."""
    ne, nb = node.ne, node.nb
    return view(node, (ne[0], ne[2], ne[1], ne[3]), (nb[0], nb[2], nb[1], nb[3]), op="PERMUTE")


def transpose(node: Node) -> Node:
    """The first two dimensions swapped."""
    ne, nb = node.ne, node.nb
    return view(node, (ne[1], ne[0], ne[2], ne[3]), (nb[1], nb[0], nb[2], nb[3]), op="TRANSPOSE")


def mul_mat(weight: Node, node: Node) -> Node:
    """A matrix product; rows of the result are those of ``weight``."""
    return Node("F32", (weight.ne[1], node.ne[1], node.ne[2], node.ne[3]), "MUL_MAT", (weight, node))


def get_rows(table: Node, indices: Node) -> Node:
    """Rows picked by index."""
    ne = (table.ne[0], indices.ne[0], indices.ne[1], indices.ne[2])
    return Node("I32" if table.type == "I32" else "F32", ne, "GET_ROWS", (table, indices))


def set_rows(target: Node, values: Node, indices: Node) -> Node:
    """Rows written into ``target``; the result is a view of it."""
    written = view(target, target.ne, target.nb, op="SET_ROWS")
    written.src = [values, indices, target]
    return written


def given(number: int, kind: str, *sizes: int) -> Node:
    """An input of this number, which the program fills before each batch."""
    node = Node(kind, shape(*sizes))
    node.is_input = node.is_shared = True
    node.name = Name(INPUT, number)
    return node


@lru_cache(maxsize=1024)
def _operation(place: int) -> Name:
    """The name of a result: equal ones are one object."""
    return Name(OPERATION, place)


class Graph:
    """Operations in the order in which they run, and the leaves they stand on (``ggml_build_forward_expand``)."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.leaves: list[Node] = []
        self._seen: set[Node] = set()
        self._unnumbered = 0

    def expand(self, node: Node) -> None:
        """Add a result and all it needs, operands first."""
        if node in self._seen:
            return
        self._seen.add(node)
        for source in node.src:
            if source not in self._seen:
                self.expand(source)
        if node.op == "NONE":
            self.leaves.append(node)
        else:
            node.name = _operation(len(self.nodes) - self._unnumbered)
            self.nodes.append(node)

    def begin_layers(self, passed_on: Node) -> None:
        """What is passed on to the first layer is there now; operations are numbered from here on."""
        self._unnumbered = len(self.nodes)
        passed_on.name = Name(PASSED_ON, 0)

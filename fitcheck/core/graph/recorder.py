"""Which memory a graph takes and gives back, layer by layer. Rules of ggml/src/ggml-alloc.c.

What lives in one layer, or goes on to the next, has a slot there. What all layers share (inputs of the graph and their
copies on the devices) is taken where it is first needed and given back after its last use; where that is depends
on the whole model, so the steps of a layer only tell where in the layer it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.devices import Scratch, scratch
from fitcheck.core.graph.schedule import Schedule
from fitcheck.core.graph.tensor import Name, Node

_IN_PLACE = frozenset((
    "FILL", "SCALE", "ADD", "SUB", "MUL", "DIV", "UNARY", "ROPE", "RMS_NORM", "CLAMP", "SOFT_MAX",
))  # fmt: skip
"""Operations that may write over an operand that nobody needs any more (``ggml_op_can_inplace``)."""

TAKE, GIVE, TAKE_SHARED, GIVE_SHARED = range(4)


class Size(NamedTuple):
    """How many bytes: those of the tensor of this ``name`` and what its kernel needs."""

    name: Name
    on_card: bool
    needs: Scratch


Step: TypeAlias = tuple[int, int, int, int]
"""Memory taken or given back: what is done, the slot (or the number of what is shared), number of the size, buffer."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerSteps:
    """What one layer does to the memory.

    Its first slots are those that the layer before passed on, in order; ``slots`` is how many it needs. Of what is
    shared ``steps`` take all that its own splits need and give back all it uses. ``late`` are the shared tensors it
    needs in a split that began in an earlier layer: they are taken there, at the step ``opens_at`` of the last layer
    that has one. Each is told as what it is copied from (-1: memory from elsewhere), its own number, size and buffer.
    ``copies`` are further inputs for several batches at once, (size, buffer) each, taken before the first layer.
    ``shared`` lists the steps about shared tensors again, each with its place.
    """

    steps: tuple[Step, ...]
    slots: int
    passed_on: tuple[int, ...]
    opens_at: int | None
    late: tuple[tuple[int, int, int, int], ...]
    copies: tuple[tuple[int, int], ...]
    shared: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Steps ``before`` the first layer, of each of the ``layers``, and the ``sizes`` that steps refer to by number."""

    before: tuple[Step, ...]
    layers: tuple[LayerSteps, ...]
    sizes: tuple[Size, ...]


class Recorder:
    """Records one scheduled graph; ``host`` is the number of the host's buffer, the last one."""

    def __init__(self, host: int) -> None:
        self._host = host
        self._sizes: dict[Size, int] = {}
        self._shared: dict[int, int] = {}
        self._last_use: dict[int, int] = {}
        self._opens_at: int | None = None
        self._steps: list[Step] = []
        self._slots = 0
        self._live: dict[int, Node] = {}

    def record(self, schedule: Schedule, layers: int) -> Record:
        """What each of ``layers`` layers does to the memory."""
        copies: list[list[tuple[int, int]]] = [[] for _ in range(layers)]
        for leaf, buffer in schedule.leaves:
            if leaf.layer >= 0 and not leaf.is_shared:
                leaf.allocated = True
                copies[leaf.layer].append((self._size(leaf, buffer), buffer))
            elif leaf.home is None and not leaf.allocated and leaf.view_src is None:
                self._allocate(leaf, buffer)
        before, self._steps = tuple(self._steps), []
        late: list[list[tuple[int, int, int, int]]] = [[] for _ in range(layers)]
        for layer, source, copy, device in schedule.late:
            copy.allocated, copy.slot = True, self._shared_number(copy)
            late[layer].append((source.slot, copy.slot, self._size(copy, device), device))
        for node, _ in schedule.nodes:
            if node.view_src is not None and node.op != "NONE":
                node.view_src.views += 1
            for source in node.src:
                source.children += 1
        recorded: list[LayerSteps] = []
        for node, buffer in schedule.nodes:
            if len(recorded) < node.layer:
                recorded.append(self._end_of_layer(late[node.layer - 1], copies[node.layer - 1]))
            if id(node) in schedule.first_of_splits:
                self._opens_at = len(self._steps)
            for source in node.src:
                if source.home is None and not source.allocated and source.view_src is None:
                    self._allocate(source, buffer)
            if node.home is None and not node.allocated and node.view_src is None:
                self._allocate(node, buffer)
            for source in node.src:
                self._release(source)
        recorded.append(self._end_of_layer(late[-1], copies[-1]))
        return Record(before, tuple(recorded), tuple(self._sizes))

    def _end_of_layer(self, late: list[tuple[int, int, int, int]], copies: list[tuple[int, int]]) -> LayerSteps:
        for shared, place in sorted(self._last_use.items(), key=lambda item: -item[1]):
            self._steps.insert(place, (GIVE_SHARED, shared, 0, 0))
            if self._opens_at is not None and place < self._opens_at:
                self._opens_at += 1
        passed_on = tuple(node.slot for node in self._live.values())
        about_shared = tuple(
            (place, kind, slot) for place, (kind, slot, _, _) in enumerate(self._steps) if kind >= TAKE_SHARED
        )
        layer = LayerSteps(
            tuple(self._steps), self._slots, passed_on, self._opens_at, tuple(late), tuple(copies), about_shared
        )
        for slot, node in enumerate(self._live.values()):
            node.slot = slot
        self._steps, self._slots, self._last_use, self._opens_at = [], len(self._live), {}, None
        return layer

    def _shared_number(self, node: Node) -> int:
        return self._shared.setdefault(id(node), len(self._shared))

    def _size(self, node: Node, buffer: int) -> int:
        assert node.name is not None
        size = Size(node.name, buffer != self._host, scratch(node))
        return self._sizes.setdefault(size, len(self._sizes))

    def _allocate(self, node: Node, buffer: int) -> None:
        """Memory for what has none yet, in place of an operand where that can be."""
        node.allocated = True
        if node.is_shared:
            node.slot = self._shared_number(node)
            self._steps.append((TAKE_SHARED, node.slot, self._size(node, buffer), buffer))
            return
        if node.op not in _IN_PLACE or not self._reuse(node):
            node.slot = self._slots
            self._slots += 1
            self._steps.append((TAKE, node.slot, self._size(node, buffer), buffer))
        self._live[id(node)] = node

    def _reuse(self, node: Node) -> bool:
        """Take over the memory of an operand that is used here for the last time."""
        for parent in node.src:
            # What the graph does not own: memory from elsewhere, and views, which own nothing by themselves.
            if not parent.allocated or parent.is_output or parent.is_shared:
                continue
            if parent.type != node.type or parent.ne != node.ne or parent.nb != node.nb:
                continue
            if parent.children == 1 and parent.views == 0:
                # The same type and shape need the same bytes.
                node.slot = parent.slot
                parent.allocated = False
                del self._live[id(parent)]
                return True
        return False

    def _release(self, source: Node) -> None:
        """One use less; memory that nobody needs any more is free."""
        owner = source if source.view_src is None else source.view_src
        if owner.is_shared:
            if owner.allocated and not owner.is_output:
                self._last_use[owner.slot] = len(self._steps)
            return
        source.children -= 1
        if source.children or source.views:
            return
        if owner is not source:
            owner.views -= 1
            if owner.views or owner.children:
                return
        if owner.allocated and not owner.is_output:
            self._steps.append((GIVE, owner.slot, 0, 0))
            owner.allocated = False
            del self._live[id(owner)]

"""Which memory a graph takes and gives back. Rules of ggml/src/ggml-alloc.c.

What lives in one layer, or goes on to the next, has a slot there. What all layers share (inputs of the graph and their
copies on the devices) is taken where it is first needed and given back after its last use; where that is depends
on the whole model, so a layer's steps only tell where in the layer it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.arena import known_numbers
from fitcheck.core.graph.devices import Scratch, scratch
from fitcheck.core.graph.schedule import COPY, ROPE_FACTORS, Schedule
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS, Graph, Name, Node

_IN_PLACE = frozenset((
    "FILL", "SCALE", "ADD", "SUB", "MUL", "DIV", "UNARY", "ROPE", "RMS_NORM", "CLAMP", "SOFT_MAX",
))  # fmt: skip
"""Operations that may write over an operand that nobody needs any more (``ggml_op_can_inplace``)."""

TAKE, GIVE, COPY_SHARED, USE_SHARED = range(4)

SHARED_SIZES = 2 * (ROPE_FACTORS + 1)
"""Sizes below this number are those of the shared tensors, twice the number of each, one more on a card."""


class Size(NamedTuple):
    """How many bytes: those of the tensor of this ``name`` and what its kernel needs."""

    name: Name
    on_card: bool
    needs: Scratch


Step: TypeAlias = tuple[int, int, int, int]
"""What is done, the slot or the number of what is shared, number of the size, buffer.

Memory is taken and given back; a shared tensor is copied unless it is there already; the last use of one in a layer.
"""


@dataclass(slots=True, eq=False)
class LayerSteps:
    """What one layer does to the memory.

    Slot 0 is what the layer before passed on, ``passed_on`` the slot of what this one does. ``late`` are the shared
    tensors it needs in a split that began in an earlier layer, with the buffers: they are copied there, at the step
    ``opens_at`` of the last layer that has one. ``shared`` lists the steps about shared tensors again, each with its
    place. ``inputs`` are the numbers of those it knows, in order. For several batches at once there are from the start
    ``copies`` of what only this layer needs, (size, buffer) each, and the shared tensors that are ``copied``, with the
    buffers. ``borrowed`` are the sizes that are those of weights. ``makes_copies``: of shared tensors. ``alone``: none
    of this depends on other layers than its neighbours.
    """

    steps: tuple[Step, ...]
    passed_on: int
    opens_at: int | None
    late: tuple[tuple[int, int], ...]
    shared: tuple[tuple[int, int, int, int], ...]
    inputs: tuple[int, ...]
    copies: tuple[tuple[int, int], ...]
    copied: tuple[tuple[int, int], ...]
    borrowed: frozenset[int]
    makes_copies: bool
    alone: bool


def shared_size(number: int, *, on_card: bool) -> int:
    """The number of the size of a shared tensor."""
    return 2 * min(number, ROPE_FACTORS) + on_card


class SizeNumbers:
    """The sizes that were ever asked for of a layer's tensors, in order; ``weights`` are those of weights."""

    def __init__(self) -> None:
        self.sizes: list[Size] = []
        self.weights: dict[int, Size] = {}
        self._numbers: dict[tuple[Name, bool, Scratch], int] = {}

    def number(self, name: Name, on_card: bool, needs: Scratch) -> int:
        """The number of a size, a new one where it has none."""
        number = self._numbers.get((name, on_card, needs))
        if number is None:
            number = self._numbers[name, on_card, needs] = SHARED_SIZES + len(self.sizes)
            size = Size(name, on_card, needs)
            self.sizes.append(size)
            if name.kind >= OUTSIDE_LAYERS:
                self.weights[number] = size
        return number


class Recorder:
    """Records one scheduled graph; ``host`` is the number of the host's buffer, the last one."""

    def __init__(self, host: int, sizes: SizeNumbers) -> None:
        self._host = host
        self._sizes = sizes
        self._opens_at: int | None = None
        self._last_use: dict[tuple[int, int], tuple[int, bool]] = {}
        self._steps: list[Step] = []
        self._slots = 0

    def record(self, graph: Graph, schedule: Schedule, given: Node | None, passed_on: Node) -> LayerSteps:
        """What the graph does to the memory, from what it is given by the layer before to what it passes on."""
        if given is not None:
            self._own(given)
        inputs = [leaf for leaf in graph.leaves if leaf.is_input]
        for leaf in inputs:
            leaf.allocated, leaf.slot = True, leaf.name.place if leaf.name is not None else -1
        for copy, _ in (*schedule.copies, *schedule.copied, *schedule.late):
            copy.allocated = True
        self._count_uses(schedule)
        self._run(schedule)
        self._add_last_uses()
        shared = [
            known_numbers(place, kind, number, buffer)
            for place, (kind, number, _, buffer) in enumerate(self._steps)
            if kind >= COPY_SHARED
        ]
        late = [known_numbers(copy.slot, device) for copy, device in schedule.late]
        copies = [known_numbers(self._size(copy, device), device) for copy, device in schedule.copies]
        copied = [known_numbers(copy.slot, device) for copy, device in schedule.copied]
        borrowed = frozenset([size for _, _, size, _ in self._steps if size in self._sizes.weights])
        steps = tuple([known_numbers(*step) for step in self._steps])
        makes_copies = bool(late or copied) or any(kind == COPY_SHARED for _, kind, _, _ in shared)
        return LayerSteps(
            steps, passed_on.slot, self._opens_at, tuple(late), tuple(shared), tuple([leaf.slot for leaf in inputs]),
            tuple(copies), tuple(copied), borrowed, makes_copies, schedule.alone,
        )  # fmt: skip

    @staticmethod
    def _count_uses(schedule: Schedule) -> None:
        for node, _ in schedule.nodes:
            if node.view_src is not None and node.op != "NONE":
                node.view_src.views += 1
            for source in node.src:
                source.children += 1

    def _run(self, schedule: Schedule) -> None:
        """All operations in order."""
        begins, allocate, release = schedule.first_of_splits, self._allocate, self._release
        for node, buffer in schedule.nodes:
            if node in begins:
                self._opens_at = len(self._steps)
                self._last_use = {shared: (place, True) for shared, (place, _) in self._last_use.items()}
            if node.op == COPY:
                node.allocated = True
                self._steps.append((COPY_SHARED, node.slot, self._size(node, buffer), buffer))
                continue
            for source in node.src:
                if not source.allocated and source.home is None and source.view_src is None:
                    allocate(source, buffer)
            if not node.allocated and node.home is None and node.view_src is None:
                allocate(node, buffer)
            for source in node.src:
                release(source)

    def _add_last_uses(self) -> None:
        """The last use of what is shared becomes a step of its own."""
        uses = sorted(self._last_use.items(), key=lambda item: -item[1][0])
        for (number, buffer), (place, before_opening) in uses:
            self._steps.insert(place, (USE_SHARED, number, 0, buffer))
            if self._opens_at is not None and (place < self._opens_at or (place == self._opens_at and before_opening)):
                self._opens_at += 1

    def _size(self, node: Node, buffer: int) -> int:
        assert node.name is not None
        if node.is_shared:
            return shared_size(node.slot, on_card=buffer != self._host)
        needs = scratch(node) if node.op == "FLASH_ATTN_EXT" else Scratch.NOTHING
        return self._sizes.number(node.name, buffer != self._host, needs)

    def _own(self, node: Node) -> None:
        """A slot of its own for what is in memory from now on."""
        node.allocated, node.slot = True, self._slots
        self._slots += 1

    def _allocate(self, node: Node, buffer: int) -> None:
        """Memory for what has none yet, in place of an operand where that can be."""
        if node.op in _IN_PLACE and self._reuse(node):
            node.allocated = True
        else:
            self._own(node)
            self._steps.append((TAKE, node.slot, self._size(node, buffer), buffer))

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
                return True
        return False

    def _release(self, source: Node) -> None:
        """One use less; memory that nobody needs any more is free."""
        owner = source if source.view_src is None else source.view_src
        if owner.is_shared:
            if owner.allocated and not owner.is_output:
                self._last_use[owner.slot, owner.backend] = (len(self._steps), False)
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

"""Gives operations to devices and adds the copies between them. Rules of ggml/src/ggml-backend.cpp.

Devices are numbered as backends: cards from 0, the host last. The host has the lowest priority.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from fitcheck.core.graph.attention import ROWS
from fitcheck.core.graph.devices import borrows, card_computes
from fitcheck.core.graph.tensor import VIEW_OPS, Graph, Node
from fitcheck.core.placement import HOST_INDEX

PIPELINE_COPIES = 4
"""``GGML_SCHED_MAX_COPIES``."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All that a layer's devices depend on besides itself; devices are numbered as the scheduler does.

    ``before`` is the device of the last operation of the layer before whose device its weights decide, None for the
    first layer; ``after`` that of the first such operation of the layer after, None for the last layer. ``passed_on``
    is what the layer before gives. ``pinned``: the engine wishes for the device of the operation that a layer begins
    with; else it takes that of its neighbours. ``present`` are for each device the numbers of shared
    tensors that were copied to it for earlier layers.
    """

    before: int | None
    after: int | None
    passed_on: Node | None
    pinned: bool = False
    present: Sequence[Collection[int]] = ()


@dataclass(slots=True, eq=False)
class Split:
    """A run of operations on one device, with what it needs from others; ``began_before``: in an earlier layer."""

    device: int
    start: int
    end: int = 0
    inputs: list[Node] = field(default_factory=list)
    began_before: bool = False


@dataclass(slots=True, eq=False)
class Schedule:
    """A graph with its devices: every tensor with its buffer, in order.

    ``first_of_splits`` are the operations with which a split begins. ``late`` are copies of shared tensors that are
    made where a split began, in an earlier layer. With several batches at once there are before the graph runs
    ``copies`` of what no other layer needs, and of shared tensors those that are ``copied``. ``alone``: what happens in
    this layer depends on nothing but its neighbours.
    """

    nodes: list[tuple[Node, int]]
    first_of_splits: set[Node]
    late: list[tuple[Node, int]]
    copies: list[tuple[Node, int]]
    copied: list[tuple[Node, int]]
    alone: bool


ROPE_FACTORS = ROWS + 1
"""The number of shared rope factors that lie on the host."""

COPY = "COPY"
"""A copy of a shared tensor."""


class Scheduler:
    """Schedules one graph over ``host`` cards and the host: a whole model, or one layer between its neighbours."""

    def __init__(self, host: int, op_offload: bool, pipeline: bool, neighbours: Neighbours | None = None) -> None:
        self.host = host
        self._op_offload = op_offload
        self._copies_wanted = PIPELINE_COPIES if pipeline else 1
        self._neighbours = neighbours or Neighbours(None, None, None)
        self._copies: dict[tuple[Node, int], list[Node]] = {}
        self._alone = True

    def schedule(self, graph: Graph) -> Schedule:
        """Devices, splits and copies of a graph."""
        self.assign(graph)
        splits = self._split(graph)
        return self._with_copies(graph, splits)

    def assign(self, graph: Graph) -> None:
        """Passes 1 to 4: a device for every tensor."""
        work = self.assign_by_memory(graph)
        backward, known = work[::-1], [node.backend for node in work if node.backend >= 0]
        begin = self._sweeps_begin(known[-1])
        self._expand(work, begin[0], cards_only=True)
        self._expand(backward, begin[1], cards_only=True)
        self._expand(work, begin[2], cards_only=False)
        self._expand(backward, begin[3], cards_only=False)
        for node in work:
            if node.backend < 0:
                node.backend = self._by_operands(node)
        self._rest(graph)

    def assign_by_memory(self, graph: Graph) -> list[Node]:
        """Pass 1; returns all operations but those that only look at memory."""
        for node in graph.leaves:
            if node.backend < 0:
                node.backend = self._by_memory(node)
        for node in graph.nodes:
            if node.backend < 0:
                node.backend = self._by_memory(node)
        return [node for node in graph.nodes if node.op not in VIEW_OPS]

    def _sweeps_begin(self, last: int) -> tuple[int, int, int, int]:
        """The device that each sweep of pass 2 comes with from the layers around; ``last`` is this one's own last.

        A layer begins with one operation that follows the layer before, unless it is pinned.
        """
        at, host = self._neighbours, self.host
        forward = forward_any = backward = backward_any = -1
        if at.before is not None and at.passed_on is not None:
            forward, forward_any = -1 if at.before == host else at.before, at.passed_on.backend
        if at.after is not None:
            backward_any = at.after if at.pinned or last == host else last
            backward = -1 if backward_any == host else backward_any
        return forward, backward, forward_any, backward_any

    def _computes(self, device: int, node: Node) -> bool:
        return device == self.host or card_computes(device, node)

    def _place(self, memory: Node, node: Node) -> int:
        """The device on whose memory a tensor lies and that computes ``node``; -1 where there is none."""
        lies_on = (memory.view_src or memory).home
        if lies_on is None:
            return -1
        device = self.host if lies_on < 0 else lies_on
        return device if self._computes(device, node) else -1

    def _by_memory(self, node: Node) -> int:
        """Pass 1: where the result, an input or the weights already lie."""
        device = self._place(node, node)
        if device >= 0:
            return device
        if node.is_input:
            return self.host
        if node.op in ("ROPE", "FLASH_ATTN_EXT"):
            return -1
        for source in node.src:
            if source.is_weight:
                device = self._place(source, node)
                if self._op_offload and device == self.host:
                    for card in range(self.host):
                        if card_computes(card, node) and borrows(node):
                            return card
                return device
        return -1

    def _expand(self, work: Iterable[Node], current: int, *, cards_only: bool) -> None:
        """Pass 2: neighbours of an operation with a device get the same one."""
        for node in work:
            if node.backend >= 0:
                current = -1 if cards_only and node.backend == self.host else node.backend
            elif current >= 0 and self._computes(current, node):
                node.backend = current

    def _by_operands(self, node: Node) -> int:
        """Pass 3: the device that reaches most operands."""
        best, most = -1, -1
        for device in range(self.host + 1):
            if self._computes(device, node):
                known = sum(self._known(source) and self._reaches(device, source) for source in node.src)
                if known > most:
                    best, most = device, known
        if most == 0 and best < self.host:
            # The first card of all, which a layer may know nothing of.
            self._alone = False
        return best

    @staticmethod
    def _known(source: Node) -> bool:
        return source.backend >= 0 or (source.view_src is not None and source.view_src.backend >= 0)

    def _reaches(self, device: int, node: Node) -> bool:
        """Whether a device can use a tensor where it lies."""
        memory = node.view_src or node
        if memory.home is not None:
            return (self.host if memory.home < 0 else memory.home) == device
        backend = node.backend
        if backend < 0 and node.view_src is not None:
            backend = node.view_src.backend
        return backend == device

    def _rest(self, graph: Graph) -> None:
        """Pass 4: views follow what they look at, operands follow their user."""
        for node in graph.nodes:
            if node.view_src is not None and node.backend < 0:
                node.backend = node.view_src.backend
            for source in node.src:
                if source.backend < 0:
                    source.backend = source.view_src.backend if source.view_src is not None else node.backend
            if node.backend < 0:
                node.backend = next(device for device in range(self.host + 1) if self._computes(device, node))

    def _split(self, graph: Graph) -> list[Split]:
        """Pass 5: runs on one device; operands from elsewhere are replaced by copies."""
        nodes, passed_on = graph.nodes, self._neighbours.passed_on
        splits = [] if passed_on is None else [Split(passed_on.backend, 0, began_before=True)]
        for index, node in enumerate(nodes):
            if node.op in VIEW_OPS:
                continue
            if not splits:
                splits.append(Split(node.backend, 0))
            split = splits[-1]
            if node.backend != split.device or self._begins_anew(split, node):
                split.end = index
                split = Split(node.backend, index)
                splits.append(split)
            for place, source in enumerate(node.src):
                if source.backend != split.device and not self._reaches(split.device, source):
                    node.src[place] = self._copy(source, split)
        splits[-1].end = len(nodes)
        last = splits[-1]
        if not last.inputs and not last.began_before and last.device != self.host:
            self._alone = False
        return splits

    def _begins_anew(self, split: Split, node: Node) -> bool:
        """Whether a borrowed weight begins a new split, so that the memory of the last one can be used again."""
        if not (split.inputs or split.began_before):
            return False
        for source in node.src:
            if source.is_weight and source.backend != split.device and not self._reaches(split.device, source):
                break
        else:
            return False
        # Every split on a card that goes on from layer to layer has taken something: its layers make sure of it.
        if not split.inputs and split.device == self.host:
            self._alone = False
        return True

    def _copy(self, source: Node, split: Split) -> Node:
        key = (source, split.device)
        if key not in self._copies:
            made = [Node(source.type, source.ne, nb=source.nb) for _ in range(self._copies_wanted)]
            for copy in made:
                copy.is_output = self._copies_wanted > 1
                copy.is_shared, copy.name = source.is_shared, source.name
                copy.backend, copy.slot = split.device, shared_number(source) if source.is_shared else -1
            self._copies[key] = made
            present = self._neighbours.present
            if present and source.is_shared and made[0].slot in present[split.device]:
                made[0].allocated = True
            else:
                split.inputs.append(source)
                # What belongs to one layer is not copied in an earlier one.
                self._alone = self._alone and (source.is_shared or not split.began_before)
        return self._copies[key][0]

    def _with_copies(self, graph: Graph, splits: list[Split]) -> Schedule:
        begun = {graph.nodes[split.start] for split in splits if not split.began_before}
        made = Schedule([], begun, [], [], [], self._alone)
        for leaf in graph.leaves if self._copies_wanted > 1 else ():
            # Inputs exist several times where they lie, too, and stay.
            leaf.is_output = leaf.is_input
        for split in splits:
            self._add_inputs(made, split)
            run = graph.nodes[split.start : split.end]
            kept = _kept_factors(run) if split.device != self.host else {}
            for node in run:
                made.nodes.append((node, node.backend))
                if node in kept:
                    made.nodes.append((_keep(kept[node][0], kept[node]), split.device))
        return made

    def _add_inputs(self, made: Schedule, split: Split) -> None:
        for source in split.inputs:
            copies = self._copies[source, split.device]
            if not source.is_shared:
                if self._copies_wanted > 1:
                    made.copies += [(copy, split.device) for copy in copies]
                made.nodes.append((_keep(source, [source]), source.backend))
                made.nodes.append((copies[0], split.device))
            elif self._copies_wanted > 1:
                made.copied.append((copies[0], split.device))
            elif split.began_before:
                made.late.append((copies[0], split.device))
            else:
                copies[0].op = COPY
                made.nodes.append((copies[0], split.device))


def shared_number(node: Node) -> int:
    """What a shared tensor and its copies are told apart by: inputs have theirs, rope factors one for each home."""
    if node.is_input:
        return node.name.place if node.name is not None else -1
    return ROPE_FACTORS + 1 + (node.home if node.home is not None else HOST_INDEX)


def _keep(memory: Node, sources: list[Node]) -> Node:
    """A mark in the graph: until here the sources may not be overwritten."""
    mark = Node(memory.type, memory.ne, src=sources, nb=memory.nb)
    mark.view_src = memory.view_src or memory
    return mark


def _kept_factors(run: list[Node]) -> dict[Node, list[Node]]:
    """Last addition -> factors that must survive until then.

    The CUDA backend weights the experts' outputs and adds them up in one kernel
    (``ggml_cuda_match_moe_weighted_reduction``), so the inputs of the product are read to the end.
    """
    kept: dict[Node, list[Node]] = {}
    for index, node in enumerate(run):
        count = node.ne[1]
        if node.op != "MUL" or node.type != "F32" or node.ne[0] == 1 or not 2 <= count <= 15:
            continue
        left, right = node.src
        if left.ne != node.ne or right.ne != (1, *node.ne[1:]):
            continue
        followers = run[index + 1 : index + 2 * count]
        views = [one for one in followers if one.op == "VIEW"]
        additions = [one for one in followers if one.op == "ADD"]
        if len(views) != count or len(additions) != count - 1 or any(one.view_src is not node for one in views):
            continue
        kept[followers[-1]] = [left, right]
    return kept

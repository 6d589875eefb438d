"""Gives operations to devices and adds the copies between them. Rules of ggml/src/ggml-backend.cpp.

Devices are numbered as backends: cards from 0, the host last. The host has the lowest priority.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from fitcheck.core.graph.devices import borrows, card_computes
from fitcheck.core.graph.tensor import VIEW_OPS, Graph, Node

PIPELINE_COPIES = 4
"""``GGML_SCHED_MAX_COPIES``."""


@dataclass(slots=True)
class Split:
    """A run of operations on one device, with what it needs from others: each tensor, and the layer that needs it."""

    device: int
    start: int
    end: int = 0
    inputs: list[tuple[Node, int]] = field(default_factory=list)


class Late(NamedTuple):
    """A shared input that the ``layer`` needs and that is copied already where the split began, in an earlier one."""

    layer: int
    source: Node
    copy: Node
    device: int


@dataclass(slots=True)
class Schedule:
    """A graph with its devices: every tensor with its buffer, in order; ``leaves`` are there before the graph runs.

    ``first_of_splits`` are identities of operations with which a split begins.
    """

    nodes: list[tuple[Node, int]]
    leaves: list[tuple[Node, int]]
    first_of_splits: set[int]
    late: list[Late]


class Scheduler:
    """Schedules one graph over ``host`` cards and the host."""

    def __init__(self, host: int, op_offload: bool, pipeline: bool) -> None:
        self.host = host
        self._op_offload = op_offload
        self._copies_wanted = PIPELINE_COPIES if pipeline else 1
        self._copies: dict[tuple[int, int], list[Node]] = {}
        self._graph_inputs: list[Node] = []

    def schedule(self, graph: Graph) -> Schedule:
        """Devices, splits and copies of a graph."""
        self.assign(graph)
        splits = self._split(graph)
        return self._with_copies(graph, splits)

    def assign(self, graph: Graph) -> None:
        """Passes 1 to 4: a device for every tensor."""
        for node in (*graph.leaves, *graph.nodes):
            if node.backend < 0:
                node.backend = self._by_memory(node)
        work = [node for node in graph.nodes if node.op not in VIEW_OPS]
        self._expand(work, cards_only=True)
        self._expand(work[::-1], cards_only=True)
        self._expand(work, cards_only=False)
        self._expand(work[::-1], cards_only=False)
        for node in work:
            if node.backend < 0:
                node.backend = self._by_operands(node)
        self._rest(graph)

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

    def _expand(self, work: Iterable[Node], *, cards_only: bool) -> None:
        """Pass 2: neighbours of an operation with a device get the same one."""
        current = -1
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
        nodes = graph.nodes
        first = next(index for index, node in enumerate(nodes) if node.op not in VIEW_OPS)
        split = Split(nodes[first].backend, 0)
        splits = [split]
        for index in range(first, len(nodes)):
            node = nodes[index]
            if node.op in VIEW_OPS:
                continue
            if node.backend != split.device or (split.inputs and self._needs_weight(node, split.device)):
                split.end = index
                split = Split(node.backend, index)
                splits.append(split)
            for place, source in enumerate(node.src):
                if source.is_input and self._copies_wanted > 1:
                    self._multiply(source)
                if source.backend != split.device and not self._reaches(split.device, source):
                    node.src[place] = self._copy(source, split, node.layer)
        split.end = len(nodes)
        return splits

    def _needs_weight(self, node: Node, device: int) -> bool:
        """Whether it borrows a weight: a new split lets the memory of the last borrowed one be used again."""
        return any(
            source.is_weight and source.backend != device and not self._reaches(device, source) for source in node.src
        )

    def _copy(self, source: Node, split: Split, layer: int) -> Node:
        key = (id(source), split.device)
        if key not in self._copies:
            made = [Node(source.type, source.ne, nb=source.nb) for _ in range(self._copies_wanted)]
            for copy in made:
                copy.is_input = copy.is_output = self._copies_wanted > 1
                copy.is_shared, copy.name = source.is_shared, source.name
                copy.backend = split.device
            self._copies[key] = made
            split.inputs.append((source, layer))
        return self._copies[key][0]

    def _multiply(self, leaf: Node) -> None:
        """With several batches under way an input that is used exists several times where it lies."""
        key = (id(leaf), leaf.backend)
        if key in self._copies:
            return
        leaf.is_output = True
        more = [Node(leaf.type, leaf.ne, nb=leaf.nb) for _ in range(self._copies_wanted - 1)]
        for copy in more:
            copy.is_input = copy.is_output = copy.is_shared = True
            copy.name = leaf.name
        self._copies[key] = [leaf, *more]
        self._graph_inputs.append(leaf)

    def _with_copies(self, graph: Graph, splits: list[Split]) -> Schedule:
        made = Schedule([], [], {id(graph.nodes[split.start]) for split in splits}, [])
        for leaf in self._graph_inputs:
            made.leaves += [(copy, leaf.backend) for copy in self._copies[id(leaf), leaf.backend]]
        for split in splits:
            self._add_inputs(made, split, graph.nodes[split.start].layer)
            run = graph.nodes[split.start : split.end]
            kept = _kept_factors(run) if split.device != self.host else {}
            for node in run:
                made.nodes.append((node, node.backend))
                if id(node) in kept:
                    made.nodes.append((_keep(kept[id(node)][0], kept[id(node)], node.layer), split.device))
        made.leaves += [(leaf, leaf.backend) for leaf in graph.leaves]
        return made

    def _add_inputs(self, made: Schedule, split: Split, layer: int) -> None:
        for source, needed in split.inputs:
            copies = self._copies[id(source), split.device]
            if self._copies_wanted > 1:
                for copy in copies:
                    copy.layer = -1 if copy.is_shared else layer
                made.leaves += [(copy, split.device) for copy in copies]
            elif source.is_shared and needed > layer:
                made.late.append(Late(needed, source, copies[0], split.device))
                continue
            made.nodes.append((_keep(source, [source], layer), source.backend))
            copies[0].layer = layer
            made.nodes.append((copies[0], split.device))


def _keep(memory: Node, sources: list[Node], layer: int) -> Node:
    """A mark in the graph: until here the sources may not be overwritten."""
    mark = Node(memory.type, memory.ne, src=sources, nb=memory.nb)
    mark.layer = layer
    mark.view_src = memory.view_src or memory
    return mark


def _kept_factors(run: list[Node]) -> dict[int, list[Node]]:
    """Last addition -> factors that must survive until then.

    The CUDA backend weights the experts' outputs and adds them up in one kernel
    (``ggml_cuda_match_moe_weighted_reduction``), so the inputs of the product are read to the end.
    """
    kept: dict[int, list[Node]] = {}
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
        kept[id(followers[-1])] = [left, right]
    return kept

"""One layer's operations, built once and put on devices again and again."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.model_graph import build
from fitcheck.core.graph.recorder import LayerSteps, Recorder, SizeNumbers
from fitcheck.core.graph.schedule import Neighbours, Scheduler
from fitcheck.core.graph.shapes import Shapes, experts_from, layer_tensors, leaf, outside_shape, weight_shape
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS, PASSED_ON, Name, Node, shape
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX

Homes: TypeAlias = bool | tuple[int, ...]
"""Where a layer's weights lie: with the layer, save for routed experts on the host (True), or tensor by tensor."""

OUTSIDE = ("token_embd.weight", "output_norm.weight", "output.weight")
"""Tensors outside the layers, save for the rope factors."""

OUTSIDE_PLACES = (0, -2, -1)
"""Their places in a file."""

_PLAIN, _WITHOUT_KERNEL = "F16", "TQ1_0"
"""Of types it only matters whether a card has kernels for them."""


class Position(NamedTuple):
    """Which layer of a model: whether it is the first, the last, and whether its feed-forward part has experts."""

    first: bool
    last: bool
    experts: bool


class Place(NamedTuple):
    """Where a layer is: its device, its weights, those that no card has kernels for (places in the layer).

    ``outside`` are the homes of embedding, final norm and output, ``bare`` those of them without kernels; ``rope`` is
    the home of the rope factors. Cards are numbered from 0, the host is ``HOST_INDEX``.
    """

    device: int
    homes: Homes
    lacking: tuple[int, ...]
    outside: tuple[int, int, int]
    bare: tuple[int, ...]
    rope: int


class Around(NamedTuple):
    """What a layer is among: devices where the layers before and after end and begin, and where it begins by itself.

    The host is the last device. ``before`` is None for the first layer, ``after`` for the last. ``present`` are for
    each device the numbers of shared tensors that were copied to it for layers before.
    """

    before: int | None
    after: int | None
    begins: int
    present: tuple[frozenset[int], ...] = ()


class _Leaves:
    """The weights of one layer, and those outside the layers, as leaves."""

    def __init__(self, shapes: Shapes, layer: int) -> None:
        self._spec = shapes.spec
        self._tensors = layer_tensors(shapes.spec, shapes.kv_layout, layer)
        self.routed = {place for place, tensor in self._tensors.values() if tensor.expert == "routed"}
        self.own: list[tuple[int, Node]] = []
        self.beside: list[tuple[int, Node]] = []

    def __call__(self, position: int, name: str) -> Node:
        """A weight of the layer."""
        place, tensor = self._tensors[name]
        made = leaf(_PLAIN, weight_shape(self._spec, tensor), HOST_INDEX, Name(0, place))
        self.own.append((place, made))
        return made

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""
        place = OUTSIDE.index(name)
        made = leaf(_PLAIN, outside_shape(self._spec, name), HOST_INDEX, Name(OUTSIDE_LAYERS, place))
        self.beside.append((place, made))
        return made


class LayerGraph:
    """The operations of one layer; ``sizes`` are numbers for all sizes that its placements ask for."""

    def __init__(
        self, shapes: Shapes, position: Position, sizes: SizeNumbers, *, flash_attn: bool, pinned: bool = False
    ) -> None:
        spec = shapes.spec
        self._numbers = sizes
        self._leaves = _Leaves(shapes, experts_from(spec) if position.experts else 0)
        setting = shapes.setting([position.experts], [HOST_INDEX], self._leaves, flash_attn=flash_attn)
        if pinned:
            setting.norm_devices = [0]
        self._rope = rope_leaf(spec, HOST_INDEX) if spec.rope_factors else None
        setting.rope_factors = [self._rope]
        self._given = None if position.first else passed_on(spec, shapes.tokens)
        self._gives = build(setting, self._given, to_the_end=position.last)
        self.graph = setting.graph
        self._caches = [cache for cache in setting.caches[0] if cache is not None]
        self._sources = [(node, list(node.src)) for node in self.graph.nodes]
        self._pinned = [node for node in self.graph.nodes if node.backend >= 0]
        self._attention = [node for node in self.graph.nodes if node.op == "FLASH_ATTN_EXT"]

    def _put(self, place: Place, host: int, *, kv_offload: bool) -> None:
        """All as it was when it was built, with weights and caches in these places."""
        homes, routed = place.homes, self._leaves.routed
        for number, weight in self._leaves.own:
            lacking = number in place.lacking
            weight.type = _WITHOUT_KERNEL if lacking else _PLAIN
            if isinstance(homes, tuple):
                weight.home = homes[number]
            else:
                weight.home = HOST_INDEX if lacking or (homes and number in routed) else place.device
        for number, weight in self._leaves.beside:
            weight.type = _WITHOUT_KERNEL if number in place.bare else _PLAIN
            weight.home = place.outside[number]
        for cache in self._caches:
            cache.home = place.device if kv_offload else HOST_INDEX
        if self._rope is not None:
            self._rope.home = place.rope
        for leaf_ in self.graph.leaves:
            leaf_.backend, leaf_.children, leaf_.views, leaf_.allocated, leaf_.is_output = -1, 0, 0, False, False
        for node, sources in self._sources:
            node.src[:] = sources
            node.backend, node.children, node.views, node.allocated = -1, 0, 0, False
        for node in self._pinned:
            node.backend = host if place.device == HOST_INDEX else place.device

    def ends(self, place: Place, host: int, *, op_offload: bool, kv_offload: bool) -> tuple[int, int]:
        """Devices of the first and the last operation whose own weights or memory decide where it runs."""
        self._put(place, host, kv_offload=kv_offload)
        work = Scheduler(host, op_offload, False).assign_by_memory(self.graph)
        known = [node.backend for node in work if node.backend >= 0]
        return known[0], known[-1]

    def _neighbours(self, around: Around, host: int) -> Neighbours:
        if self._given is not None and around.before is not None:
            # Its last operations go on where the others of its layer are, else where this layer begins.
            self._given.backend = around.before if around.before != host else around.begins
        return Neighbours(around.before, around.after, self._given, bool(self._pinned), around.present)

    def attends_at(self, place: Place, host: int, around: Around, *, op_offload: bool, kv_offload: bool) -> int:
        """The device of the attention."""
        self._put(place, host, kv_offload=kv_offload)
        Scheduler(host, op_offload, False, self._neighbours(around, host)).assign(self.graph)
        return self._attention[0].backend

    def steps(
        self, place: Place, host: int, around: Around, *, op_offload: bool, kv_offload: bool, pipeline: bool
    ) -> LayerSteps:
        """What the layer does to the memory of its devices."""
        self._put(place, host, kv_offload=kv_offload)
        schedule = Scheduler(host, op_offload, pipeline, self._neighbours(around, host)).schedule(self.graph)
        return Recorder(host, self._numbers).record(self.graph, schedule, self._given, self._gives)


def passed_on(spec: ModelSpec, tokens: int) -> Node:
    """What the layer before gives."""
    given = Node("F32", shape(spec.hidden_size, tokens))
    given.name = Name(PASSED_ON, 0)
    return given


def rope_leaf(spec: ModelSpec, home: int) -> Node:
    """Rope factors, which all layers with the same home share."""
    factors = leaf("F32", shape(spec.head_dim // 2), home, Name(OUTSIDE_LAYERS, len(OUTSIDE)))
    factors.is_shared = True
    return factors

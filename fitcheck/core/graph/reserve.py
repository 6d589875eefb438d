"""Compute buffers of every device: build the graph of the largest batch, schedule it, lay its memory out.

Which operations there are and where they run depends on little of a request and is remembered; how many bytes each
takes depends on the batch, and on nothing about the devices. Rules of src/llama-context.cpp (``graph_reserve``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from fitcheck.core.graph.graph_key import OUTSIDE, OUTSIDE_PLACES, ROPE_FACTORS, SMALL_BATCH, GraphKey, graph_key
from fitcheck.core.graph.layers import Homes, alike, alike_in_shape, reduction, without_kernel
from fitcheck.core.graph.layout import Program, peaks, program
from fitcheck.core.graph.model_graph import build
from fitcheck.core.graph.recorder import Record, Recorder, Size
from fitcheck.core.graph.schedule import Scheduler
from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.shapes import Shapes, layer_number, layer_tensors, leaf, outside_shape, weight_shape
from fitcheck.core.graph.sizes import generic, size_table
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS, Name, Node, shape
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import NO_GPU_KERNEL, WeightFile, layer_spans, weight_file
from fitcheck.core.workload import KvLayout, Workload


def compute_by_device(
    spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
) -> list[int]:
    """Bytes of graph buffers on each card in order, then on the host."""
    layout = spec.kv_layout(workload.kv_layout)
    lacking = without_kernel(spec, file_type, imatrix, layout)
    typed = (file_type, imatrix) if lacking else None
    found = _structure(_Asked(spec, typed, workload, placement, file_type, imatrix))
    if not found.whole.borrows:
        return list(found.peaks)
    weights = _weights(spec, file_type, imatrix, layout, typed=bool(lacking))
    return list(_with_weights(found, weights))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What buffers depend on: of a file type nothing but borrowed weights, unless cards lack kernels (``typed``)."""

    spec: ModelSpec
    typed: tuple[FileType, bool] | None
    workload: Workload
    placement: Placement
    file_type: FileType = field(compare=False)
    imatrix: bool = field(compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Structure:
    """What a model does to the memory with ``sizes`` of all but weights; ``peaks`` where no weights are needed."""

    whole: Program
    record: Record
    sizes: list[int]
    peaks: tuple[int, ...]


@lru_cache(maxsize=256)
def _structure(asked: _Asked) -> _Structure:
    key = graph_key(asked.spec, asked.file_type, asked.imatrix, asked.workload, asked.placement)
    whole, record, fused = _program(key)
    sizes = _sizes(record, key.shapes, fused)
    return _Structure(whole, record, sizes, tuple(peaks(whole, sizes)))


@lru_cache(maxsize=64)
def _with_weights(found: _Structure, weights: _BorrowedWeights) -> tuple[int, ...]:
    """The peak of every buffer with the weights that are copied to it."""
    by_kind = {kind: weights.filled_in(found.record, found.sizes, kind) for kind in set(weights.kinds)}
    return tuple(peaks(found.whole, found.sizes, [by_kind[kind] for kind in weights.kinds], found.peaks))


@lru_cache(maxsize=64)
def _sizes(record: Record, shapes: Shapes, flash_attn: bool) -> list[int]:
    """Bytes of everything in a record that is no weight."""
    return size_table(record, generic(shapes), flash_attn).bytes(shapes)


@lru_cache(maxsize=128)
def _program(key: GraphKey) -> tuple[Program, Record, bool]:
    """What the whole model does to the memory, the sizes it refers to, and whether it has flash attention."""
    reduced = reduction(key.layers)
    record, fused = _record(replace(key, layers=reduced.kept))
    return program(record, reduced.stands_for, key.host + 1), record, fused


@lru_cache(maxsize=128)
def _record(key: GraphKey) -> tuple[Record, bool]:
    """What the layers of one graph do to the memory; and whether it has flash attention."""
    fused = _flash_attention(key)
    if fused and key.flash_attn == "auto":
        return _record(replace(key, flash_attn="on", probe=None))
    setting = _setting(key, key.shapes, flash_attn=fused)
    build(setting)
    schedule = Scheduler(key.host, key.op_offload, key.pipeline).schedule(setting.graph)
    return Recorder(key.host).record(schedule, len(key.layers)), fused


def _flash_attention(key: GraphKey) -> bool:
    """What ``auto`` becomes: on, unless the attention of some layer would leave the layer's device."""
    if key.flash_attn != "auto":
        return key.flash_attn == "on"
    if not key.without_kernel and all(_only_experts_moved(key, *layer) for layer in key.layers):
        # All weights of attention are with their layer: experts and types make no difference to it.
        alike = alike_in_shape(key.spec)
        plain = tuple((alike[layer_number(key.spec, kind)], device, False) for kind, device, _ in key.layers)
        key = replace(key, layers=reduction(plain).kept)
    return _attends_at_home(key)


def _only_experts_moved(key: GraphKey, kind: int, device: int, homes: Homes) -> bool:
    """Whether all of a layer is where the layer is, but for routed experts."""
    if isinstance(homes, bool):
        return True
    held = layer_tensors(key.spec, key.shapes.kv_layout, layer_number(key.spec, kind)).values()
    return all(homes[place] == device for place, tensor in held if tensor.expert != "routed")


@lru_cache(maxsize=512)
def _attends_at_home(key: GraphKey) -> bool:
    """Whether the attention of every layer would be computed on the layer's device."""
    sequences, whole_model_on_cards = key.probe or (1, False)
    few = replace(key.shapes, tokens=sequences, outputs=sequences)
    probe = _setting(key, few, flash_attn=True)
    # Unlike measuring, probing keeps the wishes about devices that building the graph expresses.
    if sequences < SMALL_BATCH or whole_model_on_cards:
        probe.norm_devices = [key.device(device) for _, device, _ in key.layers]
    fused = build(probe)
    Scheduler(key.host, key.op_offload, False).assign(probe.graph)
    return [node.backend for node in fused] == [key.device(device) for _, device, _ in key.layers]


def _setting(key: GraphKey, shapes: Shapes, *, flash_attn: bool) -> Setting:
    """The layers of a key on their devices."""
    devices = [device for _, device, _ in key.layers]
    setting = shapes.setting(
        [layer for layer, _, _ in key.layers], devices, _Weights(key), flash_attn=flash_attn, kv_offload=key.kv_offload
    )
    if key.spec.rope_factors:
        # One copy on every device with layers, unless they were moved.
        homes = devices if key.rope_home is None else [key.rope_home] * len(devices)
        name = Name(OUTSIDE_LAYERS, OUTSIDE.index(ROPE_FACTORS), is_weight=True)
        copies = {home: leaf("F32", shape(key.spec.head_dim // 2), home, name) for home in homes}
        for copy in copies.values():
            copy.is_shared = True
        setting.rope_factors = [copies[home] for home in homes]
    return setting


class _Weights:
    """Leaves for the weights of a graph, made when they are asked for."""

    def __init__(self, key: GraphKey) -> None:
        self._key = key
        layout = key.shapes.kv_layout
        self._types = tensor_types(key.spec, key.file_type, key.imatrix, layout)
        self._spans = layer_spans(key.spec, layout)

    def __call__(self, position: int, name: str) -> Node:
        """The weight of the layer at this position of the graph."""
        key = self._key
        kind_of_layer, device, homes = key.layers[position]
        layer = layer_number(key.spec, kind_of_layer)
        place, tensor = layer_tensors(key.spec, key.shapes.kv_layout, layer)[name]
        kind = self._types[self._spans[layer][0] + place]
        if isinstance(homes, tuple):
            home = homes[place]
        elif kind in NO_GPU_KERNEL or (homes and tensor.expert == "routed"):
            home = HOST_INDEX
        else:
            home = device
        return leaf(kind, weight_shape(key.spec, tensor), home, Name(layer, place, is_weight=True))

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""
        key, place = self._key, OUTSIDE.index(name)
        kind = self._types[OUTSIDE_PLACES[place]]
        return leaf(
            kind, outside_shape(key.spec, name), key.outside[place], Name(OUTSIDE_LAYERS, place, is_weight=True)
        )


class _BorrowedWeights:
    """Bytes of weights where a device keeps a copy of them; ``kinds`` are the first layers with the same types.

    ``typed``: layers of a graph have the types of those they stand for, so sizes are told by the weight's own layer,
    which may not be the one in which the copy is made.
    """

    def __init__(
        self, file: WeightFile, spans: tuple[tuple[int, int], ...], kinds: tuple[int, ...], *, typed: bool
    ) -> None:
        self._file, self._spans, self._typed = file, spans, typed
        self.kinds = (0,) * len(kinds) if typed else kinds

    def filled_in(self, record: Record, sizes: Sequence[int], layer: int) -> list[int]:
        """The sizes of a record with those of its weights, as they are in this layer."""
        both = zip(record.sizes, sizes, strict=True)
        return [self._bytes(size, layer) if size.name.is_weight else known for size, known in both]

    def _bytes(self, size: Size, layer: int) -> int:
        kind, place, _ = size.name
        if kind == OUTSIDE_LAYERS:
            index = OUTSIDE_PLACES[place]
        else:
            start, end = self._spans[kind if self._typed else layer]
            if start + place >= end:
                # A dense layer has fewer tensors than one with experts, and no use for their sizes.
                return 0
            index = start + place
        return (self._file.gpu_bytes if size.on_card else self._file.host_bytes)[index]


@lru_cache(maxsize=128)
def _weights(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, *, typed: bool
) -> _BorrowedWeights:
    kinds = alike(spec, file_type, imatrix, kv_layout)
    file = weight_file(spec, file_type, imatrix, kv_layout)
    return _BorrowedWeights(file, layer_spans(spec, kv_layout), kinds, typed=typed)

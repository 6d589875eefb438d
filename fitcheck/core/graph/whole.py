"""The plain way to a request's compute buffers: the graph of the whole model, laid out operation by operation.

It takes ten to a hundred times as long as joining what is known of single layers, and says the same. It answers where
layers cannot be told apart, and tests hold the faster way against it.
"""

from __future__ import annotations

from dataclasses import replace

from fitcheck.core.graph.arena import furthest, sized
from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH, Scratch, alignment, parts_in_buffer
from fitcheck.core.graph.graph_key import has_pipeline, places, shapes_of
from fitcheck.core.graph.layer_graph import OUTSIDE, OUTSIDE_PLACES, rope_leaf
from fitcheck.core.graph.layout import HEAD, Piece, program
from fitcheck.core.graph.model_graph import build
from fitcheck.core.graph.recorder import SHARED_SIZES, Recorder, SizeNumbers, shared_size
from fitcheck.core.graph.schedule import ROPE_FACTORS, Scheduler
from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.shapes import Shapes, layer_tensors, leaf, outside_shape, weight_shape
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS, Name, Node
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement
from fitcheck.core.quantization import FileType, is_quantized
from fitcheck.core.weights import NO_GPU_KERNEL, layer_spans
from fitcheck.core.workload import Workload


def compute_of_whole_model(
    spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
) -> list[int]:
    """Bytes of graph buffers on each card in order, then on the host."""
    model = _WholeModel(spec, file_type, imatrix, workload, placement)
    return model.peaks(flash_attn=model.flash_attention())


class _WholeModel:
    """One request's graph."""

    def __init__(
        self, spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
    ) -> None:
        self._spec, self._workload, self._placement = spec, workload, placement
        layout = spec.kv_layout(workload.kv_layout)
        self._types = tensor_types(spec, file_type, imatrix, layout)
        self._spans = layer_spans(spec, layout)
        self._shapes = shapes_of(spec, workload)
        self._places = places(spec, file_type, imatrix, layout, placement)
        runs = zip(self._places.pattern.runs, self._places.counts, strict=True)
        self._layers = [layer for layer, count in runs for _ in range(count)]
        self._host = placement.gpus

    def flash_attention(self) -> bool:
        """What ``auto`` becomes: on, unless the attention of some layer would leave the layer's device."""
        workload = self._workload
        if workload.flash_attn != "auto" or is_quantized(self._shapes.type_v):
            return workload.flash_attn != "off"
        sequences = workload.parallel
        probe = self._setting(self._shapes._replace(tokens=sequences, outputs=sequences), flash_attn=True)
        devices = [self._host if layer.device == HOST_INDEX else layer.device for layer in self._layers]
        if sequences < OFFLOAD_MIN_BATCH or self._placement.gpu_layers > self._spec.n_layers:
            probe.norm_devices = devices
        build(probe)
        self._scheduler(pipeline=False).assign(probe.graph)
        return [node.backend for node in probe.graph.nodes if node.op == "FLASH_ATTN_EXT"] == devices

    def peaks(self, *, flash_attn: bool) -> list[int]:
        """The furthest byte that is used in every buffer."""
        setting = self._setting(self._shapes, flash_attn=flash_attn)
        logits, pipeline = build(setting), has_pipeline(self._spec, self._workload, self._placement)
        schedule = self._scheduler(pipeline=pipeline).schedule(setting.graph)
        numbers = SizeNumbers()
        steps = Recorder(self._host, numbers).record(setting.graph, schedule, None, logits)
        devices = tuple(range(self._host + 1))
        whole = program([Piece(replace(steps, alone=True), devices, 0, 0, HEAD)], self._host, pipeline=pipeline)
        assert whole is not None
        sizes = self._sizes(setting, numbers)
        found = []
        for buffer, _, _ in whole.buffers:
            work = [(one.part, [sizes[number] for number in one.numbers]) for one, *_ in buffer.stretches]
            peak = furthest(tuple([(sized(part, tuple(taken)), 1) for part, taken in work]))
            found.append(peak + sum([times * sizes[number] for number, _, times, _, _ in buffer.kept]))
        return found

    def _scheduler(self, *, pipeline: bool) -> Scheduler:
        return Scheduler(self._host, self._workload.op_offload and self._placement.gpus > 0, pipeline)

    def _setting(self, shapes: Shapes, *, flash_attn: bool) -> Setting:
        homes, spec = [layer.device for layer in self._layers], self._spec
        with_experts = [layer.experts for layer in self._layers]
        kv_offload = self._workload.kv_offload or not self._placement.gpus
        setting = shapes.setting(with_experts, homes, self, flash_attn=flash_attn, kv_offload=kv_offload)
        if spec.rope_factors:
            # One copy on every device with layers, unless they were moved.
            moved = self._places.pattern.rope_home
            copies = {home: rope_leaf(spec, home if moved is None else moved) for home in set(homes)}
            if moved is not None:
                copies = dict.fromkeys(copies, rope_leaf(spec, moved))
            setting.rope_factors = [copies[home] for home in homes]
        return setting

    def __call__(self, position: int, name: str) -> Node:
        """A weight of a layer."""
        layer = self._layers[position]
        place, tensor = layer_tensors(self._spec, self._shapes.kv_layout, position)[name]
        kind = self._types[self._spans[position][0] + place]
        if isinstance(layer.homes, tuple):
            home = layer.homes[place]
        elif kind in NO_GPU_KERNEL or (layer.homes and tensor.expert == "routed"):
            home = HOST_INDEX
        else:
            home = layer.device
        return leaf(kind, weight_shape(self._spec, tensor), home, Name(position, place))

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""
        place = OUTSIDE.index(name)
        kind, home = self._types[OUTSIDE_PLACES[place]], self._places.pattern.outside[place]
        return leaf(kind, outside_shape(self._spec, name), home, Name(OUTSIDE_LAYERS, place))

    def _sizes(self, setting: Setting, numbers: SizeNumbers) -> list[int]:
        """Bytes of everything, by number."""
        graph, sizes = setting.graph, [0] * SHARED_SIZES
        shared = {one.slot: one for one in graph.leaves if one.is_input}
        if setting.rope_factors[0] is not None:
            shared[ROPE_FACTORS] = setting.rope_factors[0]
        for number, node in shared.items():
            for on_card in (False, True):
                sizes[shared_size(number, on_card=on_card)] = _bytes(node, on_card, Scratch.NOTHING)
        nodes = {node.name: node for node in (*graph.leaves, *graph.nodes)}
        return sizes + [_bytes(nodes[size.name], size.on_card, size.needs) for size in numbers.sizes]


def _bytes(node: Node, on_card: bool, needs: Scratch) -> int:
    size, multiple = 0, alignment(on_card=on_card)
    for part in parts_in_buffer(node, on_card=on_card, needs=needs):
        size = -(-(size + part) // multiple) * multiple
    return size

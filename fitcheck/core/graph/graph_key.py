"""All that the compute buffers of a request depend on: equal keys, equal buffers.

Rules of src/llama-context.cpp: batch and output sizes, when several batches run at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fitcheck.core.graph.layers import Homes, Layer, alike, alike_in_shape, without_kernel
from fitcheck.core.graph.shapes import Shapes
from fitcheck.core.graph.tensor import LAST_LAYER
from fitcheck.core.kv_cache import allocated_context
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, Tensor
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.quantization import FileType, is_quantized
from fitcheck.core.weights import NO_GPU_KERNEL, layer_spans, tensor_devices, weight_file
from fitcheck.core.workload import FlashAttention, Workload

SMALL_BATCH = 32
"""Tokens from which cards borrow weights, and below which norms are kept on their layer's device."""

FEWEST = 2
"""Tokens of a stream for which cards have attention kernels of their own."""

ROPE_FACTORS = "rope_freqs.weight"
OUTSIDE = ("token_embd.weight", "output_norm.weight", "output.weight", ROPE_FACTORS)
"""Tensors outside the layers."""

OUTSIDE_PLACES = (0, -2, -1, 1)
"""Their places in a file."""


_LIKE = {"BF16": "F16", **dict.fromkeys(("Q4_0", "Q4_1", "Q5_0", "Q5_1"), "Q8_0")}
"""Cache types that lead to the same operations as another one."""


@dataclass(frozen=True, slots=True)
class GraphKey:
    """What decides which operations there are and where they run; ``shapes`` only decides about sizes.

    ``like`` is the structure of the architecture. ``layers`` with their devices, ``outside`` where embedding, final
    norm and output lie, ``rope_home`` where an override moved the rope factors, ``without_kernel`` places in the file
    of weights that cards cannot use. ``probe`` are the sequences at once, and whether the whole model is on cards,
    where ``auto`` has to be decided. ``few_tokens``, those of each stream ``few_in_stream`` and ``few_outputs`` stand
    for all numbers that change nothing but sizes.
    """

    like: tuple[object, ...]
    legacy: bool
    layers: tuple[Layer, ...]
    outside: tuple[int, ...]
    rope_home: int | None
    gpus: int
    pipeline: bool
    op_offload: bool
    kv_offload: bool
    flash_attn: FlashAttention
    probe: tuple[int, bool] | None
    many_streams: bool
    type_k: str
    type_v: str
    few_tokens: int
    few_in_stream: int
    few_outputs: int
    without_kernel: frozenset[int]
    spec: ModelSpec = field(compare=False)
    file_type: FileType = field(compare=False)
    imatrix: bool = field(compare=False)
    shapes: Shapes = field(compare=False)

    @property
    def host(self) -> int:
        """The host's number among the devices, the last one."""
        return self.gpus

    def device(self, home: int) -> int:
        """A card's own number, the host's as the last one."""
        return self.host if home == HOST_INDEX else home


def has_pipeline(spec: ModelSpec, workload: Workload, placement: Placement) -> bool:
    """Whether several cards work on several batches at once, each with copies of a batch's inputs."""
    moved = bool(placement.overrides) or placement.cpu_moe_layers > 0
    return placement.gpus > 1 and placement.gpu_layers > spec.n_layers and workload.kv_offload and not moved


def graph_key(
    spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
) -> GraphKey:
    """The key of a request."""
    layout = spec.kv_layout(workload.kv_layout)
    tokens = _batch_tokens(workload)
    devices = layer_devices(spec.n_layers, placement)
    lacking = without_kernel(spec, file_type, imatrix, layout)
    layers, outside, rope_home = _places(spec, file_type, imatrix, workload, placement, devices)
    streams = 1 if workload.kv_unified else workload.parallel
    flash = workload.flash_attn
    if flash == "auto" and is_quantized(workload.type_v.upper()):
        # The engine refuses such a cache without flash attention, so it does not ask.
        flash = "on"
    type_k, type_v, outputs = workload.type_k.upper(), workload.type_v.upper(), _outputs(workload)
    legacy = spec.mla_moe is not None and layout == "legacy"
    # The cache is laid out before ``auto`` is decided.
    transposed = workload.flash_attn == "off"
    cells = allocated_context(workload) // streams
    # Without cards there is nothing to fetch weights and to hold caches.
    fetches = workload.op_offload and placement.gpus > 0
    return GraphKey(
        like=_structure(spec, lacking), spec=spec, legacy=legacy, layers=layers, outside=outside,
        rope_home=rope_home, gpus=placement.gpus,
        pipeline=has_pipeline(spec, workload, placement),
        op_offload=fetches,
        kv_offload=workload.kv_offload or not placement.gpus, flash_attn=flash,
        probe=(workload.parallel, placement.gpu_layers > spec.n_layers) if flash == "auto" else None,
        many_streams=streams > 1, type_k=_LIKE.get(type_k, type_k), type_v=_LIKE.get(type_v, type_v),
        few_tokens=_few(tokens, fetches) if tokens // streams > FEWEST else tokens,
        few_in_stream=_few(tokens // streams, fetches),
        # One row is like any other number unless its result can take the place of a copied vector.
        few_outputs=_few(outputs if spec.is_moe or placement.overrides else max(outputs, FEWEST + 1), fetches),
        without_kernel=lacking, file_type=file_type, imatrix=imatrix,
        shapes=Shapes(spec, legacy, tokens, outputs, streams, cells, transposed, type_k, type_v),
    )  # fmt: skip


def _structure(spec: ModelSpec, lacking: frozenset[int]) -> tuple[object, ...]:
    """What an architecture decides about operations and devices: the sizes of its matrices decide nothing.

    ``head_dim`` tells whether a card has a kernel for fused attention and whether caches are rotated, the hidden size
    whether it can pick rows of some types.
    """
    parts = (spec.gguf_arch, spec.qkv_bias, spec.qk_norm, spec.rope_factors, spec.head_dim, spec.hidden_size % 256 == 0)
    heads = spec.n_attention_heads if spec.is_moe else None
    return (*parts, spec.mla_moe, heads, spec if lacking else None)


def _places(
    spec: ModelSpec,
    file_type: FileType,
    imatrix: bool,
    workload: Workload,
    placement: Placement,
    devices: tuple[int, ...],
) -> tuple[tuple[Layer, ...], tuple[int, ...], int | None]:
    """Each layer with its device and its weights' places, and where the tensors outside the layers lie."""
    layout = spec.kv_layout(workload.kv_layout)
    # Types make a difference to what runs where only if a card lacks a kernel for some.
    typed = bool(without_kernel(spec, file_type, imatrix, layout))
    last = spec.n_layers - 1
    like = alike(spec, file_type, imatrix, layout) if typed else alike_in_shape(spec)
    if not placement.overrides:
        moved = placement.cpu_moe_layers
        dense = spec.mla_moe.first_dense_layers if spec.mla_moe else spec.n_layers
        layers: list[Layer] = [(like[i], device, dense <= i < moved) for i, device in enumerate(devices[:-1])]
        layers[last] = (LAST_LAYER, devices[last], dense <= last < moved)
        output = devices[-1]
        types = tensor_types(spec, file_type, imatrix, layout)
        if types[-1] in NO_GPU_KERNEL:
            output = HOST_INDEX
        return tuple(layers), (HOST_INDEX, devices[-1], output), None
    file = weight_file(spec, file_type, imatrix, layout)
    homes = tensor_devices(spec, file_type, imatrix, layout, placement)
    spans = layer_spans(spec, layout)
    by_tensor: list[Layer] = []
    alone = _sharing_a_split(devices, [homes[start:end] for start, end in spans[:-1]]) if typed else 0
    for layer, device in enumerate(devices[:-1]):
        start, end = spans[layer]
        held = homes[start:end]
        own: Homes = held if typed else _simplest(held, device, file.tensors[start:end])
        kind = layer if layer < alone else like[layer]
        by_tensor.append((LAST_LAYER if layer == last else kind, device, own))
    by_name = {tensor.name: home for tensor, home in zip(file.tensors, homes, strict=True) if tensor.layer is None}
    rope = by_name.get(ROPE_FACTORS)
    moved_rope = rope if rope is not None and rope != devices[0] else None
    return tuple(by_tensor), tuple(by_name[name] for name in OUTSIDE[:3]), moved_rope


def _sharing_a_split(devices: tuple[int, ...], homes: Sequence[tuple[int, ...]]) -> int:
    """How many of the first layers have memory in common because the host computes all of them in one split.

    Nothing is copied to the host before the first layer that has a weight on a card. Where no card can compute with
    that weight, its copy is made where the split began, at the start of the model, and lives up to that layer, so
    none of the layers up to there stands for another one.
    """
    for layer, (device, held) in enumerate(zip(devices, homes, strict=False)):
        if device != HOST_INDEX:
            return 0
        if any(home != HOST_INDEX for home in held):
            return layer + 1
    return 0


def _simplest(homes: tuple[int, ...], device: int, held: Sequence[Tensor]) -> Homes:
    """The same as a placement without overrides would say it, so that both share what is known of the graph."""
    routed = {home for home, tensor in zip(homes, held, strict=True) if tensor.expert == "routed"}
    others = {home for home, tensor in zip(homes, held, strict=True) if tensor.expert != "routed"}
    if others != {device} or (not routed <= {device} and routed != {HOST_INDEX}):
        return homes
    return bool(routed) and routed != {device}


def _few(count: int, fetches: bool) -> int:
    """The smallest number of tokens or rows that leads to the same operations on the same devices."""
    return SMALL_BATCH if fetches and count >= SMALL_BATCH else min(count, FEWEST + 1)


def _limits(workload: Workload) -> tuple[int, int]:
    """Tokens of a logical and of a physical batch; neither is longer than the context."""
    batch = min(workload.context, workload.batch)
    return batch, min(batch, workload.ubatch)


def _batch_tokens(workload: Workload) -> int:
    """Tokens of the reserved batch, a multiple of the sequences."""
    tokens = _limits(workload)[1]
    return -(-tokens // workload.parallel) * workload.parallel


def _outputs(workload: Workload) -> int:
    """Rows of logits that are reserved."""
    batch, tokens = _limits(workload)
    asked = workload.parallel if workload.outputs is None else workload.outputs
    return min(tokens, asked or batch)

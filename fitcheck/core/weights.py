"""Bytes of weights on every device, for any placement.

Per layer only three sums matter: what moves with the layer, its routed experts, and what a card cannot
hold because it has no kernel for the type. They are computed once a file and then only added up, so
that a planner may try many placements within a frame. Overrides name single tensors and take the slow road.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX, Placement, compiled_overrides, layer_devices, layer_spans_of_cards
from fitcheck.core.quantization import FileType, is_quantized, row_bytes
from fitcheck.core.workload import KvLayout
from fitcheck.frozen import dataclass

GPU_ALIGNMENT = 128
"""Bytes, ``ggml_backend_cuda_buffer_type_get_alignment`` (ggml-cuda.cu)."""

HOST_ALIGNMENT = 32
"""Bytes, ``TENSOR_ALIGNMENT`` (ggml-backend.cpp)."""

GPU_ROW_PADDING = 512
"""Elements, ``MATRIX_ROW_PADDING`` (ggml-cuda/common.cuh): quantized kernels read past the last row."""

NO_GPU_KERNEL = frozenset(("TQ1_0", "TQ2_0"))
"""Types the CUDA backend cannot multiply with: the loader leaves such tensors on the host."""


def padded(size: int, multiple: int) -> int:
    """``size`` rounded up to a multiple."""
    return -(-size // multiple) * multiple


def gpu_tensor_bytes(ggml_type: str, row: int, rows: int) -> int:
    """Bytes of a tensor in a CUDA buffer: the last row of a quantized one is padded to 512 elements."""
    size = rows * row_bytes(ggml_type, row)
    if is_quantized(ggml_type) and row % GPU_ROW_PADDING:
        size += row_bytes(ggml_type, GPU_ROW_PADDING - row % GPU_ROW_PADDING)
    return padded(size, GPU_ALIGNMENT)


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One model in one file type: every tensor with its type and its bytes on a card and on the host.

    Bytes are in arrays: many files are remembered, R1's with a thousand tensors each.
    """

    tensors: tuple[Tensor, ...]
    types: tuple[str, ...]
    gpu_bytes: Sequence[int]
    host_bytes: Sequence[int]


@lru_cache(maxsize=512)
def weight_file(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> WeightFile:
    """Every tensor of a file, for placements that name single tensors."""
    inventory = tensors(spec, kv_layout)
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    sizes = [_tensor_sizes(tensor, ggml_type) for tensor, ggml_type in zip(inventory, types, strict=True)]
    return WeightFile(inventory, types, array("q", [gpu for gpu, _ in sizes]), array("q", [host for _, host in sizes]))


def _tensor_sizes(tensor: Tensor, ggml_type: str) -> tuple[int, int]:
    """Bytes on a card and on the host, where a duplicate is the token embedding itself."""
    on_gpu, on_host = _sizes(ggml_type, tensor.row, tensor.rows)
    return on_gpu, 0 if tensor.duplicate else on_host


@lru_cache(maxsize=4096)
def _sizes(ggml_type: str, row: int, rows: int) -> tuple[int, int]:
    """Bytes of a tensor on a card and on the host; a model repeats few shapes in many layers."""
    return gpu_tensor_bytes(ggml_type, row, rows), padded(rows * row_bytes(ggml_type, row), HOST_ALIGNMENT)


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """Bytes of one repeating layer (or the output layer): on a card and on the host.

    ``gpu`` and ``host`` are what follows the layer, ``routed_gpu`` and ``routed_host`` its routed experts,
    both without ``host_only``, which stays on the host wherever the layer goes.
    """

    gpu: int = 0
    host: int = 0
    routed_gpu: int = 0
    routed_host: int = 0
    host_only: int = 0


@dataclass(frozen=True, slots=True)
class LayerSums:
    """Bytes of all layers before a layer, for each of the parts of LayerWeights; ``on_host`` is a whole layer there."""

    gpu: tuple[int, ...]
    routed_gpu: tuple[int, ...]
    routed_host: tuple[int, ...]
    host_only: tuple[int, ...]
    on_host: tuple[int, ...]


def _layer_sums(layers: Sequence[LayerWeights]) -> LayerSums:
    def before(amounts: Iterable[int]) -> tuple[int, ...]:
        return tuple(accumulate(amounts, initial=0))

    return LayerSums(
        before(one.gpu for one in layers), before(one.routed_gpu for one in layers),
        before(one.routed_host for one in layers), before(one.host_only for one in layers),
        before(one.host + one.routed_host + one.host_only for one in layers),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeightTable:
    """A file's weights by layer; the last of ``layers`` is the output layer.

    ``always_host`` is the token embedding. ``rope_factors_gpu`` and ``rope_factors_host`` are copied to every
    device that has repeating layers.
    """

    layers: tuple[LayerWeights, ...]
    sums: LayerSums
    always_host: int
    rope_factors_gpu: int
    rope_factors_host: int

    @property
    def data_bytes(self) -> int:
        """All tensors as a file stores them, each padded to 32 bytes."""
        return self.always_host + self.rope_factors_host + self.sums.on_host[-1]


@lru_cache(maxsize=512)
def weight_table(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> WeightTable:
    """Sum a file's tensors by what a placement can tell apart.

    Layers repeat: those with the same tensors in the same types share one sum.
    """
    inventory = tensors(spec, kv_layout)
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    always_host = factors_gpu = factors_host = 0
    known: dict[tuple[bool, tuple[str, ...]], LayerWeights] = {}
    layers = []
    for start, end in layer_spans(spec, kv_layout):
        key = (inventory[end - 1].expert is not None, types[start:end])
        if key not in known:
            known[key] = _layer_weights(inventory[start:end], types[start:end])
        layers.append(known[key])
    for tensor, ggml_type in zip(inventory[: layer_spans(spec, kv_layout)[0][0]], types, strict=False):
        gpu, host = _sizes(ggml_type, tensor.row, tensor.rows)
        if tensor.role == "rope_factors":
            factors_gpu, factors_host = gpu, host
        else:
            always_host += host
    return WeightTable(tuple(layers), _layer_sums(layers), always_host, factors_gpu, factors_host)


@lru_cache(maxsize=64)
def layer_spans(spec: ModelSpec, kv_layout: KvLayout) -> tuple[tuple[int, int], ...]:
    """Where each repeating layer's tensors, and finally the output layer's, begin and end in file order."""
    inventory = tensors(spec, kv_layout)
    starts = [index for index, tensor in enumerate(inventory) if tensor.layer is not None]
    first, last = starts[0], starts[-1] + 1
    begins = [index for index in starts if index == first or inventory[index].layer != inventory[index - 1].layer]
    return tuple(zip((*begins, last), (*begins[1:], last, len(inventory)), strict=True))


def _layer_weights(inventory: Sequence[Tensor], types: Sequence[str]) -> LayerWeights:
    gpu = host = routed_gpu = routed_host = host_only = 0
    for tensor, ggml_type in zip(inventory, types, strict=True):
        on_gpu, on_host = _tensor_sizes(tensor, ggml_type)
        if ggml_type in NO_GPU_KERNEL:
            host_only += on_host
        elif tensor.expert == "routed":
            routed_gpu += on_gpu
            routed_host += on_host
        else:
            gpu += on_gpu
            host += on_host
    return LayerWeights(gpu, host, routed_gpu, routed_host, host_only)


def weights_by_device(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> list[int]:
    """Bytes of weights on each card in order, then on the host."""
    if placement.overrides:
        return _with_overrides(spec, file_type, imatrix, kv_layout, placement)
    table = weight_table(spec, file_type, imatrix, kv_layout)
    sums, moved = table.sums, placement.cpu_moe_layers
    spans = layer_spans_of_cards(spec.n_layers, placement)
    on_host = spans[0][0] if spans else spec.n_layers + 1
    amounts = [0] * (placement.gpus + 1)
    amounts[HOST_INDEX] = table.always_host + sums.on_host[on_host] + sums.host_only[-1] - sums.host_only[on_host]
    for card, (begin, end) in enumerate(spans):
        if begin == end:
            continue
        split = min(max(begin, moved), end)
        amounts[card] = sums.gpu[end] - sums.gpu[begin] + sums.routed_gpu[end] - sums.routed_gpu[split]
        amounts[HOST_INDEX] += sums.routed_host[split] - sums.routed_host[begin]
        if begin < spec.n_layers:
            amounts[card] += table.rope_factors_gpu
    if on_host:
        amounts[HOST_INDEX] += table.rope_factors_host
    return amounts


def tensor_devices(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> tuple[int, ...]:
    """Device of every tensor of a file, overrides included.

    The rope factors have one copy on every device with layers; here they are with the first layer.
    """
    homes = list(_by_layer(spec, file_type, imatrix, kv_layout, placement))
    for index, _, device in overridden(spec, file_type, imatrix, kv_layout, placement):
        homes[index] = device
    return tuple(homes)


@lru_cache(maxsize=64)
def overridden(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> tuple[tuple[int, int, int], ...]:
    """Places in the file of the tensors that overrides name, where they would be without, and where they are."""
    moved: dict[int, int] = {}
    # The first match wins.
    for pattern, device in reversed(compiled_overrides(placement) if placement.gpus else ()):
        for index in _matching(spec, kv_layout, pattern):
            moved[index] = device
    homes = _by_layer(spec, file_type, imatrix, kv_layout, placement)
    return tuple((index, homes[index], device) for index, device in moved.items())


def _by_layer(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> tuple[int, ...]:
    lacking = without_gpu_kernel(spec, file_type, imatrix, kv_layout)
    return _device_by_layer(spec, lacking, kv_layout, layer_devices(spec.n_layers, placement), placement.cpu_moe_layers)


@lru_cache(maxsize=64)
def _device_by_layer(
    spec: ModelSpec, lacking: tuple[int, ...], kv_layout: KvLayout, devices: tuple[int, ...], cpu_moe_layers: int
) -> tuple[int, ...]:
    """Device of every tensor without overrides."""
    inventory, spans = tensors(spec, kv_layout), layer_spans(spec, kv_layout)
    before = inventory[: spans[0][0]]
    homes = [HOST_INDEX if tensor.role == "token_embd" else devices[0] for tensor in before]
    for layer, (start, end) in enumerate(spans):
        homes += [devices[layer]] * (end - start)
        if layer < cpu_moe_layers and layer < spec.n_layers:
            for index in range(start, end):
                if inventory[index].expert == "routed":
                    homes[index] = HOST_INDEX
    for index in lacking:
        homes[index] = HOST_INDEX
    return tuple(homes)


@lru_cache(maxsize=512)
def without_gpu_kernel(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[int, ...]:
    """Places of the tensors that no card can multiply with."""
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    return tuple(index for index, kind in enumerate(types) if kind in NO_GPU_KERNEL)


@lru_cache(maxsize=256)
def _matching(spec: ModelSpec, kv_layout: KvLayout, pattern: re.Pattern[str]) -> tuple[int, ...]:
    """Places of the tensors whose name a pattern is found in."""
    listed = _LISTED_LAYERS.fullmatch(pattern.pattern)
    if listed:
        found = _in_layers(spec, kv_layout).get(listed[2], {})
        layers = sorted(set(map(int, listed[1].split("|"))))
        return tuple([index for layer in layers for index in found.get(layer, ())])
    return tuple(index for index, tensor in enumerate(tensors(spec, kv_layout)) if pattern.search(tensor.name))


_LISTED_LAYERS = re.compile(r"blk\\\.\(((?:0|[1-9]\d*)(?:\|(?:0|[1-9]\d*))*)\)\\\.(\w+)\\\.")
"""A pattern that names one kind of tensor in some layers, as plans do; it is looked up rather than searched for."""


@lru_cache(maxsize=64)
def _in_layers(spec: ModelSpec, kv_layout: KvLayout) -> dict[str, dict[int, list[int]]]:
    """Places of the tensors of each kind (the name between layer and suffix) in each layer."""
    found: dict[str, dict[int, list[int]]] = {}
    for index, tensor in enumerate(tensors(spec, kv_layout)):
        if tensor.layer is not None:
            found.setdefault(tensor.name.split(".")[2], {}).setdefault(tensor.layer, []).append(index)
    return found


def _with_overrides(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> list[int]:
    """What overrides change of the same placement without them."""
    file = weight_file(spec, file_type, imatrix, kv_layout)
    amounts = weights_by_device(spec, file_type, imatrix, kv_layout, replace(placement, overrides=()))
    for index, without, device in overridden(spec, file_type, imatrix, kv_layout, placement):
        # Of the rope factors there is one copy on every device with layers, unless they are moved.
        copied = file.tensors[index].role == "rope_factors"
        for holder in set(layer_devices(spec.n_layers, placement)[:-1]) if copied else (without,):
            amounts[holder] -= _held(file, index, holder)
        amounts[device] += _held(file, index, device)
    return amounts


def _held(file: WeightFile, index: int, device: int) -> int:
    return (file.host_bytes if device == HOST_INDEX else file.gpu_bytes)[index]

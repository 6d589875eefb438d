"""Bytes of weights on every device, for any placement.

Per layer only three sums matter: what moves with the layer, its routed experts, and what a card cannot
hold because it has no kernel for the type. They are computed once a file and then only added up, so
that a planner may try many placements within a frame. Overrides name single tensors and take the slow road.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from fitcheck.core.mixtures import tensor_bytes, tensor_types
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX, Placement, compiled_overrides, layer_devices
from fitcheck.core.quantization import FileType, is_quantized, row_bytes
from fitcheck.core.workload import KvLayout

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
    """One model in one file type: every tensor with its type and its bytes on a card and on the host."""

    tensors: tuple[Tensor, ...]
    types: tuple[str, ...]
    gpu_bytes: tuple[int, ...]
    host_bytes: tuple[int, ...]
    data_bytes: int

    def device_without_override(self, index: int, devices: tuple[int, ...], cpu_moe_layers: int) -> int:
        """Where the loader puts a tensor by itself."""
        tensor = self.tensors[index]
        if tensor.role == "token_embd" or self.types[index] in NO_GPU_KERNEL:
            return HOST_INDEX
        if tensor.layer is None:
            return devices[0] if tensor.role == "rope_factors" else devices[-1]
        if tensor.expert == "routed" and tensor.layer < cpu_moe_layers:
            return HOST_INDEX
        return devices[tensor.layer]


@lru_cache(maxsize=512)
def weight_file(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> WeightFile:
    """The tensors of a file; ``data_bytes`` is their sum as stored (each padded to the file's 32 bytes)."""
    inventory = tensors(spec, kv_layout)
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    stored = tuple(
        padded(tensor_bytes(tensor, ggml_type), HOST_ALIGNMENT)
        for tensor, ggml_type in zip(inventory, types, strict=True)
    )
    on_gpu = tuple(
        gpu_tensor_bytes(ggml_type, tensor.row, tensor.rows) for tensor, ggml_type in zip(inventory, types, strict=True)
    )
    return WeightFile(inventory, types, on_gpu, stored, sum(stored))


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """Bytes of one repeating layer (or the output layer): on a card and on the host.

    ``gpu`` and ``host`` are what follows the layer, ``routed_gpu`` and ``routed_host`` its routed experts,
    both without ``host_only``, which stays on the host wherever the layer goes. ``largest`` and
    ``largest_routed`` are the largest single tensors.
    """

    gpu: int = 0
    host: int = 0
    routed_gpu: int = 0
    routed_host: int = 0
    host_only: int = 0
    largest: int = 0
    largest_routed: int = 0


@dataclass(frozen=True, slots=True)
class WeightTable:
    """A file's weights by layer; the last of ``layers`` is the output layer.

    ``always_host`` is the token embedding. ``rope_factors_gpu`` and ``rope_factors_host`` are copied to every
    device that has repeating layers.
    """

    layers: tuple[LayerWeights, ...]
    always_host: int
    rope_factors_gpu: int
    rope_factors_host: int


@lru_cache(maxsize=512)
def weight_table(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> WeightTable:
    """Sum a file's tensors by what a placement can tell apart."""
    file = weight_file(spec, file_type, imatrix, kv_layout)
    sums = [[0, 0, 0, 0, 0, 0, 0] for _ in range(spec.n_layers + 1)]
    always_host = factors_gpu = factors_host = 0
    for tensor, ggml_type, gpu, host in zip(file.tensors, file.types, file.gpu_bytes, file.host_bytes, strict=True):
        if tensor.role == "token_embd":
            always_host += host
        elif tensor.role == "rope_factors":
            factors_gpu, factors_host = gpu, host
        else:
            row = sums[spec.n_layers if tensor.layer is None else tensor.layer]
            if ggml_type in NO_GPU_KERNEL:
                row[4] += host
            elif tensor.expert == "routed":
                row[2] += gpu
                row[3] += host
            else:
                row[0] += gpu
                row[1] += host
            largest = 6 if tensor.expert == "routed" else 5
            row[largest] = max(row[largest], host)
    return WeightTable(tuple(LayerWeights(*row) for row in sums), always_host, factors_gpu, factors_host)


def weights_by_device(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> list[int]:
    """Bytes of weights on each card in order, then on the host."""
    devices = layer_devices(spec.n_layers, placement)
    if placement.overrides:
        return _with_overrides(spec, weight_file(spec, file_type, imatrix, kv_layout), placement)
    table = weight_table(spec, file_type, imatrix, kv_layout)
    amounts = [0] * (placement.gpus + 1)
    amounts[HOST_INDEX] = table.always_host
    for layer, (device, weights) in enumerate(zip(devices, table.layers, strict=True)):
        if device == HOST_INDEX:
            amounts[HOST_INDEX] += weights.host + weights.routed_host + weights.host_only
            continue
        amounts[device] += weights.gpu
        amounts[HOST_INDEX] += weights.host_only
        if layer < placement.cpu_moe_layers:
            amounts[HOST_INDEX] += weights.routed_host
        else:
            amounts[device] += weights.routed_gpu
    _add_rope_factors(amounts, devices, table)
    return amounts


def _add_rope_factors(amounts: list[int], devices: tuple[int, ...], table: WeightTable) -> None:
    if table.rope_factors_host:
        for device in set(devices[:-1]):
            amounts[device] += table.rope_factors_host if device == HOST_INDEX else table.rope_factors_gpu


def tensor_devices(spec: ModelSpec, file: WeightFile, placement: Placement) -> tuple[int, ...]:
    """Device of every tensor of a file, overrides included.

    The rope factors have one copy on every device with layers; here they are with the first layer.
    """
    devices = layer_devices(spec.n_layers, placement)
    overrides = compiled_overrides(placement) if placement.gpus else ()

    def device_of(index: int) -> int:
        for pattern, device in overrides:
            if pattern.search(file.tensors[index].name):
                return device
        return file.device_without_override(index, devices, placement.cpu_moe_layers)

    return tuple(map(device_of, range(len(file.tensors))))


def _with_overrides(spec: ModelSpec, file: WeightFile, placement: Placement) -> list[int]:
    amounts = [0] * (placement.gpus + 1)
    layers = set(layer_devices(spec.n_layers, placement)[:-1])
    moved = [pattern for pattern, _ in compiled_overrides(placement)] if placement.gpus else []
    for index, device in enumerate(tensor_devices(spec, file, placement)):
        tensor = file.tensors[index]
        copied = tensor.role == "rope_factors" and not any(pattern.search(tensor.name) for pattern in moved)
        for holder in layers if copied else (device,):
            amounts[holder] += file.host_bytes[index] if holder == HOST_INDEX else file.gpu_bytes[index]
    return amounts

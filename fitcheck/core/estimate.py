"""(model, quantization, workload, placement) -> bytes on every device, component by component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fitcheck.core.graph.reserve import compute_by_device
from fitcheck.core.kv_cache import allocated_context, check_cache_types, kv_cache_by_device
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST, Placement
from fitcheck.core.quantization import FileType
from fitcheck.core.units import MIB
from fitcheck.core.weights import weights_by_device
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

RUNTIME_BYTES_PER_GPU = 457 * MIB
"""What a card loses to the CUDA context and library workspaces, outside llama.cpp's breakdown.

A margin, not a measurement of your card: the minimum that Ollama books for a card (its log of an RTX 3060). Lower
values were seen: 244 MiB in a measurement on an RTX 5070, 0.2 GiB in vLLM's report on RTX 3090 (vllm issue 15340).
"""

SCORE_COPY_BYTES = 2
"""Of each attention score of a batch, in the pool of the CUDA backend: its product with the values takes 16 bits."""


@dataclass(frozen=True, slots=True)
class DeviceMemory:
    """What one device holds, in bytes.

    ``weights``, ``kv_cache`` and ``compute`` mean what llama.cpp's memory breakdown calls model,
    context and compute. ``runtime`` is what the breakdown leaves out (CUDA context, workspaces).
    """

    name: str
    kind: Literal["gpu", "host"]
    weights_bytes: int
    kv_cache_bytes: int
    compute_bytes: int
    runtime_bytes: int

    @property
    def total_bytes(self) -> int:
        """All four components."""
        return self.weights_bytes + self.kv_cache_bytes + self.compute_bytes + self.runtime_bytes


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes by device (cards in order, then ``host``); ``context`` is what was asked for, in tokens."""

    model_id: str
    quantization: str
    context: int
    devices: tuple[DeviceMemory, ...]

    @property
    def weights_bytes(self) -> int:
        """Weights on all devices."""
        return sum(device.weights_bytes for device in self.devices)

    @property
    def kv_cache_bytes(self) -> int:
        """KV cache on all devices."""
        return sum(device.kv_cache_bytes for device in self.devices)

    @property
    def compute_bytes(self) -> int:
        """Graph buffers on all devices."""
        return sum(device.compute_bytes for device in self.devices)

    @property
    def runtime_bytes(self) -> int:
        """Runtime overhead on all devices."""
        return sum(device.runtime_bytes for device in self.devices)

    @property
    def total_bytes(self) -> int:
        """Everything, runtime overhead included."""
        return sum(device.total_bytes for device in self.devices)


def estimate(
    spec: ModelSpec,
    file_type: FileType,
    workload: Workload,
    placement: Placement,
    *,
    imatrix: bool = True,
    runtime_bytes: Sequence[int] = (),
) -> Estimate:
    """Price one placement: bytes by device and component.

    Weights, KV cache and compute buffers are what the engine allocates, to the byte; runtime is a margin, or for each
    card what ``runtime_bytes`` says, and what ``score_copies_bytes`` adds. Raises RequestError where the request goes
    over the model's limit (``context_over_limit``) or the engine refuses it (``engine_rejected``).
    """
    check_context(spec, workload)
    check_cache_types(spec, workload)
    kv_layout = spec.kv_layout(workload.kv_layout)
    weights = weights_by_device(spec, file_type, imatrix, kv_layout, placement)
    kv_cache = kv_cache_by_device(spec, workload, placement)
    compute = compute_by_device(spec, file_type, imatrix, workload, placement)
    copies = score_copies_bytes(spec, workload)
    devices = [
        DeviceMemory(
            f"GPU{index}",
            "gpu",
            weights[index],
            kv_cache[index],
            compute[index],
            (runtime_bytes[index] if index < len(runtime_bytes) else RUNTIME_BYTES_PER_GPU)
            + (copies if kv_cache[index] else 0),
        )
        for index in range(placement.gpus)
    ]
    devices.append(DeviceMemory(HOST, "host", weights[-1], kv_cache[-1], compute[-1], 0))
    return Estimate(spec.id, file_type.id, workload.context, tuple(devices))


def score_copies_bytes(spec: ModelSpec, workload: Workload) -> int:
    """What a card with attention takes without flash attention beside all buffers, once the context is full.

    Measured on an H200 as the cache grew: 8B took 50 MiB more after 1,536 tokens, 192 after 6,144 further ones.
    """
    if workload.flash_attn != "off":
        return 0
    tokens = min(workload.ubatch, workload.batch, workload.context)
    return SCORE_COPY_BYTES * spec.n_attention_heads * tokens * allocated_context(workload)


def check_context(spec: ModelSpec, workload: Workload) -> None:
    """Refuse a context above the model's limit (RequestError ``context_over_limit``)."""
    if workload.context > spec.context_limit:
        raise RequestError(
            "context_over_limit",
            f"{spec.id} takes {spec.context_limit} tokens of context at most, not {workload.context}.",
        )

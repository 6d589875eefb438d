"""What one token moves and computes on every device: the bytes and operations that speed follows from.

A token reads every weight once, of routed experts only those that are chosen, and of the token embedding one row. It
reads the cache of all tokens before it. In a prompt many tokens share one reading of the weights; each still needs
two operations for every weight it goes through.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from fitcheck.core.kv_cache import cache_widths
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.quantization import FileType, row_bytes
from fitcheck.core.weights import LayerSums, layer_spans, tensor_devices, weight_file, weight_table
from fitcheck.core.workload import KvLayout, Workload

_Part: TypeAlias = tuple[int, int, int, int]
"""Of one device: bytes shared and routed, weights shared and routed that a token goes through."""


@dataclass(frozen=True, slots=True)
class DeviceWork:
    """The part of one device.

    ``layers`` have their attention there. ``shared_bytes`` are weights that every token reads, ``routed_bytes`` all
    routed experts that lie there, of which a token reads a part. ``shared_weights`` and ``routed_weights`` count the
    weights that one token goes through. ``cache_bytes`` are those of one cached token.
    """

    layers: int = 0
    shared_bytes: int = 0
    routed_bytes: int = 0
    shared_weights: int = 0
    routed_weights: int = 0
    cache_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """The work of all devices, cards in order, the host last.

    ``routed_share`` is the part of the routed experts that one token chooses. ``attention_heads`` and
    ``attention_width`` (operands of one head and cached token) say what attention computes. ``crossings`` counts how
    often a token's values go from one device to another between layers.
    """

    devices: tuple[DeviceWork, ...]
    routed_share: float
    attention_heads: int
    attention_width: int
    crossings: int

    @property
    def host(self) -> DeviceWork:
        """The host's part."""
        return self.devices[-1]

    def read_by_a_token(self, part: DeviceWork) -> float:
        """Bytes of a device's weights that one token reads."""
        return part.shared_bytes + part.routed_bytes * self.routed_share

    def read_by_a_batch(self, part: DeviceWork, tokens: int) -> float:
        """Bytes that a batch reads: of the routed experts those that any token chooses, if they choose evenly."""
        touched = 1 - (1 - self.routed_share) ** tokens
        return float(part.shared_bytes + part.routed_bytes * touched)


def traffic(spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement) -> Traffic:
    """What a token moves where with this placement."""
    layout = spec.kv_layout(workload.kv_layout)
    devices = layer_devices(spec.n_layers, placement)
    table = weight_table(spec, file_type, imatrix, layout)
    if placement.overrides or table.sums.host_only[-1]:
        parts = _by_tensor(spec, file_type, imatrix, layout, placement)
    else:
        parts = _by_layer(spec, layout, table.sums, placement, devices)
    cell = _cell_bytes(spec, workload, layout)
    # Without KV offload the cache of all layers is in RAM.
    cached = devices[:-1] if workload.kv_offload else (HOST_INDEX,) * spec.n_layers
    work = [
        DeviceWork(devices[:-1].count(device), *part, cached.count(device) * cell)
        for device, part in zip((*range(placement.gpus), HOST_INDEX), parts, strict=True)
    ]
    moe = spec.mla_moe
    share = moe.experts_per_token / moe.n_routed_experts if moe else 0.0
    latent = moe is not None and layout == "mla"
    width = 2 * moe.kv_lora_rank + moe.qk_rope_head_dim if moe and latent else 2 * spec.head_dim
    return Traffic(
        tuple(work), share, spec.n_attention_heads, width, sum(one != other for one, other in pairwise(devices))
    )


def _cell_bytes(spec: ModelSpec, workload: Workload, layout: KvLayout) -> int:
    """Bytes of one cached token in one layer."""
    widths = cache_widths(spec, legacy=layout == "legacy")
    both = zip(widths, (workload.type_k, workload.type_v), strict=True)
    return sum(row_bytes(kind.upper(), width) for width, kind in both if width)


def _by_layer(
    spec: ModelSpec, layout: KvLayout, sums: LayerSums, placement: Placement, devices: tuple[int, ...]
) -> list[_Part]:
    """The parts where whole layers, or their routed experts, have a place."""
    shared_weights, routed_weights = _weights_before(spec, layout)
    begin, moved = devices.count(HOST_INDEX), placement.cpu_moe_layers
    parts, host_routed, host_routed_weights = [], sums.routed_host[begin], routed_weights[begin]
    start = begin
    for card in range(placement.gpus):
        # Cards get layers in order.
        end = start + devices.count(card)
        split = min(max(start, moved), end)
        parts.append((
            sums.gpu[end] - sums.gpu[start], sums.routed_gpu[end] - sums.routed_gpu[split],
            shared_weights[end] - shared_weights[start], routed_weights[end] - routed_weights[split],
        ))  # fmt: skip
        host_routed += sums.routed_host[split] - sums.routed_host[start]
        host_routed_weights += routed_weights[split] - routed_weights[start]
        start = end
    shared = sums.on_host[begin] - sums.routed_host[begin]
    return [*parts, (shared, host_routed, shared_weights[begin], host_routed_weights)]


@lru_cache(maxsize=32)
def _weights_before(spec: ModelSpec, layout: KvLayout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Weights that a token goes through in all layers before a layer: shared ones, and chosen routed ones."""
    inventory, shared, routed = tensors(spec, layout), [0], [0]
    for start, end in layer_spans(spec, layout):
        parts = [_weights_passed(spec, tensor) for tensor in inventory[start:end]]
        shared.append(shared[-1] + sum(one for one, _ in parts))
        routed.append(routed[-1] + sum(one for _, one in parts))
    return tuple(shared), tuple(routed)


def _weights_passed(spec: ModelSpec, tensor: Tensor) -> tuple[int, int]:
    """Of one tensor: shared weights, chosen routed weights."""
    if tensor.role == "token_embd":
        return 0, 0
    if tensor.expert == "routed" and spec.mla_moe is not None:
        return 0, tensor.elements * spec.mla_moe.experts_per_token // spec.mla_moe.n_routed_experts
    return tensor.elements, 0


def _by_tensor(
    spec: ModelSpec, file_type: FileType, imatrix: bool, layout: KvLayout, placement: Placement
) -> list[_Part]:
    """The parts where single tensors have a place of their own."""
    file = weight_file(spec, file_type, imatrix, layout)
    parts = [[0, 0, 0, 0] for _ in range(placement.gpus + 1)]
    for index, home in enumerate(tensor_devices(spec, file_type, imatrix, layout, placement)):
        tensor = file.tensors[index]
        if tensor.role == "token_embd":
            continue
        size = (file.host_bytes if home == HOST_INDEX and not tensor.duplicate else file.gpu_bytes)[index]
        routed = tensor.expert == "routed"
        weights = _weights_passed(spec, tensor)
        parts[home][int(routed)] += size
        parts[home][2] += weights[0]
        parts[home][3] += weights[1]
    return [(one[0], one[1], one[2], one[3]) for one in parts]

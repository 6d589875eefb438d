"""What one token moves and computes on every device: the bytes and operations that speed follows from.

A token reads every weight once, of routed experts only those that are chosen, and of the token embedding one row. It
reads the cache of all tokens before it. In a prompt many tokens share one reading of the weights; each still needs
two operations for every weight it goes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from fitcheck.core.kv_cache import cache_widths
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX, Placement, layer_spans_of_cards
from fitcheck.core.quantization import FileType, row_bytes
from fitcheck.core.weights import WeightFile, layer_spans, overridden, weight_file, weight_table, without_gpu_kernel
from fitcheck.core.workload import KvLayout, Workload
from fitcheck.frozen import dataclass

_Part: TypeAlias = tuple[int, int, int, int]
"""Of one device: bytes shared and routed, weights shared and routed that a token goes through."""

_NOTHING: _Part = (0, 0, 0, 0)


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


IDLE = DeviceWork()
"""A device that has nothing to do."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """The work of all devices, cards in order, the host last.

    ``routed_share`` is the part of the routed experts that one token chooses. ``attention_heads`` and
    ``attention_width`` (operands of one head and cached token) say what attention computes; ``latent``: all heads look
    at one vector a token. ``crossings`` counts how often a token's values go from one device to another between layers.
    ``routed_weights_a_layer`` are those that a token goes through in one layer with experts.
    """

    devices: tuple[DeviceWork, ...]
    routed_share: float
    routed_weights_a_layer: int
    attention_heads: int
    attention_width: int
    latent: bool
    crossings: int

    @property
    def host(self) -> DeviceWork:
        """The host's part."""
        return self.devices[-1]

    def expert_layers(self, part: DeviceWork) -> float:
        """Layers whose routed experts lie on a device; one of the three tensors counts as a third."""
        return part.routed_weights / self.routed_weights_a_layer if part.routed_weights else 0.0

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
    parts = _by_layer(spec, file_type, imatrix, layout, placement)
    if placement.overrides:
        parts = _shifted(parts, spec, file_type, imatrix, layout, placement)
    last, spans = spec.n_layers, layer_spans_of_cards(spec.n_layers, placement)
    # Without KV offload the cache of all layers is in RAM.
    cell, offloaded = _cell_bytes(spec, workload, layout), workload.kv_offload
    work, here = [], last
    for (begin, end), part in zip(spans, parts, strict=False):
        if part is _NOTHING:
            work.append(IDLE)
            continue
        count = max(0, min(end, last) - begin)
        here -= count
        work.append(DeviceWork(count, *part, count * cell if offloaded else 0))
    work.append(DeviceWork(here, *parts[-1], (here if offloaded else last) * cell))
    moe = spec.mla_moe
    share = moe.experts_per_token / moe.n_routed_experts if moe else 0.0
    latent = moe is not None and layout == "mla"
    width = 2 * moe.kv_lora_rank + moe.qk_rope_head_dim if moe and latent else 2 * spec.head_dim
    routed = _weights_before(spec, layout)[1][-1] // (last - moe.first_dense_layers) if moe else 0
    return Traffic(tuple(work), share, routed, spec.n_attention_heads, width, latent, _crossings(spans))


def _crossings(spans: Sequence[tuple[int, int]]) -> int:
    """Changes of device between layers: each device has one run of them, the host the first."""
    on_host = bool(spans and spans[0][0])
    return max(0, on_host + sum([begin < end for begin, end in spans]) - 1)


@lru_cache(maxsize=256)
def _cell_bytes(spec: ModelSpec, workload: Workload, layout: KvLayout) -> int:
    """Bytes of one cached token in one layer."""
    widths = cache_widths(spec, legacy=layout == "legacy")
    both = zip(widths, (workload.type_k, workload.type_v), strict=True)
    return sum(row_bytes(kind.upper(), width) for width, kind in both if width)


def _by_layer(
    spec: ModelSpec, file_type: FileType, imatrix: bool, layout: KvLayout, placement: Placement
) -> list[_Part]:
    """The parts where whole layers, or their routed experts, have a place."""
    table = weight_table(spec, file_type, imatrix, layout)
    sums, stuck = table.sums, _stuck(spec, file_type, imatrix, layout)
    shared_weights, routed_weights = _weights_before(spec, layout)
    if any(stuck[-1]):
        shared_weights = tuple([all_of_it - part[2] for all_of_it, part in zip(shared_weights, stuck, strict=True)])
        routed_weights = tuple([all_of_it - part[3] for all_of_it, part in zip(routed_weights, stuck, strict=True)])
    spans, moved = layer_spans_of_cards(spec.n_layers, placement), placement.cpu_moe_layers
    begin = spans[0][0] if spans else spec.n_layers + 1
    parts, host_routed, host_routed_weights = [], sums.routed_host[begin], routed_weights[begin]
    for start, end in spans:
        if start == end:
            parts.append(_NOTHING)
            continue
        split = min(max(start, moved), end)
        parts.append((
            sums.gpu[end] - sums.gpu[start], sums.routed_gpu[end] - sums.routed_gpu[split],
            shared_weights[end] - shared_weights[start], routed_weights[end] - routed_weights[split],
        ))  # fmt: skip
        host_routed += sums.routed_host[split] - sums.routed_host[start]
        host_routed_weights += routed_weights[split] - routed_weights[start]
    shared = sums.on_host[begin] - sums.routed_host[begin] - sums.host_only[begin]
    if spec.tied_embeddings and begin > spec.n_layers:
        # The output matrix in RAM is the token embedding itself, which takes no room a second time but is read.
        shared += table.always_host
    here = (shared, host_routed, shared_weights[begin], host_routed_weights)
    host = [own + always for own, always in zip(here, stuck[-1], strict=True)]
    return [*parts, (host[0], host[1], host[2], host[3])]


@lru_cache(maxsize=512)
def _stuck(spec: ModelSpec, file_type: FileType, imatrix: bool, layout: KvLayout) -> tuple[_Part, ...]:
    """Of all layers before a layer, what stays in RAM wherever the layer goes: no card has a kernel for its type."""
    lacking, spans = without_gpu_kernel(spec, file_type, imatrix, layout), layer_spans(spec, layout)
    if not lacking:
        return (_NOTHING,) * (len(spans) + 1)
    file, passed, staying = weight_file(spec, file_type, imatrix, layout), _passed(spec, layout), frozenset(lacking)
    part, before = [0, 0, 0, 0], [_NOTHING]
    for start, end in spans:
        for index in range(start, end):
            if index in staying:
                _count(part, file, passed, index, HOST_INDEX, 1)
        before.append((part[0], part[1], part[2], part[3]))
    return tuple(before)


@lru_cache(maxsize=32)
def _weights_before(spec: ModelSpec, layout: KvLayout) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Weights that a token goes through in all layers before a layer: shared ones, and chosen routed ones."""
    inventory, shared, routed = tensors(spec, layout), [0], [0]
    for start, end in layer_spans(spec, layout):
        parts = [_weights_passed(spec, tensor) for tensor in inventory[start:end]]
        shared.append(shared[-1] + sum(one for one, _ in parts))
        routed.append(routed[-1] + sum(one for _, one in parts))
    return tuple(shared), tuple(routed)


@lru_cache(maxsize=32)
def _passed(spec: ModelSpec, layout: KvLayout) -> tuple[tuple[bool, int, int], ...]:
    """Of every tensor: whether it is routed, shared and chosen routed weights that a token goes through."""
    return tuple((one.expert == "routed", *_weights_passed(spec, one)) for one in tensors(spec, layout))


def _weights_passed(spec: ModelSpec, tensor: Tensor) -> tuple[int, int]:
    """Of one tensor: shared weights, chosen routed weights."""
    if tensor.role == "token_embd":
        return 0, 0
    if tensor.expert == "routed" and spec.mla_moe is not None:
        return 0, tensor.elements * spec.mla_moe.experts_per_token // spec.mla_moe.n_routed_experts
    return tensor.elements, 0


def _shifted(
    parts: Iterable[_Part], spec: ModelSpec, file_type: FileType, imatrix: bool, layout: KvLayout, placement: Placement
) -> list[_Part]:
    """The parts with the tensors that overrides name where they really are."""
    file, passed = weight_file(spec, file_type, imatrix, layout), _passed(spec, layout)
    counts = [list(part) for part in parts]
    for index, without, device in overridden(spec, file_type, imatrix, layout, placement):
        if file.tensors[index].role == "rope_factors":
            # Some hundred bytes that the parts leave out.
            continue
        _count(counts[without], file, passed, index, without, -1)
        _count(counts[device], file, passed, index, device, 1)
    return [(one[0], one[1], one[2], one[3]) for one in counts]


def _count(
    part: list[int], file: WeightFile, passed: Sequence[tuple[bool, int, int]], index: int, home: int, sign: int
) -> None:
    """Add a tensor to the part of its device, or take it away."""
    tensor = file.tensors[index]
    if tensor.role == "token_embd":
        return
    routed, shared_weights, routed_weights = passed[index]
    # A duplicate in RAM is the token embedding, the first tensor of a file.
    size = file.host_bytes[0 if tensor.duplicate else index] if home == HOST_INDEX else file.gpu_bytes[index]
    part[int(routed)] += sign * size
    part[2] += sign * shared_weights
    part[3] += sign * routed_weights

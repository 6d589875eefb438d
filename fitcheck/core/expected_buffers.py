"""What compute buffers a placement will need, nearly: where a search for placements begins.

Building the engine's graph for every placement that a search looks at would take too long, and its buffers follow from
little: which cards have layers, and what the first card borrows of the weights in RAM for large batches. So they are
read off one placement that all file types share, and the borrowed weights are put in the place of its own. Nothing is
decided by these numbers: what a search ends with is priced by the estimate, which says how wrong they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from fitcheck.core.expert_tensors import ExpertTensor, experts_in_ram
from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH
from fitcheck.core.graph.reserve import compute_by_device
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType, find_file_type
from fitcheck.core.weights import layer_spans, weight_file, without_gpu_kernel
from fitcheck.core.workload import KvLayout, Workload
from fitcheck.frozen import dataclass

if TYPE_CHECKING:
    from fitcheck.core.pricing import Question

Buffers: TypeAlias = tuple[int, ...]
"""Compute buffers of every card, then of the host, in bytes."""

_SHARED_TYPE = find_file_type("Q8_0")
"""Any type that cards have kernels for: without borrowed weights all of these need the same buffers."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """Buffers of one placement, less what its first card borrows; ``borrows`` tells whether it borrows at all."""

    buffers: Buffers
    borrows: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    """What of a placement decides about buffers besides what is borrowed.

    ``used`` cards with layers; ``whole``: all layers are on cards; ``moved``: routed experts are in RAM, and
    ``elsewhere``, those of other cards' layers too.
    """

    used: tuple[bool, ...]
    whole: bool
    moved: bool
    elsewhere: bool


def expected_buffers(
    question: Question, placement: Placement, in_ram: Sequence[ExpertTensor], shared_with_first: frozenset[int]
) -> Buffers:
    """Buffers of a placement that leaves these experts in RAM although their layers are on cards.

    ``shared_with_first`` are layers of other cards of which the first card has some experts.
    """
    layers = question.spec.n_layers
    counts = placement.tensor_split or (placement.gpu_layers,)
    used, whole = tuple([count > 0 for count in counts]), placement.gpu_layers > layers
    on_host = max(0, layers + 1 - placement.gpu_layers)
    end = on_host + counts[0]
    pair = _largest_pair([one for one in in_ram if one.layer >= end and one.layer not in shared_with_first])
    moved = bool(placement.cpu_moe_layers)
    shared = _shared(question, _Kind(used, whole, moved, False))
    first, *others, host = shared.buffers
    largest = max([_largest(question, on_host), *[one.bytes for one in in_ram]]) if shared.borrows else 0
    first = first + largest if used[0] or on_host else 0
    if pair or (largest and not first):
        many = _shared(question, _Kind(used, whole, moved, True))
        first = max(first, many.buffers[0] + (pair or largest) * many.borrows)
    rest = []
    for buffer, count in zip(others, counts[1:], strict=True):
        # The output layer alone needs next to nothing.
        rest.append(buffer if min(count, layers - end) > 0 else 0)
        end += count
    return (first, *rest, host)


def _shared(question: Question, kind: _Kind) -> _Shared:
    if without_gpu_kernel(question.spec, question.file_type, question.imatrix, question.kv_layout):
        return _read_off(question.spec, question.file_type, question.imatrix, question.workload, kind)
    return _read_off(question.spec, _SHARED_TYPE, True, question.workload, kind)


@lru_cache(maxsize=512)
def _read_off(spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, kind: _Kind) -> _Shared:
    """The buffers of one placement of a kind: layers shared out evenly among the cards that have any."""
    cards, layers = len(kind.used), spec.n_layers
    counts, moved = list(map(float, kind.used)), layers if kind.moved else 0
    if spec.mla_moe is not None and kind.moved and not kind.elsewhere and kind.used[0]:
        # One layer's experts, and that layer on the first card.
        moved, counts[0] = spec.mla_moe.first_dense_layers + 1, float(cards)
    split = tuple(counts) if cards > 1 else None
    placement = Placement(cards, layers + kind.whole, moved, tensor_split=split)
    buffers = compute_by_device(spec, file_type, imatrix, workload, placement)
    kv_layout = spec.kv_layout(workload.kv_layout)
    in_ram = experts_in_ram(spec, file_type, imatrix, kv_layout, placement)
    if kind.elsewhere:
        borrowed = _largest_pair(in_ram)
    else:
        on_host = layers + 1 - placement.gpu_layers
        borrowed = max([_largest_before(spec, file_type, imatrix, kv_layout)[on_host], *[one.bytes for one in in_ram]])
    large = min(workload.ubatch, workload.batch, workload.context) >= OFFLOAD_MIN_BATCH
    borrows = workload.op_offload and large and 0 < borrowed <= buffers[0]
    return _Shared((buffers[0] - borrowed * borrows, *buffers[1:]), borrows)


def _largest(question: Question, on_host: int) -> int:
    """The largest tensor of the first layers, which are in RAM."""
    return _largest_before(question.spec, question.file_type, question.imatrix, question.kv_layout)[on_host]


@lru_cache(maxsize=512)
def _largest_before(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[int, ...]:
    """The largest tensor before each layer, the token embedding left out."""
    sizes = weight_file(spec, file_type, imatrix, kv_layout).gpu_bytes
    return tuple(accumulate((max(sizes[start:end]) for start, end in layer_spans(spec, kv_layout)), max, initial=0))


def _largest_pair(in_ram: Sequence[ExpertTensor]) -> int:
    """The most that one layer's first and last expert tensor take together, where both are in RAM.

    For a layer of another card, which computes between both, the second copy is begun before the first is given back.
    """
    firsts = {one.layer: one.bytes for one in in_ram if one.name == "ffn_up_exps"}
    return max(
        [firsts[one.layer] + one.bytes for one in in_ram if one.name == "ffn_down_exps" and one.layer in firsts],
        default=0,
    )

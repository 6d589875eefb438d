"""What the compute buffers of a request depend on.

Rules of src/llama-context.cpp: batch and output sizes, when several batches run at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeAlias

from fitcheck.core.graph.devices import WIDE_ROWS_ONLY
from fitcheck.core.graph.layer_graph import OUTSIDE, OUTSIDE_PLACES, Homes
from fitcheck.core.graph.shapes import Shapes, experts_from
from fitcheck.core.kv_cache import allocated_context
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices, layer_spans_of_cards
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import NO_GPU_KERNEL, layer_spans, tensor_devices
from fitcheck.core.workload import KvLayout, Workload

ROPE_FACTORS = "rope_freqs.weight"


class Layer(NamedTuple):
    """What decides about a layer: whether it has experts, its device, where its weights lie, those without kernels."""

    experts: bool
    device: int
    homes: Homes
    lacking: tuple[int, ...]


Run: TypeAlias = tuple[Layer, int]
"""So many layers that are alike."""


@dataclass(slots=True, eq=False)
class Pattern:
    """Where a model's layers lie, in runs of those that are alike, and its embedding, final norm and output.

    First and last layer are runs of their own. ``few`` counts the layers of every run up to three, which is all that
    their order in memory depends on. ``bare`` are those of the tensors outside the layers for which cards lack kernels;
    ``rope_home`` is where an override moved the rope factors. Equal ones are one object.
    """

    runs: tuple[Layer, ...]
    few: tuple[int, ...]
    outside: tuple[int, int, int]
    bare: tuple[int, ...]
    rope_home: int | None


@lru_cache(maxsize=1024)
def _pattern(
    runs: tuple[Layer, ...],
    few: tuple[int, ...],
    outside: tuple[int, int, int],
    bare: tuple[int, ...],
    rope_home: int | None,
) -> Pattern:
    return Pattern(runs, few, outside, bare, rope_home)


class Places(NamedTuple):
    """Where everything of a model lies: a pattern, and how many layers each of its runs has."""

    pattern: Pattern
    counts: tuple[int, ...]


def _places(runs: Iterable[Run], outside: tuple[int, int, int], bare: tuple[int, ...], rope: int | None) -> Places:
    layers, counts = zip(*runs, strict=True)
    return Places(_pattern(layers, tuple([min(count, 3) for count in counts]), outside, bare, rope), counts)


def has_pipeline(spec: ModelSpec, workload: Workload, placement: Placement) -> bool:
    """Whether several cards work on several batches at once, each with copies of a batch's inputs."""
    moved = bool(placement.overrides) or placement.cpu_moe_layers > 0
    return placement.gpus > 1 and placement.gpu_layers > spec.n_layers and workload.kv_offload and not moved


def shapes_of(spec: ModelSpec, workload: Workload) -> Shapes:
    """The batch and the cache that buffers are reserved for."""
    batch = min(workload.context, workload.batch)
    # Neither a logical nor a physical batch is longer than the context.
    longest = min(batch, workload.ubatch)
    asked = workload.parallel if workload.outputs is None else workload.outputs
    streams = 1 if workload.kv_unified else workload.parallel
    # A multiple of the sequences.
    tokens = -(-longest // workload.parallel) * workload.parallel
    legacy = spec.mla_moe is not None and workload.kv_layout == "legacy"
    return Shapes(
        spec, legacy, tokens, min(longest, asked or batch), streams, allocated_context(workload) // streams,
        # The cache is laid out before ``auto`` is decided.
        workload.flash_attn == "off", workload.type_k.upper(), workload.type_v.upper(),
    )  # fmt: skip


class Kind(NamedTuple):
    """Layers from ``begin`` to ``end`` with the same tensors, of which cards lack the same kernels."""

    begin: int
    end: int
    experts: bool
    lacking: tuple[int, ...]


@lru_cache(maxsize=512)
def kinds(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[Kind, ...]:
    """The kinds of a file's layers, in order."""
    types, start = tensor_types(spec, file_type, imatrix, kv_layout), experts_from(spec)
    found = []
    for number, (begin, end) in enumerate(layer_spans(spec, kv_layout)[:-1]):
        lacking = tuple(place for place, kind in enumerate(types[begin:end]) if kind in NO_GPU_KERNEL)
        found.append((number >= start, lacking))
    runs, begin = [], 0
    for (experts, lacking), alike in groupby(found):
        end = begin + len(list(alike))
        runs.append(Kind(begin, end, experts, lacking))
        begin = end
    return tuple(runs)


@lru_cache(maxsize=512)
def _bare(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[int, ...]:
    """Which of embedding, norm and output a card has no kernel for."""
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    lacking = [place for place, index in enumerate(OUTSIDE_PLACES) if types[index] in NO_GPU_KERNEL]
    if types[0] in WIDE_ROWS_ONLY and spec.hidden_size % 256:
        lacking.insert(0, 0)
    return tuple(lacking)


@lru_cache(maxsize=1024)
def places(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement) -> Places:
    """Where everything of a file lies."""
    bare = _bare(spec, file_type, imatrix, kv_layout)
    alike = kinds(spec, file_type, imatrix, kv_layout)
    if placement.overrides:
        return _with_overrides(spec, file_type, imatrix, kv_layout, placement)
    last = layer_devices(spec.n_layers, placement)[-1]
    runs = _runs(spec.n_layers, alike, placement)
    output = HOST_INDEX if 2 in bare else last
    return _places(runs, (HOST_INDEX, last, output), tuple([one for one in bare if one]), None)


def _runs(n_layers: int, alike: tuple[Kind, ...], placement: Placement) -> tuple[Run, ...]:
    spans = layer_spans_of_cards(n_layers, placement)
    on_host = spans[0][0] if spans else n_layers
    moved = placement.cpu_moe_layers
    runs: list[Run] = []

    def add(experts: bool, device: int, homes: bool, lacking: tuple[int, ...], count: int) -> None:
        layer = Layer(experts, device, homes, lacking)
        if runs and runs[-1][0] == layer:
            count += runs.pop()[1]
        runs.append((layer, count))

    for device, (first, end) in enumerate(((0, on_host), *spans), HOST_INDEX):
        for kind in alike:
            begin, stop = max(first, kind.begin), min(end, kind.end)
            if kind.experts and device != HOST_INDEX and begin < min(moved, stop):
                split = min(moved, stop)
                add(True, device, True, kind.lacking, split - begin)
                begin = split
            if begin < stop:
                add(kind.experts, device, False, kind.lacking, stop - begin)
    return _ends_apart(runs)


def _ends_apart(runs: list[Run]) -> tuple[Run, ...]:
    (first, count), rest = runs[0], runs[1:]
    if count > 1:
        rest = [(first, count - 1), *rest]
    if rest and rest[-1][1] > 1:
        last, count = rest[-1]
        rest = [*rest[:-1], (last, count - 1), (last, 1)]
    return ((first, 1), *rest)


def _with_overrides(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> Places:
    inventory, devices = tensors(spec, kv_layout), layer_devices(spec.n_layers, placement)
    homes = tensor_devices(spec, file_type, imatrix, kv_layout, placement)
    spans = layer_spans(spec, kv_layout)
    layers = [
        Layer(kind.experts, devices[number], _simplest(
            homes[spans[number][0] : spans[number][1]], devices[number],
            inventory[spans[number][0] : spans[number][1]], kind.lacking,
        ), kind.lacking)
        for kind in kinds(spec, file_type, imatrix, kv_layout) for number in range(kind.begin, kind.end)
    ]  # fmt: skip
    ends = (layers[:1], layers[1:-1], layers[1:][-1:])
    runs = [(layer, len(list(alike))) for part in ends for layer, alike in groupby(part)]
    by_name = {tensor.name: home for tensor, home in zip(inventory, homes, strict=True) if tensor.layer is None}
    rope = by_name.get(ROPE_FACTORS)
    embedding, norm, output = (by_name[name] for name in OUTSIDE)
    bare = _bare(spec, file_type, imatrix, kv_layout)
    return _places(runs, (embedding, norm, output), bare, rope if rope is not None and rope != devices[0] else None)


def _simplest(homes: tuple[int, ...], device: int, held: Sequence[Tensor], lacking: Sequence[int]) -> Homes:
    """The same as a placement without overrides would say it, so that both share what is known of the graph."""
    routed, others = set(), set()
    for place, (home, tensor) in enumerate(zip(homes, held, strict=True)):
        if place in lacking:
            if home != HOST_INDEX:
                return homes
        elif tensor.expert == "routed":
            routed.add(home)
        else:
            others.add(home)
    if others != {device} or (not routed <= {device} and routed != {HOST_INDEX}):
        return homes
    return bool(routed) and routed != {device}


@lru_cache(maxsize=512)
def alike(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[int, ...]:
    """For each layer the first one with the same tensors in the same types."""
    types, start = tensor_types(spec, file_type, imatrix, kv_layout), experts_from(spec)
    first: dict[tuple[bool, tuple[str, ...]], int] = {}
    return tuple(
        first.setdefault((layer >= start, types[begin:end]), layer)
        for layer, (begin, end) in enumerate(layer_spans(spec, kv_layout)[:-1])
    )

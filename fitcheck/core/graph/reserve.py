"""Compute buffers of every device: the graph of the largest batch, given to devices, laid out in memory.

Which operations there are and where they run depends on little of a request and is remembered layer by layer; how many
bytes each takes depends on the batch, and on nothing about the devices. Rules of src/llama-context.cpp
(``graph_reserve``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from fitcheck.core.graph.arena import Work, furthest
from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH
from fitcheck.core.graph.graph_key import Places, alike, has_pipeline, places, shapes_of
from fitcheck.core.graph.joined import Families, Operations, attends_at_home, family, joined
from fitcheck.core.graph.layer_graph import OUTSIDE_PLACES
from fitcheck.core.graph.layout import MIDDLE, TAIL, Program, Stretch
from fitcheck.core.graph.recorder import Size, SizeNumbers
from fitcheck.core.graph.shapes import Shapes
from fitcheck.core.graph.sizes import FEWEST, TableKey, size_table
from fitcheck.core.graph.tensor import OUTSIDE_LAYERS
from fitcheck.core.graph.whole import compute_of_whole_model
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType, is_quantized
from fitcheck.core.weights import WeightFile, layer_spans, weight_file
from fitcheck.core.workload import KvLayout, Workload

_LIKE = {"BF16": "F16", **dict.fromkeys(("Q4_0", "Q4_1", "Q5_0", "Q5_1"), "Q8_0")}
"""Cache types that lead to the same operations as another one."""


def compute_by_device(
    spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
) -> list[int]:
    """Bytes of graph buffers on each card in order, then on the host."""
    layout = spec.kv_layout(workload.kv_layout)
    where = places(spec, file_type, imatrix, layout, placement)
    found = _reserved(_Asked(spec, workload, placement, where))
    if found is None:
        return compute_of_whole_model(spec, file_type, imatrix, workload, placement)
    if not found.borrows:
        return list(found.peaks)
    return list(_with_weights(found, _weights(spec, file_type, imatrix, layout)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What buffers depend on: of a file type nothing but borrowed weights, and what cards lack kernels for."""

    spec: ModelSpec
    workload: Workload
    placement: Placement
    places: Places


@dataclass(frozen=True, slots=True, eq=False)
class _Reserved:
    """What a model does to the memory with the ``sizes`` of every table, and ``peaks`` where no weights are needed."""

    whole: Program
    numbers: tuple[SizeNumbers, ...]
    sizes: list[list[int]]
    counts: tuple[int, ...]
    peaks: tuple[int, ...]
    borrows: bool


@lru_cache(maxsize=256)
def _reserved(asked: _Asked) -> _Reserved | None:
    spec, workload, placement, where = asked.spec, asked.workload, asked.placement, asked.places
    shapes = shapes_of(spec, workload)
    fused = workload.flash_attn == "on" or (
        # The engine refuses a quantized V without flash attention, so it does not ask.
        workload.flash_attn == "auto"
        and (is_quantized(shapes.type_v) or _attends_at_home(spec, workload, placement, where, shapes))
    )
    pipeline = has_pipeline(spec, workload, placement)
    families = _families(shapes, workload, placement, where, fused=fused, pipeline=pipeline)
    made = joined(families, where, placement.gpus)
    if made.program is None:
        return None
    whole = made.program
    sizes = [
        size_table(TableKey(numbers, spec, position, fused, shapes)).bytes(wanted, shapes)
        for (numbers, position), wanted in zip(made.tables, whole.wanted, strict=True)
    ]
    borrows = [any(one.borrows for one in stretches) for stretches in whole.buffers]
    peaks = tuple(
        [0 if borrowed else _peak(whole, number, sizes, where.counts) for number, borrowed in enumerate(borrows)]
    )
    return _Reserved(whole, tuple([numbers for numbers, _ in made.tables]), sizes, where.counts, peaks, any(borrows))


def _families(
    shapes: Shapes, workload: Workload, placement: Placement, where: Places, *, fused: bool, pipeline: bool,
    pinned: bool = False,
) -> Families:  # fmt: skip
    spec, tokens = shapes.spec, shapes.tokens
    # Without cards there is nothing to fetch weights and to hold caches.
    fetches = workload.op_offload and placement.gpus > 0
    kv_offload = workload.kv_offload or not placement.gpus
    outputs = shapes.outputs
    if not (spec.is_moe or placement.overrides):
        # One row is like any other number unless its result can take the place of a copied vector.
        outputs = max(outputs, FEWEST + 1)
    in_stream = tokens // shapes.streams
    # A copied vector can take a result of one token in, and only overrides part vectors from what they are used for.
    few = _few(tokens, fetches=False) if placement.overrides else OFFLOAD_MIN_BATCH
    any_number = Operations(
        _structure(spec), shapes.legacy, fused, shapes.v_transposed, shapes.streams > 1,
        _class(shapes.type_k, fused=fused), _class(shapes.type_v, fused=fused), few, few, pinned, shapes,
    )  # fmt: skip
    plain = fetching = family(any_number, op_offload=False, kv_offload=kv_offload, pipeline=pipeline)
    if fetches and (tokens >= OFFLOAD_MIN_BATCH or spec.qk_norm):
        # Only latent attention has weights that every stream is multiplied with by itself.
        few_in_stream = _few(in_stream, fetches) if spec.is_moe else _few(tokens, fetches)
        some_number = replace(any_number, tokens=_few(tokens, fetches), in_stream=few_in_stream)
        if tokens < OFFLOAD_MIN_BATCH:
            # Whether norms of heads are worth fetching depends on their number as well.
            some_number = replace(some_number, like=(*any_number.like, spec), tokens=tokens)
        fetching = family(some_number, op_offload=True, kv_offload=kv_offload, pipeline=pipeline)
    return Families(plain, fetching, _few(outputs, fetches))


def _class(cache_type: str, *, fused: bool) -> str:
    """The cache type that stands for all that lead to the same operations."""
    if cache_type == "IQ4_NL" and not fused:
        # The one that no kernel of fused attention reads is like others without.
        return "Q8_0"
    return _LIKE.get(cache_type, cache_type)


def _few(count: int, fetches: bool) -> int:
    """The smallest number of tokens or rows that leads to the same operations on the same devices."""
    return OFFLOAD_MIN_BATCH if fetches and count >= OFFLOAD_MIN_BATCH else min(count, FEWEST + 1)


@lru_cache(maxsize=64)
def _structure(spec: ModelSpec) -> tuple[object, ...]:
    """What an architecture decides about operations and devices: the sizes of its matrices decide nothing.

    ``head_dim`` tells whether a card has a kernel for fused attention and whether caches are rotated, the hidden size
    whether it can pick rows of some types.
    """
    parts = (spec.gguf_arch, spec.qkv_bias, spec.qk_norm, spec.rope_factors, spec.head_dim, spec.hidden_size % 256 == 0)
    return (*parts, spec.mla_moe, spec.n_attention_heads if spec.is_moe else None)


def _attends_at_home(spec: ModelSpec, workload: Workload, placement: Placement, where: Places, shapes: Shapes) -> bool:
    """What flash attention ``auto`` becomes: on, unless the attention of some layer would leave the layer's device."""
    sequences = workload.parallel
    probe = replace(shapes, tokens=sequences, outputs=sequences)
    # Unlike measuring, probing keeps the wishes about devices that building the graph expresses.
    pinned = sequences < OFFLOAD_MIN_BATCH or placement.gpu_layers > spec.n_layers
    families = _families(probe, workload, placement, where, fused=True, pipeline=False, pinned=pinned)
    return attends_at_home(families, where, placement.gpus)


def _peak(
    whole: Program, buffer: int, sizes: Sequence[list[int]], counts: Sequence[int],
    weights: _Filled | None = None,
) -> int:  # fmt: skip
    """How far a buffer is used."""
    work: list[Work] = []
    for one in whole.buffers[buffer]:
        if weights is not None and one.borrows:
            work += weights.work(one)
        else:
            count = counts[one.run] - 2 if one.which == MIDDLE else 1
            work.append((one.part, one.sizes(sizes[one.table]), count))
    kept = 0
    for number, table, times, run, which in whole.permanent[buffer]:
        kept += sizes[table][number] * times * (counts[run] - 2 if which == MIDDLE else 1)
    return furthest(tuple(work)) + kept


class _Filled:
    """The sizes of every table with those of the weights, as they are in each layer."""

    def __init__(self, found: _Reserved, weights: _BorrowedWeights) -> None:
        self._found, self._weights = found, weights
        self._known: dict[tuple[int, int], list[int]] = {}
        self._firsts: list[int] = []
        first = 0
        for count in found.counts:
            self._firsts.append(first)
            first += count

    def work(self, one: Stretch) -> Iterator[Work]:
        """A stretch that borrows weights: layers with weights of the same types together."""
        first, count = self._firsts[one.run], self._found.counts[one.run]
        if one.which == MIDDLE:
            first, count = first + 1, count - 2
        else:
            first, count = first + (count - 1 if one.which == TAIL else 0), 1
        for kind, alike_layers in groupby(self._weights.kinds[first : first + count]):
            yield one.part, one.sizes(self._sizes(one.table, kind)), len(list(alike_layers))

    def _sizes(self, table: int, layer: int) -> list[int]:
        known = self._known.get((table, layer))
        if known is None:
            known = self._known[table, layer] = self._found.sizes[table].copy()
            for number, size in self._found.numbers[table].weights.items():
                if number < len(known):
                    known[number] = self._weights.bytes(size, layer)
        return known


@lru_cache(maxsize=64)
def _with_weights(found: _Reserved, weights: _BorrowedWeights) -> tuple[int, ...]:
    """The peak of every buffer with the weights that are copied to it."""
    filled = _Filled(found, weights)
    return tuple(
        [
            _peak(found.whole, number, found.sizes, found.counts, filled)
            if any(one.borrows for one in stretches)
            else peak
            for number, (peak, stretches) in enumerate(zip(found.peaks, found.whole.buffers, strict=True))
        ]
    )


class _BorrowedWeights:
    """Bytes of weights where a device keeps a copy of them; ``kinds`` are the first layers with the same types."""

    def __init__(self, file: WeightFile, spans: tuple[tuple[int, int], ...], kinds: tuple[int, ...]) -> None:
        self._file, self._spans, self.kinds = file, spans, kinds

    def bytes(self, size: Size, layer: int) -> int:
        """Bytes of a weight of this layer, or of one outside the layers."""
        kind, place = size.name
        index = OUTSIDE_PLACES[place] if kind == OUTSIDE_LAYERS else self._spans[layer][0] + place
        return (self._file.gpu_bytes if size.on_card else self._file.host_bytes)[index]


@lru_cache(maxsize=128)
def _weights(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> _BorrowedWeights:
    file = weight_file(spec, file_type, imatrix, kv_layout)
    return _BorrowedWeights(file, layer_spans(spec, kv_layout), alike(spec, file_type, imatrix, kv_layout))

"""Compute buffers of every device: the graph of the largest batch, given to devices, laid out in memory.

Which operations there are and where they run depends on little of a request and is remembered layer by layer; how many
bytes each takes depends on the batch, and on nothing about the devices. Rules of src/llama-context.cpp
(``graph_reserve``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from fitcheck.core.graph.arena import Sized, Work, furthest, sized
from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH
from fitcheck.core.graph.graph_key import Places, alike, has_pipeline, places, shapes_of
from fitcheck.core.graph.joined import Batch, Joined, attends_at_home, families, joined
from fitcheck.core.graph.layer_graph import OUTSIDE_PLACES
from fitcheck.core.graph.layout import MIDDLE, TAIL, Done, OfModel, Program
from fitcheck.core.graph.recorder import Size
from fitcheck.core.graph.shapes import Shapes
from fitcheck.core.graph.sizes import FEWEST, SizeTable, generic, size_table
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
    """Bytes of graph buffers on each card in order, then on the host.

    For one thread at a time: what is remembered of layers is filled in while they are laid out.
    """
    layout = spec.kv_layout(workload.kv_layout)
    where = places(spec, file_type, imatrix, layout, placement)
    found = _reserved(spec, workload, placement, where)
    if found is None:
        return compute_of_whole_model(spec, file_type, imatrix, workload, placement)
    if not found.needs_weights:
        return list(found.peaks)
    return _with_weights(found, _weights(spec, file_type, imatrix, layout)).copy()


@dataclass(slots=True, eq=False)
class _Reserved:
    """What a model does to the memory, with sizes, and ``peaks`` of the buffers where no weights are needed."""

    whole: Program
    sizes: tuple[_Sizes, ...]
    outputs: int
    counts: tuple[int, ...]
    peaks: list[int]
    needs_weights: bool


class _Sizes:
    """The sizes of a table for one batch with any number of rows of logits, as parts want them."""

    __slots__ = ("_known", "_shapes", "_sized", "table")

    def __init__(self, table: SizeTable, shapes: Shapes) -> None:
        self.table, self._shapes = table, shapes
        self._sized: dict[tuple[Done, int, _BorrowedWeights | None, int], Sized] = {}
        self._known: dict[tuple[int, int], int] = {}

    def sized(self, done: Done, outputs: int, weights: _BorrowedWeights | None = None, layer: int = 0) -> Sized:
        """What is done, with its sizes; those of weights as they are in a layer, or 0."""
        key = (done, outputs if self.table.is_last or done.has_rows else 0, weights, layer)
        known = self._sized.get(key)
        if known is None:
            if len(self._sized) >= _MOST_SIZED:
                self._sized.clear()
            sizes = self.table.bytes(done.numbers, self._shapes, outputs)
            if weights is not None:
                for place in done.weights:
                    sizes[place] = weights.bytes(self.table.weight(done.numbers[place]), layer)
            known = self._sized[key] = sized(done.part, tuple(sizes))
        return known

    def bytes(self, number: int, outputs: int) -> int:
        """The size with this number."""
        known = self._known.get((number, outputs))
        if known is None:
            if len(self._known) >= _MOST_SIZED:
                self._known.clear()
            [known] = self.table.bytes((number,), self._shapes, outputs)
            self._known[number, outputs] = known
        return known


_MOST_SIZED = 256


@lru_cache(maxsize=512)
def _sizes_of(table: SizeTable, batch: Shapes) -> _Sizes:
    return _Sizes(table, batch)


@lru_cache(maxsize=256)
def _sizes(tables: tuple[SizeTable, ...], batch: Shapes) -> tuple[_Sizes, ...]:
    """The sizes of tables for one batch, whatever the number of rows."""
    return tuple([_sizes_of(table, batch) for table in tables])


@lru_cache(maxsize=128)
def _reserved(spec: ModelSpec, workload: Workload, placement: Placement, where: Places) -> _Reserved | None:
    """All that depends on nothing of a file type but its kernels: equal places, equal answers."""
    shapes = shapes_of(spec, workload)
    fused = workload.flash_attn == "on" or (
        # The engine refuses a quantized V without flash attention, so it does not ask.
        workload.flash_attn == "auto"
        and (is_quantized(shapes.type_v) or _attends_at_home(shapes, workload, placement, where))
    )
    pipeline = has_pipeline(spec, workload, placement)
    of = families(_batch(shapes, workload, placement, fused=fused, pipeline=pipeline))
    made = joined(of, where.pattern, placement.gpus)
    whole = made.program
    if whole is None:
        return None
    counts, outputs, tables, batch = where.counts, shapes.outputs, _tables(made, spec), shapes._replace(outputs=0)
    sizes = _sizes(tables, batch)
    peaks, needs_weights = [], False
    for one in whole.buffers:
        if one.buffer.borrows:
            needs_weights = True
            peaks.append(0)
            continue
        key = (
            one.buffer,
            tuple([counts[run] for run in one.runs]),
            tuple([tables[of] for of in one.tables]),
            shapes[2:],
        )
        peak = _PEAKS.get(key)
        if peak is None:
            if len(_PEAKS) >= _MOST_PEAKS:
                _PEAKS.clear()
            peak = _PEAKS[key] = _peak(one, sizes, outputs, counts)
        peaks.append(peak)
    return _Reserved(whole, sizes, outputs, counts, peaks, needs_weights)


_PEAKS: dict[tuple[object, ...], int] = {}
"""How far buffers are used that hold no weights: equal cards, and many other models' hosts, are alike."""

_MOST_PEAKS = 4096


def _batch(
    shapes: Shapes, workload: Workload, placement: Placement, *, fused: bool, pipeline: bool, pinned: bool = False
) -> Batch:
    spec, tokens, outputs = shapes.spec, shapes.tokens, shapes.outputs
    # Without cards there is nothing to fetch weights and to hold caches.
    fetches = workload.op_offload and placement.gpus > 0
    parted = bool(placement.overrides)
    if not (spec.is_moe or parted):
        # One row is like any other number unless its result can take the place of a copied vector.
        outputs = max(outputs, FEWEST + 1)
    exact = spec.qk_norm and fetches and tokens < OFFLOAD_MIN_BATCH
    return Batch(
        spec, shapes.legacy, fused, shapes.v_transposed, shapes.streams > 1, _class(shapes.type_k, fused=fused),
        _class(shapes.type_v, fused=fused), tokens if exact else _few(tokens, fetches=fetches),
        _few(tokens // shapes.streams, fetches=fetches), _few(outputs, fetches=fetches), parted, fetches,
        workload.kv_offload or not placement.gpus, pipeline, pinned,
    )  # fmt: skip


def _class(cache_type: str, *, fused: bool) -> str:
    """The cache type that stands for all that lead to the same operations."""
    if cache_type == "IQ4_NL" and not fused:
        # The one that no kernel of fused attention reads is like others without.
        return "Q8_0"
    return _LIKE.get(cache_type, cache_type)


def _few(count: int, *, fetches: bool) -> int:
    """The smallest number of tokens or rows that leads to the same operations on the same devices."""
    return OFFLOAD_MIN_BATCH if fetches and count >= OFFLOAD_MIN_BATCH else min(count, FEWEST + 1)


def _attends_at_home(shapes: Shapes, workload: Workload, placement: Placement, where: Places) -> bool:
    """What flash attention ``auto`` becomes: on, unless the attention of some layer would leave the layer's device."""
    sequences = workload.parallel
    probe = shapes._replace(tokens=sequences, outputs=sequences)
    # Unlike measuring, probing keeps the wishes about devices that building the graph expresses.
    pinned = sequences < OFFLOAD_MIN_BATCH or placement.gpu_layers > shapes.spec.n_layers
    batch = _batch(probe, workload, placement, fused=True, pipeline=False, pinned=pinned)
    return attends_at_home(families(batch), where.pattern, placement.gpus)


@lru_cache(maxsize=768)
def _tables(made: Joined, spec: ModelSpec) -> tuple[SizeTable, ...]:
    """The tables of a program."""
    shapes, flash_attn = generic(made.operations.shapes._replace(spec=spec)), made.operations.flash_attn
    return tuple([size_table(numbers, position, shapes, flash_attn) for numbers, position in made.tables])


def _peak(
    of: OfModel, sizes: Sequence[_Sizes], outputs: int, counts: Sequence[int], weights: _BorrowedWeights | None = None
) -> int:
    """How far a buffer is used."""
    buffer, runs, tables = of
    work: list[Work] = []
    for done, table, run, which in buffer.stretches:
        if done.weights and weights is not None:
            _add_borrowing(work, done, sizes[tables[table]], outputs, _layers(counts, runs[run], which), weights)
        else:
            one = sizes[tables[table]].sized(done, outputs)
            work.append((one, counts[runs[run]] - 2 if which == MIDDLE else 1))
    peak = furthest(tuple(work))
    for number, table, times, run, which in buffer.kept:
        peak += sizes[tables[table]].bytes(number, outputs) * times * (counts[runs[run]] - 2 if which == MIDDLE else 1)
    return peak


def _layers(counts: Sequence[int], run: int, which: int) -> tuple[int, int]:
    """The first layer and how many there are."""
    first, count = sum(counts[:run]), counts[run]
    if which == MIDDLE:
        return first + 1, count - 2
    return first + (count - 1 if which == TAIL else 0), 1


def _add_borrowing(
    work: list[Work], done: Done, sizes: _Sizes, outputs: int, layers: tuple[int, int], weights: _BorrowedWeights
) -> None:
    """A stretch that borrows weights: layers with weights of the same types together."""
    for kind, same in weights.alike(*layers):
        one = sizes.sized(done, outputs, weights, kind)
        if work and work[-1][0] is one:
            # What differs in type is not what is borrowed.
            same += work.pop()[1]
        work.append((one, same))


@lru_cache(maxsize=64)
def _with_weights(found: _Reserved, weights: _BorrowedWeights) -> list[int]:
    """The peak of every buffer with the weights that are copied to it."""
    return [
        _peak(one, found.sizes, found.outputs, found.counts, weights) if one.buffer.borrows else peak
        for one, peak in zip(found.whole.buffers, found.peaks, strict=True)
    ]


_MOST_STRETCHES = 128


class _BorrowedWeights:
    """Bytes of weights where a device keeps a copy of them; ``kinds`` are the first layers of the same types."""

    def __init__(self, file: WeightFile, spans: tuple[tuple[int, int], ...], kinds: tuple[int, ...]) -> None:
        self._file, self._spans, self._kinds = file, spans, kinds
        self._alike: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def alike(self, first: int, count: int) -> list[tuple[int, int]]:
        """Layers from ``first`` on, those of one kind after the other together: the kind and how many."""
        known = self._alike.get((first, count))
        if known is None:
            if len(self._alike) >= _MOST_STRETCHES:
                self._alike.clear()
            known = [(kind, len(list(same))) for kind, same in groupby(self._kinds[first : first + count])]
            self._alike[first, count] = known
        return known

    def bytes(self, size: Size, layer: int) -> int:
        """Bytes of a weight of this layer, or of one outside the layers."""
        kind, place = size.name
        index = OUTSIDE_PLACES[place] if kind == OUTSIDE_LAYERS else self._spans[layer][0] + place
        return (self._file.gpu_bytes if size.on_card else self._file.host_bytes)[index]


@lru_cache(maxsize=128)
def _weights(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> _BorrowedWeights:
    file = weight_file(spec, file_type, imatrix, kv_layout)
    return _BorrowedWeights(file, layer_spans(spec, kv_layout), alike(spec, file_type, imatrix, kv_layout))

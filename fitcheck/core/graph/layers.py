"""Which layers of a model a graph needs: most repeat what others have shown already.

Two layers are alike where they lie on the same device with the same weights elsewhere; of those elsewhere the types
count, because a card sets aside memory for what it borrows. Which operations of a layer run where depends on its
neighbours too, so a layer is left out where one between the same neighbours is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from fitcheck.core.graph.devices import WIDE_ROWS_ONLY
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import layer_spans, without_gpu_kernel
from fitcheck.core.workload import KvLayout

Homes: TypeAlias = bool | tuple[int, ...]
"""Where a layer's weights lie: with the layer, save for routed experts on the host (True), or tensor by tensor."""

Layer: TypeAlias = tuple[int, int, Homes]
"""A layer like the one of this number, its device, where its weights lie."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """``kept`` layers, and for every layer of the model the number of the kept one that stands for it."""

    kept: tuple[Layer, ...]
    stands_for: tuple[int, ...]


@lru_cache(maxsize=1024)
def reduction(layers: tuple[Layer, ...]) -> Reduction:
    """The layers that a graph needs, first and last among them, in order."""
    runs = [layers[max(0, index - 2) : index + 1] for index in range(len(layers))]
    seen: set[tuple[Layer, ...]] = set()
    kept: list[int] = []
    index = 0
    while index < len(layers):
        kept.append(index)
        seen.add(runs[index])
        index = _after_jump(runs, seen, index) + 1
    chosen = tuple(layers[index] for index in kept)
    windows, among_kept = _windows(layers), _windows(chosen)
    stands_for = {window: number for number, window in enumerate(among_kept)}
    own = {index: number for number, index in enumerate(kept) if among_kept[number] == windows[index]}
    return Reduction(chosen, tuple(own.get(index, stands_for[window]) for index, window in enumerate(windows)))


def _windows(layers: tuple[Layer, ...]) -> list[tuple[Layer | None, ...]]:
    """Every layer between its neighbours."""
    return list(zip((None, *layers), layers, (*layers[1:], None), strict=False))


def _after_jump(runs: list[tuple[Layer, ...]], seen: set[tuple[Layer, ...]], index: int) -> int:
    """The furthest layer that looks back on the same as this one, with nothing new up to it; not the last layer."""
    furthest = index
    for later in range(index + 1, len(runs) - 1):
        if runs[later] not in seen:
            break
        if runs[later][-2:] == runs[index][-2:]:
            furthest = later
    return furthest


@lru_cache(maxsize=512)
def alike(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[int, ...]:
    """For each layer the first one with the same tensors in the same types."""
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    spans = layer_spans(spec, kv_layout)[:-1]
    first: dict[tuple[bool, tuple[str, ...]], int] = {}
    return tuple(
        first.setdefault((_has_experts(spec, layer), types[start:end]), layer)
        for layer, (start, end) in enumerate(spans)
    )


@lru_cache(maxsize=64)
def alike_in_shape(spec: ModelSpec) -> tuple[int, ...]:
    """For each layer the first one with the same tensors, whatever their types."""
    experts_from = spec.mla_moe.first_dense_layers if spec.mla_moe else spec.n_layers
    return tuple(experts_from if layer >= experts_from else 0 for layer in range(spec.n_layers))


def _has_experts(spec: ModelSpec, layer: int) -> bool:
    return spec.mla_moe is not None and layer >= spec.mla_moe.first_dense_layers


@lru_cache(maxsize=512)
def without_kernel(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> frozenset[int]:
    """Places in a file of the weights that some operation on a card has no kernel for."""
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    lacking = without_gpu_kernel(spec, file_type, imatrix, kv_layout)
    return frozenset((*lacking, *((0,) if types[0] in WIDE_ROWS_ONLY else ())))

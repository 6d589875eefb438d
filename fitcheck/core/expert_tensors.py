"""Single tensors of routed experts for the room that whole layers leave on the cards.

A layer's experts are three tensors of some gigabytes; where a whole layer's do not fit any more, one or two of them
often do. They are named one by one for llama.cpp's ``--override-tensor``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from operator import attrgetter, mul

from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.pricing import Question
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import NO_GPU_KERNEL, layer_spans, weight_file
from fitcheck.core.workload import KvLayout
from fitcheck.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ExpertTensor:
    """One stacked tensor of routed experts: its layer, its name without ``blk.N.`` and ``.weight``, bytes on a card."""

    layer: int
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class LayerExperts:
    """The stacked tensors of one layer, and their bytes on a card."""

    bytes: int
    tensors: tuple[ExpertTensor, ...]


def layers_in_ram(question: Question, placement: Placement) -> tuple[LayerExperts, ...]:
    """The routed experts that a placement without overrides leaves in RAM although their layer is on a card."""
    layers = _routed(question.spec, question.file_type, question.imatrix, question.kv_layout)
    on_host = layer_devices(question.spec.n_layers, placement).count(HOST_INDEX)
    return layers[on_host : min(placement.cpu_moe_layers, question.spec.n_layers)]


def experts_in_ram(
    spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout, placement: Placement
) -> tuple[ExpertTensor, ...]:
    """The same of a file, tensor by tensor."""
    layers = _routed(spec, file_type, imatrix, kv_layout)
    on_host = layer_devices(spec.n_layers, placement).count(HOST_INDEX)
    return tensors_of(layers[on_host : min(placement.cpu_moe_layers, spec.n_layers)])


def tensors_of(layers: Iterable[LayerExperts]) -> tuple[ExpertTensor, ...]:
    """All tensors of layers, in order."""
    return tuple([tensor for layer in layers for tensor in layer.tensors])


@lru_cache(maxsize=128)
def _routed(spec: ModelSpec, file_type: FileType, imatrix: bool, kv_layout: KvLayout) -> tuple[LayerExperts, ...]:
    """The routed experts that cards can hold, of every layer and of the output layer, which has none."""
    file = weight_file(spec, file_type, imatrix, kv_layout)
    layers = []
    for layer, (start, end) in enumerate(layer_spans(spec, kv_layout)):
        found = [
            ExpertTensor(layer, file.tensors[index].name.split(".")[2], file.gpu_bytes[index])
            for index in range(start, end)
            if file.tensors[index].expert == "routed" and file.types[index] not in NO_GPU_KERNEL
        ]
        layers.append(LayerExperts(sum([one.bytes for one in found]), tuple(found)))
    return tuple(layers)


def uneven(layers: Iterable[LayerExperts]) -> bool:
    """Whether tensors of one name have different sizes: a file type gives some layers more bits."""
    return len({tuple([one.bytes for one in layer.tensors]) for layer in layers if layer.tensors}) > 1


def chosen(
    experts: Iterable[LayerExperts], room: Sequence[int], parted: int, *, largest_first: bool = False
) -> list[list[ExpertTensor]]:
    """For each card the tensors that fill its room: whole layers, then the best part of ``parted`` more.

    Later layers come first, so that what is on cards stays together, or the layers with the largest tensors. A layer
    goes to one card at most.
    """
    layers = [layer for layer in experts if layer.tensors]
    layers.reverse()
    if largest_first:
        layers.sort(key=attrgetter("bytes"), reverse=True)
        parted = 1
    answer = []
    for space in room:
        taken: list[ExpertTensor] = []
        while len(layers) > parted and sum([layer.bytes for layer in layers[:parted]]) <= space:
            whole = layers.pop(0)
            space -= whole.bytes
            taken += whole.tensors
        part = _best_part([tensor for layer in layers[:parted] for tensor in layer.tensors], space)
        if part:
            taken += part
            broken = {tensor.layer for tensor in part}
            layers = [layer for layer in layers if layer.tensors[0].layer not in broken]
        answer.append(taken)
    return answer


def _best_part(tensors: Sequence[ExpertTensor], space: int) -> list[ExpertTensor]:
    """The tensors that fill the space best; of equal size the first ones, so that whole layers come about."""
    by_size: dict[int, list[ExpertTensor]] = {}
    for tensor in tensors:
        by_size.setdefault(tensor.bytes, []).append(tensor)
    if not by_size or min(by_size) > space:
        return []
    *others, last = by_size
    best, most = [0] * len(by_size), 0
    for counts in product(*(range(len(by_size[size]) + 1) for size in others)):
        left = space - sum(map(mul, counts, others))
        if left < 0:
            continue
        # As many as fit of the last size.
        more = min(len(by_size[last]), left // last)
        total = space - left + more * last
        if total > most:
            best, most = [*counts, more], total
    return [tensor for count, same in zip(best, by_size.values(), strict=True) for tensor in same[:count]]


def overrides(taken: Sequence[Sequence[ExpertTensor]]) -> Iterator[tuple[str, str]]:
    """Patterns for ``-ot``, one for each card and kind of tensor."""
    for card, tensors in enumerate(taken):
        by_name: dict[str, list[int]] = {}
        for tensor in tensors:
            by_name.setdefault(tensor.name, []).append(tensor.layer)
        for name, layers in by_name.items():
            numbers = "|".join(map(str, sorted(layers)))
            yield rf"blk\.({numbers})\.{name}\.", f"GPU{card}"

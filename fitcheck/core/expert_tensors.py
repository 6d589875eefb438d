"""Single tensors of routed experts for the room that whole layers leave on the cards.

A layer's experts are three tensors of some gigabytes; where a whole layer's do not fit any more, one or two of them
often do. They are named one by one for llama.cpp's ``--override-tensor``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.pricing import Question
from fitcheck.core.weights import NO_GPU_KERNEL, layer_spans, weight_file


@dataclass(frozen=True, slots=True)
class ExpertTensor:
    """One stacked tensor of routed experts: its layer, its name without ``blk.N.`` and ``.weight``, bytes on a card."""

    layer: int
    name: str
    bytes: int


def tensors_in_ram(question: Question, placement: Placement) -> list[ExpertTensor]:
    """The routed experts that a placement without overrides leaves in RAM although their layer is on a card."""
    file = weight_file(question.spec, question.file_type, question.imatrix, question.kv_layout)
    devices = layer_devices(question.spec.n_layers, placement)
    spans = layer_spans(question.spec, question.kv_layout)
    found = []
    for layer in range(min(placement.cpu_moe_layers, question.spec.n_layers)):
        if devices[layer] == HOST_INDEX:
            continue
        for index in range(*spans[layer]):
            tensor = file.tensors[index]
            if tensor.expert == "routed" and file.types[index] not in NO_GPU_KERNEL:
                found.append(ExpertTensor(layer, tensor.name.split(".")[2], file.gpu_bytes[index]))
    return found


def uneven(tensors: Sequence[ExpertTensor]) -> bool:
    """Whether tensors of one name have different sizes: a file type gives some layers more bits."""
    return len({(one.name, one.bytes) for one in tensors}) > len({one.name for one in tensors})


def chosen(
    tensors: Sequence[ExpertTensor], room: Sequence[int], *, largest_first: bool = False
) -> list[list[ExpertTensor]]:
    """For each card the tensors that fill its room best; each tensor goes to one card at most.

    Later layers first, so that what is on cards stays together; or the largest tensors first, whatever room that
    leaves.
    """
    left = sorted(tensors, key=lambda tensor: -tensor.layer)
    answer = []
    for space in room:
        by_size: dict[int, list[ExpertTensor]] = {}
        for tensor in left:
            by_size.setdefault(tensor.bytes, []).append(tensor)
        sizes = sorted(by_size, reverse=True)
        taken: list[ExpertTensor] = []
        while largest_first and len(sizes) > 1:
            largest = sizes.pop(0)
            taken += by_size[largest][: max(0, space) // largest]
            space -= sum(tensor.bytes for tensor in taken if tensor.bytes == largest)
        counts = _fullest(sizes, [len(by_size[size]) for size in sizes], max(0, space))[1]
        taken += [tensor for size, count in zip(sizes, counts, strict=True) for tensor in by_size[size][:count]]
        known = set(taken)
        left = [tensor for tensor in left if tensor not in known]
        answer.append(taken)
    return answer


def _fullest(sizes: Sequence[int], available: Sequence[int], space: int) -> tuple[int, tuple[int, ...]]:
    """The counts of each size whose sum comes nearest to ``space`` from below; a file has few sizes."""
    if not sizes:
        return 0, ()
    size, most = sizes[0], min(available[0], space // sizes[0])
    if len(sizes) == 1:
        return most * size, (most,)
    best = (-1, (0,) * len(sizes))
    # Fewer of the largest than that by more than a few never fill better: smaller ones are of like size.
    for count in range(most, max(-1, most - _TRIED), -1):
        rest, counts = _fullest(sizes[1:], available[1:], space - count * size)
        if count * size + rest > best[0]:
            best = (count * size + rest, (count, *counts))
    return best


_TRIED = 6


def overrides(taken: Sequence[Sequence[ExpertTensor]]) -> Iterator[tuple[str, str]]:
    """Patterns for ``-ot``, one for each card and kind of tensor."""
    for card, tensors in enumerate(taken):
        by_name: dict[str, list[int]] = {}
        for tensor in tensors:
            by_name.setdefault(tensor.name, []).append(tensor.layer)
        for name, layers in by_name.items():
            numbers = "|".join(map(str, sorted(layers)))
            yield rf"blk\.({numbers})\.{name}\.", f"GPU{card}"

"""Where each layer of a plan lives, by the bytes of its tensors: what a map of layers shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.weights import layer_spans, tensor_devices, weight_file
from fitcheck.frozen import dataclass

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan

Shares = tuple[tuple[int, float], ...]
"""(device, part of the bytes) in the order of devices, the host (``HOST_INDEX``) last; empty without bytes."""


@dataclass(frozen=True, slots=True)
class LayerPlace:
    """One layer: its attention and shared weights, and its routed experts."""

    shared: Shares
    routed: Shares


def layer_places(plan: Plan) -> tuple[LayerPlace, ...]:
    """Every repeating layer, then the output layer."""
    layout = plan.model.kv_layout(plan.workload.kv_layout)
    file = weight_file(plan.model, plan.file_type, plan.imatrix, layout)
    homes = tensor_devices(plan.model, plan.file_type, plan.imatrix, layout, plan.placement)
    places = []
    for start, end in layer_spans(plan.model, layout):
        shared: Counter[int] = Counter()
        routed: Counter[int] = Counter()
        for index in range(start, end):
            counter = routed if file.tensors[index].expert == "routed" else shared
            counter[homes[index]] += file.gpu_bytes[index]
        places.append(LayerPlace(_shares(shared), _shares(routed)))
    return tuple(places)


def _shares(by_device: Counter[int]) -> Shares:
    total = by_device.total()
    order = sorted(by_device, key=lambda device: (device == HOST_INDEX, device))
    return tuple((device, by_device[device] / total) for device in order if by_device[device])

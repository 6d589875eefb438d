"""Which tensors live where: whole layers, routed experts, splits over cards, single tensors.

The rules are llama.cpp's (src/llama-model.cpp ``load_tensors``, src/llama-model-loader.cpp
``create_tensor``): the output layer counts as one of ``gpu_layers`` and goes first, then repeating
layers from the last one backwards; cards get layers in order, by their share.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from fitcheck.core.hashed_once import HashedOnce, hashed_once
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

HOST = "host"
HOST_INDEX = -1
"""A device is a card's index, or this for the host."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Placement(HashedOnce):
    """Where the weights go.

    ``gpus`` counts cards. ``gpu_free_bytes`` (one a card) makes the default split uneven; without it
    cards are equal. ``tensor_split`` replaces that split. ``overrides`` are ``(pattern, device)`` pairs
    like llama.cpp's ``-ot``, device ``host`` or ``GPU<i>``; the first match wins, before
    ``cpu_moe_layers``, which keeps the routed experts of the first N layers on the host.
    """

    gpus: int = 0
    gpu_layers: int = 0
    cpu_moe_layers: int = 0
    gpu_free_bytes: tuple[int, ...] | None = None
    tensor_split: tuple[float, ...] | None = None
    overrides: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for name, shares in (("gpu_free_bytes", self.gpu_free_bytes), ("tensor_split", self.tensor_split)):
            if shares is None:
                continue
            if len(shares) != self.gpus:
                raise RequestError("bad_value", f"{name} needs one number for each of the {self.gpus} GPUs.")
            if any(share < 0 for share in shares) or (shares and not any(shares)):
                raise RequestError("bad_value", f"{name} takes numbers from 0 up, at least one above 0.")
        if min(self.gpus, self.gpu_layers, self.cpu_moe_layers) < 0:
            raise RequestError("bad_value", "gpus, gpu_layers and cpu_moe_layers are counts from 0 up.")

    @property
    def shares(self) -> tuple[float, ...]:
        """Each card's part of the offloaded layers, in any unit."""
        return self.tensor_split or self.gpu_free_bytes or (1.0,) * self.gpus


@lru_cache(maxsize=1024)
def layer_devices(n_layers: int, placement: Placement) -> tuple[int, ...]:
    """Device of every repeating layer, then of the output layer: a card's index or ``HOST_INDEX``."""
    count = min(placement.gpu_layers, n_layers + 1) if placement.gpus else 0
    on_host = n_layers + 1 - count
    points = _split_points(placement.shares)
    cards = (bisect_right(points, _float32(offset / count)) for offset in range(count))
    return (HOST_INDEX,) * on_host + tuple(cards)


@lru_cache(maxsize=1024)
def layer_spans_of_cards(n_layers: int, placement: Placement) -> tuple[tuple[int, int], ...]:
    """First layer and the one after the last of every card, the output layer counting as one; the host has the rest."""
    devices = layer_devices(n_layers, placement)
    begin = devices.count(HOST_INDEX)
    spans = []
    for card in range(placement.gpus):
        # Cards get layers in order.
        end = begin + devices.count(card)
        spans.append((begin, end))
        begin = end
    return tuple(spans)


def _split_points(shares: Sequence[float]) -> list[float]:
    """Where each card's share of the layers ends, cumulative, 1 at the end, in float32 as the engine computes."""
    total = 0.0
    sums = []
    for share in shares:
        total = _float32(total + _float32(share))
        sums.append(total)
    return [_float32(one / total) for one in sums]


def _float32(value: float) -> float:
    """The nearest single-precision number."""
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded


@lru_cache(maxsize=256)
def compiled_overrides(placement: Placement) -> tuple[tuple[re.Pattern[str], int], ...]:
    """Overrides as (pattern to search for in a tensor's name, device index), in order.

    Raises RequestError (``bad_override``) for a pattern that does not compile and for a device that is
    not there.
    """
    devices = {HOST: HOST_INDEX, **{f"GPU{index}": index for index in range(placement.gpus)}}
    compiled = []
    for pattern, device in placement.overrides:
        if device not in devices:
            raise RequestError("bad_override", f"'{device}' is not a device of this request.", tuple(devices))
        try:
            compiled.append((re.compile(pattern), devices[device]))
        except re.error as error:
            raise RequestError("bad_override", f"'{pattern}' is not a pattern: {error}.") from error
    return tuple(compiled)

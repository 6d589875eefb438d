"""Takes the memory that the plan gives to each part, piece by piece, asking first whether it is there."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from . import memory
from .blocks import BLOCKS
from .cache import Cache, CachedRows
from .synthetic import synthetic_blocks
from .talk import Failure
from .weights import Packed, Shape, held_bytes

POOL_BYTES = 4 << 20
"""Random blocks are made once for each type and row, as many as a processor's cache holds, and written repeatedly."""

CACHE_SPREAD = 1.0
"""Keys and values of real models are of this size."""


class Ledger:
    """What was taken so far, by device, and what each device has left before the next piece."""

    def __init__(self, limits: Dict[str, Any]) -> None:
        self.limits = limits
        self.weights: Dict[str, int] = {}
        self.cache: Dict[str, int] = {}
        self.lowest_free: Dict[str, int] = {}

    def free(self, device: torch.device) -> Optional[int]:
        """Bytes that a device can still give; None where nothing tells."""
        if device.type == "cuda":
            return int(torch.cuda.mem_get_info(device)[0])
        free, granted, own = memory.host_free(), self.limits.get("host_bytes"), memory.resident()
        if granted is not None and own is not None:
            # What a container grants, told by the program; the system's own number knows nothing of it.
            free = granted - own if free is None else min(free, granted - own)
        return free

    def note_free(self, device: torch.device) -> None:
        """Remember the least that was ever free."""
        free = self.free(device)
        if free is not None:
            self.lowest_free[str(device)] = min(free, self.lowest_free.get(str(device), free))

    def take(self, device: torch.device, size: int, part: str) -> Tensor:
        """A buffer of so many bytes for a part of the model (Failure ``does_not_fit`` or ``out_of_memory``)."""
        free, reserve = self.free(device), int(self.limits["reserve_bytes"])
        if free is not None and free - size < reserve:
            raise Failure(
                "does_not_fit",
                f"{_where(device)} has {_gib(free)} free; {part} takes {_gib(size)}, and {_gib(reserve)} stay free.",
                part=part, device=str(device), needed_bytes=size, free_bytes=free,
            )  # fmt: skip
        try:
            return torch.empty(size, dtype=torch.uint8, device=device)
        except RuntimeError as error:
            raise out_of_memory(device, size, part) from error


def out_of_memory(device: torch.device, size: int, what: str, part: str = "") -> Failure:
    """The system refused memory although it had said that there was room; ``size`` 0 where it is not known."""
    amount = _gib(size) if size else "memory"
    return Failure(
        "out_of_memory", f"{_where(device)} refused {amount} for {what}.",
        part=part or what, device=str(device), needed_bytes=size,
    )  # fmt: skip


def _where(device: torch.device) -> str:
    return "RAM" if device.type == "cpu" else f"The card {device}"


def _gib(size: int) -> str:
    return f"{size / 2**30:.2f} GiB"


class Filler:
    """Writes every page of a buffer with valid, random, non-zero blocks."""

    def __init__(self) -> None:
        self._pools: Dict[Tuple[str, int, str], Tensor] = {}
        self._turn = 0

    def fill(self, shape: Shape, held: Tensor) -> None:
        """A tensor of a model, padding included, of the size that its name asks for."""
        if shape.name.endswith("norm.weight"):
            values = 1 + 0.1 * torch.randn(held.numel() // 4)
        elif shape.name.startswith("rope_freqs"):
            values = torch.ones(held.numel() // 4)
        elif shape.name.endswith(".bias"):
            values = 0.01 * torch.randn(held.numel() // 4)
        else:
            pool = self._pool(shape.ggml_type, shape.row, shape.row**-0.5, held.device)
            self._repeat(pool, BLOCKS[shape.ggml_type][1], held)
            return
        held.copy_(values.view(torch.uint8))

    def fill_cache(self, ggml_type: str, held: Tensor) -> None:
        """A part of a cache, as if all its tokens were there."""
        self._repeat(self._pool(ggml_type, 0, CACHE_SPREAD, held.device), BLOCKS[ggml_type][1], held)

    def _pool(self, ggml_type: str, row: int, spread: float, device: torch.device) -> Tensor:
        key = (ggml_type, row, str(device))
        if key not in self._pools:
            blocks = POOL_BYTES // BLOCKS[ggml_type][1]
            self._pools[key] = synthetic_blocks(ggml_type, spread, blocks).flatten().to(device)
        return self._pools[key]

    def _repeat(self, pool: Tensor, size: int, held: Tensor) -> None:
        """The pool again and again; every tensor begins with another of its blocks, so that experts differ."""
        self._turn += 1
        blocks = pool.numel() // size
        begin = self._turn * 997 % blocks * size
        first = 0
        while first < held.numel():
            count = min(pool.numel() - begin, held.numel() - first)
            held[first : first + count].copy_(pool[begin : begin + count])
            first, begin = first + count, 0


class Piece(NamedTuple):
    """A part of the model in memory: its tensors, its cache, and the bytes of both by device."""

    weights: Dict[str, Packed]
    cache: Optional[Cache]
    weights_bytes: Dict[str, int]
    cache_bytes: Dict[str, int]


def allocate(part: Dict[str, Any], ledger: Ledger, filler: Filler, on_bytes: Callable[[int], None]) -> Piece:
    """Take and fill the memory of one part of the job; ``on_bytes`` is told what was written.

    A part is ``name``, ``tensors`` (``name``, ``type``, ``row``, ``rows``, ``device``; rope factors are copied to every
    device and named ``rope_freqs.weight@device``) and, for a layer, ``cache``
    (``device``, ``cells``, ``rows``: pairs of type and width).
    """
    by_device: Dict[str, List[Shape]] = {}
    for one in part["tensors"]:
        shape = Shape(one["name"], one["type"], one["row"], one["rows"])
        by_device.setdefault(one["device"], []).append(shape)
    weights: Dict[str, Packed] = {}
    sizes: Dict[str, int] = {}
    for name, shapes in by_device.items():
        device = torch.device(name)
        held = [held_bytes(shape.ggml_type, shape.row, shape.rows, device) for shape in shapes]
        buffer, first = ledger.take(device, sum(held), part["name"]), 0
        for shape, size in zip(shapes, held):
            piece = buffer[first : first + size]
            filler.fill(shape, piece)
            weights[shape.name] = Packed(shape, piece)
            first += size
            on_bytes(size)
        sizes[name] = buffer.numel()
        ledger.weights[name] = ledger.weights.get(name, 0) + buffer.numel()
        ledger.note_free(device)
    cache, cached = _allocate_cache(part, ledger, filler)
    for name, size in cached.items():
        on_bytes(size)
        ledger.cache[name] = ledger.cache.get(name, 0) + size
    return Piece(weights, cache, sizes, cached)


def _allocate_cache(part: Dict[str, Any], ledger: Ledger, filler: Filler) -> Tuple[Optional[Cache], Dict[str, int]]:
    asked = part.get("cache")
    if not asked:
        return None, {}
    device, cells, rows = torch.device(asked["device"]), asked["cells"], []
    held = [held_bytes(kind, width, cells, device) for kind, width in asked["rows"]]
    buffer, first = ledger.take(device, sum(held), f"the cache of {part['name']}"), 0
    for (kind, width), size in zip(asked["rows"], held):
        piece = buffer[first : first + size]
        filler.fill_cache(kind, piece)
        rows.append(CachedRows(kind, width, piece, cells))
        first += size
    ledger.note_free(device)
    return Cache(*rows), {asked["device"]: buffer.numel()}

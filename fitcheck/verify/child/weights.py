"""Tensors as a runtime holds them: packed in ggml blocks, unpacked only where and when a step needs them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from . import products
from .blocks import BLOCKS, row_bytes, unpack
from .card_products import MOST_PAIRS, PROGRAMS

HOST_ALIGNMENT = 32
"""Bytes, ``TENSOR_ALIGNMENT`` (ggml/src/ggml-backend.cpp)."""

CARD_ALIGNMENT = 128
"""Bytes, ``ggml_backend_cuda_buffer_type_get_alignment`` (ggml-cuda.cu)."""

CARD_ROW_PADDING = 512
"""Elements, ``MATRIX_ROW_PADDING`` (ggml-cuda/common.cuh)."""

CPU_CHUNK = 1 << 19
"""Values unpacked at once for each thread: 2 MiB of float32; less makes threads wait for each other more often."""

CARD_CHUNK = 1 << 24
"""Values unpacked at once on a card: 64 MiB of float32, large enough to keep all its units busy."""


THREAD_VALUES = 8
"""Values that a thread of a card's program reads at once."""

MOST_CARD_TOKENS = 16
"""A card's program reads the rows once for each token; from more on unpacking them costs less."""


def held_bytes(ggml_type: str, row: int, rows: int, device: torch.device) -> int:
    """Bytes a tensor takes in a runtime's buffer on a device, padding included."""
    size, alignment = rows * row_bytes(ggml_type, row), HOST_ALIGNMENT
    if device.type != "cpu":
        alignment = CARD_ALIGNMENT
        if BLOCKS[ggml_type][0] > 1 and row % CARD_ROW_PADDING:
            size += row_bytes(ggml_type, CARD_ROW_PADDING - row % CARD_ROW_PADDING)
    return -(-size // alignment) * alignment


class Shape(NamedTuple):
    """A tensor as a file describes it: ``rows`` rows of ``row`` values in one type."""

    name: str
    ggml_type: str
    row: int
    rows: int


class Meter:
    """Time and packed bytes of all multiplications since it was reset, by device.

    While ``recording`` is set, work is only noted down for later, and its time is for others to add.
    """

    def __init__(self) -> None:
        self.seconds: Dict[str, float] = {}
        self.bytes: Dict[str, int] = {}
        self.count = 0
        self.recording = False
        self._spans: List[Tuple[str, Any, Any]] = []

    def reset(self) -> None:
        """Begin anew; only the count of all multiplications goes on."""
        self.seconds.clear()
        self.bytes.clear()
        self._spans.clear()

    @contextmanager
    def measuring(self, device: torch.device, size: int) -> Iterator[None]:
        """One multiplication on a device that reads so many packed bytes."""
        name = str(device)
        self.count += 1
        self.bytes[name] = self.bytes.get(name, 0) + size
        if self.recording:
            yield
            return
        if device.type == "cpu":
            begun = time.perf_counter()
            yield
            self.add(name, time.perf_counter() - begun)
            return
        # Cards note the time themselves: waiting for them here would let them stand idle.
        begin, end = _event(), _event()
        stream = torch.cuda.current_stream(device)
        begin.record(stream)
        yield
        end.record(stream)
        self._spans.append((name, begin, end))

    def settle(self) -> None:
        """Add what cards have noted; they must have been waited for."""
        for name, begin, end in self._spans:
            self.add(name, begin.elapsed_time(end) / 1000)
        self._spans.clear()

    def add(self, name: str, seconds: float) -> None:
        """So much more time on a device."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds


def _event() -> Any:
    kind: Any = torch.cuda.Event
    return kind(enable_timing=True)


METER = Meter()
"""What the pass of this process has multiplied."""


def settled(device: torch.device) -> float:
    """The time now, after all that was asked of a device is done."""
    if device.type != "cpu":
        torch.cuda.synchronize(device)
    return time.perf_counter()


class Packed:
    """One tensor's packed bytes on its device, as a matrix of rows (R x K).

    ``held`` are the bytes of its buffer, padding included, of which the first rows x row bytes are values.
    """

    def __init__(self, shape: Shape, held: Tensor) -> None:
        self.shape, self.held, self.device = shape, held, held.device
        size = row_bytes(shape.ggml_type, shape.row)
        self.rows_RB = held[: shape.rows * size].view(shape.rows, size)

    def values(self, first: int = 0, count: Optional[int] = None, out: Optional[Tensor] = None) -> Tensor:
        """Rows unpacked to float32 (count x K), all of them unless told otherwise."""
        count = self.shape.rows - first if count is None else count
        return _unpacked(self.shape, self.rows_RB[first : first + count], out)

    def chosen(self, rows_T: Tensor) -> Tensor:
        """Some rows unpacked, T x K: an embedding's."""
        return _unpacked(self.shape, self.rows_RB[rows_T.to(self.device)], None)

    def times(self, x_TK: Tensor, part: int = 0, parts: int = 1) -> Tensor:
        """``x`` times the transposed matrix, T x R, on the matrix' own device and back on that of ``x``.

        ``part`` of ``parts`` equal parts of the rows is one expert or head of a stacked tensor.
        """
        rows = self.shape.rows // parts
        x_here = x_TK.to(self.device)
        with METER.measuring(self.device, rows * self.rows_RB.shape[1]):
            product = self._product(x_here, part * rows, rows)
        return product.to(x_TK.device)

    def times_each(self, x_XK: Tensor, part_P: Tensor, parts: int, pairs_of_a_token: int = 1) -> Tensor:
        """For each pair p the row p / ``pairs_of_a_token`` of ``x`` times part ``part_P[p]`` (int64): P x rows of one.

        Only parts that are named are read: the chosen experts, or the head of each row.
        """
        rows, pairs = self.shape.rows // parts, len(part_P)
        if self._on_card(pairs):
            x_here, part_here = x_XK.to(self.device), part_P.to(self.device)
            # Which pairs share a part only the card knows; for one token all are different.
            with METER.measuring(self.device, min(pairs, parts) * rows * self.rows_RB.shape[1]):
                found = PROGRAMS.multiply(self.shape.ggml_type, self.rows_RB, x_here, part_here, rows, pairs_of_a_token)
            return found.to(x_XK.device)
        x_here, listed = x_XK.to(self.device), part_P.tolist()
        out = torch.empty(pairs, rows, device=self.device)
        for part in sorted(set(listed)):
            places = torch.tensor([place for place, one in enumerate(listed) if one == part], device=self.device)
            out[places] = self.times(x_here[places // pairs_of_a_token], part, parts)
        return out.to(x_XK.device)

    def _on_card(self, pairs: int) -> bool:
        row = self.shape.row
        return pairs <= MOST_PAIRS and row % THREAD_VALUES == 0 and PROGRAMS.ready(self.shape.ggml_type, self.device)

    def _product(self, x_TK: Tensor, begin: int, rows: int) -> Tensor:
        chunk = max(1, chunk_values(self.device) // self.shape.row)
        if self.shape.ggml_type == "F32":
            return x_TK @ self.values(begin, rows).T
        if len(x_TK) <= MOST_CARD_TOKENS and self._on_card(len(x_TK)):
            return PROGRAMS.multiply(self.shape.ggml_type, self.rows_RB[begin : begin + rows], x_TK, None, rows, 1)
        out = torch.empty(x_TK.shape[0], rows, device=self.device)
        if products.fits(self.shape.ggml_type, self.shape.row, len(x_TK), self.device):
            products.multiply(self.shape.ggml_type, self.rows_RB[begin : begin + rows], x_TK.contiguous(), out)
            return out
        scratch = torch.empty(min(chunk, rows), self.shape.row, device=self.device)
        for first in range(0, rows, chunk):
            count = min(chunk, rows - first)
            weights_RK = self.values(begin + first, count, scratch[:count])
            if len(x_TK) == 1:
                torch.mv(weights_RK, x_TK[0], out=out[0, first : first + count])
            else:
                torch.mm(x_TK, weights_RK.T, out=out[:, first : first + count])
        return out


def chunk_values(device: torch.device) -> int:
    """Values that are unpacked at once on a device."""
    return CPU_CHUNK * torch.get_num_threads() if device.type == "cpu" else CARD_CHUNK


def _unpacked(shape: Shape, packed_RB: Tensor, out: Optional[Tensor]) -> Tensor:
    elements, size = BLOCKS[shape.ggml_type]
    if shape.ggml_type == "F32" and out is None:
        return packed_RB.view(torch.float32)
    if out is None:
        out = torch.empty(packed_RB.shape[0], shape.row, device=packed_RB.device)
    unpack(shape.ggml_type, packed_RB.reshape(-1, size), out.view(-1, elements))
    return out

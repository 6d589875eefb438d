"""What all block types share: whole numbers with scales, and work on eight bytes at a time."""

from __future__ import annotations

from typing import NamedTuple, Optional

import torch
from torch import Tensor


class Codes(NamedTuple):
    """The content of N blocks: ``numbers`` (int8, N x elements), ``scales``, ``minima`` (float32, N x groups).

    A value is its number times the scale of its group, less the group's minimum.
    """

    numbers: Tensor
    scales: Tensor
    minima: Optional[Tensor] = None


def each_byte(value: int) -> int:
    """An int64 with the same small value in each of its bytes."""
    return value * 0x0101010101010101


def words_of(bytes_NB: Tensor) -> Tensor:
    """Bytes as int64, N x B / 8; a view where they lie close together, else a copy."""
    return bytes_NB.contiguous().view(torch.int64)


def shifted(words: Tensor, bits: int) -> Tensor:
    """Every byte moved down; bits of its neighbour come in from above and have to be masked off."""
    return words >> bits if bits else words


def numbers(words: Tensor, less: int = 0) -> Tensor:
    """Words as their bytes, N x elements, each ``less`` something."""
    whole = words.contiguous().view(torch.uint8).view(len(words), -1)
    return (whole.sub_(less) if less else whole).view(torch.int8)


def halves(packed_NB: Tensor, offset: int) -> Tensor:
    """The float16 at a byte offset of every block, as float32, N x 1."""
    return packed_NB.view(torch.float16)[:, offset // 2 : offset // 2 + 1].float()

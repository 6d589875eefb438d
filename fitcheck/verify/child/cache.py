"""The KV cache of one layer in any of llama.cpp's cache types: packed when written, unpacked when read."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

import torch
from torch import Tensor

from .blocks import BLOCKS, PLAIN, row_bytes, unpack
from .code_books import IQ4_VALUES


class CachedRows:
    """One row of ``width`` values for each of C tokens; ``held`` are its bytes, padding included."""

    def __init__(self, ggml_type: str, width: int, held: Tensor, cells: int) -> None:
        self.ggml_type, self.width = ggml_type, width
        size = row_bytes(ggml_type, width)
        self.cells_CB = held[: cells * size].view(cells, size)

    def write(self, first: int, x_TK: Tensor) -> None:
        """Keep the rows of T tokens from the position ``first`` on."""
        packed = pack(self.ggml_type, x_TK.to(self.cells_CB.device).float())
        self.cells_CB[first : first + len(x_TK)] = packed.reshape(len(x_TK), -1)

    def read(self, count: int) -> Tensor:
        """The first ``count`` rows as float32."""
        elements, size = BLOCKS[self.ggml_type]
        packed = self.cells_CB[:count]
        if self.ggml_type == "F32":
            return packed.view(torch.float32)
        out = torch.empty(count, self.width, device=packed.device)
        unpack(self.ggml_type, packed.reshape(-1, size), out.view(-1, elements))
        return out


class Cache:
    """Keys and values of one layer; latent attention keeps both in one row and has no second part."""

    def __init__(self, keys: CachedRows, values: Optional[CachedRows] = None) -> None:
        self.keys, self.values = keys, values

    @property
    def device(self) -> torch.device:
        """Where attention is computed."""
        return self.keys.cells_CB.device


def pack(ggml_type: str, x_TK: Tensor) -> Tensor:
    """Values as blocks (uint8, N x B) by the simple rounding of ggml's reference quantizers.

    The formulas are those of ``quantize_row_*_ref`` in ggml/src/ggml-quants.c, without the search for a better scale
    that IQ4_NL has there.
    """
    elements, _ = BLOCKS[ggml_type]
    if ggml_type in PLAIN:
        return x_TK.to(PLAIN[ggml_type]).contiguous().view(torch.uint8)
    blocks_NK = x_TK.reshape(-1, elements)
    if ggml_type == "Q8_0":
        scale = blocks_NK.abs().amax(1, keepdim=True) / 127
        scaled = blocks_NK * _inverse(scale)
        codes = (scaled.abs() + 0.5).floor() * scaled.sign()
        return torch.cat((_half(scale), codes.to(torch.int8).view(torch.uint8)), 1)
    if ggml_type == "IQ4_NL":
        return _iq4_nl(blocks_NK)
    return _four_or_five_bits(ggml_type, blocks_NK)


_STEPS: Dict[str, Tuple[int, bool]] = {"Q4_0": (4, False), "Q4_1": (4, True), "Q5_0": (5, False), "Q5_1": (5, True)}
"""Bits a value, and whether blocks have a minimum."""


def _four_or_five_bits(ggml_type: str, blocks_NK: Tensor) -> Tensor:
    bits, has_minimum = _STEPS[ggml_type]
    most = 2**bits - 1
    if has_minimum:
        low = blocks_NK.amin(1, keepdim=True)
        scale = (blocks_NK.amax(1, keepdim=True) - low) / most
        codes, head = (blocks_NK - low) * _inverse(scale) + 0.5, [_half(scale), _half(low)]
    else:
        scale = _largest(blocks_NK) / -(2 ** (bits - 1))
        codes, head = blocks_NK * _inverse(scale) + (2 ** (bits - 1) + 0.5), [_half(scale)]
    whole = codes.clamp(0, most).to(torch.uint8)
    if bits == 5:
        places = torch.arange(8, dtype=torch.uint8, device=whole.device)
        head.append(((whole >> 4).view(-1, 4, 8) << places).sum(-1, dtype=torch.uint8))
    return torch.cat((*head, _pairs(whole)), 1)


def _iq4_nl(blocks_NK: Tensor) -> Tensor:
    levels = torch.tensor(IQ4_VALUES, dtype=torch.float32, device=blocks_NK.device)
    scale = _largest(blocks_NK) / levels[0]
    scaled = blocks_NK * _inverse(scale)
    codes = torch.bucketize(scaled, (levels[1:] + levels[:-1]) / 2).to(torch.uint8)
    return torch.cat((_half(scale), _pairs(codes)), 1)


def _largest(blocks_NK: Tensor) -> Tensor:
    """The value farthest from zero, sign and all."""
    return blocks_NK.gather(1, blocks_NK.abs().argmax(1, keepdim=True))


def _inverse(scale: Tensor) -> Tensor:
    return torch.where(scale == 0, 0.0, 1 / scale)


def _half(scale: Tensor) -> Tensor:
    return scale.half().view(torch.uint8)


def _pairs(codes_NK: Tensor) -> Tensor:
    """The first half of a block in the low halves of bytes, the second in the high ones."""
    middle = codes_NK.shape[1] // 2
    return (codes_NK[:, :middle] & 15) | (codes_NK[:, middle:] << 4)

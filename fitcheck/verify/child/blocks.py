"""Unpacking of ggml's simple and K block types in torch, bit for bit what the ``gguf`` package computes.

Layouts are those of the ``block_*`` structures in ggml/src/ggml-common.h (llama.cpp v0.5.0). Every function takes
``packed_NB`` (uint8, whole blocks) and fills ``out`` (float32, N x elements of a block).
"""

from __future__ import annotations

from typing import Callable, Dict

import torch
from torch import Tensor

from . import code_books

BLOCKS = {
    "F32": (1, 4), "F16": (1, 2), "BF16": (1, 2),
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210),
    "IQ1_S": (256, 50), "IQ1_M": (256, 56),
    "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74), "IQ2_S": (256, 82),
    "IQ3_XXS": (256, 98), "IQ3_S": (256, 110), "IQ4_NL": (32, 18), "IQ4_XS": (256, 136),
    "TQ1_0": (256, 54), "TQ2_0": (256, 66), "MXFP4": (32, 17),
}  # fmt: skip
"""ggml type -> (elements, bytes) of a block; a test holds it against the program's own table and the ``gguf`` package."""

PLAIN = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""Types that torch reads as they are."""


def row_bytes(ggml_type: str, elements: int) -> int:
    """Bytes of a row of so many elements, which are whole blocks."""
    in_block, size = BLOCKS[ggml_type]
    return elements // in_block * size


def unpack(ggml_type: str, packed_NB: Tensor, out: Tensor) -> Tensor:
    """Fill ``out`` (float32, N x elements) with the values of N blocks, and return it."""
    if ggml_type in PLAIN:
        out.copy_(packed_NB.view(PLAIN[ggml_type]).view(out.shape))
    else:
        _UNPACK[ggml_type](packed_NB, out)
    return out


def halves(packed_NB: Tensor, offset: int) -> Tensor:
    """The float16 at a byte offset of every block, as float32, N x 1."""
    return packed_NB.view(torch.float16)[:, offset // 2 : offset // 2 + 1].float()


def _low_high(bytes_NB: Tensor, out: Tensor) -> None:
    """Low halves of the bytes into ``out[:, 0]``, high halves into ``out[:, 1]``."""
    out[:, 0].copy_(bytes_NB & 15)
    out[:, 1].copy_(bytes_NB >> 4)


def _bits(bytes_NB: Tensor) -> Tensor:
    """The bits of little-endian bytes, N x 8 B."""
    places = torch.arange(8, dtype=torch.uint8, device=bytes_NB.device)
    return ((bytes_NB.unsqueeze(-1) >> places) & 1).flatten(1)


def _q4_0(packed_NB: Tensor, out: Tensor) -> None:
    _low_high(packed_NB[:, 2:], out.view(-1, 2, 16))
    out.sub_(8).mul_(halves(packed_NB, 0))


def _q4_1(packed_NB: Tensor, out: Tensor) -> None:
    _low_high(packed_NB[:, 4:], out.view(-1, 2, 16))
    out.mul_(halves(packed_NB, 0)).add_(halves(packed_NB, 2))


def _fifth_bit(packed_NB: Tensor, high: int, out: Tensor) -> None:
    """32 values of five bits: four in halves of bytes, the fifth in four bytes before them."""
    pairs = out.view(-1, 2, 16)
    _low_high(packed_NB[:, high + 4 :], pairs)
    out.add_(_bits(packed_NB[:, high : high + 4]) << 4)


def _q5_0(packed_NB: Tensor, out: Tensor) -> None:
    _fifth_bit(packed_NB, 2, out)
    out.sub_(16).mul_(halves(packed_NB, 0))


def _q5_1(packed_NB: Tensor, out: Tensor) -> None:
    _fifth_bit(packed_NB, 4, out)
    out.mul_(halves(packed_NB, 0)).add_(halves(packed_NB, 2))


def _q8_0(packed_NB: Tensor, out: Tensor) -> None:
    out.copy_(packed_NB[:, 2:].view(torch.int8))
    out.mul_(halves(packed_NB, 0))


def _quarters(bytes_NB: Tensor, out: Tensor) -> None:
    """Four values of two bits a byte: the lowest of 32 bytes first, then the next; ``out`` is N x g x 4 x 32."""
    grouped = bytes_NB.reshape(out.shape[0], -1, 32)
    for place in range(4):
        out[:, :, place].copy_((grouped >> 2 * place) & 3)


def _q2_k(packed_NB: Tensor, out: Tensor) -> None:
    _quarters(packed_NB[:, 16:80], out.view(-1, 2, 4, 32))
    scales = packed_NB[:, :16]
    groups = out.view(-1, 16, 16)
    groups.mul_((halves(packed_NB, 80) * (scales & 15)).unsqueeze(-1))
    groups.sub_((halves(packed_NB, 82) * (scales >> 4)).unsqueeze(-1))


def _q3_k(packed_NB: Tensor, out: Tensor) -> None:
    low = packed_NB[:, 32:96].reshape(-1, 2, 32)
    high, values = packed_NB[:, :32], out.view(-1, 8, 32)
    for group in range(8):
        part = (low[:, group // 4] >> 2 * (group % 4)) & 3
        # A set bit means that nothing is taken away.
        values[:, group].copy_((part + (((high >> group) & 1) << 2) - 4).view(torch.int8))
    scale_low, scale_high = packed_NB[:, 96:104], packed_NB[:, 104:108]
    scales = torch.cat((scale_low & 15, scale_low >> 4), 1)
    scales |= torch.cat([((scale_high >> shift) & 3) << 4 for shift in (0, 2, 4, 6)], 1)
    scale = halves(packed_NB, 108) * (scales - 32).view(torch.int8)
    out.view(-1, 16, 16).mul_(scale.unsqueeze(-1))


def _scales_and_mins(packed_NB: Tensor) -> "tuple[Tensor, Tensor]":
    """The eight scales and eight minima, six bits each, of Q4_K and Q5_K, times the block's own two scales."""
    first, second, rest = packed_NB[:, 4:8], packed_NB[:, 8:12], packed_NB[:, 12:16]
    scales = torch.cat((first & 63, (rest & 15) | ((first >> 2) & 48)), 1)
    mins = torch.cat((second & 63, (rest >> 4) | ((second >> 2) & 48)), 1)
    return (halves(packed_NB, 0) * scales).unsqueeze(-1), (halves(packed_NB, 2) * mins).unsqueeze(-1)


def _q4_k(packed_NB: Tensor, out: Tensor) -> None:
    scales, mins = _scales_and_mins(packed_NB)
    pairs, quants = out.view(-1, 4, 2, 32), packed_NB[:, 16:].view(-1, 4, 32)
    pairs[:, :, 0].copy_(quants & 15)
    pairs[:, :, 1].copy_(quants >> 4)
    out.view(-1, 8, 32).mul_(scales).sub_(mins)


def _q5_k(packed_NB: Tensor, out: Tensor) -> None:
    scales, mins = _scales_and_mins(packed_NB)
    high, quants, values = packed_NB[:, 16:48], packed_NB[:, 48:].view(-1, 4, 32), out.view(-1, 8, 32)
    for group in range(8):
        half = quants[:, group // 2]
        low = half >> 4 if group % 2 else half & 15
        values[:, group].copy_(low | (((high >> group) & 1) << 4))
    values.mul_(scales).sub_(mins)


def _q6_k(packed_NB: Tensor, out: Tensor) -> None:
    low, high = packed_NB[:, :128].view(-1, 2, 2, 32), packed_NB[:, 128:192].view(-1, 2, 32)
    values = out.view(-1, 2, 4, 32)
    for place in range(4):
        part = low[:, :, place % 2]
        part = part >> 4 if place >= 2 else part & 15
        values[:, :, place].copy_((part | (((high >> 2 * place) & 3) << 4)).sub_(32).view(torch.int8))
    scale = halves(packed_NB, 208) * packed_NB[:, 192:208].view(torch.int8)
    out.view(-1, 16, 16).mul_(scale.unsqueeze(-1))


def _tq1_0(packed_NB: Tensor, out: Tensor) -> None:
    """Five values of base 3 a byte (four in the last bytes), as fractions of 256; multiplying brings a digit to the top."""
    begin = 0
    for first, last, digits in ((0, 32, 5), (32, 48, 5), (48, 52, 4)):
        part, width = packed_NB[:, first:last], last - first
        for power in range(digits):
            # Bytes wrap around: the digits above are meant to fall off.
            moved = (part * 3**power).to(torch.int16)
            out[:, begin : begin + width].copy_(((moved * 3) >> 8) - 1)
            begin += width
    out.mul_(halves(packed_NB, 52))


def _tq2_0(packed_NB: Tensor, out: Tensor) -> None:
    _quarters(packed_NB[:, :64], out.view(-1, 2, 4, 32))
    out.sub_(1).mul_(halves(packed_NB, 64))


_UNPACK: Dict[str, Callable[[Tensor, Tensor], None]] = {
    "Q4_0": _q4_0, "Q4_1": _q4_1, "Q5_0": _q5_0, "Q5_1": _q5_1, "Q8_0": _q8_0, "Q2_K": _q2_k, "Q3_K": _q3_k,
    "Q4_K": _q4_k, "Q5_K": _q5_k, "Q6_K": _q6_k, "TQ1_0": _tq1_0, "TQ2_0": _tq2_0, **code_books.UNPACK,
}  # fmt: skip

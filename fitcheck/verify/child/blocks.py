"""Unpacking of ggml's block types in torch, bit for bit what the ``gguf`` package computes.

Every quantized type is whole numbers times a scale for each group, less a minimum where the type has one; so unpacking
has two halves, and a product can be made of the first alone. Layouts are those of the ``block_*`` structures in
ggml/src/ggml-common.h (llama.cpp v0.5.0). Numbers are made eight at a time, as the bytes of an int64.
"""

from __future__ import annotations

from typing import Callable, Dict, Tuple

import torch
from torch import Tensor

from . import code_books
from .codes import Codes, each_byte, halves, numbers, shifted, words_of

BLOCKS = {
    "F32": (1, 4), "F16": (1, 2), "BF16": (1, 2),
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210),
    "IQ1_S": (256, 50), "IQ1_M": (256, 56),
    "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74), "IQ2_S": (256, 82),
    "IQ3_XXS": (256, 98), "IQ3_S": (256, 110), "IQ4_NL": (32, 18), "IQ4_XS": (256, 136),
    "TQ1_0": (256, 54), "TQ2_0": (256, 66), "MXFP4": (32, 17),
}  # fmt: skip
"""ggml type -> (elements, bytes) of a block; a test holds it against the program's table and the ``gguf`` package."""

PLAIN = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""Types that torch reads as they are."""


def row_bytes(ggml_type: str, elements: int) -> int:
    """Bytes of a row of so many elements, which are whole blocks."""
    in_block, size = BLOCKS[ggml_type]
    return elements // in_block * size


def unpack(ggml_type: str, packed_NB: Tensor, out: Tensor) -> Tensor:
    """Fill ``out`` (float32, N x elements) with the values of N blocks (uint8, N x B), and return it."""
    if ggml_type in PLAIN:
        return out.copy_(packed_NB.view(PLAIN[ggml_type]).view(out.shape))
    codes = codes_of(ggml_type, packed_NB)
    groups = out.copy_(codes.numbers).view(out.shape[0], codes.scales.shape[1], -1)
    groups.mul_(codes.scales.unsqueeze(-1))
    if codes.minima is not None:
        groups.sub_(codes.minima.unsqueeze(-1))
    return out


def codes_of(ggml_type: str, packed_NB: Tensor) -> Codes:
    """Whole numbers, scales and minima of N blocks of a quantized type."""
    return _CODES[ggml_type](packed_NB)


def _nibbles(bytes_NB: Tensor, run: int) -> Tensor:
    """Low halves of ``run`` bytes, then their high halves, then those of the next ``run`` bytes: N x 2 B numbers."""
    words = words_of(bytes_NB).view(len(bytes_NB), -1, run // 8)
    out = torch.empty(len(words), words.shape[1], 2, run // 8, dtype=torch.int64, device=words.device)
    torch.bitwise_and(words, each_byte(15), out=out[:, :, 0])
    torch.bitwise_and(shifted(words, 4), each_byte(15), out=out[:, :, 1])
    return out.view(len(words), -1)


def _quarters(bytes_NB: Tensor) -> Tensor:
    """Two bits each: the lowest of 32 bytes, then the next of the same bytes; N x (g, place, 4 words)."""
    words = words_of(bytes_NB).view(len(bytes_NB), -1, 4)
    return torch.stack([shifted(words, 2 * place) & each_byte(3) for place in range(4)], 2)


def _q4_0(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_nibbles(packed_NB[:, 2:], 16), less=8), halves(packed_NB, 0))


def _q4_1(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_nibbles(packed_NB[:, 4:], 16)), halves(packed_NB, 0), -halves(packed_NB, 2))


def _fifth_bits(packed_NB: Tensor, at: int) -> Tensor:
    """32 numbers of five bits as words: four bits in halves of bytes, the fifth in four bytes before them."""
    fifth = code_books.table("fifth bits", packed_NB.device)[packed_NB[:, at : at + 4].int()]
    return _nibbles(packed_NB[:, at + 4 :], 16) | fifth


def _q5_0(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_fifth_bits(packed_NB, 2), less=16), halves(packed_NB, 0))


def _q5_1(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_fifth_bits(packed_NB, 4)), halves(packed_NB, 0), -halves(packed_NB, 2))


def _q8_0(packed_NB: Tensor) -> Codes:
    return Codes(packed_NB[:, 2:].view(torch.int8), halves(packed_NB, 0))


def _q2_k(packed_NB: Tensor) -> Codes:
    both = packed_NB[:, :16]
    scales, minima = halves(packed_NB, 80) * (both & 15), halves(packed_NB, 82) * (both >> 4)
    return Codes(numbers(_quarters(packed_NB[:, 16:80])), scales, minima)


def _q3_k(packed_NB: Tensor) -> Codes:
    low = _quarters(packed_NB[:, 32:96]).view(len(packed_NB), 8, 4)
    high = words_of(packed_NB[:, :32])
    # A set bit means that nothing is taken away.
    high = torch.stack([(shifted(high, group) & each_byte(1)) << 2 for group in range(8)], 1)
    scale_low, scale_high = packed_NB[:, 96:104], packed_NB[:, 104:108]
    scales = torch.cat((scale_low & 15, scale_low >> 4), 1)
    scales |= torch.cat([((scale_high >> shift) & 3) << 4 for shift in (0, 2, 4, 6)], 1)
    return Codes(numbers(low | high, less=4), halves(packed_NB, 108) * (scales - 32).view(torch.int8))


def scales_and_minima(packed_NB: Tensor) -> Tuple[Tensor, Tensor]:
    """The eight scales and eight minima, six bits each, of Q4_K and Q5_K, times the block's own two scales."""
    words = packed_NB.view(torch.int32)
    first, second, rest = words[:, 1], words[:, 2], words[:, 3]
    six, four, two = 0x3F3F3F3F, 0x0F0F0F0F, 0x30303030
    scales = torch.stack((first & six, (rest & four) | ((first >> 2) & two)), 1).view(torch.uint8)
    minima = torch.stack((second & six, ((rest >> 4) & four) | ((second >> 2) & two)), 1).view(torch.uint8)
    return halves(packed_NB, 0) * scales, halves(packed_NB, 2) * minima


def _q4_k(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_nibbles(packed_NB[:, 16:], 32)), *scales_and_minima(packed_NB))


def _q5_k(packed_NB: Tensor) -> Codes:
    low, high = _nibbles(packed_NB[:, 48:], 32).view(-1, 8, 4), words_of(packed_NB[:, 16:48])
    for group in range(8):
        low[:, group] |= (shifted(high, group) & each_byte(1)) << 4
    return Codes(numbers(low), *scales_and_minima(packed_NB))


def _q6_k(packed_NB: Tensor) -> Codes:
    low = words_of(packed_NB[:, :128]).view(-1, 2, 2, 4)
    both = torch.stack((low & each_byte(15), shifted(low, 4) & each_byte(15)), 2).view(-1, 2, 4, 4)
    both |= _quarters(packed_NB[:, 128:192]) << 4
    scales = halves(packed_NB, 208) * packed_NB[:, 192:208].view(torch.int8)
    return Codes(numbers(both, less=32), scales)


def _tq1_0(packed_NB: Tensor) -> Codes:
    """Five digits of base 3 a byte (four in the last bytes), as fractions of 256; multiplying brings one to the top."""
    parts = []
    for first, last, digits in ((0, 32, 5), (32, 48, 5), (48, 52, 4)):
        # Bytes wrap around: the digits above are meant to fall off.
        moved = torch.stack([packed_NB[:, first:last] * 3**power for power in range(digits)], 1).to(torch.int16)
        parts.append((((moved * 3) >> 8) - 1).to(torch.int8).flatten(1))
    return Codes(torch.cat(parts, 1), halves(packed_NB, 52))


def _tq2_0(packed_NB: Tensor) -> Codes:
    return Codes(numbers(_quarters(packed_NB[:, :64]), less=1), halves(packed_NB, 64))


_CODES: Dict[str, Callable[[Tensor], Codes]] = {
    "Q4_0": _q4_0, "Q4_1": _q4_1, "Q5_0": _q5_0, "Q5_1": _q5_1, "Q8_0": _q8_0, "Q2_K": _q2_k, "Q3_K": _q3_k,
    "Q4_K": _q4_k, "Q5_K": _q5_k, "Q6_K": _q6_k, "TQ1_0": _tq1_0, "TQ2_0": _tq2_0, **code_books.CODES,
}  # fmt: skip

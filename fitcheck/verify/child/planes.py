"""The most common types once more, for products alone: numbers in the order in which their bits lie.

Putting the low and high halves of bytes into the order of elements costs torch more than the product itself (each run
of 32 bytes is a loop of its own); putting the tokens' values into the order of the bits costs nothing. Q6_K keeps its
four low and two high bits as numbers of their own, which the product adds up.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Tuple

import torch
from torch import Tensor

from .blocks import scales_and_minima
from .codes import Codes, each_byte, halves, words_of

WORDS = 16
"""int64 in 128 bytes, the longest run of codes in a block."""


def _split(words_NW: Tensor, out_NW: Tensor) -> None:
    """All low halves of bytes, then all high halves."""
    torch.bitwise_and(words_NW, each_byte(15), out=out_NW[:, :WORDS])
    torch.bitwise_and(words_NW >> 4, each_byte(15), out=out_NW[:, WORDS : 2 * WORDS])


def _q4_k(packed_NB: Tensor) -> Codes:
    out = torch.empty(len(packed_NB), 2 * WORDS, dtype=torch.int64)
    _split(packed_NB.view(torch.int64)[:, 2:], out)
    return Codes(out.view(torch.int8), *scales_and_minima(packed_NB))


def _q6_k(packed_NB: Tensor) -> Codes:
    out = torch.empty(len(packed_NB), 4 * WORDS, dtype=torch.int64)
    _split(words_of(packed_NB[:, :128]), out)
    high = words_of(packed_NB[:, 128:192])
    for place, moved in enumerate((high << 4, high << 2, high, high >> 2)):
        first = 2 * WORDS + place * WORDS // 2
        torch.bitwise_and(moved, each_byte(48), out=out[:, first : first + WORDS // 2])
    scales = halves(packed_NB, 208) * packed_NB[:, 192:208].view(torch.int8)
    return Codes(out.view(torch.int8), scales, scales * 32)


def _order_q4_k() -> List[int]:
    return [64 * (byte // 32) + 32 * half + byte % 32 for half in (0, 1) for byte in range(128)]


def _order_q6_k() -> List[int]:
    low = [128 * (byte // 64) + 64 * half + byte % 64 for half in (0, 1) for byte in range(128)]
    high = [128 * (byte // 32) + 32 * place + byte % 32 for place in range(4) for byte in range(64)]
    return low + high


PLANES: Dict[str, Tuple[Callable[[Tensor], Codes], List[int]]] = {
    "Q4_K": (_q4_k, _order_q4_k()),
    "Q6_K": (_q6_k, _order_q6_k()),
}
"""Type -> its numbers in the order of their bits, and the element of each number of a block."""

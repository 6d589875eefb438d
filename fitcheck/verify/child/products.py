"""Products of a few tokens with packed rows in whole numbers, as engines make them on a processor.

The tokens' values become whole numbers of fifteen bits, split in two bytes; torch's product of bytes (oneDNN) does the
rest, and the scales are applied to the sums of each group. That reads a quarter of what float32 values would.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Tuple

import torch
from torch import Tensor

from .blocks import BLOCKS, PLAIN, codes_of
from .planes import PLANES

UNIT = 256
"""Elements that are multiplied at once: one block of the K types, eight of the small ones."""

MOST_TOKENS = 4
"""From more on, unpacking to float32 costs less than it saves."""

AS_FLOATS = frozenset((*PLAIN, "Q8_0"))
"""Types that gain nothing: torch reads them as they are, or their bytes only have to become float32."""

CHUNK = 1 << 24
"""Numbers made at once, 16 MiB: threads wait for each other at every step, and long steps make that rare."""

HALF = 127 * 256
"""The largest whole number that a value becomes: both of its bytes stay within int8."""


def fits(ggml_type: str, row: int, tokens: int, device: torch.device) -> bool:
    """Whether a product can be made this way here."""
    small = tokens <= MOST_TOKENS and row % UNIT == 0
    return small and ggml_type not in AS_FLOATS and device.type == "cpu" and bytes_multiply_exactly()


@lru_cache(maxsize=1)
def bytes_multiply_exactly() -> bool:
    """Whether this torch multiplies bytes, and this processor without saturating in between."""
    if not hasattr(torch, "_int_mm"):
        return False
    pattern = torch.arange(64 * UNIT) % 5 < 3
    left = torch.where(pattern, 127, -128).to(torch.int8).view(64, UNIT)
    right = torch.where(pattern[: UNIT * 16], 127, -128).to(torch.int8).view(UNIT, 16)
    try:
        found = torch._int_mm(left, right)
    except RuntimeError:
        return False
    return bool((found.double() == left.double() @ right.double()).all())


class Operand:
    """Some tokens' values (T x K) as bytes, ready for products with rows of G groups in every 256 values.

    ``order`` is the element of each number of a unit. ``columns`` (units x numbers x columns) holds, for token, byte
    and group, the group's values in its own column and zeros elsewhere: one product gives the sums of all groups.
    """

    def __init__(self, x_TK: Tensor, groups: int, order: Tensor) -> None:
        self.tokens, self.units, self.groups = x_TK.shape[0], x_TK.shape[1] // UNIT, groups
        split = x_TK.view(self.tokens, self.units, UNIT)
        self.steps = split.abs().amax(-1).clamp(min=1e-30) / HALF
        whole = (split / self.steps.unsqueeze(-1)).round().to(torch.int32)
        high = (whole + 128) >> 8
        pair = torch.stack((high, whole - (high << 8)), 1).to(torch.int8)[..., order]
        columns = torch.zeros(groups, len(order), self.units, self.tokens, 2, dtype=torch.int8)
        columns[order // (UNIT // groups), torch.arange(len(order))] = pair.permute(3, 2, 0, 1)
        self.columns = columns.permute(2, 1, 3, 4, 0).reshape(self.units, len(order), -1)
        self.sums = split.view(self.tokens, self.units, groups, -1).sum(-1).permute(1, 2, 0).contiguous()


def multiply(ggml_type: str, packed_RB: Tensor, x_TK: Tensor, out_TR: Tensor) -> None:
    """Fill ``out_TR`` with the product of tokens and packed rows."""
    units = x_TK.shape[1] // UNIT
    operand = None
    chunk = max(1, CHUNK // x_TK.shape[1])
    for first in range(0, len(packed_RB), chunk):
        packed = packed_RB[first : first + chunk]
        numbers, scales, minima = _by_unit(ggml_type, packed, units)
        if operand is None:
            operand = Operand(x_TK, scales.shape[2], order_of(ggml_type))
        out_TR[:, first : first + len(packed)] = _product(operand, numbers, scales, minima).T


def _by_unit(ggml_type: str, packed_RB: Tensor, units: int) -> Tuple[Tensor, Tensor, "Tensor | None"]:
    """Numbers (units x R x numbers), scales and minima (units x R x groups) of some rows."""
    rows = len(packed_RB)
    apart = packed_RB.view(rows, units, -1).transpose(0, 1).reshape(-1, BLOCKS[ggml_type][1])
    codes = PLANES[ggml_type][0](apart) if ggml_type in PLANES else codes_of(ggml_type, apart)
    minima = None if codes.minima is None else codes.minima.view(units, rows, -1)
    return codes.numbers.reshape(units, rows, -1), codes.scales.view(units, rows, -1), minima


def order_of(ggml_type: str) -> Tensor:
    """The element of each number of a unit."""
    return torch.tensor(PLANES[ggml_type][1]) if ggml_type in PLANES else torch.arange(UNIT)


def _product(operand: Operand, numbers: Tensor, scales: Tensor, minima: "Tensor | None") -> Tensor:
    """Rows x tokens."""
    sums = torch.empty(operand.units, numbers.shape[1], operand.columns.shape[2], dtype=torch.int32)
    for unit in range(operand.units):
        torch._int_mm(numbers[unit], operand.columns[unit], out=sums[unit])
    parts = sums.view(operand.units, -1, operand.tokens, 2, operand.groups).float()
    whole = torch.add(parts[:, :, :, 1], parts[:, :, :, 0], alpha=256)
    scaled = (whole * scales.unsqueeze(2)).sum(-1) * operand.steps.T.unsqueeze(1)
    if minima is not None:
        scaled -= (minima.unsqueeze(2) * operand.sums.permute(0, 2, 1).unsqueeze(1)).sum(-1)
    return scaled.sum(0)

"""Valid blocks of any ggml type, filled with random codes and finite scales: weights that nobody has to download."""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor

from .blocks import BLOCKS, PLAIN, unpack

_SCALE_AT = {
    "Q4_0": 0, "Q4_1": 0, "Q5_0": 0, "Q5_1": 0, "Q8_0": 0, "Q2_K": 80, "Q3_K": 108, "Q4_K": 0, "Q5_K": 0, "Q6_K": 208,
    "IQ1_S": 0, "IQ2_XXS": 0, "IQ2_XS": 0, "IQ2_S": 0, "IQ3_XXS": 0, "IQ3_S": 0, "IQ4_NL": 0, "IQ4_XS": 0,
    "TQ1_0": 52, "TQ2_0": 64,
}  # fmt: skip
"""Where a block keeps its float16 scale, in bytes (ggml-common.h)."""

_MINIMUM_AT = {"Q4_1": (2, -7.5), "Q5_1": (2, -15.5), "Q2_K": (82, 1.5), "Q4_K": (2, 7.5), "Q5_K": (2, 15.5)}
"""Types with a minimum: where it is, and how many scales it must be so that values lie evenly around zero."""


def synthetic_blocks(ggml_type: str, spread: float, blocks: int, seed: int = 1) -> Tensor:
    """``blocks`` random blocks (uint8, N x bytes) whose values have a standard deviation of about ``spread``."""
    generator = torch.Generator().manual_seed(seed)
    elements, size = BLOCKS[ggml_type]
    if ggml_type in PLAIN:
        values = torch.randn(blocks, elements, generator=generator) * spread
        return values.to(PLAIN[ggml_type]).view(torch.uint8).reshape(blocks, size)
    packed = torch.randint(0, 256, (blocks, size), dtype=torch.uint8, generator=generator)
    _scale(ggml_type, packed, None)
    sample = packed[:1024]
    deviation = unpack(ggml_type, sample, torch.empty(len(sample), elements)).std().item()
    _scale(ggml_type, packed, spread / deviation)
    return packed


def _scale(ggml_type: str, packed_NB: Tensor, scale: Optional[float]) -> None:
    """Give every block this scale; None: a scale of one to begin with."""
    scale = 1.0 if scale is None else scale
    if ggml_type == "MXFP4":
        packed_NB[:, 0] = max(2, 127 + round(torch.tensor(scale).log2().item()))
    elif ggml_type == "IQ1_M":
        _spread_over_words(packed_NB, _float16_bytes(scale))
    else:
        at = _SCALE_AT[ggml_type]
        packed_NB[:, at : at + 2] = _float16_bytes(scale)
    if ggml_type in _MINIMUM_AT:
        at, scales = _MINIMUM_AT[ggml_type]
        packed_NB[:, at : at + 2] = _float16_bytes(scale * scales)


def _float16_bytes(value: float) -> Tensor:
    return torch.tensor([value], dtype=torch.float16).view(torch.uint8)


def _spread_over_words(packed_NB: Tensor, scale: Tensor) -> None:
    """IQ1_M keeps its scale in the highest four bits of four little-endian words, lowest bits first."""
    low, high = int(scale[0]), int(scale[1])
    for word, nibble in enumerate((low & 15, low >> 4, high & 15, high >> 4)):
        last = packed_NB[:, 49 + 2 * word]
        last &= 15
        last |= nibble << 4

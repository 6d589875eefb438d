"""Rotary position embedding, with YaRN and with the divisors that Llama 3 files carry.

YaRN: Peng et al., arXiv 2309.00071; bounds of the ramp as in DeepSeek's inference/model.py (``precompute_freqs_cis``).
"""

from __future__ import annotations

import math
from typing import Any, Dict, Optional, Tuple

import torch
from torch import Tensor


def magnitude(factor: float, weight: float) -> float:
    """YaRN's growth of attention with the stretch of the context, 0.1 w ln s + 1."""
    return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0


def frequencies(width: int, rope: Dict[str, Any]) -> Tensor:
    """Radians a position for each of ``width / 2`` pairs (float32).

    ``rope``: ``theta``, and where YaRN stretches the context ``factor``, ``original_context``, ``beta_fast`` and
    ``beta_slow``.
    """
    exponents = torch.arange(0, width, 2, dtype=torch.float32) / width
    plain: Tensor = 1.0 / (float(rope["theta"]) ** exponents)
    factor = float(rope.get("factor") or 0)
    if not factor:
        return plain

    def pair_that_turns(times: float) -> float:
        """The pair whose wave turns so many times within the original context."""
        wavelength = rope["original_context"] / (times * 2 * math.pi)
        return width * math.log(wavelength) / (2 * math.log(rope["theta"]))

    low = max(math.floor(pair_that_turns(rope["beta_fast"])), 0)
    high = min(math.ceil(pair_that_turns(rope["beta_slow"])), width - 1)
    ramp = (torch.arange(width // 2, dtype=torch.float32) - low) / max(high - low, 0.001)
    stretched = ramp.clamp(0, 1)
    return plain / factor * stretched + plain * (1 - stretched)


class Rotary:
    """Turns pairs of values by angles that grow with the position.

    ``interleaved``: neighbours are a pair (llama and deepseek2 files), otherwise a value and the one half a head
    further (qwen2, qwen3).
    """

    def __init__(self, width: int, rope: Dict[str, Any]) -> None:
        self.width, self.interleaved = width, bool(rope["interleaved"])
        self._frequencies = {torch.device("cpu"): frequencies(width, rope)}
        # What both weights have in common is in the softmax scale of latent attention already.
        factor = rope.get("factor") or 1.0
        self._size = magnitude(factor, rope.get("mscale", 1.0)) / magnitude(factor, rope.get("mscale_all_dim", 0.0))

    def angles(self, positions_T: Tensor, divisors: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
        """Cosines and sines, T x pairs, on the device of the positions; ``divisors`` are a file's rope factors."""
        device = positions_T.device
        if device not in self._frequencies:
            self._frequencies[device] = self._frequencies[torch.device("cpu")].to(device)
        speed = self._frequencies[device]
        if divisors is not None:
            speed = speed / divisors
        angles = positions_T.float().unsqueeze(1) * speed
        return angles.cos() * self._size, angles.sin() * self._size

    def turn(self, x_THK: Tensor, angles: Tuple[Tensor, Tensor]) -> Tensor:
        """The heads of T tokens, turned."""
        cosine, sine = (part.unsqueeze(1).to(x_THK.device) for part in angles)
        if self.interleaved:
            first, second = x_THK[..., 0::2], x_THK[..., 1::2]
            return torch.stack((first * cosine - second * sine, second * cosine + first * sine), -1).flatten(-2)
        first, second = x_THK.chunk(2, -1)
        return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)

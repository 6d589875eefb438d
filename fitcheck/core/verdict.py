"""The words for how a plan runs."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["gpu", "offload", "cpu", "disk", "no"]
"""``gpu`` all on cards, ``offload`` cards and RAM, ``cpu`` RAM alone, ``disk`` streams from SSD, ``no``."""

VERDICTS: tuple[Verdict, ...] = ("gpu", "offload", "cpu", "disk", "no")
RUNS: frozenset[Verdict] = frozenset(("gpu", "offload", "cpu"))

Lacking = Literal["", "RAM", "disk", "VRAM"]

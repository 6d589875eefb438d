"""Fits the speed model's few numbers to the published cases and tells how well it does on cards it has not seen.

    python tests/data/speed/calibrate.py            fit, and cross-validate leaving out whole cards

Prints the fitted values beside those of ``fitcheck/core/calibration.py``, which are rounded by hand; writes nothing.
Each card counts with the square root of its cases, and no case for more than a factor of 2.2.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from fitcheck.core.calibration import CALIBRATION, Calibration
from tests.speed_cases import Case, Which, cases, measured

FITTED: dict[Which, tuple[str, ...]] = {
    "decode": (
        "cuda_share", "amd_share", "metal_share", "ram_share", "experts_in_ram_share", "cuda_layer_s",
        "amd_layer_s", "metal_layer_s", "expert_layer_s", "all_reduce_s", "crossing_s", "unpack_operations",
        "metal_unpack_operations", "multiprocessor_weights", "multiprocessor_cache",
        "scores_s", "metal_scores_s",
    ),
    "prefill": (
        "multiprocessor_flops", "shader_share", "half_gain", "half_share", "expert_prompt_share", "core_flops",
        "score_passes",
    ),
}  # fmt: skip
"""Without ``matrix_share``: no published prompt was read by a card with matrix units and unknown multiprocessors."""

LARGEST_MISS = 0.8


def loss(calibration: Calibration, which: Which, held: Sequence[Case]) -> float:
    """Sum of the absolute log ratios, weighted by card."""
    counts: dict[str, int] = {}
    for one in held:
        counts[one.hardware] = counts.get(one.hardware, 0) + 1
    return sum(
        min(abs(one.log_ratio(which, calibration)), LARGEST_MISS) / math.sqrt(counts[one.hardware]) for one in held
    )


STARTS = (1.0, 0.67, 1.5)
"""Times the shipped values: some numbers make up for others, so a descent may end beside the lowest place."""


def fit(which: Which, held: Sequence[Case]) -> Calibration:
    """The best of the descents from several starts."""
    found = []
    for factor in STARTS:
        start = replace(CALIBRATION, **{name: getattr(CALIBRATION, name) * factor for name in FITTED[which]})
        found.append(descend(start, which, held))
    return min(found, key=lambda calibration: loss(calibration, which, held))


def descend(start: Calibration, which: Which, held: Sequence[Case], rounds: int = 7) -> Calibration:
    """Coordinate descent in the logarithm: each number up and down by smaller and smaller steps."""
    best, step = loss(start, which, held), 0.25
    for _ in range(rounds):
        for name in FITTED[which]:
            for factor in (1 + step, 1 / (1 + step)):
                while True:
                    tried = replace(start, **{name: getattr(start, name) * factor})
                    found = loss(tried, which, held)
                    if found > best - 1e-9:
                        break
                    best, start = found, tried
        step /= 2
    return start


def report(title: str, pairs: Sequence[tuple[Case, Calibration]], which: Which) -> None:
    """Median and 85th percentile of the absolute log ratio, and how many cases the band holds."""
    ratios = sorted(abs(one.log_ratio(which, calibration)) for one, calibration in pairs)
    speeds = [(one.predicted(which, calibration), one.published(which) or 0.0) for one, calibration in pairs]
    inside = sum(speed.low <= value <= speed.high for speed, value in speeds) / len(speeds)
    width = median(speed.high / speed.low for speed, _ in speeds)
    within = ratios[int(0.85 * len(ratios))]
    print(f"  {title}: {len(ratios)} cases, median {median(ratios):.3f}, 85 % within {within:.3f}", end="")
    print(f", {inside:.0%} in the band, median high/low {width:.2f}")


def main() -> None:
    """Both speeds."""
    for which in FITTED:
        held = (*cases(which), *measured(which))
        print(which)
        report("as shipped", [(one, CALIBRATION) for one in held], which)
        fitted = fit(which, held)
        report("fitted", [(one, fitted) for one in held], which)
        unseen = []
        for hardware in sorted({one.hardware for one in held}):
            rest = fit(which, [one for one in held if one.hardware != hardware])
            unseen += [(one, rest) for one in held if one.hardware == hardware]
        report("cards left out", unseen, which)
        for name in FITTED[which]:
            print(f"    {name}: {getattr(fitted, name):.3g} (shipped {getattr(CALIBRATION, name):.3g})")


if __name__ == "__main__":
    main()

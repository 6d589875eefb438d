"""The best few choices for a machine: quality of the model, loss of the quantization and time, weighed by a wish.

The weights are proposals of ours, not measurements: they are stated wherever a choice is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from fitcheck.core.planner import Plan
from fitcheck.core.speed import Speed
from fitcheck.frozen import dataclass

Wish = Literal["best quality", "balanced", "fastest"]

POINTS_A_DOUBLING: dict[Wish, float] = {"best quality": 0.0, "balanced": 2.5, "fastest": 8.0}
"""Benchmark points that twice the time for an answer is worth."""

LOSS_POINTS = {
    "near lossless": 0.0, "very good": 0.5, "good": 1.5, "noticeable loss": 4.0, "strong loss": 10.0, "severe": 25.0,
}  # fmt: skip
"""Benchmark points taken off for a quantization's loss, by its word (``catalog.quality``)."""

SLOWEST_TOKENS_PER_S = 1.0
"""Below this nobody waits for an answer of many thousand tokens: it would take hours."""

READING_TOKENS_PER_S = 6.0
"""About the pace at which people read (240 words a minute, 0.7 words a token); balanced choices keep it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is published about a model and file: ``score`` in percent, ``loss`` as a word, where it can be had.

    ``loss_known`` is False where the loss was measured on a smaller model. ``repository`` None: computed only.
    """

    name: str
    score: float
    loss: str
    loss_known: bool
    repository: str | None
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One plan that is worth recommending, with what it was weighed by."""

    plan: Plan
    facts: Facts
    decode: Speed

    @property
    def minutes(self) -> float:
        """A reasoning answer, at the expected speed."""
        return self.decode.seconds_for(self.facts.reasoning_tokens) / 60

    def value(self, wish: Wish) -> float:
        """Benchmark points less what loss and time are worth."""
        time = POINTS_A_DOUBLING[wish] * math.log2(max(1.0, self.minutes))
        return self.facts.score - LOSS_POINTS[self.facts.loss] - time


def choices(plans: Iterable[tuple[Plan, Facts]]) -> tuple[Choice, ...]:
    """All that run fast enough to be used at all."""
    made = (Choice(plan, facts, plan.prediction.decode) for plan, facts in plans if plan.runs)
    return tuple(one for one in made if one.decode.expected >= SLOWEST_TOKENS_PER_S)


def best(found: Sequence[Choice], wish: Wish) -> Choice | None:
    """The best for a wish; of equals the faster one."""
    if wish == "balanced":
        found = [one for one in found if one.decode.expected >= READING_TOKENS_PER_S] or found
    return max(found, key=lambda one: (one.value(wish), one.decode.expected), default=None)


def ranked(found: Sequence[Choice], count: int) -> tuple[Choice, ...]:
    """The best file of each of the best models, balanced, at most ``count``."""
    by_model: dict[str, Choice] = {}
    for one in sorted(found, key=lambda one: -one.value("balanced")):
        by_model.setdefault(one.plan.model_id, one)
    return tuple(by_model.values())[:count]

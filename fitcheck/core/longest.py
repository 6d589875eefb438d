"""The longest context that keeps a verdict."""

from __future__ import annotations

from collections.abc import Callable

from fitcheck.core.kv_cache import CONTEXT_PADDING
from fitcheck.core.planner import Plan
from fitcheck.core.verdict import VERDICTS


def longest_plan(plan_with: Callable[[int], Plan], shortest: Plan, most: int) -> Plan:
    """The plan of the longest context, in steps of the engine's padding, whose verdict is no worse than the shortest's.

    ``most`` tokens at most; a longer context never betters a verdict, so it is found by bisection.
    """
    best, worst = shortest, VERDICTS.index(shortest.verdict)
    low, high = shortest.workload.context // CONTEXT_PADDING, most // CONTEXT_PADDING
    while low < high:
        middle = (low + high + 1) // 2
        candidate = plan_with(middle * CONTEXT_PADDING)
        if VERDICTS.index(candidate.verdict) <= worst:
            best, low = candidate, middle
        else:
            high = middle - 1
    return best

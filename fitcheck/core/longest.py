"""The longest context that keeps a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fitcheck.core.kv_cache import CONTEXT_PADDING
from fitcheck.core.planner import Plan
from fitcheck.core.verdict import VERDICTS


def longest_plan(plan_with: Callable[[int], Plan], shortest: Plan, most: int) -> Plan:
    """The plan of the longest context, in steps of the engine's padding, whose verdict is no worse than the shortest's.

    ``most`` tokens at most; a longer context never betters a verdict, so it is found by bisection.
    """
    best = shortest
    for candidate in trials(plan_with, shortest, most):
        best = candidate if _keeps(candidate, shortest) else best
    return best


def trials(plan_with: Callable[[int], Plan], shortest: Plan, most: int) -> Iterator[Plan]:
    """The plans that the bisection looks at, one by one; of those that keep the verdict the last is the longest."""
    low, high = shortest.workload.context // CONTEXT_PADDING, most // CONTEXT_PADDING
    while low < high:
        middle = (low + high + 1) // 2
        candidate = plan_with(middle * CONTEXT_PADDING)
        yield candidate
        if _keeps(candidate, shortest):
            low = middle
        else:
            high = middle - 1


def _keeps(candidate: Plan, shortest: Plan) -> bool:
    return VERDICTS.index(candidate.verdict) <= VERDICTS.index(shortest.verdict)

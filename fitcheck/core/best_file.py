"""Which file of one model to take where a person names none."""

from __future__ import annotations

from collections.abc import Iterable

from fitcheck.core.planner import VERDICTS, Plan


def best_file(plans: Iterable[Plan]) -> Plan:
    """Among the file types of one model: the best verdict, then the most bits up to eight, then the nearest miss.

    Above eight bits nothing is gained that people notice, so sixteen come last.
    """
    return max(plans, key=_file_rank)


def _file_rank(plan: Plan) -> tuple[int, bool, int]:
    if not plan.runs:
        return -VERDICTS.index(plan.verdict), False, -plan.lacking_bytes
    return -VERDICTS.index(plan.verdict), plan.file_type.bits <= 8, plan.estimate.weights_bytes

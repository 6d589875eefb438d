"""One choice at every context: what it takes, how fast it is when the context is full, and where it stops fitting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fitcheck.core.estimate import estimate
from fitcheck.core.longest import trials
from fitcheck.core.planner import Plan
from fitcheck.core.prediction import Pace
from fitcheck.core.pricing import runtime_overhead_bytes
from fitcheck.core.replan import replanner
from fitcheck.core.speed import Speed
from fitcheck.core.verdict import VERDICTS
from fitcheck.frozen import dataclass

SHORTEST_CONTEXT = 1024


@dataclass(frozen=True, slots=True)
class AtContext:
    """A plan for another context. ``needed_bytes``: all that ``watched`` holds; ``decode`` with the context full."""

    plan: Plan
    needed_bytes: int
    decode: Speed

    @property
    def context(self) -> int:
        """Tokens."""
        return self.plan.workload.context


def watched(current: Plan) -> int:
    """The device whose memory decides as the context grows: the fullest card where all is on cards, else RAM (-1)."""
    if current.verdict != "gpu":
        return -1
    used = [index for index, device in enumerate(current.devices[:-1]) if device.memory.weights_bytes]
    return min(used, key=lambda index: current.devices[index].headroom_bytes or 0)


def at_contexts(current: Plan, margin_bytes: int) -> Iterator[AtContext]:
    """Contexts that double, those in use and at most, and where the verdict gets worse; in the order they are tried.

    On cards the placement stays as it is, so that its need can be seen to pass what they hold; RAM is planned anew.
    """
    device, again = watched(current), replanner(current, margin_bytes)

    def at(context: int) -> AtContext:
        workload = replace(current.workload, context=context)
        plan = again(workload, current.file_type)
        pace = Pace(
            plan.model, plan.file_type, plan.imatrix, workload, plan.machine, replace(plan.wishes.asked, depth=context)
        )
        if device < 0:
            needed = plan.devices[-1].memory.total_bytes
        else:
            overheads = [runtime_overhead_bytes(card) for card in plan.machine.plannable_gpus]
            needed = estimate(
                plan.model, plan.file_type, workload, current.placement, imatrix=plan.imatrix, runtime_bytes=overheads
            ).devices[device].total_bytes  # fmt: skip
        return AtContext(plan, needed, pace.decode(plan.placement, plan.from_disk))

    limit = current.model.context_limit
    stops = {current.workload.context, limit}
    stops |= {SHORTEST_CONTEXT << power for power in range(24) if SHORTEST_CONTEXT << power < limit}
    found = []
    for context in sorted(stops):
        found.append(at(context))
        yield found[-1]
    fitting = [one for one in found if _is_as_good(one.plan, current)]
    beyond = [one for one in found if not _is_as_good(one.plan, current)]
    if fitting and beyond:
        for tried in trials(lambda context: at(context).plan, fitting[-1].plan, beyond[0].context - 1):
            yield at(tried.workload.context)


def stops_at(points: Sequence[AtContext], current: Plan) -> int | None:
    """The longest context of these that is no worse than the current one; None where all are."""
    fitting = [one.context for one in points if _is_as_good(one.plan, current)]
    if len(fitting) == len(points):
        return None
    return max(fitting, default=0)


def _is_as_good(one: Plan, current: Plan) -> bool:
    return VERDICTS.index(one.verdict) <= VERDICTS.index(current.verdict)

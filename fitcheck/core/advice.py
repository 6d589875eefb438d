"""The nearest things that would change a plan's verdict: each is tried with the planner itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from fitcheck.core.kv_cache import kv_cache_by_device
from fitcheck.core.longest import longest_plan
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan, plan
from fitcheck.core.pricing import Question
from fitcheck.core.quantization import FILE_TYPES, FileType
from fitcheck.core.units import format_bytes, format_tokens
from fitcheck.core.verdict import VERDICTS, Verdict
from fitcheck.core.weights import weight_table
from fitcheck.core.workload import Workload

AdviceKind = Literal["memory", "cache", "context", "quantization"]

SHORTEST_CONTEXT = 1024
SMALLER_CACHE = "q8_0"

_BECOMES: dict[Verdict, str] = {
    "gpu": "everything fits on the cards", "offload": "it runs on cards and RAM together", "cpu": "it runs in RAM",
    "disk": "it streams from the disk", "no": "it does not run",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """One change in a sentence; ``better`` is the plan with it, None where memory would have to be bought."""

    kind: AdviceKind
    sentence: str
    better: Plan | None = None


def advice(current: Plan, margin_bytes: int) -> tuple[Advice, ...]:
    """What would better the verdict, nearest first; nothing where everything is on cards already."""
    if current.verdict == "gpu" or current.wishes.pinned:
        return ()

    def again(workload: Workload, file_type: FileType) -> Plan:
        return plan(
            current.model, file_type, workload, current.machine, margin_bytes=margin_bytes, imatrix=current.imatrix,
            header_bytes=current.download_bytes - current.tensor_bytes, wishes=current.wishes,
        )  # fmt: skip

    return (
        *_cache(current, again),
        *_context(current, again),
        *_smaller(current, again),
        *_memory(current, margin_bytes),
    )


_Again = Callable[[Workload, FileType], Plan]


def _is_better(one: Plan, other: Plan) -> bool:
    return VERDICTS.index(one.verdict) < VERDICTS.index(other.verdict)


def _cache(current: Plan, again: _Again) -> Iterator[Advice]:
    """A cache of half the size; the engine needs flash attention for it."""
    workload = current.workload
    if SMALLER_CACHE in (workload.type_k, workload.type_v) or workload.flash_attn == "off":
        return
    better = again(replace(workload, type_k=SMALLER_CACHE, type_v=SMALLER_CACHE), current.file_type)
    if _is_better(better, current):
        yield Advice("cache", f"With a KV cache of {SMALLER_CACHE}, {_BECOMES[better.verdict]}.", better)


def _context(current: Plan, again: _Again) -> Iterator[Advice]:
    """The longest context with a better verdict."""

    def plan_with(context: int) -> Plan:
        return again(replace(current.workload, context=context), current.file_type)

    if current.workload.context <= SHORTEST_CONTEXT:
        return
    shortest = plan_with(SHORTEST_CONTEXT)
    if _is_better(shortest, current):
        best = longest_plan(plan_with, shortest, current.workload.context - 1)
        tokens, asked = format_tokens(best.workload.context), format_tokens(current.workload.context)
        sentence = f"With a context of {tokens} instead of {asked}, {_BECOMES[best.verdict]}."
        yield Advice("context", sentence, best)


def _smaller(current: Plan, again: _Again) -> Iterator[Advice]:
    """The largest smaller common type with a better verdict."""
    layout = current.model.kv_layout(current.workload.kv_layout)

    def size(file_type: FileType) -> int:
        return weight_table(current.model, file_type, current.imatrix, layout).data_bytes

    common = sorted((one for one in FILE_TYPES if one.common), key=size, reverse=True)
    for file_type in (one for one in common if size(one) < size(current.file_type)):
        better = again(current.workload, file_type)
        if _is_better(better, current):
            yield Advice("quantization", f"As {file_type.id}, {_BECOMES[better.verdict]}.", better)
            return


def _memory(current: Plan, margin_bytes: int) -> Iterator[Advice]:
    """What is missing, and what all of it on the cards would take."""
    if current.lacking_bytes and current.lacking_of == "RAM":
        yield Advice("memory", f"With {format_bytes(current.lacking_bytes)} more RAM it runs from memory.")
    if current.lacking_bytes and current.lacking_of == "disk":
        yield Advice("memory", f"With {format_bytes(current.lacking_bytes)} more free on the disk it can be streamed.")
    question = Question(
        current.model, current.file_type, current.workload, current.machine, margin_bytes, current.imatrix
    )
    if not question.cards:
        return
    whole = Placement(len(question.cards), current.model.n_layers + 1)
    weights, cache = question.weights(whole)[:-1], kv_cache_by_device(current.model, current.workload, whole)[:-1]
    buffers = sum(device.memory.compute_bytes for device in current.devices[:-1])
    missing = sum(weights) + sum(cache) + buffers - sum(question.capacities)
    if missing > 0:
        yield Advice("memory", f"For everything on cards, about {format_bytes(missing)} of VRAM are missing.")

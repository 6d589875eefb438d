"""The nearest things that would change a plan's verdict: each is tried with the planner itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from fitcheck.core.kv_cache import CONTEXT_PADDING, kv_cache_by_device
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan, plan
from fitcheck.core.pricing import Question
from fitcheck.core.quantization import FILE_TYPES
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

    def again(workload: Workload, file_type_id: str = "") -> Plan:
        file_type = next((one for one in FILE_TYPES if one.id == file_type_id), current.file_type)
        return plan(
            current.model, file_type, workload, current.machine, margin_bytes=margin_bytes, imatrix=current.imatrix,
            header_bytes=0, wishes=current.wishes,
        )  # fmt: skip

    return (
        *_cache(current, again),
        *_context(current, again),
        *_smaller(current, again),
        *_memory(current, margin_bytes),
    )


_Again = Callable[..., Plan]


def _is_better(one: Plan, other: Plan) -> bool:
    return VERDICTS.index(one.verdict) < VERDICTS.index(other.verdict)


def _cache(current: Plan, again: _Again) -> Iterator[Advice]:
    """A cache of half the size; the engine needs flash attention for it."""
    workload = current.workload
    if SMALLER_CACHE in (workload.type_k, workload.type_v) or workload.flash_attn == "off":
        return
    better = again(replace(workload, type_k=SMALLER_CACHE, type_v=SMALLER_CACHE))
    if _is_better(better, current):
        yield Advice("cache", f"With a KV cache of {SMALLER_CACHE}, {_BECOMES[better.verdict]}.", better)


def _context(current: Plan, again: _Again) -> Iterator[Advice]:
    """The longest context with a better verdict."""
    low, high = SHORTEST_CONTEXT // CONTEXT_PADDING, (current.workload.context - 1) // CONTEXT_PADDING
    if high < low:
        return
    best = again(replace(current.workload, context=low * CONTEXT_PADDING))
    if not _is_better(best, current):
        return
    wanted = best.verdict
    while low < high:
        middle = (low + high + 1) // 2
        tried = again(replace(current.workload, context=middle * CONTEXT_PADDING))
        if tried.verdict == wanted:
            best, low = tried, middle
        else:
            high = middle - 1
    tokens = format_tokens(best.workload.context)
    asked = format_tokens(current.workload.context)
    yield Advice("context", f"With a context of {tokens} instead of {asked}, {_BECOMES[wanted]}.", best)


def _smaller(current: Plan, again: _Again) -> Iterator[Advice]:
    """The largest smaller common type with a better verdict."""
    layout = current.model.kv_layout(current.workload.kv_layout)
    sizes = {
        one.id: weight_table(current.model, one, current.imatrix, layout).data_bytes for one in FILE_TYPES if one.common
    }
    smaller = [one for one in FILE_TYPES if sizes.get(one.id, current.download_bytes) < current.estimate.weights_bytes]
    for file_type in sorted(smaller, key=lambda one: -sizes[one.id]):
        better = again(current.workload, file_type.id)
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

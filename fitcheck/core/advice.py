"""The nearest things that would change a plan's verdict: each is tried with the planner itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from fitcheck.core.kv_cache import kv_cache_by_device
from fitcheck.core.longest import trials
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan
from fitcheck.core.pricing import Question
from fitcheck.core.quantization import FILE_TYPES, FileType
from fitcheck.core.replan import Again, replanner
from fitcheck.core.units import format_bytes, format_tokens
from fitcheck.core.verdict import VERDICTS, Lacking, Verdict
from fitcheck.core.weights import weight_table
from fitcheck.frozen import dataclass

AdviceKind = Literal["memory", "cache", "context", "quantization"]

SHORTEST_CONTEXT = 1024
SMALLER_CACHE = "q8_0"

_BECOMES: dict[Verdict, str] = {
    "gpu": "everything fits on the cards", "offload": "it runs on cards and RAM together", "cpu": "it runs in RAM",
    "disk": "it streams from the disk", "no": "it does not run",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """One change in a sentence; ``better`` is the plan with it, None where memory would have to be bought.

    ``missing_bytes`` of ``missing_of`` are what is lacking then.
    """

    kind: AdviceKind
    sentence: str
    better: Plan | None = None
    missing_bytes: int = 0
    missing_of: Lacking = ""


def advice(current: Plan, margin_bytes: int) -> tuple[Advice, ...]:
    """What would better the verdict, nearest first; nothing where everything is on cards already."""
    return tuple(one for one in advice_steps(current, margin_bytes) if one is not None)


def advice_steps(current: Plan, margin_bytes: int) -> Iterator[Advice | None]:
    """The same step by step, for who must not wait long: None where another plan was tried and nothing is said yet."""
    if current.verdict == "gpu" or current.wishes.pinned:
        return
    again = replanner(current, margin_bytes)
    yield from _cache(current, again)
    yield from _context(current, again)
    yield from _smaller(current, again)
    yield from _memory(current, margin_bytes)


def _is_better(one: Plan, other: Plan) -> bool:
    return VERDICTS.index(one.verdict) < VERDICTS.index(other.verdict)


def _cache(current: Plan, again: Again) -> Iterator[Advice | None]:
    """A cache of half the size; the engine needs flash attention for it."""
    workload = current.workload
    if SMALLER_CACHE in (workload.type_k, workload.type_v) or workload.flash_attn == "off":
        return
    better = again(replace(workload, type_k=SMALLER_CACHE, type_v=SMALLER_CACHE), current.file_type)
    yield None
    if _is_better(better, current):
        yield Advice("cache", f"With a KV cache of {SMALLER_CACHE}, {_BECOMES[better.verdict]}.", better)


def _context(current: Plan, again: Again) -> Iterator[Advice | None]:
    """The longest context with a better verdict."""

    def plan_with(context: int) -> Plan:
        return again(replace(current.workload, context=context), current.file_type)

    if current.workload.context <= SHORTEST_CONTEXT:
        return
    best = shortest = plan_with(SHORTEST_CONTEXT)
    yield None
    if _is_better(shortest, current):
        for tried in trials(plan_with, shortest, current.workload.context - 1):
            yield None
            if not _is_better(shortest, tried):
                best = tried
        tokens, asked = format_tokens(best.workload.context), format_tokens(current.workload.context)
        sentence = f"With a context of {tokens} instead of {asked}, {_BECOMES[best.verdict]}."
        yield Advice("context", sentence, best)


def _smaller(current: Plan, again: Again) -> Iterator[Advice | None]:
    """The largest smaller common type with a better verdict."""
    layout = current.model.kv_layout(current.workload.kv_layout)

    def size(file_type: FileType) -> int:
        return weight_table(current.model, file_type, current.imatrix, layout).data_bytes

    common = sorted((one for one in FILE_TYPES if one.common), key=size, reverse=True)
    for file_type in (one for one in common if size(one) < size(current.file_type)):
        better = again(current.workload, file_type)
        yield None
        if _is_better(better, current):
            yield Advice("quantization", f"As {file_type.id}, {_BECOMES[better.verdict]}.", better)
            return


def _memory(current: Plan, margin_bytes: int) -> Iterator[Advice]:
    """What is missing, and what all of it on the cards would take."""
    if current.lacking_bytes and current.lacking_of == "RAM":
        yield Advice(
            "memory",
            f"With {format_bytes(current.lacking_bytes)} more RAM it runs from memory.",
            None,
            current.lacking_bytes,
            "RAM",
        )
    if current.lacking_bytes and current.lacking_of == "disk":
        yield Advice(
            "memory",
            f"With {format_bytes(current.lacking_bytes)} more free on the disk it can be streamed.",
            None,
            current.lacking_bytes,
            "disk",
        )
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
        yield Advice(
            "memory",
            f"For everything on cards, about {format_bytes(missing)} of VRAM are missing.",
            None,
            missing,
            "VRAM",
        )

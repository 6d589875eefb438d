"""How fast a plan runs and why, in sentences made from the terms of its prediction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitcheck.core.prediction import Prediction
from fitcheck.core.speed import Speed, Term

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan

_GB = 1e9


def rate(tokens_per_s: float) -> str:
    """``0.42``, ``7.5``, ``120`` or ``13,444``: few digits, because the band is wider than more of them."""
    if tokens_per_s < 1:
        return f"{tokens_per_s:.2f}"
    return f"{tokens_per_s:.1f}" if tokens_per_s < 20 else f"{tokens_per_s:,.0f}"


def band(speed: Speed) -> str:
    """``11 tokens/s (7.5 to 16)``."""
    return f"{rate(speed.expected)} tokens/s ({rate(speed.low)} to {rate(speed.high)})"


def limit(speed: Speed) -> str:
    """``limited by RAM: weights of 10.6 GB at 76 GB/s a token (80% of the time)``."""
    term = speed.limit
    share = term.seconds / sum([one.seconds for one in speed.terms], 0.0)
    return f"limited by {_named(term)} ({share:.0%} of the time)"


def _named(term: Term) -> str:
    moved = f"{_three_digits(term.bytes)} GB at {_three_digits(term.rate)} GB/s" if term.rate else ""
    names = {"host": "RAM", "disk": "the disk", "link": "the link to the card", "cards": "the cards"}
    where = names.get(term.device, term.device)
    return {
        "weights": f"{where}: weights of {moved} a token",
        "cache": f"{where}: a cache of {moved}",
        "unpacking": f"{where}: unpacking quantized weights",
        "layers": f"{where}: starting the work of each layer",
        "crossings": "handing over between devices",
        "compute": f"{'the processor' if term.device == 'host' else where}: computing",
        "attention": f"{where}: attention over the prompt",
        "link": f"{where}: weights of {moved}",
        "disk": f"{where}: {moved}",
    }[term.kind]


def _three_digits(size: float) -> str:
    return f"{size / _GB:.3g}" if size < 1000 * _GB else f"{size / _GB:,.0f}"


def duration(seconds: float) -> str:
    """``40 s``, ``18 min`` or ``3.4 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def speed_sentences(plan: Plan, prediction: Prediction, reasoning_tokens: int | None = None) -> Iterator[str]:
    """Decoding, a prompt, loading, and how long a reasoning answer takes."""
    decode, prompt = prediction.decode, prediction.prompt
    yield f"Answers at about {band(decode)}, {limit(decode)}."
    yield f"Reads a prompt at about {band(prompt)}, {limit(prompt)}."
    if reasoning_tokens:
        time = duration(decode.seconds_for(reasoning_tokens))
        yield f"A reasoning answer of {reasoning_tokens:,} tokens, typical of hard questions, takes about {time}."
        if plan.workload.context < reasoning_tokens:
            yield f"Note: a context of {plan.workload.context:,} tokens is shorter than such an answer."
    yield f"Loading takes about {duration(prediction.load_seconds)}."

"""The child's lines as events: what is understood becomes one, everything else is passed over and counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from fitcheck.frozen import dataclass

Phase = Literal["starting", "allocating", "reading", "decoding"]


@dataclass(frozen=True, slots=True)
class Started:
    """The child's torch is loaded; ``busy_processors`` of ``processors`` were kept busy by others (None: unknown)."""

    python: str
    torch: str
    threads: int
    busy_processors: float | None = None
    processors: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase is; ``label`` names what is under way, ``done`` of ``of`` in bytes, parts or tokens.

    ``seconds_left`` of this phase, None where that cannot be said yet.
    """

    phase: Phase
    label: str
    done: int
    of: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class MemoryNow:
    """One point of the live curve: bytes resident, free on the host and on each card (torch's names).

    ``steps`` counts what was written and multiplied so far: where it stands still, the child does.
    """

    seconds: float
    resident_bytes: int
    host_free_bytes: int | None
    card_free_bytes: Mapping[str, int | None] = field(default_factory=dict)
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """The child's result as it came."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no result: a stable code, a sentence, and what was known."""

    code: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Event = Started | Progress | MemoryNow | Measured | Failed

_PHASES = ("starting", "allocating", "reading", "decoding")


def event_of(line: bytes, seconds: float) -> Event | None:
    """The event of one line, ``seconds`` after the start; None for what is no message of the child."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    try:
        return _READERS[message.pop("event", "")](message, seconds)
    except (KeyError, TypeError, ValueError):
        return None


def _started(message: dict[str, Any], _seconds: float) -> Event:
    busy, processors = message.get("busy_processors"), message.get("processors")
    return Started(
        str(message["python"]), str(message["torch"]), int(message["threads"]),
        None if busy is None else float(busy), None if processors is None else int(processors),
    )  # fmt: skip


def _progress(message: dict[str, Any], _seconds: float) -> Event:
    if message["phase"] not in _PHASES:
        raise ValueError(message["phase"])
    return Progress(message["phase"], str(message["label"]), int(message["done"]), max(1, int(message["of"])))


def _memory(message: dict[str, Any], seconds: float) -> Event:
    free, cards = message["host_free_bytes"], message["card_free_bytes"]
    resident, steps = int(message["resident_bytes"]), int(message["steps"])
    return MemoryNow(seconds, resident, None if free is None else int(free), dict(cards), steps)


def _result(message: dict[str, Any], _seconds: float) -> Event:
    for name in (
        "pass_",
        "weights_bytes",
        "kv_cache_bytes",
        "activation_bytes",
        "copy_bytes_per_s",
        "lowest_free_bytes",
    ):
        if not isinstance(message[name], dict):
            raise TypeError(name)
    if not message["pass_"]["parts"]:
        raise ValueError("no parts")
    return Measured(message)


def _failed(message: dict[str, Any], _seconds: float) -> Event:
    return Failed(str(message.pop("code")), str(message.pop("sentence")), message)


_READERS = {"started": _started, "progress": _progress, "memory": _memory, "result": _result, "failed": _failed}

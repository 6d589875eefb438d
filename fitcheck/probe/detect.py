"""Puts the lines of the probe's children together into a machine, as they come."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fitcheck.core.hardware import Machine, SourceReport
from fitcheck.errors import RequestError
from fitcheck.probe.cards import merged_cards, updated_cards
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.probe.reports import Answer
from fitcheck.probe.source import Facts
from fitcheck.probe.sources import CARD_SOURCES, SOURCES

_MAKERS = {"nvml": "nvidia", "amdgpu": "amd", "intel": "intel", "apple": "apple"}
"""Whose cards a driver knows."""

_ONLY_SOURCE = {"memory_speed": "ram_bandwidth_bytes_per_s", "disk_speed": "disk_read_bytes_per_s"}
"""Sources whose silence is the reason why a value is unknown."""


class Detection:
    """What is known so far. Where two sources know the same thing, the one asked first counts.

    ``wants_look`` turns true when a source noticed that cards came or went: then a whole new look is due.
    ``only_readings`` is whether the last line brought readings rather than a source's whole answer.
    """

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._ended_early: str | None = None
        self.finished = False
        self.wants_look = self.only_readings = False
        self.machine = Machine()

    def feed(self, line: bytes | str) -> Machine | None:
        """Take one line; the machine as known now, or None where the line added nothing.

        A line that is no message of the probe (a driver may print to the same stream) is passed over.
        """
        message = _message(line)
        if message.get("end") is True:
            self.finished = True
            return self.machine
        source, live = message.get("source"), message.get("live")
        if isinstance(source, str):
            answer = _first_answer(message, self._answers.get(source))
        elif isinstance(live, str):
            source, answer = live, self._live_answer(message, self._answers.get(live, Answer()))
        else:
            return None
        if answer is None or answer == self._answers.get(source):
            return None
        self._answers[source], self.only_readings = answer, "live" in message
        return self._put_together()

    def end(self, reason: str) -> Machine:
        """The look ended without its last line; the reason becomes a note."""
        if not self.finished:
            self._ended_early, self.finished = reason, True
        return self._put_together()

    def _live_answer(self, message: dict[str, Any], known: Answer) -> Answer | None:
        """A reading over what was known; one that makes no sense leaves what was known."""
        facts = message.get("facts")
        if not isinstance(facts, dict):
            trouble = _trouble(message)
            return None if trouble is None else replace(known, failed=trouble.failed, late_s=trouble.late_s)
        self.wants_look = self.wants_look or facts.get("changed") is True
        if known.facts is None:
            # Its first answer is still due and will bring more than readings.
            return replace(known, late_s=None)
        try:
            updated = _updated(known.facts, facts)
        except (RequestError, AttributeError, TypeError, ValueError) as error:
            return replace(known, failed=f"its reading makes no sense ({error})")
        return replace(known, facts=updated, failed=None, late_s=None)

    def _put_together(self) -> Machine:
        names = sorted(self._answers, key=_rank)
        facts = [(name, found) for name in names if (found := self._answers[name].facts) is not None]
        known: Facts = {}
        for _, found in facts:
            for key, value in found.items():
                if value is not None and key not in ("gpus", "notes", "unknown"):
                    known.setdefault(key, value)
        preferred = sorted((name for name, _ in facts), key=_card_rank)
        merged = merged_cards([(self._answers[name].facts or {}).get("gpus") or [] for name in preferred])
        cards = [self._with_its_drivers_reason(card) for card in merged]
        unknown = {key: why for name, key in _ONLY_SOURCE.items() if key not in known and (why := self._why_not(name))}
        for _, found in facts:
            for key, reason in (found.get("unknown") or {}).items():
                if key not in known:
                    unknown.setdefault(key, reason)
        notes = self._notes(names, cards)
        self.machine = machine_from_object({**known, "gpus": cards, "notes": notes, "unknown": unknown})
        reports: tuple[SourceReport, ...] = tuple(self._answers[name].report(name) for name in names)
        self.machine = replace(self.machine, sources=reports)
        return self.machine

    def _with_its_drivers_reason(self, card: Facts) -> Facts:
        """A card that only the bus knows, with why its maker's driver told nothing, where that is known."""
        if card.get("source") != "pci" or "memory_total_bytes" in card["unknown"]:
            return card
        driver = next((name for name, maker in _MAKERS.items() if maker == _maker(card)), "")
        why = self._why_not(driver) or "Its driver does not say how much memory it has."
        reasons = dict.fromkeys(("memory_total_bytes", "memory_free_bytes"), why)
        return {**card, "unknown": {**card["unknown"], **reasons}}

    def _why_not(self, name: str) -> str:
        """Why a source told nothing; empty where it did, or was not asked yet."""
        answer = self._answers.get(name, Answer())
        return answer.reason or answer.note(name) or ""

    def _notes(self, names: list[str], cards: list[Facts]) -> list[str]:
        """What was looked for and not found, what did not answer, and what the sources say themselves."""
        notes = [] if self._ended_early is None else [self._ended_early]
        notes += [note for name in names if (note := self._answers[name].note(name)) is not None]
        notes += [
            reason for name in names
            if (reason := self._answers[name].reason) is not None and _is_missed(name, cards)
        ]  # fmt: skip
        for name in names:
            notes += (self._answers[name].facts or {}).get("notes") or []
        return list(dict.fromkeys(notes))


def _first_answer(message: dict[str, Any], known: Answer | None) -> Answer | None:
    """A source's answer; facts that make no sense count as a failure of that source alone."""
    tried, facts, reason = str(message.get("tried") or ""), message.get("facts"), message.get("reason")
    if isinstance(facts, dict):
        try:
            _check(facts)
        except RequestError as error:
            return Answer(tried, failed=f"its answer makes no sense ({error.message})")
        return Answer(tried, facts)
    if isinstance(reason, str):
        return Answer(tried, reason=reason)
    trouble = _trouble(message)
    if trouble is None:
        return None
    return replace(trouble, tried=tried or (known.tried if known else ""))


def _trouble(message: dict[str, Any]) -> Answer | None:
    failed, late = message.get("failed"), message.get("late")
    if isinstance(failed, str):
        return Answer(failed=failed)
    return Answer(late_s=float(late)) if isinstance(late, int | float) else None


def _updated(known: Facts, reading: Facts) -> Facts:
    """Facts with what changed of them (RequestError, TypeError, AttributeError or ValueError on nonsense)."""
    changed = {key: value for key, value in reading.items() if key not in ("gpus", "changed", "notes", "unknown")}
    updated = {**known, **changed}
    if reading.get("unknown"):
        updated["unknown"] = {**(known.get("unknown") or {}), **reading["unknown"]}
    if reading.get("gpus"):
        updated["gpus"] = updated_cards(known.get("gpus") or [], reading["gpus"])
    _check(updated)
    return updated


def _check(facts: Facts) -> None:
    """Whether facts are part of a machine (RequestError where not)."""
    machine_from_object(facts)


def _is_missed(name: str, cards: list[Facts]) -> bool:
    """Whether it matters that a source does not exist here: NVIDIA's driver, which most people ask about, where no card
    is that a model could use. A card that is there says itself why its driver tells nothing.
    """
    return name == "nvml" and all(card.get("integrated") for card in cards)


def _maker(card: Facts) -> str:
    return str(card.get("vendor")).lower()


def _rank(name: str) -> int:
    """Where a source stands in the order of asking; unknown ones come last, in the order they answered."""
    order = list(SOURCES)
    return order.index(name) if name in order else len(order)


def _card_rank(name: str) -> int:
    return CARD_SOURCES.index(name) if name in CARD_SOURCES else len(CARD_SOURCES)


def _message(line: bytes | str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}

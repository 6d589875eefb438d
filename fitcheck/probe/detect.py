"""Puts the lines of the probe's child together into a machine, as they come."""

from __future__ import annotations

import json
from typing import Any

from fitcheck.core.hardware import Machine
from fitcheck.errors import RequestError
from fitcheck.probe.machine_json import machine_from_object


class Detection:
    """What is known so far. Where two sources know the same thing, the earlier line counts."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._notes: list[str] = []
        self._unknown: dict[str, str] = {}
        self.finished = False
        self.machine = Machine()

    def feed(self, line: bytes | str) -> Machine | None:
        """Take one line; the machine as known now, or None where the line added nothing.

        A line that is no message of the probe (a driver may print to the same stream) is passed over.
        """
        message = _message(line)
        if message is None:
            return None
        if message.get("end") is True:
            self.finished = True
            return self.machine
        reason, facts = message.get("reason"), message.get("facts")
        if isinstance(reason, str):
            self._notes.append(reason)
        elif isinstance(facts, dict):
            self._take(facts)
        else:
            return None
        return self._put_together()

    def end(self, reason: str) -> Machine:
        """The child ended without its last line; the reason becomes a note."""
        if not self.finished:
            self._notes.append(reason)
            self.finished = True
        return self._put_together()

    def _take(self, facts: dict[str, Any]) -> None:
        for key, value in facts.items():
            if key == "notes" and isinstance(value, list):
                self._notes.extend(str(one) for one in value)
            elif key == "unknown" and isinstance(value, dict):
                self._unknown.update(value)
            elif value is not None:
                self._known.setdefault(key, value)

    def _put_together(self) -> Machine:
        try:
            self.machine = machine_from_object(
                {**self._known, "notes": list(dict.fromkeys(self._notes)), "unknown": self._unknown}
            )
        except RequestError as error:
            self._notes.append(f"One answer of this machine could not be understood: {error.message}")
        return self.machine


def _message(line: bytes | str) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None

"""One mechanism that knows something about a machine: the protocol all of them keep."""

from __future__ import annotations

from typing import Any, Protocol

Facts = dict[str, Any]
"""Part of a machine's JSON object (``machine_json``), with ``notes`` and ``unknown`` beside what was found."""


class Source(Protocol):
    """A mechanism. The reason travels with the absence, so that a face can say why something is missing."""

    @property
    def name(self) -> str:
        """One word for the protocol's lines."""

    def is_available(self) -> str | None:
        """None where it can be read, otherwise the reason as a sentence."""

    def read(self) -> Facts:
        """What it found."""

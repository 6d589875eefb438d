"""One mechanism that knows something about a machine: the protocol all of them keep."""

from __future__ import annotations

from typing import Any, Protocol

Facts = dict[str, Any]
"""Part of a machine's JSON object (``machine_json``), with ``notes`` and ``unknown`` beside what was found."""


class SourceFailedError(Exception):
    """A mechanism that should work here and does not; its text is a sentence for the person."""


class Source(Protocol):
    """A mechanism. The reason travels with the absence, so that a face can say why something is missing."""

    @property
    def name(self) -> str:
        """One word for the protocol's lines."""

    @property
    def tried(self) -> str:
        """What it asks, for the page that explains why a card is missing: a library, folders, a command."""

    def is_available(self) -> str | None:
        """None where it can be read, otherwise as a sentence why it does not exist here.

        Raises SourceFailedError where it exists and does not work.
        """

    def read(self) -> Facts:
        """What it found."""

    def live(self) -> Facts:
        """What of it changes from second to second, cheaply and without waking anything; empty where nothing does."""

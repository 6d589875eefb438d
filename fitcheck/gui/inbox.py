"""What the probe's reader thread leaves for the window, possibly before Qt has even been imported.

Standard library only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class Inbox:
    """Lines of one run of the probe, in order, and how it ended; lines may follow the end.

    ``put_line`` and ``put_end`` are called by the probe's threads; ``take`` by the window. ``wake`` is
    called by those threads after each of them, once it has been set with ``attach``.
    """

    def __init__(self) -> None:
        self._letters: deque[bytes | int | str] = deque()
        self._wake: Callable[[], None] | None = None

    def put_line(self, line: bytes) -> None:
        """An answer of the probe."""
        self._letters.append(line)
        self._call()

    def put_end(self, end: int | str) -> None:
        """0 when every source was asked, or in words why not."""
        self._letters.append(end)
        self._call()

    def attach(self, wake: Callable[[], None]) -> None:
        """From now on call ``wake`` for each letter, and once at once for those that lie here already."""
        self._wake = wake
        wake()

    def detach(self) -> None:
        """Call nobody any more."""
        self._wake = None

    def take(self) -> list[bytes | int | str]:
        """Everything that has arrived, lines as bytes, the end as a number or words."""
        letters = []
        while self._letters:
            letters.append(self._letters.popleft())
        return letters

    def _call(self) -> None:
        wake = self._wake
        if wake is not None:
            wake()

"""Sources by number, for sheets that name them once at the end."""

from __future__ import annotations

from collections.abc import Iterator


class SourceNumbers:
    """Numbers sources in the order in which they are first named, from 1."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, *sources: str) -> str:
        """``[1]`` or ``[1, 3]``."""
        numbers = (self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources)
        return f"[{', '.join(map(str, numbers))}]"

    def listed(self) -> Iterator[tuple[int, str]]:
        """Every number with the source that it stands for."""
        return ((number, source) for source, number in self._numbers.items())

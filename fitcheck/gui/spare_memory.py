"""Memory that nobody uses any more goes back to the system once the window rests."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimer, SignalInstance

AFTER_MS = 2_000
"""So long after the last work."""


class SpareMemory(QObject):
    """Gives back after work that one of these signals ends.

    Planning and drawing take and free many small pieces; glibc keeps what lies between others until it is told to let
    go (``malloc_trim``, under a millisecond): 7 MiB after a minute of use. Other systems' libraries do that themselves.
    """

    def __init__(self, parent: QObject, *ends: SignalInstance) -> None:
        super().__init__(parent)
        self._due = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._due.timeout.connect(give_back)
        for end in ends:
            end.connect(self._due.start)


def give_back() -> bool:
    """Whether there was anything to give back, where that can be asked for."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))

"""One child process of the probe as the program holds it: its lines, what it was asked, and its end.

Standard library only, and light: the window starts the probe before Qt.
"""

from __future__ import annotations

import atexit
import contextlib
import subprocess
import threading
from collections.abc import Iterator, Sequence
from time import monotonic

PATIENCE_S = 3.0
"""Between asking a child to end and ending it."""

LONGEST_LINE_BYTES = 64 << 20
"""A line that is longer is no answer (recordings of a large machine take a few MiB) and is cut, so that a driver that
prints without end takes no more memory."""


class ChildProcess:
    """A process that asks ``names``; raises OSError where none can be started.

    The client keeps what was heard of it here: ``begun`` is the source that is being asked, ``tried`` what that tries,
    ``heard`` the moment of its last message, ``scanning`` and ``looking`` what it still has to answer.
    """

    def __init__(self, command: Sequence[str], names: Sequence[str]) -> None:
        self.remaining = list(names)
        self.begun: str | None = None
        self.tried = ""
        self.heard = monotonic()
        self.scanning, self.looking = True, False
        self.spoke = self.late = self.muted = self.gone = False
        self.status: int | None = None
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        # The thread that insists ends with the program; nothing that it has not ended yet may stay behind.
        atexit.register(self._process.kill)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def lines(self) -> Iterator[bytes]:
        """What it writes, until it ends."""
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            yield from iter(lambda: stream.readline(LONGEST_LINE_BYTES), b"")
        self.status = self._process.wait()
        self._close_input()
        atexit.unregister(self._process.kill)

    def ask(self, line: str) -> bool:
        """Write one line; False where nobody reads it any more.

        It never waits: the client asks again only when the last line was answered, so the pipe has room.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode("ascii") + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def end(self) -> None:
        """Close its input, which ends it by itself, and see to it that it is gone in three seconds."""
        if self.muted:
            return
        self.muted = True
        self._close_input()
        threading.Thread(target=self._insist, name="probe-end", daemon=True).start()

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _insist(self) -> None:
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

"""Starts the probe's child process, passes its lines on and ends it when it takes too long.

Standard library only, and light: the window starts the probe before it imports Qt.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine

LIMIT_S = 10.0
"""A driver that has not answered by then is taken to hang; a healthy one answers within a second."""

PATIENCE_S = 3.0
"""Between asking the child to end and ending it."""

PROBE_OPTION = "--fitcheck-probe"

OnLine = Callable[[bytes], None]
OnEnd = Callable[[int | str], None]


class ProbeClient:
    """A running child. ``on_line`` and ``on_end`` are called from the reader's thread, never after ``stop``."""

    def __init__(self, on_line: OnLine, on_end: OnEnd, limit_s: float = LIMIT_S) -> None:
        self._on_line, self._on_end = on_line, on_end
        self._stopped = False
        self._late = False
        self._process = subprocess.Popen(
            _command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        self._limit_s = limit_s
        self._timer = threading.Timer(limit_s, self._on_limit)
        self._timer.daemon = True
        self._timer.start()
        self._reader = threading.Thread(target=self._read, name="probe-reader", daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """End the child: ask, and after three seconds insist. Returns at once; nothing is called any more."""
        self._stopped = True
        self._timer.cancel()
        if self._process.poll() is None:
            self._process.terminate()
            threading.Thread(target=self._insist, name="probe-end", daemon=True).start()

    def wait(self) -> None:
        """Until the child has ended and ``on_end`` was called."""
        self._reader.join()

    def _insist(self) -> None:
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _on_limit(self) -> None:
        self._late = True
        # A process inside a driver call may not hear a polite request.
        self._process.kill()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if not self._stopped:
                    self._on_line(line)
        status = self._process.wait()
        self._timer.cancel()
        if not self._stopped:
            late = f"The graphics driver did not answer within {self._limit_s:g} seconds."
            self._on_end(late if self._late else status)


def _command() -> list[str]:
    """The same program again: a frozen one knows the option, an installed one is a module."""
    if getattr(sys, "frozen", False):
        return [sys.executable, PROBE_OPTION]
    return [sys.executable, "-m", "fitcheck.probe.child"]


def start(on_line: OnLine, on_end: OnEnd) -> ProbeClient:
    """Begin to look at this machine (OSError where no process can be started)."""
    return ProbeClient(on_line, on_end)


def detect(timeout_s: float = LIMIT_S) -> Machine:
    """Look at this machine and wait; what did not answer in time is said in the machine's notes."""
    from fitcheck.probe.detect import Detection

    detection = Detection()
    ends: list[int | str] = []

    def take(line: bytes) -> None:
        detection.feed(line)

    client = ProbeClient(take, ends.append, timeout_s)
    try:
        client.wait()
    except KeyboardInterrupt:
        client.stop()
        raise
    if detection.finished:
        return detection.machine
    end = ends[0] if ends else "The look at this machine was interrupted."
    return detection.end(end if isinstance(end, str) else f"The look at this machine ended early (status {end}).")

"""Starts the probe's child processes, passes their lines on, and goes on without a driver that hangs.

A child that is silent for a second is left alone with its source, and another one asks the remaining sources. After
three seconds the source counts as late; what was left behind is still heard, should it answer later. Standard library
only, and light: the window starts the probe before Qt.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from fitcheck.probe.child_process import ChildProcess
from fitcheck.probe.sources import SOURCES

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine

HAND_OVER_S = 1.0
"""Silence after which another process asks what is left; drivers that answer at all mostly do so within that."""

SILENCE_S = 3.0
"""A source that has not answered by then is late."""

START_S = 10.0
"""What a child gets for its first line: a cold disk can take seconds to bring a program up."""

LATE_S = 120.0
"""How long a late answer is waited for; a driver that comes back at all does so within that (60 s were seen)."""

TICK_S = 0.1
"""How often silence is measured while an answer is due; nothing runs while none is."""

MOST_DEATHS = 20
"""Children that may die before no other one is started: more than there are sources."""

PROBE_OPTION = "--fitcheck-probe"

OnLine = Callable[[bytes], object]
OnEnd = Callable[[int | str], object]


class ProbeClient:
    """A look at the machine. ``on_line`` and ``on_end`` are called from other threads, never after ``stop``.

    Lines are the children's answers and ``{"end": true}``. A source that is silent is told as ``{"source": name,
    "late": seconds}``, one that took its process with it as ``{"source": name, "failed": words}`` (``live`` in place of
    ``source`` after the end). ``on_end`` is called once when every source has answered or is late, with 0, or with the
    reason in words why there is no more. With ``live`` a child stays for ``look``, with ``record`` answers carry what
    was read. ``command`` starts a child in place of the program's own.
    """

    def __init__(
        self,
        on_line: OnLine,
        on_end: OnEnd,
        *,
        live: bool = False,
        record: bool = False,
        command: Sequence[str] = (),
        names: Sequence[str] = tuple(SOURCES),
    ) -> None:
        self._on_line, self._on_end = on_line, on_end
        self._names, self._live, self._record = tuple(names), live, record
        self._command = tuple(command) or _command()
        self._lock = threading.RLock()
        self._wake = threading.Condition(self._lock)
        self._ended = threading.Event()
        self._stopped = False
        self._left_out: set[str] = set()
        self._todo: tuple[str, ...] = ()
        self._deaths = 0
        self._children: list[ChildProcess] = []
        self._current: ChildProcess | None = None
        self._start(self._names)
        threading.Thread(target=self._supervise, name="probe-watch", daemon=True).start()

    def look(self) -> bool:
        """Ask for what changes from second to second; False where that cannot be asked now. Never waits."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            child = self._current
            if self._stopped or child is None or child.scanning or child.looking or child.gone:
                return False
            names = [name for name in self._names if name not in self._left_out]
            child.looking, child.heard = True, monotonic()
            self._wake.notify_all()
            return child.ask(f"look {','.join(names)}")
        finally:
            self._lock.release()

    def stop(self) -> None:
        """End the children: ask, and after three seconds insist. Returns at once; nothing is called any more."""
        with self._lock:
            self._stopped = True
            self._wake.notify_all()
            for child in self._children:
                child.end()
        self._ended.set()

    def wait(self) -> None:
        """Until every source has answered or is late, and ``on_end`` was called; or until ``stop``."""
        # In pieces, because Windows interrupts no wait without an end.
        while not self._ended.wait(0.5):
            pass

    def _start(self, names: Sequence[str]) -> None:
        """Start a child. Without the lock: that takes a while, and nobody who asks or stops has to wait for it."""
        options = ["--watched", *(["--live"] if self._live else ()), *(["--record"] if self._record else ())]
        child = ChildProcess([*self._command, *options, "--sources", ",".join(names)], names)
        with self._lock:
            self._children.append(child)
            self._current, self._todo = child, ()
            if self._stopped:
                child.end()
        threading.Thread(target=self._read, args=(child,), name="probe-reader", daemon=True).start()

    def _read(self, child: ChildProcess) -> None:
        for line in child.lines():
            message = _message(line)
            with self._lock:
                if not (self._stopped or child.muted):
                    self._take(child, message, line)
        with self._lock:
            child.gone = True
            self._wake.notify_all()

    def _take(self, child: ChildProcess, message: dict[str, Any], line: bytes) -> None:
        """Note what a message says about the child, and pass answers on; what a driver printed is passed over."""
        name = message.get("source", message.get("live"))
        if isinstance(message.get("begin"), str):
            child.begun, child.tried = message["begin"], str(message.get("tried", ""))
        elif isinstance(name, str):
            self._answered(child, name, line)
        elif message.get("end") is True:
            child.scanning, child.begun = False, None
        elif message.get("looked") is True:
            child.looking, child.begun = False, None
        else:
            return
        child.spoke, child.heard = True, monotonic()
        self._wake.notify_all()

    def _answered(self, child: ChildProcess, name: str, line: bytes) -> None:
        child.begun = None
        if name in child.remaining:
            child.remaining.remove(name)
        self._left_out.discard(name)
        self._on_line(line)
        if child is not self._current:
            # What comes after this answer is asked elsewhere.
            child.end()

    def _supervise(self) -> None:
        """The only place where children are left behind, replaced and given up."""
        while True:
            with self._lock:
                if self._stopped:
                    return
                for child in tuple(self._children):
                    self._judge(child)
                names = self._due()
                if names is None:
                    self._finish_when_done()
                    self._wake.wait(TICK_S if any(map(_owes, self._children)) else None)
                    continue
            try:
                self._start(names)
            except OSError as error:
                with self._lock:
                    self._give_up(f"No further program could be started: {error.strerror}.")

    def _judge(self, child: ChildProcess) -> None:
        """Leave a child behind that is silent or gone."""
        silence = monotonic() - child.heard
        current = child is self._current
        if child.gone:
            self._children.remove(child)
            self._after_death(child)
        elif child.begun is None:
            if current and _owes(child) and silence >= START_S:
                child.end()
                self._give_up(f"The look at this machine did not go on within {START_S:g} seconds.")
        elif silence >= LATE_S:
            child.end()
            self._children.remove(child)
        elif silence >= SILENCE_S and not child.late:
            child.late = True
            self._tell(child, child.begun, {"late": SILENCE_S})
            if current:
                self._leave(child)
        elif current and child.scanning and silence >= HAND_OVER_S and child.remaining[1:]:
            self._leave(child)

    def _leave(self, child: ChildProcess) -> None:
        """The sources after the one that is being asked are another child's."""
        self._todo = tuple(name for name in child.remaining if name != child.begun)
        child.remaining = []
        self._current = None

    def _after_death(self, child: ChildProcess) -> None:
        """Say which source took the child with it, and go on with those after it."""
        words = f"the program that asked it ended with status {child.status}"
        if child.begun is not None and not child.muted:
            self._tell(child, child.begun, {"failed": words})
        if child is not self._current or child.muted:
            return
        self._deaths += 1
        if child.spoke and self._deaths <= MOST_DEATHS:
            self._leave(child)
        else:
            self._give_up(f"The look at this machine ended early (status {child.status}).")

    def _tell(self, child: ChildProcess, name: str, what: dict[str, Any]) -> None:
        self._left_out.add(name)
        kind = "live" if self._ended.is_set() and not child.scanning else "source"
        self._on_line(json.dumps({kind: name, "tried": child.tried, **what}).encode("ascii"))

    def _due(self) -> tuple[str, ...] | None:
        """What a new child has to ask, nothing at all where it only stays for further looks; None for no child."""
        if self._current is not None or not (self._todo or (self._live and not self._stopped)):
            return None
        return self._todo

    def _give_up(self, words: str) -> None:
        """No child is started any more."""
        self._current, self._todo, self._live = None, (), False
        self._finish(words)

    def _finish_when_done(self) -> None:
        waiting = any(child.begun is not None and not child.late for child in self._children)
        scanning = self._current is not None and self._current.scanning
        if not (waiting or scanning or self._todo) and not self._ended.is_set():
            self._on_line(b'{"end": true}')
            self._finish(0)

    def _finish(self, end: int | str) -> None:
        if not self._ended.is_set():
            self._on_end(end)
            self._ended.set()


def _owes(child: ChildProcess) -> bool:
    """Whether an answer is due, so that silence means something."""
    return not child.muted and (child.scanning or child.looking or child.begun is not None)


def _message(line: bytes) -> dict[str, Any]:
    """The object in a line; empty for what a driver printed."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _command() -> list[str]:
    """The same program again: a frozen one knows the option, an installed one is a module."""
    if getattr(sys, "frozen", False):
        return [sys.executable, PROBE_OPTION]
    return [sys.executable, "-m", "fitcheck.probe.child"]


def start(on_line: OnLine, on_end: OnEnd) -> ProbeClient:
    """Begin to look at this machine, and stay for further looks (OSError where no process can be started)."""
    return ProbeClient(on_line, on_end, live=True)


def detect(on_line: OnLine | None = None, *, record: bool = False) -> Machine:
    """Look at this machine and wait; what did not answer in time is said in the machine's notes.

    ``on_line`` gets every answer too, with what was read where ``record`` asks for it.
    """
    from fitcheck.probe.detect import Detection

    detection = Detection()
    ends: list[int | str] = []

    def take(line: bytes) -> None:
        detection.feed(line)
        if on_line is not None:
            on_line(line)

    client = ProbeClient(take, ends.append, record=record)
    try:
        client.wait()
    finally:
        client.stop()
    end = ends[0] if ends else "The look at this machine was interrupted."
    return detection.end(end) if isinstance(end, str) else detection.machine

"""Runs a job in a child process: passes its events on, ends it when it is cancelled or stands still.

Whatever happens to the child, the end is one event with a sentence: a result, or why there is none.
"""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from fitcheck.errors import EnvironmentLacksError
from fitcheck.verify.protocol import Event, Failed, Measured, MemoryNow, Phase, Progress, Started, event_of
from fitcheck.verify.pythons import PythonFound, environment_for

CHILD = Path(__file__).with_name("child")
"""Plain files that the other Python runs as they are."""

PATIENCE_S = 3.0
"""Between asking the child to end and ending it."""

STANDS_STILL_S = 180.0
"""Without a step for so long a kernel or driver is taken to hang; one multiplication takes seconds at most."""

LAST_WORDS = 20
"""Lines of standard error that are kept, for the sentence about a child that died."""

OnEvent = Callable[[Event], None]
OnEnd = Callable[[Measured | Failed, Started | None, float], None]
"""Told how it ended, what the child said of itself, and the seconds it took."""


class VerifyClient:
    """A running verification. ``on_event`` and ``on_end`` are called from the reader's thread, ``on_end`` once."""

    def __init__(
        self,
        message: dict[str, Any],
        python: PythonFound,
        on_event: OnEvent,
        on_end: OnEnd,
        *,
        stands_still_s: float = STANDS_STILL_S,
        environ: dict[str, str] | None = None,
    ) -> None:
        self._on_event, self._on_end, self._stands_still_s = on_event, on_end, stands_still_s
        self._ending: Measured | Failed | None = None
        self._why: Failed | None = None
        self._garbage, self._steps, self._doing = 0, 0, "starting"
        self._errors: deque[str] = deque(maxlen=LAST_WORDS)
        self._begun = self._last_step = time.monotonic()
        self._phase_begun: dict[Phase, float] = {}
        self._started: Started | None = None
        self._process = _start(message, python, environ or {})
        self._over = threading.Event()
        self._error_reader = threading.Thread(target=self._read_errors, name="verify-errors", daemon=True)
        self._reader = threading.Thread(target=self._read, name="verify-reader", daemon=True)
        # The reader waits for the others' end, so it comes last.
        for thread in (self._error_reader, threading.Thread(target=self._watch, daemon=True), self._reader):
            thread.start()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._begun

    @property
    def pid(self) -> int:
        """The child's process."""
        return self._process.pid

    def cancel(self) -> None:
        """End it: ask, and after three seconds insist. Returns at once; ``on_end`` is told ``cancelled``."""
        self._end_because(Failed("cancelled", "The verification was cancelled."))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until the child has ended and ``on_end`` was called; whether that is so."""
        self._reader.join(timeout_s)
        return not self._reader.is_alive()

    def _end_because(self, why: Failed) -> None:
        if self._why is None and self._process.poll() is None:
            self._why = why
            # The end of its input ends the child even inside a kernel; where it does not hear that, a signal does.
            with suppress(OSError, ValueError):
                self._pipe_in().close()
            self._process.terminate()
            threading.Thread(target=self._insist, name="verify-end", daemon=True).start()

    def _insist(self) -> None:
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _watch(self) -> None:
        """A child that takes no step for long hangs in a kernel or a driver, however alive its memory lines are."""
        while not self._over.wait(min(1.0, self._stands_still_s / 4)):
            if time.monotonic() - self._last_step > self._stands_still_s:
                sentence = (
                    f"Nothing moved for {self._stands_still_s:g} s while {self._doing}: a kernel or driver hangs."
                )
                self._end_because(Failed("hangs", sentence))
                return

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._take(line)
        status = self._process.wait()
        self._over.set()
        self._error_reader.join(PATIENCE_S)
        with suppress(OSError, ValueError):
            self._pipe_in().close()
        self._on_end(self._ended(status), self._started, self.seconds)

    def _take(self, line: bytes) -> None:
        event = event_of(line, self.seconds)
        if event is None:
            self._garbage += 1
            return
        if isinstance(event, Measured | Failed):
            self._ending = self._ending or event
            return
        if isinstance(event, Started):
            self._started = event
        if not isinstance(event, MemoryNow) or event.steps != self._steps:
            self._last_step = time.monotonic()
        if isinstance(event, MemoryNow):
            self._steps = event.steps
        if isinstance(event, Progress):
            event = self._with_time_left(event)
        if self._why is None:
            self._on_event(event)

    def _with_time_left(self, event: Progress) -> Progress:
        self._doing = f"{event.phase} ({event.label})"
        begun = self._phase_begun.setdefault(event.phase, self._last_step)
        gone = self._last_step - begun
        if not event.done or not gone:
            return event
        return replace(event, seconds_left=gone / event.done * (event.of - event.done))

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                if text := line.decode(errors="replace").strip():
                    self._errors.append(text)

    def _ended(self, status: int) -> Measured | Failed:
        if self._why is not None:
            return self._why
        if self._ending is not None:
            return self._ending
        said = f" Its last words: {self._errors[-1]}" if self._errors else ""
        noise = f" {self._garbage} of its lines made no sense." if self._garbage else ""
        return Failed("died", f"The child process ended {_how(status)} while {self._doing}.{noise}{said}")

    def _pipe_in(self) -> Any:
        assert self._process.stdin is not None
        return self._process.stdin


def _how(status: int) -> str:
    """What an exit status tells."""
    if status >= 0:
        return f"without a result (status {status})"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    out_of_memory = "; the system does that where memory runs out" if name == "SIGKILL" else ""
    return f"by the signal {name}{out_of_memory}"


def _start(message: dict[str, Any], python: PythonFound, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    if not (CHILD / "__main__.py").is_file():
        raise EnvironmentLacksError("no_child", f"This installation lacks the files of {CHILD}.")
    try:
        process = subprocess.Popen(
            [python.path, "-u", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**environment_for(python.path), **_cards(message), **environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except OSError as error:
        raise EnvironmentLacksError("bad_python", f"{python.path} cannot be started: {error.strerror}.") from error
    assert process.stdin is not None
    # A child that died at once says why by its end.
    with suppress(OSError):
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
    return process


def _cards(message: dict[str, Any]) -> dict[str, str]:
    """The environment that makes torch count cards as the plan does."""
    uuids = message.get("card_uuids", {})
    wanted = [name for name in message["devices"] if name != "cpu"]
    if not wanted:
        # Not even opened, so that a card that sleeps goes on sleeping.
        return {"CUDA_VISIBLE_DEVICES": ""}
    named = [uuids.get(f"cuda:{index}") for index in range(1 + max(int(name[5:]) for name in wanted))]
    order = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
    return {**order, "CUDA_VISIBLE_DEVICES": ",".join(map(str, named))} if all(named) else order

"""One verification of the window: begun and read on other threads, told on the window's own."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from fitcheck.core.verification import Verification
from fitcheck.errors import FitCheckError
from fitcheck.verify.protocol import MemoryNow, Progress, Started

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan
    from fitcheck.verify.job import VerifyOptions
    from fitcheck.verify.running import VerifyRun

END_S = 4.0
"""How long a closing window waits for the child: the three seconds of its patience, and a moment to be read."""


class _Attempt:
    """What the threads of one verification share with the window."""

    def __init__(self) -> None:
        self.letters: deque[Any] = deque()
        self.lock = threading.Lock()
        self.run: VerifyRun | None = None
        self.cancelled = False
        self.over = threading.Event()

    def cancel(self) -> None:
        """End the child, or do not let it begin."""
        with self.lock:
            self.cancelled = True
            run = self.run
        if run is not None:
            run.cancel()

    def hold(self, run: VerifyRun) -> None:
        """The child runs; it may have been cancelled while it was begun."""
        with self.lock:
            self.run, cancelled = run, self.cancelled
        if cancelled:
            run.cancel()


class Verifier(QObject):
    """At most one verification at a time. ``changed`` follows news while it runs, ``ended`` its end, once.

    What it was asked for and what came of it stay until the next one: ``plan``, ``options``, ``python``, ``started``,
    ``progress``, ``memory``, and at the end either ``found`` or ``failure`` (why nothing could begin).
    """

    changed = Signal()
    ended = Signal()
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attempt: _Attempt | None = None
        self.plan: Plan | None = None
        self.options: VerifyOptions | None = None
        self.cancelling = False
        self._forget()
        # The threads emit; a queued connection brings the call over to this one.
        self._woken.connect(self._read, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether one is under way, its end included."""
        return self._attempt is not None

    @property
    def pid(self) -> int | None:
        """The child's process, once there is one."""
        run = self._attempt.run if self._attempt else None
        return run.pid if run else None

    def start(self, model: CatalogModel, plan: Plan, options: VerifyOptions, python: str | None) -> None:
        """Begin; nothing while one is under way."""
        if self.running:
            return
        self._forget()
        self.plan, self.options, self.cancelling = plan, options, False
        self._attempt = attempt = _Attempt()
        # Asking a Python whether it has torch takes a process of its own and up to seconds.
        no_answer = self.tr("The verification ended without an answer.")
        arguments = (attempt, FitCheckError("no_answer", no_answer), model, plan, options, python)
        threading.Thread(target=self._work, args=arguments, name="verify-begin", daemon=True).start()
        self.changed.emit()

    def cancel(self) -> None:
        """End it within three seconds; ``ended`` follows."""
        if self._attempt is not None:
            self.cancelling = True
            self._attempt.cancel()
            self.changed.emit()

    def stop(self) -> None:
        """End it before the window goes: the child is gone when this returns; nothing is emitted any more."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancel()
            if attempt.run is not None:
                attempt.over.wait(END_S)

    def clear(self) -> None:
        """Forget what the last one found."""
        if not self.running:
            self._forget()
            self.changed.emit()

    def _forget(self) -> None:
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.memory: list[MemoryNow] = []
        self.found: Verification | None = None
        self.failure: FitCheckError | None = None

    def _work(
        self, attempt: _Attempt, no_answer: FitCheckError, model: CatalogModel, plan: Plan, options: VerifyOptions,
        python: str | None,
    ) -> None:  # fmt: skip
        """Begin the child and see it through, on a thread of its own."""
        from fitcheck import verifying

        def tell(letter: object) -> None:
            attempt.letters.append(letter)
            # The window may have closed meanwhile.
            with contextlib.suppress(RuntimeError):
                self._woken.emit()

        ends: list[Verification] = []
        last: object = no_answer
        try:
            run = verifying.start_verify(model, plan, options, python=python, on_event=tell, on_end=ends.append)
            attempt.hold(run)
            run.wait()
            last = ends[0] if ends else last
        except FitCheckError as error:
            last = error
        finally:
            attempt.over.set()
            tell(last)

    def _read(self) -> None:
        """Take everything that has arrived and say so once."""
        attempt = self._attempt
        if attempt is None or not attempt.letters:
            return
        while attempt.letters and self._attempt is not None:
            self._take(attempt.letters.popleft())
        (self.changed if self.running else self.ended).emit()

    def _take(self, letter: object) -> None:
        if isinstance(letter, Started):
            self.started = letter
        elif isinstance(letter, Progress):
            self.progress = letter
        elif isinstance(letter, MemoryNow):
            self.memory.append(letter)
        elif isinstance(letter, Verification):
            self.found, self._attempt = letter, None
        elif isinstance(letter, FitCheckError):
            self.failure, self._attempt = letter, None

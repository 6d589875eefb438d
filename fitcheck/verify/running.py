"""One verification under way: the client's events, and its end as the answer that everybody wants."""

from __future__ import annotations

from collections.abc import Callable

from fitcheck.core.verification import Verification
from fitcheck.verify.client import OnEvent, VerifyClient
from fitcheck.verify.job import Job
from fitcheck.verify.outcome import verification_of
from fitcheck.verify.protocol import Failed, Measured, Started
from fitcheck.verify.pythons import PythonFound


class VerifyRun:
    """A job in its child process; ``on_end`` gets the Verification from the reader's thread, once."""

    def __init__(
        self, job: Job, python: PythonFound, on_event: OnEvent, on_end: Callable[[Verification], None]
    ) -> None:
        self.job, self.python, self._on_end = job, python, on_end
        self._client = VerifyClient(job.message, python, on_event, self._ended)

    @property
    def pid(self) -> int:
        """The child's process."""
        return self._client.pid

    def cancel(self) -> None:
        """End it; returns at once, the end follows within three seconds."""
        self._client.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until ``on_end`` was called; whether it was."""
        return self._client.wait(timeout_s)

    def _ended(self, ending: Measured | Failed, started: Started | None, seconds: float) -> None:
        self._on_end(verification_of(self.job, ending, started, seconds))

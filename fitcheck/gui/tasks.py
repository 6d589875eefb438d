"""Long work in short slices on the event loop, so that the window answers while it goes on.

No threads: the sums are pure Python, and a second thread would only take turns with the first one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SLICE_S = 0.006
"""The longest slice: a frame at 60 Hz has room for it, for what a moved slider computes at once, and for painting."""


class Task(QObject):
    """One iterator being drained; ``failed`` carries the exception that ended it."""

    finished = Signal()
    failed = Signal(object)

    def __init__(self, steps: Iterator[Any], on_step: Callable[[Any], None] | None, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[Any] | None = steps
        self._on_step = on_step
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)
        self._timer.start()

    @property
    def running(self) -> bool:
        """Whether steps are left."""
        return self._steps is not None

    def cancel(self) -> None:
        """Stop before the next step; neither signal follows."""
        self._end()

    def _slice(self) -> None:
        """Take steps until the time of one slice is used up."""
        until = time.perf_counter() + SLICE_S
        while self._steps is not None:
            try:
                step = next(self._steps)
                if self._on_step is not None:
                    self._on_step(step)
            except StopIteration:
                self._end()
                self.finished.emit()
                return
            except Exception as error:  # handed to whoever started the task
                self._end()
                self.failed.emit(error)
                return
            if time.perf_counter() >= until:
                return

    def _end(self) -> None:
        self._timer.stop()
        steps, self._steps, self._on_step = self._steps, None, None
        close = getattr(steps, "close", None)
        # A generator that is running right now (it cancelled its own task) ends when it is dropped.
        if close is not None and not getattr(steps, "gi_running", False):
            close()
        self.deleteLater()


class Tasks(QObject):
    """Starts tasks and cancels them together."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_name: dict[str, Task] = {}

    def start(self, name: str, steps: Iterator[Any], on_step: Callable[[Any], None] | None = None) -> Task:
        """Drain ``steps`` in slices, calling ``on_step`` for each; a running task of that name is cancelled first."""
        self.cancel(name)
        task = Task(steps, on_step, self)
        self._by_name[name] = task
        task.finished.connect(self._forget)
        task.failed.connect(self._forget)
        return task

    def running(self, name: str) -> bool:
        """Whether a task of that name has steps left."""
        task = self._by_name.get(name)
        return task is not None and task.running

    def cancel(self, name: str) -> None:
        """Cancel the task of that name, if there is one."""
        task = self._by_name.pop(name, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """Cancel everything."""
        for name in tuple(self._by_name):
            self.cancel(name)

    @Slot()
    def _forget(self) -> None:
        """Let go of what has ended."""
        self._by_name = {name: task for name, task in self._by_name.items() if task.running}

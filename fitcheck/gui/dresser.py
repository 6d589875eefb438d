"""Puts a window into another palette, in steps that are each too short to be felt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from fitcheck.gui.tasks import Tasks
from fitcheck.gui.theme import Theme


class Themed(Protocol):
    """A part that paints with a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""


class Dresser(QObject):
    """``changed`` carries the theme once every part has it. Until then the window keeps the picture that it shows."""

    changed = Signal(object)

    def __init__(self, window: QWidget, parts: Callable[[], Iterable[Themed]]) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._tasks = Tasks(self)

    def now(self, theme: Theme) -> None:
        """All at once."""
        self._tasks.cancel_all()
        for _ in self._steps(theme):
            pass

    def soon(self, theme: Theme) -> None:
        """Step by step, with the event loop between; a change that is under way gives way to this one."""
        self._tasks.start("dress", self._steps(theme)).failed.connect(_raise)

    def finish(self, theme: Theme) -> None:
        """Bring to its end what is under way, if anything is."""
        if self._tasks.running("dress"):
            self.now(theme)

    def _steps(self, theme: Theme) -> Iterator[None]:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._window.setUpdatesEnabled(False)
        try:
            app.setPalette(theme.palette())
            # From one sheet to another Qt dresses every widget several times over; from none, once.
            app.setStyleSheet("")
            yield
            app.setStyleSheet(theme.stylesheet())
            for part in self._parts():
                yield
                part.set_theme(theme)
        finally:
            # The window may have closed meanwhile.
            with contextlib.suppress(RuntimeError):
                self._window.setUpdatesEnabled(True)
        self.changed.emit(theme)


def _raise(error: Exception) -> None:
    """A defect goes to the crash dialog."""
    raise error

"""Model files that people drop on the window or open: read aside, because a disk far away may take its time."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from fitcheck import service
from fitcheck.errors import FitCheckError


def dropped_file(data: QMimeData) -> str | None:
    """The local file that is being dragged: the first one, as the parts of a split file are found by themselves."""
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), None)


class OwnFileReader(QObject):
    """Reads one file at a time; of several the last one counts. ``read`` carries an OwnFile, ``failed`` a sentence."""

    read = Signal(object)
    failed = Signal(str)
    _arrived = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = 0
        self._arrived.connect(self._deliver)

    def open(self, path: str) -> None:
        """Begin to read a file."""
        self._asked += 1
        threading.Thread(target=self._work, args=(self._asked, path), daemon=True).start()

    def _work(self, number: int, path: str) -> None:
        try:
            found: object = service.own_file(Path(path))
        except FitCheckError as error:
            found = error
        # The window may have closed meanwhile.
        with contextlib.suppress(RuntimeError):
            self._arrived.emit(number, found)

    def _deliver(self, number: int, found: object) -> None:
        if number != self._asked:
            return
        if isinstance(found, FitCheckError):
            self.failed.emit(found.message)
        else:
            self.read.emit(found)

"""Model files and reports that people drop on the window or open: read aside, because a disk far away may take time."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fitcheck import service
from fitcheck.core.quantization import find_file_type
from fitcheck.errors import FitCheckError

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.workload import Workload


def dropped_file(data: QMimeData) -> str | None:
    """The local file that is being dragged: the first one, as the parts of a split file are found by themselves."""
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), None)


def plan_of(file: OwnFile, workload: Workload, machine: Machine, margin_bytes: int) -> Plan:
    """The best placement of a person's own file; at the longest context it takes, where more is asked for."""
    most = min(workload.context, file.model.spec.context_limit)
    return service.plan_own(
        file, file.file_type or find_file_type("Q4_K_M"), replace(workload, context=most), machine,
        margin_bytes=margin_bytes,
    )  # fmt: skip


class OwnFileReader(QObject):
    """Reads one file at a time; of several the last one counts.

    ``read`` carries an OwnFile, ``report_read`` a Report and the name of its file, ``failed`` a sentence; ``ended``
    follows each of them.
    """

    read = Signal(object)
    report_read = Signal(object, str)
    failed = Signal(str)
    ended = Signal()
    _arrived = Signal(int, str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._asked = 0
        self._arrived.connect(self._deliver)

    def ask(self) -> None:
        """Let a person choose a file, then read it."""
        kinds = self.tr("Models and reports (*.gguf *.json);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a model file or a report"), "", kinds)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Begin to read a file."""
        self._asked += 1
        threading.Thread(target=self._work, args=(self._asked, path), daemon=True).start()

    def _work(self, number: int, path: str) -> None:
        # Imported late: the window starts without it.
        from fitcheck.export.files import is_report, read_report

        try:
            found: object = read_report(Path(path)) if is_report(Path(path)) else service.own_file(Path(path))
        except FitCheckError as error:
            found = error
        # The window may have closed meanwhile.
        with contextlib.suppress(RuntimeError):
            self._arrived.emit(number, Path(path).name, found)

    def _deliver(self, number: int, name: str, found: object) -> None:
        from fitcheck.core.report import Report

        if number != self._asked:
            return
        if isinstance(found, FitCheckError):
            self.failed.emit(found.message)
        elif isinstance(found, Report):
            self.report_read.emit(found, name)
        else:
            self.read.emit(found)
        self.ended.emit()

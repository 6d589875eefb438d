"""Writing a report to a file: the same program does it in a child process, so that the window goes on.

The child reads the report as JSON and writes it anew, as ``fitcheck report FILE.json`` does for anybody; so a file
holds the numbers that were shown.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QApplication

from fitcheck.export.report_json import report_text
from fitcheck.gui.language import said

if TYPE_CHECKING:
    from fitcheck.core.report import Report
    from fitcheck.core.units import ByteUnit
    from fitcheck.export.document import Paper

_WAIT_MS = 1000
"""At the end of the program, for a child that is told to go."""


def program() -> list[str]:
    """The command line of this same program: a frozen one is it, an installed one is a module."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "fitcheck"]


class ReportSaver(QObject):
    """Has one report written at a time; ``ended`` carries a sentence about how it went, and whether it did."""

    ended = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writing: _Writing | None = None
        self._target = Path()

    def write(self, report: Report, target: Path, language: str, unit: ByteUnit, paper: Paper) -> None:
        """Begin to write a report; a second one is refused while the first is being written."""
        if self._writing is not None:
            self.ended.emit(self.tr("The last report is still being written."), False)
            return
        given: Path | None = None
        try:
            with tempfile.NamedTemporaryFile("w", suffix=".fitcheck.json", delete=False, encoding="utf-8") as file:
                given = Path(file.name)
                file.write(report_text(report))
        except OSError as error:
            if given is not None:
                given.unlink(missing_ok=True)
            self.ended.emit(
                self.tr("The report could not be written: {0}.").format(error.strerror or str(error)), False
            )
            return
        self._target = target
        arguments = ["report", str(given), "-o", str(target), "--lang", language, "--units", unit, "--paper", paper]
        self._writing = _Writing(given)
        self._writing.over.connect(self._on_over)
        self._writing.begin([*program(), *arguments])

    def _on_over(self, code: int, complaint: str) -> None:
        self._writing = None
        # 0: it runs, 1: it does not; both are answers.
        if code in (0, 1):
            self.ended.emit(self.tr("The report is saved: {0}").format(self._target), True)
        else:
            sentence = complaint.splitlines()[-1] if complaint else self.tr("The report could not be written.")
            self.ended.emit(said(sentence.removeprefix("fitcheck: ")), False)


class _Writing(QObject):
    """One child and the file it reads, which go together. It belongs to the program: a page may be made anew meanwhile.

    ``over`` carries the exit code, negative where the child did not end by itself, and what it complained of.
    """

    over = Signal(int, str)

    def __init__(self, given: Path) -> None:
        super().__init__(QApplication.instance())
        self._given = given
        self._process = QProcess(self)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        QApplication.instance().aboutToQuit.connect(self._stop)

    def begin(self, command: Sequence[str]) -> None:
        """Start the child."""
        self._process.start(command[0], command[1:])

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        complaint = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        self._end(code if status == QProcess.ExitStatus.NormalExit else -1, complaint)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(-1, "")

    def _end(self, code: int, complaint: str) -> None:
        self._given.unlink(missing_ok=True)
        self.over.emit(code, complaint)
        self.deleteLater()

    def _stop(self) -> None:
        """The program ends: so does the child, and what was not whole is not there."""
        self._process.finished.disconnect(self._on_finished)
        self._process.kill()
        self._process.waitForFinished(_WAIT_MS)
        self._given.unlink(missing_ok=True)

"""Saving the choice as a report: the same program writes it in a child process, so that the window goes on.

The child plans anew from what the window planned with, as ``fitcheck report`` does for anybody.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject, QProcess, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from fitcheck import service
from fitcheck.gui.language import chosen_language, said

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan
    from fitcheck.settings import Settings

_WAIT_MS = 1000
"""At the end of the program, for a child that is told to go."""


def program() -> list[str]:
    """The command line of this same program: a frozen one is it, an installed one is a module."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "fitcheck"]


def arguments(plan: Plan, machine: Path, target: Path, settings: Settings) -> Iterator[str]:
    """``fitcheck report`` for a plan of the catalogue; ``machine`` is the file of the plan's machine."""
    workload, pinned = plan.workload, plan.wishes
    yield from (
        "report",
        f"{plan.model_id}@{plan.quantization}",
        "-o",
        str(target),
        "--lang",
        chosen_language(settings.language),
    )
    yield from ("--units", settings.units, "--machine", str(machine), "--margin", str(settings.margin_bytes))
    yield from ("-c", str(workload.context), "--parallel", str(workload.parallel))
    yield from ("--flash-attn", workload.flash_attn, "--type-k", workload.type_k, "--type-v", workload.type_v)
    # Of the runtimes for GGUF files, only this one is planned for in another way.
    yield from ("--engine", "llama.cpp" if pinned.asked.borrows else "ktransformers")


class ReportSaver(QObject):
    """Asks for a file and has it written, one at a time; ``ended`` carries a sentence about how it went."""

    ended = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.plan: Plan | None = None
        """The choice."""
        self._process: QProcess | None = None
        self._machine: Path | None = None
        self._target = Path()
        QApplication.instance().aboutToQuit.connect(self._stop)

    def ask(self, settings: Settings) -> None:
        """Let a person name the file, then write the choice into it."""
        plan = self.plan
        if plan is None or all(model.id != plan.model_id for model in service.models()):
            self.ended.emit(self.tr("A report is made of a model of the catalogue: choose a cell of the matrix first."))
            return
        kinds = self.tr("Web page (*.html);;PDF (*.pdf);;Markdown (*.md);;JSON (*.json);;CSV (*.csv)")
        start = QDir.home().filePath(f"{plan.model_id}-{plan.quantization}.html")
        path, kind = QFileDialog.getSaveFileName(self._window, self.tr("Save the report"), start, kinds)
        if path:
            self.write(plan, _with_suffix(Path(path), kind), settings)

    def write(self, plan: Plan, target: Path, settings: Settings) -> None:
        """Begin to write a report; a second one waits for nobody and is refused while the first is being written."""
        from fitcheck.probe.machine_json import machine_to_object

        if self._process is not None:
            self.ended.emit(self.tr("The last report is still being written."))
            return
        self._target = target
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
            json.dump(machine_to_object(plan.machine), file)
        self._machine = Path(file.name)
        command = [*program(), *arguments(plan, self._machine, target, settings)]
        self._process = QProcess(self)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(command[0], command[1:])

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        complaint = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        self._forget()
        # 0: it runs, 1: it does not; both are answers.
        if code in (0, 1):
            self.ended.emit(self.tr("The report is saved: {0}").format(self._target))
        else:
            sentence = complaint.splitlines()[-1] if complaint else self.tr("The report could not be written.")
            self.ended.emit(said(sentence.removeprefix("fitcheck: ")))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._forget()
            self.ended.emit(self.tr("The report could not be written."))

    def _forget(self) -> None:
        if self._machine is not None:
            self._machine.unlink(missing_ok=True)
        if self._process is not None:
            self._process.deleteLater()
        self._process = self._machine = None

    def _stop(self) -> None:
        """The program ends: so does the child, and what was not whole is not there."""
        if self._process is not None:
            self._process.finished.disconnect(self._on_finished)
            self._process.kill()
            self._process.waitForFinished(_WAIT_MS)
            self._forget()


def _with_suffix(path: Path, kind: str) -> Path:
    """The name as it was typed, or with the suffix of the kind that was chosen where it has none."""
    known = (".html", ".pdf", ".md", ".json", ".csv")
    if path.suffix.lower() in known:
        return path
    return path.with_name(f"{path.name}{next((one for one in known if f'*{one}' in kind), known[0])}")

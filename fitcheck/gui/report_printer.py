"""Printing a report: the pages of its PDF, drawn on what the system's print dialog chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtWidgets import QWidget

from fitcheck.errors import FitCheckError
from fitcheck.gui.language import said
from fitcheck.gui.tasks import Tasks

if TYPE_CHECKING:
    from fitcheck.export.document import Document, Paper

_PRINT = "print"


class ReportPrinter(QObject):
    """Asks for a printer and draws in slices; ``ended`` carries a sentence about how it went, and whether it did."""

    ended = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._tasks = Tasks(self)

    def ask(self, document: Document, paper: Paper, name: str) -> None:
        """Let a person choose a printer, then print; ``name`` is for the file where there is none."""
        # Imported late: nobody prints at the start.
        from PySide6.QtGui import QPageLayout
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        from fitcheck.export.pdf import MARGINS, draw_pages, page_size

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(page_size(paper))
        printer.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
        printer.setDocName(document.title)
        if not QPrinterInfo.availablePrinterNames():
            # The dialog then prints to a file, and would name the home folder alone.
            printer.setOutputFileName(QDir.home().filePath(f"{name}.pdf"))
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print the report"))
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            task = self._tasks.start(_PRINT, draw_pages(document, printer))
            task.finished.connect(lambda: self.ended.emit(self.tr("The report is printed."), True))
            task.failed.connect(self._on_failed)
        dialog.deleteLater()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, FitCheckError):
            raise error
        self.ended.emit(said(error.message), False)

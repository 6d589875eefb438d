"""The preview of a report: one column of text with its drawings, made in slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from fitcheck.gui.report_text import ReportText
from fitcheck.gui.tasks import Tasks
from fitcheck.gui.theme import Theme

if TYPE_CHECKING:
    from fitcheck.export.document import Document

_LEAST_MARGIN = 16
_INDENT = 20
"""Of lists, in pixels."""

_SHOW = "show"


class ReportView(QTextBrowser):
    """Read with the pointer or the keyboard; ``shown`` follows once a document stands."""

    shown = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document: Document | None = None
        self._standing = ""
        """The title of the text that can be read now."""
        self._read_at = ("", 0)
        """The title of the last text, and where it was read."""
        self._tasks = Tasks(self)
        self.setOpenLinks(False)
        self.setProperty("panel", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setAutoFillBackground(False)
        self.document().setIndentWidth(_INDENT)

    @property
    def shows(self) -> Document | None:
        """What is shown, or about to be."""
        return self._document

    def set_theme(self, theme: Theme) -> None:
        """Write in another palette from now on."""
        self._theme = theme
        if self._document is not None:
            self._begin(self._document)

    def show_document(self, document: Document | None) -> None:
        """Show another document; None: nothing."""
        if document == self._document:
            return
        self._document = document
        if document is None:
            self._leave()
            self._tasks.cancel(_SHOW)
            self.clear()
            return
        self.setAccessibleName(document.title)
        self._begin(document)

    def _leave(self) -> None:
        """Remember where the text that stands was read."""
        if self._standing:
            self._read_at = (self._standing, self.verticalScrollBar().value())
        self._standing = ""

    def _begin(self, document: Document) -> None:
        self._tasks.start(_SHOW, self._steps(document))

    def _steps(self, document: Document) -> Iterator[None]:
        """Drawings one by one, then the text, at the place where one of this title was read."""
        text, pictures = ReportText(self._theme), {}
        for name, made in text.pictures(document, self.devicePixelRatioF()):
            pictures[name] = made
            yield
        html = text.html(document)
        yield
        self._leave()
        title, place = self._read_at
        self.setFont(self._theme.font("body"))
        self.clear()
        for name, made in pictures.items():
            self.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), made)
        self.setHtml(html)
        self._fit()
        self._standing = document.title
        # Laid out to its end, or the bar would not reach so far yet.
        self.document().documentLayout().documentSize()
        self.verticalScrollBar().setValue(place if title == document.title else 0)
        self.shown.emit()

    def _fit(self) -> None:
        """The column in the middle, as wide as the drawings."""
        margin = max(_LEAST_MARGIN, (self.viewport().width() - ReportText(self._theme).width) // 2)
        frame = self.document().rootFrame()
        look = frame.frameFormat()
        if look.leftMargin() != margin:
            look.setLeftMargin(margin)
            look.setRightMargin(margin)
            look.setTopMargin(_LEAST_MARGIN)
            look.setBottomMargin(_LEAST_MARGIN)
            frame.setFrameFormat(look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

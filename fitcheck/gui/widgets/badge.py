"""A verdict as glyph and word on its tint; stands beside a sentence, never in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from fitcheck.gui.glyphs import mark_icon, paint_verdict_glyph, verdict_icon
from fitcheck.gui.theme import Theme, verdict_word

if TYPE_CHECKING:
    from fitcheck.core.planner import Verdict

_HEIGHT = 24


class Badge(QLabel):
    """24 px high, as wide as its word."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verdict: Verdict = "no"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_verdict(self, theme: Theme, verdict: Verdict) -> None:
        """Show a verdict."""
        self._theme, self._verdict = theme, verdict
        self.setAccessibleName(verdict_word(verdict))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font("small_strong")).horizontalAdvance(verdict_word(self._verdict))
        return QSize(width + 38, round(_HEIGHT * self._theme.scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        colours, edge = theme.verdict(self._verdict), theme.icon("inline")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.tint)
        painter.drawRoundedRect(self.rect(), theme.radius("control"), theme.radius("control"))
        glyph = QRectF(8, (self.height() - edge) / 2, edge, edge)
        paint_verdict_glyph(painter, glyph, self._verdict, colours.solid, colours.on_solid)
        painter.setFont(theme.font("small_strong"))
        painter.setPen(colours.text)
        painter.drawText(self.rect().adjusted(28, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, verdict_word(self._verdict))


def show_mark(label: QLabel, theme: Theme, verdict: Verdict | None, edge: int, *, done: bool = False) -> None:
    """Put a verdict's glyph into a label, so large and with its word; without one the mark of a note, or of a deed."""
    if verdict is None:
        word = QCoreApplication.translate("Badge", "Done") if done else QCoreApplication.translate("Badge", "Note")
        icon = mark_icon("check" if done else "warning", theme.colour("accent_text"), edge)
    else:
        colours = theme.verdict(verdict)
        icon, word = verdict_icon(verdict, colours.solid, colours.on_solid, edge), verdict_word(verdict)
    label.setPixmap(icon.pixmap(edge, edge))
    label.setAccessibleName(word)

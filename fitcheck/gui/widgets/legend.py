"""What the matrix's glyphs and the memory bar's colours mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from fitcheck.core.planner import VERDICTS
from fitcheck.gui.glyphs import paint_hatch, paint_verdict_glyph
from fitcheck.gui.theme import Theme, verdict_word

_BETWEEN, _LEAST_BETWEEN, _AFTER_MARK = 16, 8, 6


class VerdictLegend(QLabel):
    """The five verdicts in a row, glyph and word, and how the matrix is used at the right end."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(map(verdict_word, VERDICTS)))

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.line_height("caption") + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        left, edge, height = 0.0, theme.icon("glyph"), self.height()
        for verdict in VERDICTS:
            colours = theme.verdict(verdict)
            box = QRectF(left, (height - edge) / 2, edge, edge)
            paint_verdict_glyph(painter, box, verdict, colours.solid, colours.on_solid)
            word = verdict_word(verdict)
            width = painter.fontMetrics().horizontalAdvance(word)
            left += edge + _AFTER_MARK
            painter.drawText(QRectF(left, 0, width + 2, height), Qt.AlignmentFlag.AlignVCenter, word)
            left += width + _BETWEEN
        hint = self.tr("marked corner: best pick · arrows move · Enter opens · Space shows variants")
        if painter.fontMetrics().horizontalAdvance(hint) < self.width() - left:
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(self.rect()), align, hint)


class ComponentLegend(QLabel):
    """The parts of the memory bars: a swatch and a word each."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries = (
            ("weights", self.tr("weights")),
            ("kv_cache", self.tr("KV cache")),
            ("compute", self.tr("compute")),
            ("runtime", self.tr("runtime")),
            ("other_programs", self.tr("in use")),
            ("free", self.tr("free")),
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(word for _, word in self._entries))

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.update()

    def _words_width(self) -> int:
        """Swatches and words without what is between them."""
        metrics = QFontMetrics(self._theme.font("caption"))
        return sum(metrics.horizontalAdvance(word) + 10 + _AFTER_MARK for _, word in self._entries)

    def sizeHint(self) -> QSize:
        return QSize(self._words_width() + len(self._entries) * _BETWEEN, self._theme.line_height("caption") + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._words_width() + len(self._entries) * _LEAST_BETWEEN, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter, left = self._theme, QPainter(self), 0.0
        between = min(_BETWEEN, (self.width() - self._words_width()) / len(self._entries))
        painter.setFont(theme.font("caption"))
        for name, word in self._entries:
            box = QRectF(left, (self.height() - 10) / 2, 10, 10)
            if name == "other_programs":
                paint_hatch(painter, box, theme.colour("component.other_programs"), theme.colour("component.free"))
            else:
                painter.fillRect(box, theme.colour(f"component.{name}"))
            if name == "free":
                painter.setPen(theme.colour("border_strong"))
                painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.setPen(theme.colour("text_muted"))
            width = painter.fontMetrics().horizontalAdvance(word)
            left += 10 + _AFTER_MARK
            painter.drawText(QRectF(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, word)
            left += width + between

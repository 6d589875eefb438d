"""The context, in stops that double; labels stand under the groove."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from fitcheck.core.units import format_tokens
from fitcheck.gui.theme import Theme

STOPS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 163840)
"""Tokens. The last one is the limit of R1 (max_position_embeddings), which the distills do not reach."""

_KNOB, _GROOVE, _TOP = 14, 4, 4


class ContextSlider(QSlider):
    """``tokens_changed`` carries the chosen stop. Arrows and Page keys move one stop, Home and End go to the ends."""

    tokens_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setRange(0, len(STOPS) - 1)
        self.setPageStep(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Context"))
        self.valueChanged.connect(self._on_value)
        self._on_value(self.value())

    @property
    def tokens(self) -> int:
        """The chosen context."""
        return STOPS[self.value()]

    def tokens_at(self, value: int) -> int:
        """The context of another stop."""
        return STOPS[value]

    def set_tokens(self, tokens: int) -> None:
        """Go to the smallest stop that holds ``tokens``."""
        self.setValue(next((index for index, stop in enumerate(STOPS) if stop >= tokens), len(STOPS) - 1))

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(248 * self._theme.scale), _TOP + _KNOB + 4 + self._theme.line_height("caption"))

    def stop_x(self, index: int) -> float:
        """Where a stop stands, in pixels."""
        edge = _KNOB
        return edge + (self.width() - 2 * edge) * index / (len(STOPS) - 1)

    def _on_value(self, value: int) -> None:
        said = self.tr("{0} tokens").format(format_tokens(STOPS[value]))
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.tokens_changed.emit(STOPS[value])

    def _go_to(self, x: float) -> None:
        self.setValue(min(range(len(STOPS)), key=lambda index: abs(self.stop_x(index) - x)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's PageUp moves towards the larger value only for vertical sliders on some styles.
        step = {int(Qt.Key.Key_PageUp): 1, int(Qt.Key.Key_PageDown): -1}.get(int(event.key()), 0)
        if step:
            self.setValue(self.value() + step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left, right = _TOP + _KNOB / 2, self.stop_x(0), self.stop_x(len(STOPS) - 1)
        knob = self.stop_x(self.value())
        painter.setPen(Qt.PenStyle.NoPen)
        for end, name in ((right, "border_strong"), (knob, "accent")):
            painter.setBrush(theme.colour(name))
            painter.drawRoundedRect(QRectF(left, middle - _GROOVE / 2, end - left, _GROOVE), 2, 2)
        self._paint_labels(painter)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(QPointF(knob, middle), _KNOB / 2 - 1, _KNOB / 2 - 1)

    def _paint_labels(self, painter: QPainter) -> None:
        theme, top = self._theme, _TOP + _KNOB + 2
        for index, stop in enumerate(STOPS):
            chosen = index == self.value()
            font = theme.font("caption")
            font.setPixelSize(round(10 * theme.scale))
            font.setBold(chosen)
            painter.setFont(font)
            painter.setPen(theme.colour("text" if chosen else "text_muted"))
            x = self.stop_x(index)
            painter.drawLine(QPointF(x, top - 1), QPointF(x, top + 1))
            box = QRectF(x - 20, top + 1, 40, theme.line_height("caption"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_tokens(stop))

"""The context, in stops that double; labels stand under the groove."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from fitcheck.core.units import format_tokens
from fitcheck.gui.theme import Theme

STOPS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 163840)
"""Tokens. The last one is the limit of R1 (max_position_embeddings), which the distills do not reach."""

_KNOB, _GROOVE, _TOP = 14, 4, 4
_LABEL_WIDTH = 26


class ContextSlider(QSlider):
    """``tokens_changed`` carries the chosen stop. Arrows and Page keys move one stop, Home and End go to the ends."""

    tokens_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._between: int | None = None
        """Tokens between two stops, such as the longest context that fits; None on a stop."""
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
        return self._between or STOPS[self.value()]

    def stops_below(self) -> tuple[int, ...]:
        """Stops that hold less than is chosen, the nearest first."""
        return tuple(stop for stop in reversed(STOPS) if stop < self.tokens)

    def set_tokens(self, tokens: int) -> None:
        """Go to so many tokens, to a place between two stops where they are no stop; at most to the last one."""
        tokens = max(STOPS[0], min(tokens, STOPS[-1]))
        stop = max(index for index, one in enumerate(STOPS) if one <= tokens)
        between = None if STOPS[stop] == tokens else tokens
        if (stop, between) == (self.value(), self._between):
            return
        self.blockSignals(True)
        self.setValue(stop)
        self.blockSignals(False)
        self._between = between
        self._tell()
        self.update()

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

    @property
    def knob_x(self) -> float:
        """Where the knob stands, in pixels."""
        here = self.stop_x(self.value())
        if self._between is None:
            return here
        low, high = STOPS[self.value()], STOPS[self.value() + 1]
        part = math.log2(self._between / low) / math.log2(high / low)
        return here + part * (self.stop_x(self.value() + 1) - here)

    def _on_value(self, value: int) -> None:
        self._between = None
        self._tell()

    def _tell(self) -> None:
        said = self.tr("{0} tokens").format(format_tokens(self.tokens))
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        if self.hasFocus():
            # What Qt tells by itself is the number of the stop.
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))
        self.tokens_changed.emit(self.tokens)

    def _go_to(self, x: float) -> None:
        self.set_tokens(STOPS[min(range(len(STOPS)), key=lambda index: abs(self.stop_x(index) - x))])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt's PageUp moves towards the larger value only for vertical sliders on some styles.
        step = {int(Qt.Key.Key_PageUp): 1, int(Qt.Key.Key_PageDown): -1}.get(int(event.key()), 0)
        down = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Down) or step < 0
        if self._between is not None and down:
            # From between two stops the lower one is the next.
            self.set_tokens(STOPS[self.value()])
        elif step:
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
        knob = self.knob_x
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
        font = theme.font("caption")
        font.setPixelSize(round(10 * theme.scale))
        labels = [(self.stop_x(index), stop, stop == self.tokens) for index, stop in enumerate(STOPS)]
        if self._between is not None:
            near = _LABEL_WIDTH * theme.scale
            labels = [label for label in labels if abs(label[0] - self.knob_x) >= near]
            labels.append((self.knob_x, self._between, True))
        for x, tokens, chosen in labels:
            font.setBold(chosen)
            painter.setFont(font)
            painter.setPen(theme.colour("text" if chosen else "text_muted"))
            painter.drawLine(QPointF(x, top - 1), QPointF(x, top + 1))
            box = QRectF(x - 20, top + 1, 40, theme.line_height("caption"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_tokens(tokens))

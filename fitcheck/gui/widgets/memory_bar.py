"""One device's memory, to scale: other programs, weights, KV cache, compute, runtime, free, and the margin."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fitcheck.gui.glyphs import paint_hatch
from fitcheck.gui.theme import Theme

_FLAG, _LEAST_PART, _GAP = 5, 1.5, 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its colour's name (``other_programs``, ``weights`` …), what it is called, its bytes."""

    colour: str
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DeviceMemoryFill:
    """A device's size, its parts in order, and how many bytes must stay free at the end."""

    total_bytes: int
    parts: tuple[Part, ...]
    margin_bytes: int

    @property
    def limit_bytes(self) -> int:
        """Where the margin begins."""
        return self.total_bytes - self.margin_bytes

    @property
    def used_bytes(self) -> int:
        """All parts together."""
        return sum(part.size_bytes for part in self.parts)


class MemoryBar(QWidget):
    """The bar. A line of text with every value stands above it, so it is never the only source."""

    def __init__(self, theme: Theme, fill: DeviceMemoryFill, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._fill = theme, fill
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken)

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.size("memory_bar_height") + _FLAG)

    def boxes(self) -> list[tuple[Part, QRectF]]:
        """Each visible part and where it stands; parts beyond the device are cut at its end."""
        scale = self.width() / max(1, self._fill.total_bytes)
        height, left, found = self._theme.size("memory_bar_height"), 0.0, []
        for part in self._fill.parts:
            if part.size_bytes <= 0:
                continue
            width = max(_LEAST_PART, part.size_bytes * scale - _GAP)
            room = min(width, self.width() - left)
            if room > 0:
                found.append((part, QRectF(left, _FLAG, room, height)))
            left += width + _GAP
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(0, _FLAG, self.width(), theme.size("memory_bar_height"))
        free = theme.colour("component.free")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(free)
        painter.drawRoundedRect(whole, theme.radius("mark"), theme.radius("mark"))
        for part, box in self.boxes():
            if part.colour == "other_programs":
                paint_hatch(painter, box, theme.colour("component.other_programs"), free)
            else:
                painter.fillRect(box, theme.colour(f"component.{part.colour}"))
        limit = self.width() * self._fill.limit_bytes / max(1, self._fill.total_bytes)
        if self._fill.used_bytes > self._fill.limit_bytes:
            self._paint_excess(painter, whole, limit)
        self._paint_margin(painter, whole, limit)

    def _paint_excess(self, painter: QPainter, whole: QRectF, limit: float) -> None:
        """What reaches into the margin or over the device: emptied and outlined."""
        start = max(0.0, min(limit, whole.width() - 6))
        end = min(whole.width(), self.width() * self._fill.used_bytes / max(1, self._fill.total_bytes))
        box = QRectF(start, whole.top(), max(6.0, end - start), whole.height())
        painter.fillRect(box, self._theme.colour("component.free"))
        painter.setPen(QPen(self._theme.colour("danger_text"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_margin(self, painter: QPainter, whole: QRectF, limit: float) -> None:
        if self._fill.margin_bytes <= 0 or limit <= 0:
            return
        colour = self._theme.colour("component.margin_line")
        pen = QPen(colour, 1.5)
        pen.setDashPattern([3, 2])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(
            QRectF(limit, 0, 0, whole.bottom()).topLeft(), QRectF(limit, 0, 0, whole.bottom()).bottomLeft()
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        corner = QRectF(limit - _FLAG, 0, _FLAG, _FLAG)
        painter.drawPolygon(QPolygonF([corner.topLeft(), corner.topRight(), corner.bottomRight()]))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            point = event.pos().toPointF()
            text = next((part.name for part, box in self.boxes() if box.contains(point)), "")
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

"""The strip's bar of one device, and the small swatch that explains a part of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from fitcheck.gui.glyphs import paint_hatch
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.device_states import Fill, Swatch

_LEAST_PART_PX = 1.5
"""A part that is not zero shows at least this wide (the look's memory bar)."""


class DeviceBar(QLabel):
    """Other programs (hatched), this choice (accent), free, to the scale of the device.

    A dashed line marks what must stay free; what reaches beyond it is outlined. Without a fill the bar
    is a dashed outline: not known.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fill: Fill | None = None
        self._quiet = False
        # A label with a picture is a graphic to screen readers; what is seen is painted below.
        self.setPixmap(QPixmap(1, 1))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_fill(self, fill: Fill | None, *, quiet: bool = False) -> None:
        """Show these parts; ``quiet`` for a card that is not in the plan."""
        self._fill, self._quiet = fill, quiet
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(223, self._theme.size("machine_bar_height"))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._theme.size("machine_bar_height"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._fill is None or self._fill.total_bytes <= 0:
            self._paint_unknown(painter, box)
        else:
            self._paint_fill(painter, box, self._fill)

    def _paint_unknown(self, painter: QPainter, box: QRectF) -> None:
        pen = QPen(self._theme.colour("border_strong"), 1)
        pen.setDashPattern([3, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        radius = self._theme.radius("mark")
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_fill(self, painter: QPainter, box: QRectF, fill: Fill) -> None:
        theme, scale = self._theme, box.width() / fill.total_bytes
        ink = theme.colour("text_disabled" if self._quiet else "component.other_programs")
        free = theme.colour("component.free")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(free)
        painter.drawRoundedRect(box, theme.radius("mark"), theme.radius("mark"))
        used = _visible(fill.used_bytes * scale)
        if used:
            paint_hatch(painter, QRectF(0, 0, used, box.height()), ink, free)
        limit = box.width() - fill.margin_bytes * scale
        if fill.choice_bytes:
            start = used + (1 if used else 0)
            end = max(start + _LEAST_PART_PX, (fill.used_bytes + fill.choice_bytes) * scale)
            beyond = end > limit + 0.5 or fill.free_bytes < 0
            solid = QRectF(start, 0, max(0.0, min(end, limit) - start), box.height())
            painter.fillRect(solid, theme.colour("accent"))
            if beyond:
                self._paint_beyond(painter, QRectF(limit, 0, min(end, box.width()) - limit, box.height()))
        if fill.margin_bytes and not self._quiet:
            pen = QPen(theme.colour("component.margin_line"), 1.5)
            pen.setDashPattern([2, 1.4])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(round(limit), 0, round(limit), round(box.height()))

    def _paint_beyond(self, painter: QPainter, part: QRectF) -> None:
        """What reaches into the margin: emptied and outlined."""
        painter.fillRect(part, self._theme.colour("component.free"))
        painter.setPen(QPen(self._theme.colour("danger_text"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(part.adjusted(1, 1, -1, -1))


class SwatchMark(QWidget):
    """The 10 px square before a line: the same fill as the part of the bar it names."""

    def __init__(self, theme: Theme, swatch: Swatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._swatch = swatch
        edge = round(10 * theme.scale)
        self.setFixedSize(edge, edge)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, box = self._theme, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._swatch == "other_programs":
            paint_hatch(painter, box, theme.colour("component.other_programs"), theme.colour("component.free"))
            return
        choice = self._swatch == "choice"
        painter.setBrush(theme.colour("accent" if choice else "component.free"))
        painter.setPen(Qt.PenStyle.NoPen if choice else QPen(theme.colour("border_strong"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 1, 1)


def _visible(width: float) -> float:
    """A part's width: nothing for nothing, and never too thin to see."""
    return 0.0 if width <= 0 else max(_LEAST_PART_PX, width)

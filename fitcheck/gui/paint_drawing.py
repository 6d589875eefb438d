"""Paints a drawing of ``fitcheck.charts`` with a theme's colours and fonts: what SVG shows, on a widget."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from fitcheck.charts.shapes import Drawing, Line, Rect, Text
from fitcheck.charts.svg import AREA_OPACITY
from fitcheck.gui.glyphs import paint_hatch
from fitcheck.gui.theme import Theme

_CURVE_WIDTH = 2.0
"""Lines from this width on are curves, with round joins; thinner ones are rules, which stay on whole pixels."""


def picture(drawing: Drawing, theme: Theme, ratio: float) -> QPixmap:
    """The drawing as one picture, sharp at a device's pixel ratio."""
    size = QSize(max(1, round(drawing.width * ratio)), max(1, round((drawing.height + 1) * ratio)))
    pixmap = QPixmap(size)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint(painter, drawing, theme)
    painter.end()
    return pixmap


def paint(painter: QPainter, drawing: Drawing, theme: Theme) -> None:
    """Every shape, from back to front."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for shape in drawing.shapes:
        if isinstance(shape, Rect):
            _rect(painter, shape, theme)
        elif isinstance(shape, Line):
            _line(painter, shape, theme)
        else:
            _text(painter, shape, theme)


def _rect(painter: QPainter, shape: Rect, theme: Theme) -> None:
    colour, box = theme.colour(shape.hint), QRectF(shape.x, shape.y, shape.width, shape.height)
    if shape.pattern == "solid":
        painter.fillRect(box, colour)
        return
    if shape.pattern == "hatch":
        ground = theme.colour("component.free" if shape.hint.startswith("component.") else "surface")
        paint_hatch(painter, box, colour, ground)
        return
    half = shape.stroke / 2
    pen = QPen(colour, shape.stroke)
    if shape.pattern == "dashed":
        pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(theme.colour("surface") if shape.pattern == "ring" else Qt.BrushStyle.NoBrush)
    inner = box.adjusted(half, half, -half, -half)
    if shape.pattern == "ring":
        painter.drawEllipse(inner)
    else:
        painter.drawRect(inner)


def _line(painter: QPainter, shape: Line, theme: Theme) -> None:
    # A copy, because the theme's own colour must stay opaque.
    colour, points = QColor(theme.colour(shape.hint)), QPolygonF([QPointF(x, y) for x, y in shape.points])
    if shape.filled:
        colour.setAlphaF(AREA_OPACITY)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(points)
        return
    pen = QPen(colour, shape.width)
    if shape.dashed:
        pen.setDashPattern([3.0, 2.0])
    if shape.width >= _CURVE_WIDTH:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    else:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(points)


def _text(painter: QPainter, shape: Text, theme: Theme) -> None:
    font = theme.font(shape.role)
    painter.setFont(font)
    painter.setPen(theme.colour(shape.hint))
    wide = QFontMetricsF(font).horizontalAdvance(shape.text)
    left = shape.x - {"start": 0.0, "middle": wide / 2, "end": wide}[shape.align]
    painter.drawText(QPointF(left, shape.y), shape.text)

"""Small drawings: the five verdict glyphs, the window's own marks, and the hatch of "other programs".

Drawn as vectors on a 12-unit square (interface marks: 16 units), so they are crisp at every scale.
A glyph tells its verdict by shape alone; colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fitcheck.core.planner import Verdict

Mark = Literal[
    "menu", "reload", "warning", "cross", "check", "chevron_down", "chevron_right", "ring", "absent", "copy",
    "undo", "redo", "search",
]  # fmt: skip
"""Names of the interface's marks; ``ring`` is "at work", ``absent`` the dashed circle of something missing."""

_VERDICT_UNITS = 12.0
_MARK_UNITS = 16.0


def paint_verdict_glyph(
    painter: QPainter, rect: QRectF, verdict: Verdict, colour: QColor, inner: QColor | None = None
) -> None:
    """Draw a verdict's glyph into ``rect`` in ``colour`` (its ``solid``).

    ``inner`` is the mark inside the shape (its ``on_solid``); without it that part stays as transparent
    as white on the ground allows: white is used.
    """
    _scaled(painter, rect, _VERDICT_UNITS, lambda: _VERDICTS[verdict](painter, colour, inner or QColor("white")))


def paint_mark(painter: QPainter, rect: QRectF, mark: Mark, colour: QColor, width: float = 1.5) -> None:
    """Draw one of the interface's marks into ``rect``, in lines of ``width`` units of a 16-unit square."""

    def draw() -> None:
        painter.setPen(_pen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_MARKS[mark]())

    def dashed() -> None:
        pen = _pen(colour, width)
        pen.setDashPattern([2.0, 1.6])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawEllipse(QPointF(8, 8), 6.2, 6.2)

    _scaled(painter, rect, _MARK_UNITS, dashed if mark == "absent" else draw)


def paint_hatch(painter: QPainter, rect: QRectF, ink: QColor, ground: QColor) -> None:
    """Fill ``rect`` with the slanted hatch that means "other programs", with a 1 px outline.

    Own lines instead of ``Qt.BDiagPattern``: a brush pattern is a bitmap and turns to mush at 150 %.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, ground)
    painter.setPen(QPen(ink, 2.0))
    step, height = 6.0, rect.height()
    x = rect.left() - height
    while x < rect.right() + height:
        painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x + height + 2, rect.top() - 1))
        x += step
    painter.setPen(QPen(ink, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def verdict_icon(verdict: Verdict, colour: QColor, inner: QColor, size: int) -> QIcon:
    """A verdict's glyph as an icon for buttons and menus, sharp up to twice its size."""
    return _icon(size, lambda painter, rect: paint_verdict_glyph(painter, rect, verdict, colour, inner))


def mark_icon(mark: Mark, colour: QColor, size: int) -> QIcon:
    """An interface mark as an icon."""
    return _icon(size, lambda painter, rect: paint_mark(painter, rect, mark, colour))


def _icon(size: int, paint: Callable[[QPainter, QRectF], None]) -> QIcon:
    icon = QIcon()
    for ratio in (1.0, 1.5, 2.0, 3.0):
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint(painter, QRectF(0, 0, size, size))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def _scaled(painter: QPainter, rect: QRectF, units: float, draw: Callable[[], None]) -> None:
    """Run ``draw`` in a square of ``units`` mapped onto ``rect``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / units, rect.height() / units)
    draw()
    painter.restore()


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _lines(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for first, *rest in strokes:
        path.moveTo(*first)
        for point in rest:
            path.lineTo(*point)
    return path


def _paint_gpu(painter: QPainter, colour: QColor, inner: QColor) -> None:
    """A full disc with a check: everything on the card."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(6, 6), 6, 6)
    painter.setPen(QPen(inner, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_lines(((3.2, 6.3), (5.2, 8.2), (8.9, 4.1))))


def _paint_offload(painter: QPainter, colour: QColor, inner: QColor) -> None:
    """A ring whose left half is full: part here, part there."""
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(6, 6), 5.1, 5.1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPie(QRectF(0.8, 0.8, 10.4, 10.4), 90 * 16, 180 * 16)


def _paint_cpu(painter: QPainter, colour: QColor, inner: QColor) -> None:
    """A square chip with its core: RAM alone."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(1, 1, 10, 10), 1, 1)
    painter.setBrush(inner)
    painter.drawRect(QRectF(4, 4, 4, 4))


def _paint_disk(painter: QPainter, colour: QColor, inner: QColor) -> None:
    """A triangle pointing down: it streams from below."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(0.4, 2), QPointF(11.6, 2), QPointF(6, 11.2)]))
    painter.setPen(QPen(inner, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(6, 4), QPointF(6, 7.4))


def _paint_no(painter: QPainter, colour: QColor, inner: QColor) -> None:
    """A cross: it does not fit."""
    painter.setPen(QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawPath(_lines(((2.2, 2.2), (9.8, 9.8)), ((9.8, 2.2), (2.2, 9.8))))


_VERDICTS: dict[str, Callable[[QPainter, QColor, QColor], None]] = {
    "gpu": _paint_gpu,
    "offload": _paint_offload,
    "cpu": _paint_cpu,
    "disk": _paint_disk,
    "no": _paint_no,
}


def _warning() -> QPainterPath:
    path = _lines(((8, 1.8), (14.6, 13.8), (1.4, 13.8), (8, 1.8)), ((8, 6), (8, 9.8)))
    path.addEllipse(QPointF(8, 11.8), 0.2, 0.2)
    return path


def _reload() -> QPainterPath:
    path = QPainterPath()
    box = QRectF(2.5, 2.5, 11, 11)
    path.arcMoveTo(box, 30)
    path.arcTo(box, 30, 300)
    path.moveTo(13.4, 1.8)
    path.lineTo(12.8, 5.4)
    path.lineTo(9.3, 4.8)
    return path


def _ring() -> QPainterPath:
    path = QPainterPath()
    box = QRectF(1.5, 1.5, 13, 13)
    path.arcMoveTo(box, 0)
    path.arcTo(box, 0, 90)
    return path


def _copy() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 5, 9, 9), 1.5, 1.5)
    path.moveTo(5.5, 2)
    path.lineTo(12.5, 2)
    path.arcTo(QRectF(11, 2, 3, 3), 90, -90)
    path.lineTo(14, 10.5)
    return path


def _undo() -> QPainterPath:
    path = _lines(((5.5, 2.5), (2.5, 5.5), (5.5, 8.5)))
    path.moveTo(2.5, 5.5)
    path.lineTo(9.5, 5.5)
    path.arcTo(QRectF(5.5, 5.5, 8, 8), 90, -180)
    path.lineTo(6, 13.5)
    return path


def _redo() -> QPainterPath:
    return QTransform(-1, 0, 0, 1, 16, 0).map(_undo())


def _search() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(7, 7), 4.6, 4.6)
    path.moveTo(10.4, 10.4)
    path.lineTo(14, 14)
    return path


_MARKS: dict[str, Callable[[], QPainterPath]] = {
    "menu": lambda: _lines(((2, 4), (14, 4)), ((2, 8), (14, 8)), ((2, 12), (14, 12))),
    "reload": _reload,
    "warning": _warning,
    "cross": lambda: _lines(((3.5, 3.5), (12.5, 12.5)), ((12.5, 3.5), (3.5, 12.5))),
    "check": lambda: _lines(((3.2, 8.4), (6.6, 11.6), (12.8, 4.6))),
    "chevron_down": lambda: _lines(((4, 6.2), (8, 10.2), (12, 6.2))),
    "chevron_right": lambda: _lines(((6.2, 4), (10.2, 8), (6.2, 12))),
    "ring": _ring,
    "copy": _copy,
    "undo": _undo,
    "redo": _redo,
    "search": _search,
}

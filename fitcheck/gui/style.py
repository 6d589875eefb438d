"""Fusion with the look's own check box, combo box and spin box, and without focus rectangles.

Focus is shown by ``widgets/focus_ring.py``, which can draw outside a widget; a style cannot.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QStyleOptionComplex, QWidget

from fitcheck.gui.glyphs import paint_mark

_RADIUS = 4
"""Corner of a control (tokens: radius.control)."""

_CHEVRON = 12.0


class FitStyle(QProxyStyle):
    """The base style of the whole program; colours come from the palette."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_FrameFocusRect:
            return
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            _paint_check_box(option, painter)
            return
        super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self, control: QStyle.ComplexControl, option: QStyleOptionComplex, painter: QPainter, widget: Any = None
    ) -> None:
        if control == QStyle.ComplexControl.CC_ComboBox:
            arrow = self.subControlRect(control, option, QStyle.SubControl.SC_ComboBoxArrow, widget)
            _paint_field(option, painter)
            _paint_chevron(option, painter, QRectF(arrow), up=False)
        elif control == QStyle.ComplexControl.CC_SpinBox:
            _paint_field(option, painter)
            for part, up in ((QStyle.SubControl.SC_SpinBoxUp, True), (QStyle.SubControl.SC_SpinBoxDown, False)):
                arrow = self.subControlRect(control, option, part, widget)
                _paint_chevron(option, painter, QRectF(arrow), up=up)
        else:
            super().drawComplexControl(control, option, painter, widget)


def _paint_field(option: QStyleOptionComplex, painter: QPainter) -> None:
    """The flat, rounded ground of what can be opened or stepped."""
    palette, state, role = option.palette, option.state, QPalette.ColorRole
    enabled = bool(state & QStyle.StateFlag.State_Enabled)
    hovered = enabled and bool(state & QStyle.StateFlag.State_MouseOver)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(role.Dark if enabled else role.Mid), 1))
    painter.setBrush(palette.color(role.AlternateBase if hovered else role.Base))
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    painter.restore()


def _paint_chevron(option: QStyleOptionComplex, painter: QPainter, box: QRectF, *, up: bool) -> None:
    """The small arrow in the middle of ``box``."""
    group = QPalette.ColorGroup.Active
    if not option.state & QStyle.StateFlag.State_Enabled:
        group = QPalette.ColorGroup.Disabled
    edge = min(box.width(), _CHEVRON)
    square = QRectF(0, 0, edge, edge)
    square.moveCenter(box.center())
    painter.save()
    if up:
        painter.translate(square.center())
        painter.scale(1, -1)
        painter.translate(-square.center())
    paint_mark(painter, square, "chevron_down", option.palette.color(group, QPalette.ColorRole.ButtonText), 1.8)
    painter.restore()


def _paint_check_box(option: QStyleOption, painter: QPainter) -> None:
    """A square with a 1 px border; filled with the accent and ticked when on."""
    palette, state = option.palette, option.state
    enabled = bool(state & QStyle.StateFlag.State_Enabled)
    on = bool(state & QStyle.StateFlag.State_On)
    box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    role = QPalette.ColorRole
    edge = palette.color(role.Highlight if on else role.Dark) if enabled else palette.color(role.Mid)
    ground = palette.color(role.Highlight if on else role.Base)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 2, 2)
    if on:
        paint_mark(painter, box.adjusted(1, 1, -1, -1), "check", palette.color(role.HighlightedText), 2.4)
    elif bool(state & QStyle.StateFlag.State_NoChange):
        painter.fillRect(box.adjusted(3, 6, -3, -6), edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.restore()

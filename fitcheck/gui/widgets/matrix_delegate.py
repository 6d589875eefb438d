"""Paints one cell of the matrix: tint, glyph, size, second line, marks for selected and best."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fitcheck.core.planner import Plan
from fitcheck.gui.glyphs import paint_verdict_glyph
from fitcheck.gui.models.fit_matrix import Cell, FitMatrixModel
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme

_CORNER = 10
_GLYPH_AT = (7, 4)


class MatrixDelegate(QStyledItemDelegate):
    """One delegate for all cells; it asks the model for the cell itself, not for a dozen roles."""

    def __init__(self, theme: Theme, sentences: Sentences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentences = sentences
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self._figure, self._small = theme.font("body_strong"), theme.font("caption")

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        assert isinstance(model, FitMatrixModel)
        gap = self._theme.size("cell_gap")
        box = option.rect.adjusted(0, 0, -gap, -gap)
        cell = model.cell(index.row(), index.column())
        painter.save()
        # The view has filled the whole cell, gap included, where it is selected.
        painter.fillRect(option.rect, self._theme.colour("window"))
        left_out = model.is_left_out(index.row(), index.column())
        if not left_out:
            self._paint_ground(painter, box, cell)
        if isinstance(cell, Plan):
            self._paint_plan(painter, box, cell, model.speed(index.row(), index.column()), left_out)
        elif isinstance(cell, str):
            painter.setFont(self._small)
            painter.setPen(self._theme.colour("text_disabled"))
            painter.drawText(
                box.adjusted(4, 0, -8, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "–"
            )
        if model.is_best(index.row(), index.column()):
            self._paint_corner(painter, box)
        self._paint_edge(painter, box, option)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        gap = self._theme.size("cell_gap")
        return QSize(self._theme.size("cell_width_min") + gap, self._theme.size("cell_height") + gap)

    def _paint_ground(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        ground = self._theme.verdict(cell.verdict).tint if isinstance(cell, Plan) else self._theme.colour("sunken")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, self._theme.radius("mark"), self._theme.radius("mark"))

    def _paint_plan(
        self, painter: QPainter, box: QRect, plan: Plan, tokens_per_s: float | None, left_out: bool
    ) -> None:
        theme, colours = self._theme, self._theme.verdict(plan.verdict)
        if not left_out:
            edge = theme.icon("glyph")
            glyph = QRectF(box.left() + _GLYPH_AT[0], box.top() + _GLYPH_AT[1], edge, edge)
            paint_verdict_glyph(painter, glyph, plan.verdict, colours.solid, colours.on_solid)
        inner = box.adjusted(0, 2, -8, -2)
        half = inner.height() // 2
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._figure)
        muted = theme.colour("text_disabled" if left_out else "text_muted")
        painter.setPen(theme.colour("text") if plan.runs and not left_out else muted)
        size = self._sentences.bare(plan.estimate.total_bytes)
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), half), right, size)
        painter.setFont(self._small)
        painter.setPen(muted)
        second = self._sentences.second_line(plan, tokens_per_s)
        painter.drawText(QRect(inner.left(), inner.top() + half, inner.width(), half), right, second)

    def _paint_corner(self, painter: QPainter, box: QRect) -> None:
        left, bottom = box.left(), box.bottom() + 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        corner = [QPointF(left, bottom - _CORNER), QPointF(left, bottom), QPointF(left + _CORNER, bottom)]
        painter.drawPolygon(QPolygonF(corner))

    def _paint_edge(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (selected or focused or hovered):
            return
        width = 2 if selected or focused else 1
        name = "accent" if selected else ("focus" if focused else "border_strong")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour(name), width))
        half = width / 2
        painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), 2, 2)

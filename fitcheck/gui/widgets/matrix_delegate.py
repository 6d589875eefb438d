"""Paints one cell of the matrix: tint, glyph, size, second line, marks for selected and best."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fitcheck.core.planner import Plan, Verdict
from fitcheck.gui.glyphs import paint_verdict_glyph
from fitcheck.gui.models.fit_matrix import FitMatrixModel
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme

_CORNER = 10
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SELECTED, _FOCUSED, _HOVERED = (
    flag.value for flag in (
        QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus, QStyle.StateFlag.State_MouseOver,
    )
)  # fmt: skip
"""As numbers: combining Qt's flags in Python costs more than painting the cell."""

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
        self._ground, self._text = theme.colour("window"), theme.colour("text")
        self._muted, self._disabled = theme.colour("text_muted"), theme.colour("text_disabled")
        self._gap = theme.size("cell_gap")
        self._tiles: dict[tuple[Verdict | None, int, int, float], QPixmap] = {}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        assert isinstance(model, FitMatrixModel)
        gap = self._gap
        box = option.rect.adjusted(0, 0, -gap, -gap)
        cell = model.cell(index.row(), index.column())
        # The view has filled the whole cell, gap included, where it is selected.
        painter.fillRect(option.rect, self._ground)
        left_out = model.is_left_out(index.row(), index.column())
        if not left_out:
            self._paint_ground(painter, box, cell.verdict if isinstance(cell, Plan) else None)
        if isinstance(cell, Plan):
            self._paint_plan(painter, box, cell, model.speed(index.row(), index.column()), left_out)
        elif isinstance(cell, str):
            painter.setFont(self._small)
            painter.setPen(self._theme.colour("text_disabled"))
            painter.drawText(box.adjusted(4, 0, -8, 0), _RIGHT, "–")
        if model.is_best(index.row(), index.column()):
            self._paint_corner(painter, box)
        self._paint_edge(painter, box, option)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        gap = self._theme.size("cell_gap")
        return QSize(self._theme.size("cell_width_min") + gap, self._theme.size("cell_height") + gap)

    def _paint_ground(self, painter: QPainter, box: QRect, verdict: Verdict | None) -> None:
        """Tint and glyph of a verdict, painted once for each and then copied."""
        ratio = painter.device().devicePixelRatioF()
        key = (verdict, box.width(), box.height(), ratio)
        if key not in self._tiles:
            self._tiles[key] = self._tile(box, verdict, ratio)
        painter.drawPixmap(box.topLeft(), self._tiles[key])

    def _tile(self, box: QRect, verdict: Verdict | None, ratio: float) -> QPixmap:
        theme = self._theme
        tile = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken") if verdict is None else theme.verdict(verdict).tint)
        painter.drawRoundedRect(QRectF(0, 0, box.width(), box.height()), theme.radius("mark"), theme.radius("mark"))
        if verdict is not None:
            edge, colours = theme.icon("glyph"), theme.verdict(verdict)
            paint_verdict_glyph(painter, QRectF(*_GLYPH_AT, edge, edge), verdict, colours.solid, colours.on_solid)
        painter.end()
        return tile

    def _paint_plan(
        self, painter: QPainter, box: QRect, plan: Plan, tokens_per_s: float | None, left_out: bool
    ) -> None:
        inner = box.adjusted(0, 2, -8, -2)
        half = inner.height() // 2
        painter.setFont(self._figure)
        muted = self._disabled if left_out else self._muted
        painter.setPen(self._text if plan.runs and not left_out else muted)
        size = self._sentences.bare(plan.estimate.total_bytes)
        painter.drawText(QRect(inner.left(), inner.top(), inner.width(), half), _RIGHT, size)
        painter.setFont(self._small)
        painter.setPen(muted)
        second = self._sentences.second_line(plan, tokens_per_s)
        painter.drawText(QRect(inner.left(), inner.top() + half, inner.width(), half), _RIGHT, second)

    def _paint_corner(self, painter: QPainter, box: QRect) -> None:
        left, bottom = box.left(), box.bottom() + 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        corner = [QPointF(left, bottom - _CORNER), QPointF(left, bottom), QPointF(left + _CORNER, bottom)]
        painter.drawPolygon(QPolygonF(corner))

    def _paint_edge(self, painter: QPainter, box: QRect, option: QStyleOptionViewItem) -> None:
        state = option.state.value
        if not state & (_SELECTED | _FOCUSED | _HOVERED):
            return
        selected, focused = state & _SELECTED, state & _FOCUSED
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if selected or focused else 1
        name = "accent" if selected else ("focus" if focused else "border_strong")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour(name), width))
        half = width / 2
        painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), 2, 2)

"""The matrix's headers: file types under their bits, models with a second line; both open what they fold."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from fitcheck.gui.glyphs import Mark, paint_mark
from fitcheck.gui.models.fit_matrix import FitMatrixModel
from fitcheck.gui.theme import Theme

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ARROW = 10


class TypeHeader(QHeaderView):
    """Names of file types; above them the bits, and how many rare types a click on the group shows."""

    bits_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionsClickable(True)
        self.setHighlightSections(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.viewport().update()

    def groups(self) -> list[tuple[int, QRect]]:
        """Bits and where each group stands, in the viewport's coordinates."""
        model = self.model()
        if not isinstance(model, FitMatrixModel):
            return []
        gap = self._theme.size("cell_gap")
        spans: dict[int, QRect] = {}
        for section, file_type in enumerate(model.columns):
            left = self.sectionViewportPosition(section)
            box = QRect(left, 0, self.sectionSize(section) - gap, self.height() // 2)
            spans[file_type.bits] = spans[file_type.bits].united(box) if file_type.bits in spans else box
        return list(spans.items())

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.size("header_height") + 6)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._theme.colour("window"))
        model = self.model()
        if not isinstance(model, FitMatrixModel):
            return
        for bits, box in self.groups():
            self._paint_group(painter, model, bits, box)
        painter.setPen(self._theme.colour("text"))
        half, gap = self.height() // 2, self._theme.size("cell_gap")
        for section, file_type in enumerate(model.columns):
            left, room = self.sectionViewportPosition(section), self.sectionSize(section) - gap - 8
            painter.setFont(self._theme.font("small_strong"))
            if painter.fontMetrics().horizontalAdvance(file_type.id) > room:
                # The longest name, MXFP4_MOE.
                painter.setFont(self._theme.font("caption"))
            painter.drawText(QRect(left, half, room, self.height() - half), _RIGHT, file_type.id)

    def _paint_group(self, painter: QPainter, model: FitMatrixModel, bits: int, box: QRect) -> None:
        theme = self._theme
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.colour("border_strong"))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        name = self.tr("{0}-bit").format(bits)
        painter.drawText(box, _LEFT, name)
        rare = model.rare_types(bits)
        if rare:
            painter.setPen(theme.colour("accent_text"))
            start = painter.fontMetrics().horizontalAdvance(name) + 6
            painter.drawText(box.adjusted(start, 0, 0, 0), _LEFT, f"−{rare}" if model.bits_open(bits) else f"+{rare}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        model = self.model()
        if isinstance(model, FitMatrixModel):
            for bits, box in self.groups():
                if box.contains(event.position().toPoint()) and model.rare_types(bits):
                    self.bits_clicked.emit(bits)
                    return
        super().mouseReleaseEvent(event)


class ModelHeader(QHeaderView):
    """Names of models with a line about each; a family of variants opens with a click on its name."""

    row_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme = theme
        self.setSectionsClickable(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.viewport().update()

    def second_line(self, model: FitMatrixModel, row: int) -> str:
        """What stands under a model's name."""
        entry = model.rows[row]
        kind = self.tr("experts") if entry.spec.is_moe else self.tr("dense")
        family = model.family(row)
        if len(family) > 1 and not model.family_open(row):
            others = ", ".join(one.short_name.split()[0].removeprefix("R1-") for one in family if one.id != entry.id)
            return self.tr("{0} · also {1}").format(kind, others)
        return self.tr("{0} · {1} layers").format(kind, entry.spec.n_layers)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.size("row_header_width"), super().sizeHint().height())

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._theme.colour("window"))
        model = self.model()
        if not isinstance(model, FitMatrixModel):
            return
        current = self.selectionModel().currentIndex().row() if self.selectionModel() else -1
        for row in range(model.rowCount()):
            top, height = self.sectionViewportPosition(row), self.sectionSize(row) - self._theme.size("cell_gap")
            if top + height >= 0 and top <= self.viewport().height():
                self._paint_row(painter, model, row, QRect(0, top, self.width() - 8, height), row == current)

    def _paint_row(self, painter: QPainter, model: FitMatrixModel, row: int, box: QRect, current: bool) -> None:
        theme, half = self._theme, box.height() // 2
        upper = QRect(box.left(), box.top() + 2, box.width(), half)
        lower = QRect(box.left(), box.top() + half, box.width(), half - 2)
        painter.setFont(theme.font("body_strong" if current else "body"))
        painter.setPen(theme.colour("text"))
        name = model.rows[row].short_name
        painter.drawText(upper, _LEFT, name)
        if len(model.family(row)) > 1 and model.family(row)[0] is model.rows[row]:
            start = painter.fontMetrics().horizontalAdvance(name) + 6
            mark = QRect(upper.left() + start, upper.center().y() - _ARROW // 2, _ARROW, _ARROW)
            shape: Mark = "chevron_down" if model.family_open(row) else "chevron_right"
            paint_mark(painter, mark.toRectF(), shape, theme.colour("accent_text"), 2.0)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(lower, _LEFT, self.second_line(model, row))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self.logicalIndexAt(event.position().toPoint())
        if row >= 0:
            self.row_clicked.emit(row)
        super().mouseReleaseEvent(event)

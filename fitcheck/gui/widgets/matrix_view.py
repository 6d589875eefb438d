"""The matrix on the screen: moves by arrow keys, opens by Enter or click, keeps the models in sight."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSizePolicy, QTableView, QWidget

from fitcheck.gui.models.fit_matrix import FitMatrixModel
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.focus_ring import OWN_FOCUS
from fitcheck.gui.widgets.matrix_delegate import MatrixDelegate
from fitcheck.gui.widgets.matrix_header import ModelHeader, TypeHeader

_WIDEST_CELL = 110
_UNLIMITED = 16_777_215
"""QWIDGETSIZE_MAX, which PySide6 does not export."""


class MatrixView(QTableView):
    """``current_changed`` follows the current cell, ``opened`` Enter or a click, ``explain_wanted`` F1 on a cell.

    Space folds or unfolds the variants of a row; Ctrl+C copies it.
    """

    current_changed = Signal(QModelIndex)
    opened = Signal(QModelIndex)
    explain_wanted = Signal(QPoint)

    def __init__(
        self, theme: Theme, model: FitMatrixModel, sentences: Sentences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ladder = False
        self._delegate = MatrixDelegate(theme, sentences, self)
        self._types, self._models = TypeHeader(theme, self), ModelHeader(theme, self)
        self.setHorizontalHeader(self._types)
        self.setVerticalHeader(self._models)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setProperty(OWN_FOCUS, True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self._types, self._models):
            header.setSectionResizeMode(header.ResizeMode.Fixed)
        self._models.setFixedWidth(theme.size("row_header_width"))
        self.setAccessibleName(self.tr("Models by quantization"))
        self._types.bits_clicked.connect(model.toggle_bits)
        self._models.row_clicked.connect(model.toggle_family)
        model.rearranged.connect(self.fit_columns)
        self.clicked.connect(self.opened)
        self._take_ground()
        self.fit_columns()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for part in (self._delegate, self._types, self._models):
            part.set_theme(theme)
        self._take_ground()
        self.viewport().update()

    def _take_ground(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, self._theme.colour("window"))
        self.setPalette(palette)

    def fit_columns(self) -> None:
        """Spread few columns over the width; many keep their size and scroll."""
        model = self.model()
        gap = self._theme.size("cell_gap")
        least = self._theme.size("cell_width_min") + gap
        room = self.viewport().width()
        count = max(1, model.columnCount())
        width = min(max(least, room // count), round(_WIDEST_CELL * self._theme.scale))
        self._types.setMinimumSectionSize(least)
        self._types.setDefaultSectionSize(width)
        height = self._theme.size("cell_height") + gap
        self._models.setMinimumSectionSize(height)
        self._models.setDefaultSectionSize(height)

    def select_place(self, place: QModelIndex) -> None:
        """Make a cell the current one and bring it into sight."""
        self.setCurrentIndex(place)
        self.scrollTo(place)

    def set_ladder(self, on: bool) -> None:
        """Shrink to the current row, so that a choice has room; arrow keys still move to other models and types."""
        self._ladder = on
        if on:
            self.setFixedHeight(self.full_height())
        else:
            self.setMinimumHeight(0)
            self.setMaximumHeight(_UNLIMITED)
        self.updateGeometry()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if on else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(policy)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtTop)

    def full_height(self) -> int:
        """Pixels that show every row without scrolling, or the one row of the ladder."""
        count = 1 if self._ladder else self.model().rowCount()
        rows = count * (self._theme.size("cell_height") + self._theme.size("cell_gap"))
        bar = self.horizontalScrollBar()
        # The gap under the ladder's row belongs to the row below it.
        edge = -self._theme.size("cell_gap") if self._ladder else 2
        return rows + self._types.sizeHint().height() + edge + (bar.sizeHint().height() if bar.maximum() > 0 else 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.full_height())

    def minimumSizeHint(self) -> QSize:
        cell = self._theme.size("cell_height") + self._theme.size("cell_gap")
        return QSize(320, self._types.sizeHint().height() + 2 * cell)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self._models.viewport().update()
        if current.isValid():
            if self._ladder:
                self.scrollTo(current, QAbstractItemView.ScrollHint.PositionAtTop)
            self.current_changed.emit(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.opened.emit(index)
        elif event.key() == Qt.Key.Key_F1 and index.isValid():
            self.explain_wanted.emit(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            model = self.model()
            assert isinstance(model, FitMatrixModel)
            model.toggle_family(index.row())
        elif event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            model = self.model()
            assert isinstance(model, FitMatrixModel)
            QGuiApplication.clipboard().setText(model.row_text(index.row()))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()
        if self.currentIndex().isValid():
            # What is chosen stays in sight, also when the first answer makes its sentence longer.
            self.scrollTo(self.currentIndex())

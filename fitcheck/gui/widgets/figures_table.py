"""A small table to read: as high as its rows, numbers to the right; Ctrl+C copies all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from fitcheck.gui.theme import Theme
from fitcheck.gui.verify_words import Figures
from fitcheck.gui.widgets.chart_view import as_text


class FiguresTable(QTableWidget):
    """Shows ``Figures``; what varies in length stands in one column, which wraps."""

    def __init__(self, theme: Theme, name: str, wrapped: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = Figures((), (), ())
        self._wrapped = wrapped
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_theme(theme)

    @property
    def figures(self) -> Figures:
        """What is shown."""
        return self._figures

    def set_theme(self, theme: Theme) -> None:
        """Take another palette's fonts."""
        self.setFont(theme.font("small"))
        self.horizontalHeader().setFont(theme.font("small"))
        self._fit()

    def show_figures(self, figures: Figures) -> None:
        """Show another table."""
        if figures == self._figures:
            return
        self._figures = figures
        header = self.horizontalHeader()
        # Columns that follow their contents would be measured anew with every cell.
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setColumnCount(len(figures.heads))
        self.setRowCount(len(figures.rows))
        for column, head in enumerate(figures.heads):
            self.setHorizontalHeaderItem(column, self._item(head, column))
        for row, cells in enumerate(figures.rows):
            # Not seen, but heard: the row's name in place of its number.
            self.setVerticalHeaderItem(row, QTableWidgetItem(cells[0]))
            for column, text in enumerate(cells):
                self.setItem(row, column, self._item(text, column))
        modes = QHeaderView.ResizeMode
        for column in range(len(figures.heads)):
            header.setSectionResizeMode(column, modes.Stretch if column == self._wrapped else modes.ResizeToContents)
        self._fit()

    def _item(self, text: str, column: int) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        side = Qt.AlignmentFlag.AlignRight if column in self._figures.numbers else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _fit(self) -> None:
        """As high as what stands in it."""
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(as_text((self._figures.heads, *self._figures.rows)))
        else:
            super().keyPressEvent(event)

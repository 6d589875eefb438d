"""The panels of the choice. Each keeps its widgets and takes new numbers, so that a moved slider costs little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fitcheck.charts.shapes import Drawing
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.chart_view import ChartView
from fitcheck.gui.widgets.row_button import RowButton

if TYPE_CHECKING:
    from fitcheck.gui.fixes import Fix

Draw = Callable[[float, float], Drawing]
_CURVES_SIDE_BY_SIDE = 460


class Section(QFrame):
    """A bordered surface with a title, a muted line beside it, and a body."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self.title, self.aside = QLabel(title), QLabel()
        self.aside.setProperty("muted", True)
        self.aside.setWordWrap(True)
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.space(3))
        self.head.addWidget(self.title, 0, Qt.AlignmentFlag.AlignTop)
        self.head.addWidget(self.aside, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 10, 12, 12)
        self.body.setSpacing(theme.space(2))
        self.body.addLayout(self.head)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another palette's fonts; charts paint themselves anew."""
        self._theme = theme
        self.title.setFont(theme.font("title"))
        self.aside.setFont(theme.font("small"))
        for view in self.findChildren(ChartView):
            view.set_theme(theme)


class ChartSection(Section):
    """Charts under each other, or beside each other where there is room."""

    def __init__(self, theme: Theme, title: str, *, beside: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent)
        self._beside = beside
        self._charts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._charts.setSpacing(theme.space(2))
        self.body.addLayout(self._charts)
        self.foot = QLabel()
        self.foot.setProperty("muted", True)
        self.foot.setFont(theme.font("small"))
        self.foot.setWordWrap(True)
        self.foot.hide()
        self.body.addWidget(self.foot)
        self.views: list[ChartView] = []
        self._titles: list[QLabel] = []
        self._on_new: Callable[[ChartView], None] = lambda _view: None

    def on_new_chart(self, told: Callable[[ChartView], None]) -> None:
        """Who is told of every chart that is made."""
        self._on_new = told

    def show_drawings(self, draws: Sequence[Draw], titles: Sequence[str] = ()) -> None:
        """Show so many drawings, each under its title."""
        while len(self.views) < len(draws):
            self._add()
        for index, view in enumerate(self.views):
            shown = index < len(draws)
            view.setVisible(shown)
            self._titles[index].setVisible(shown and index < len(titles))
            if shown:
                view.show_drawing(draws[index])
            if shown and index < len(titles):
                self._titles[index].setText(titles[index])

    def _add(self) -> None:
        view, title = ChartView(self._theme), QLabel()
        title.setFont(self._theme.font("body_strong"))
        title.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(self._theme.space(1))
        column.addWidget(title)
        column.addWidget(view)
        self._charts.addLayout(column, 1)
        self.views.append(view)
        self._titles.append(title)
        self._on_new(view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self._beside and event.size().width() >= _CURVES_SIDE_BY_SIDE * self._theme.scale
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._charts.setDirection(direction)
        self._charts.setSpacing(self._theme.space(4 if wide else 2))
        super().resizeEvent(event)


class WordsSection(Section):
    """Lines of text; a line with a number can be clicked to ask how sure it is."""

    explain_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent)
        self._lines: list[QLabel] = []
        self.sure = QPushButton(self.tr("How sure is this?"))
        self.sure.setProperty("link", True)
        self.sure.setAccessibleDescription(title)
        self.sure.clicked.connect(lambda: self.explain_wanted.emit(self.sure.mapToGlobal(QPoint(0, 20))))
        self.sure.setFont(theme.font("small"))
        self.head.addWidget(self.sure, 0, Qt.AlignmentFlag.AlignTop)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        for line in getattr(self, "_lines", ()):
            line.setFont(theme.font("small"))

    def show_lines(self, lines: Sequence[tuple[str, bool]]) -> None:
        """Show lines of (text, muted)."""
        while len(self._lines) < len(lines):
            label = QLabel()
            label.setWordWrap(True)
            label.setFont(self._theme.font("small"))
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(label)
            self._lines.append(label)
        for index, label in enumerate(self._lines):
            text, muted = lines[index] if index < len(lines) else ("", False)
            label.setVisible(bool(text))
            if label.property("muted") != muted:
                label.setProperty("muted", muted)
                label.style().unpolish(label)
                label.style().polish(label)
            label.setText(text)


class RowsSection(Section):
    """Buttons as rows: what would help, or cards to buy. ``chosen`` carries what a row stands for."""

    chosen = Signal(object)
    undo_wanted = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent)
        self.rows: list[RowButton] = []
        self.undo = QPushButton()
        self.undo.setProperty("link", True)
        self.undo.clicked.connect(self.undo_wanted)
        self.undo.hide()
        self.head.removeWidget(self.aside)
        self.head.addStretch(1)
        self.head.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.aside)
        self._made: tuple[tuple[Fix, str], ...] = ()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if getattr(self, "_made", ()):
            self.show_rows(self._made, self.aside.text())

    def offer_undo(self, text: str) -> None:
        """Name what can be taken back; an empty text: nothing."""
        self.undo.setText(text)
        self.undo.setVisible(bool(text))

    def show_rows(self, rows: Sequence[tuple[Fix, str]], aside: str = "") -> None:
        """A button for each (fix, verb); ``aside`` is said where there are none."""
        self._made = tuple(rows)
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows.clear()
        for fix, verb in rows:
            button = RowButton(self._theme, fix.verdict, fix.title, fix.detail, verb)
            button.clicked.connect(lambda _checked=False, fix=fix: self.chosen.emit(fix))
            self.body.insertWidget(self.body.count() - 1, button)
            self.rows.append(button)
        self.aside.setText(aside)
        self.aside.setVisible(bool(aside))

"""A small window over the page: how sure a number is, or the numbers of a chart as a table. Escape closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fitcheck.gui.derivation_words import Explained
from fitcheck.gui.theme import Theme

_WIDTH, _TALLEST = 460, 460


class Popover(QFrame):
    """Opens at a point, inside the screen, and deletes itself when it closes."""

    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self._theme = theme
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(theme.space(4), theme.space(3), theme.space(4), theme.space(3))
        self._rows.setSpacing(theme.space(1))
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._body)
        self._area.setAccessibleName(title)
        for part in (self._area.viewport(), self._body):
            part.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self._area)
        self._label(title, "title")

    def add(self, one: Explained) -> None:
        """A number with its formula, inputs, certainty and source."""
        self._rows.addSpacing(self._theme.space(1))
        self._label(f"{one.name}: {one.value}", "body_strong")
        self._label(f"= {one.formula}", "small")
        self._grid(one.inputs)
        self._label(one.certainty, "small", muted=True)
        if one.source:
            self._label(self.tr("Source: {0}").format(one.source), "small", muted=True)

    def add_heading(self, text: str) -> None:
        """What the numbers after it belong to."""
        self._rows.addSpacing(self._theme.space(2))
        self._label(text, "title")

    def add_sourced(self, text: str, source: str) -> None:
        """A sentence with its source."""
        self._label(text, "small")
        if source:
            self._label(self.tr("Source: {0}").format(source), "small", muted=True)

    def add_table(self, table: Sequence[Sequence[str]]) -> None:
        """Rows of cells, the heading first."""
        self._grid(table)

    def open_at(self, point: QPoint) -> None:
        """Show it with its corner at a point of the screen, moved so that it is seen whole."""
        width = round(_WIDTH * self._theme.scale)
        tall = self._body.layout().heightForWidth(width - 2)
        height = min(round(_TALLEST * self._theme.scale), (tall if tall > 0 else self._body.sizeHint().height()) + 4)
        self.resize(width, height)
        screen = self.screen().availableGeometry()
        left = max(screen.left(), min(point.x(), screen.right() - width))
        top = max(screen.top(), min(point.y(), screen.bottom() - height))
        self.move(left, top)
        self.show()
        self._area.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(label.text() for label in self._body.findChildren(QLabel))

    def _grid(self, rows: Sequence[Sequence[str]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._theme.space(4))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for index, row in enumerate(rows):
            for column, text in enumerate(row):
                label = QLabel(text)
                label.setFont(self._theme.font("small"))
                label.setWordWrap(column == 0)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                align = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                grid.addWidget(label, index, column, align if column else Qt.AlignmentFlag(0))
        self._rows.addLayout(grid)

    def _label(self, text: str, role: str, *, muted: bool = False) -> None:
        label = QLabel(text)
        label.setFont(self._theme.font(role))
        label.setWordWrap(True)
        label.setProperty("muted", muted)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._rows.addWidget(label)

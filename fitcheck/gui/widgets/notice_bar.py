"""A sentence across the top of the page about something that happened, with one button to put it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from fitcheck.gui.glyphs import mark_icon
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.badge import show_mark


class NoticeBar(QFrame):
    """Hidden until there is something to say; a newer notice replaces the older one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._done = theme, False
        self._mark = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setFont(theme.font("body"))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = QToolButton(self)
        self._close.setAccessibleName(self.tr("Dismiss this notice"))
        self._close.setToolTip(self.tr("Dismiss this notice"))
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, theme.space(2), 13, theme.space(2))
        row.setSpacing(theme.space(2))
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.set_theme(theme)
        self.hide()

    @property
    def text(self) -> str:
        """The notice that is shown, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, done: bool = False) -> None:
        """Show a sentence, and have it read out; ``done``: something that was asked for is done."""
        self._done = done
        self._show_mark()
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        QTimer.singleShot(0, self, self._announce)

    def set_theme(self, theme: Theme) -> None:
        """Draw the marks in another palette."""
        self._theme = theme
        edge = theme.icon("control")
        self._show_mark()
        self._close.setIcon(mark_icon("cross", theme.colour("text_muted"), round(edge * 0.75)))
        self._close.setIconSize(QSize(round(edge * 0.75), round(edge * 0.75)))

    def _show_mark(self) -> None:
        show_mark(self._mark, self._theme, None, self._theme.icon("control"), done=self._done)

    def _announce(self) -> None:
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

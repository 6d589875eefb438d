"""The answer in a sentence, the largest text of the page, with what it takes and what would help."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fitcheck.gui.theme import Theme


class Answer(QWidget):
    """``open_clicked`` asks for the choice behind the sentence. Ways out are buttons that apply themselves."""

    open_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.detail = QLabel(), QLabel()
        for label in (self.sentence, self.detail):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.detail.setProperty("muted", True)
        self.sentence.setAccessibleName(self.tr("Answer"))
        self.open = QPushButton(self.tr("Open this choice"))
        self.open.setProperty("primary", True)
        self.open.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.open.clicked.connect(self.open_clicked)
        self._ways = QHBoxLayout()
        self._ways.setSpacing(theme.space(2))
        self._lay_out(theme)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another palette's fonts."""
        self.sentence.setFont(theme.font("answer"))
        self.detail.setFont(theme.font("body"))

    def say(self, sentence: str, detail: str, *, can_open: bool = False) -> None:
        """Show an answer."""
        self.sentence.setText(sentence)
        self.sentence.setAccessibleDescription(sentence)
        self.detail.setText(detail)
        self.open.setVisible(can_open)
        self.set_ways(())

    def set_ways(self, ways: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        """Offer what would help: each text is a button that does what it says."""
        while (item := self._ways.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text, apply in ways:
            button = QPushButton(text)
            button.clicked.connect(lambda _checked=False, apply=apply: apply())
            self._ways.addWidget(button)
        if ways:
            self._ways.addStretch(1)

    def _lay_out(self, theme: Theme) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(theme.space(1))
        texts.addWidget(self.sentence)
        texts.addWidget(self.detail)
        texts.addLayout(self._ways)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(4))
        row.addLayout(texts, 1)
        row.addWidget(self.open, 0, Qt.AlignmentFlag.AlignTop)

"""A button as a whole row: the verdict that would result, what changes, what it brings, and the verb at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fitcheck.gui.theme import Theme, verdict_word
from fitcheck.gui.widgets.badge import show_mark

if TYPE_CHECKING:
    from fitcheck.core.planner import Verdict


class RowButton(QPushButton):
    """Title and detail in two lines; ``kicker`` is a small line above them. All of it is one button.

    Without verb and kicker it is a fact that cannot be pressed.
    """

    def __init__(
        self, theme: Theme, verdict: Verdict | None, title: str, detail: str, verb: str = "", kicker: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setProperty("row", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._theme = theme
        texts = QVBoxLayout()
        texts.setSpacing(0)
        glyph = _glyph(theme, verdict)
        if kicker:
            head = QHBoxLayout()
            head.setSpacing(theme.space(1) + 2)
            if glyph is not None:
                head.addWidget(glyph)
            head.addWidget(self._label(kicker, "caption", muted=True), 1)
            texts.addLayout(head)
        texts.addWidget(self._label(title, "body_strong"))
        if detail:
            texts.addWidget(self._label(detail, "small", muted=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space(3), theme.space(2) - 1, theme.space(3), theme.space(2) - 1)
        row.setSpacing(theme.space(2))
        if glyph is not None and not kicker:
            row.addWidget(glyph)
        row.addLayout(texts, 1)
        if not verb and not kicker:
            # Nothing to do with it: a fact rather than a button.
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if verb:
            label = self._label(verb, "body", wraps=False)
            label.setProperty("link", True)
            row.addWidget(label)
        word = verdict_word(verdict) if verdict else ""
        said = [kicker, title, "" if word in detail else word, detail, verb]
        self.setAccessibleName(". ".join(part for part in said if part))

    def _label(self, text: str, role: str, *, muted: bool = False, wraps: bool = True) -> QLabel:
        label = QLabel(text)
        label.setFont(self._theme.font(role))
        label.setProperty("muted", muted)
        label.setWordWrap(wraps)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self._theme.size("fix_button_min_height"), self.layout().heightForWidth(width))

    def sizeHint(self) -> QSize:
        return QSize(220, self.heightForWidth(max(220, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, self._theme.size("fix_button_min_height"))


def _glyph(theme: Theme, verdict: Verdict | None) -> QLabel | None:
    if verdict is None:
        return None
    label, edge = QLabel(), theme.icon("inline")
    show_mark(label, theme, verdict, edge)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.setFixedSize(edge, edge)
    return label

"""The answer in a sentence, the largest text of the page, what it takes, and cards under it that apply themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fitcheck.frozen import dataclass
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.row_button import RowButton

if TYPE_CHECKING:
    from fitcheck.core.planner import Verdict

_ANNOUNCED_AFTER_MS = 600
"""So long after the last change a screen reader is told, so that a moved slider does not make it stutter."""

_NARROW = 820
"""Below this width cards have no second line (a window of 1100 px)."""


@dataclass(frozen=True, slots=True)
class Way:
    """A card under the answer: its words, the verdict it leads to, and what a click does."""

    title: str
    detail: str
    apply: Callable[[], None]
    verdict: Verdict | None = None
    kicker: str = ""
    verb: str = ""

    @property
    def words(self) -> tuple[str, str, str, str, Verdict | None]:
        """All that is seen of it."""
        return self.kicker, self.title, self.detail, self.verb, self.verdict


class Answer(QWidget):
    """``open_clicked`` asks for the choice behind the sentence, ``copy_clicked`` for its command.

    ``explain_wanted`` asks how sure its numbers are, at a point of the screen.
    """

    explain_wanted = Signal(QPoint)
    open_clicked = Signal()
    copy_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made: tuple[Way, ...] = ()
        self.sentence, self.detail = QLabel(), QLabel()
        for label in (self.sentence, self.detail):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.detail.setProperty("muted", True)
        self.open = QPushButton(self.tr("Open this choice"))
        self.open.setProperty("primary", True)
        self.copy = QPushButton(self.tr("Copy command"))
        self.copy.setToolTip(self.tr("What to type to run the model that is named here"))
        for button, signal in ((self.open, self.open_clicked), (self.copy, self.copy_clicked)):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(signal)
        self.sure = QPushButton(self.tr("How sure is this?"))
        self.sure.setProperty("link", True)
        self.sure.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.sure.clicked.connect(lambda: self.explain_wanted.emit(self.sure.mapToGlobal(QPoint(0, 20))))
        self.ways: list[RowButton] = []
        self._ways = QHBoxLayout()
        self._ways.setSpacing(theme.space(2))
        self._announced = QTimer(self, singleShot=True, interval=_ANNOUNCED_AFTER_MS)
        self._announced.timeout.connect(self._announce)
        self._copied = QTimer(self, singleShot=True, interval=theme.motion("copied_notice_ms"))
        self._copied.timeout.connect(lambda: self.copy.setText(self.tr("Copy command")))
        self._lay_out(theme)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another palette's fonts and glyphs."""
        self._theme = theme
        self.sentence.setFont(theme.font("answer"))
        self.detail.setFont(theme.font("body"))
        self.sure.setFont(theme.font("small"))
        self._make_anew()

    def _make_anew(self) -> None:
        made, self._made = self._made, ()
        self.set_ways(made)

    def say(self, sentence: str, detail: str, *, can_open: bool = False, alarm: bool = False) -> None:
        """Show an answer, or with ``alarm`` why there is none."""
        if self.sentence.property("alarm") != alarm:
            self.sentence.setProperty("alarm", alarm)
            self.sentence.style().unpolish(self.sentence)
            self.sentence.style().polish(self.sentence)
        if sentence != self.sentence.text():
            self._announced.start()
        self.sentence.setText(sentence)
        self.detail.setText(detail)
        self.open.setVisible(can_open)
        self.copy.setVisible(can_open)
        self.sure.setVisible(can_open)

    def copy_text(self, text: str) -> None:
        """Put a command on the clipboard and say so on the button."""
        QGuiApplication.clipboard().setText(text)
        self.copy.setText(self.tr("Copied"))
        self._copied.start()

    def set_ways(self, ways: Sequence[Way]) -> None:
        """Offer picks, or what would help: each is a button that does what it says."""
        before, self._made = self._made, tuple(ways)
        if [way.words for way in before] == [way.words for way in ways] and len(self.ways) == len(ways):
            return
        for button in self.ways:
            self._ways.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.ways.clear()
        narrow = self.width() < _NARROW * self._theme.scale
        for way in ways:
            detail = "" if narrow and way.kicker else way.detail
            button = RowButton(self._theme, way.verdict, way.title, detail, way.verb, way.kicker)
            if detail != way.detail:
                button.setToolTip(way.detail)
            index = len(self.ways)
            button.clicked.connect(lambda _checked=False, index=index: self._made[index].apply())
            self._ways.addWidget(button, 1)
            self.ways.append(button)

    def _announce(self) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.sentence, self.sentence.text()))

    def _lay_out(self, theme: Theme) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(theme.space(1))
        texts.addWidget(self.sentence)
        texts.addWidget(self.detail)
        texts.addWidget(self.sure)
        texts.addStretch(1)
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.space(1) + 2)
        buttons.addWidget(self.open)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.space(4))
        row.addLayout(texts, 1)
        row.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.space(3))
        whole.addLayout(row)
        whole.addLayout(self._ways)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        was, now = (one.width() < _NARROW * self._theme.scale for one in (event.oldSize(), event.size()))
        if was != now and self._made:
            self._make_anew()

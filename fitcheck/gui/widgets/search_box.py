"""Ctrl+K: type a few letters and jump to a model, a quantization of one, or a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QToolButton, QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.frozen import dataclass
from fitcheck.gui.theme import Theme
from fitcheck.gui.what_if import card_names
from fitcheck.gui.widgets.device_states import card_keys
from fitcheck.gui.widgets.focus_ring import OWN_FOCUS

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine

MOST_SHOWN = 40
"""Results in the list; more letters bring fewer."""

_WIDTH, _LIST_HEIGHT, _FROM_TOP = 560, 320, 72

Kind = Literal["model", "type", "own card", "card"]


@dataclass(frozen=True, slots=True)
class Found:
    """A place to jump to; ``words`` are what it is found by, in lower case."""

    kind: Kind
    title: str
    words: str
    model_id: str = ""
    type_id: str = ""
    card: str = ""


class SearchBox(QFrame):
    """A field and the places that it finds, over the window; ``chosen`` carries a ``Found``."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._places: tuple[Found, ...] = ()
        self._shown: list[Found] = []
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Model, quantization or card: 32b q4, 0528, rtx 4090 …"))
        self.field.setAccessibleName(self.tr("Search"))
        self.field.setClearButtonEnabled(True)
        self.field.findChild(QToolButton).setAccessibleName(self.tr("Empty the field"))
        self.results = QListWidget()
        self.results.setAccessibleName(self.tr("Search results"))
        self.results.setUniformItemSizes(True)
        self.results.setProperty(OWN_FOCUS, True)
        self.results.setFrameShape(QFrame.Shape.NoFrame)
        self._nothing = QLabel(self.tr("Nothing of that name"))
        self._nothing.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(theme.space(2))
        for part in (self.field, self.results, self._nothing):
            column.addWidget(part)
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.results.installEventFilter(self)
        self.results.activated.connect(self._on_activated)
        self.results.clicked.connect(self._on_activated)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the sizes of a theme; colours come from the palette."""
        self._theme = theme
        self.field.setFont(theme.font("title"))
        self.results.setFont(theme.font("body"))

    def open_for(self, machine: Machine | None) -> None:
        """Show the empty field; the cards of this machine come before all others."""
        if self.isVisible():
            self.field.selectAll()
            return
        self._before = self.window().focusWidget()
        self._places = tuple(self._all(machine))
        self.field.clear()
        self._find("")
        width = min(round(_WIDTH * self._theme.scale), self.parentWidget().width() - 40)
        self.setFixedWidth(width)
        self.move((self.parentWidget().width() - width) // 2, _FROM_TOP)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_search(self) -> None:
        """Put it away and give the keyboard back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _all(self, machine: Machine | None) -> Iterator[Found]:
        models = service.models()
        for model in models:
            words = " ".join((model.name, model.short_name, *model.aliases)).lower()
            yield Found("model", self.tr("{0} · model sheet").format(model.name), words, model.id)
        if machine is not None:
            for key, gpu in zip(card_keys(machine), machine.gpus, strict=True):
                title = self.tr("{0} · in this machine").format(gpu.name)
                yield Found("own card", title, gpu.name.lower(), card=key)
        for model in models:
            words = " ".join((model.name, model.short_name, *model.aliases)).lower()
            for one in sorted(FILE_TYPES, key=lambda one: not one.common):
                yield Found("type", f"{model.short_name} · {one.id}", f"{words} {one.id.lower()}", model.id, one.id)
        for name in card_names():
            yield Found("card", self.tr("{0} · what if it were here").format(name), name.lower(), card=name)

    def _find(self, text: str) -> None:
        """Places that have every word; those where a word begins with it come first."""
        wanted = text.lower().split()
        found = [one for one in self._places if all(word in one.words for word in wanted)]
        found.sort(key=lambda one: -sum(f" {one.words}".count(f" {word}") > 0 for word in wanted))
        self._shown = found[:MOST_SHOWN]
        self.results.clear()
        # Titles alone: items with Python objects in them once crashed Qt when the list was cleared.
        self.results.addItems([one.title for one in self._shown])
        self.results.setCurrentRow(0)
        self._nothing.setVisible(not found)
        self.results.setVisible(bool(found))
        row = self.results.sizeHintForRow(0) if found else 0
        most = round(_LIST_HEIGHT * self._theme.scale)
        self.results.setFixedHeight(min(most, row * len(self._shown)))
        self.resize(self.width(), self.sizeHint().height())

    def _on_activated(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self.hide()
            self.chosen.emit(self._shown[row])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move through the list while the field keeps the keyboard; Enter goes there, Escape closes."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, rows = Qt.Key(event.key()), self.results.count()
            if key == Qt.Key.Key_Escape:
                self.close_search()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.results.currentRow())
                return True
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if watched is self.field and key in steps and rows:
                self.results.setCurrentRow(min(max(self.results.currentRow() + steps[key], 0), rows - 1))
                return True
        elif event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._close_where_left)
        return super().eventFilter(watched, event)

    def _close_where_left(self) -> None:
        """Somebody clicked elsewhere in the window."""
        here = self.window().focusWidget()
        if here is not None and not self.isAncestorOf(here):
            self.hide()

"""The box on top of the strip while a machine is imagined: that it is not this one, what it has, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fitcheck.errors import RequestError
from fitcheck.gui.glyphs import Mark, mark_icon
from fitcheck.gui.language import said
from fitcheck.gui.theme import Theme
from fitcheck.gui.what_if import MEMORY_KINDS, RAM_SIZES_GIB, Imagined, WhatIf, card_names
from fitcheck.gui.widgets.badge import show_mark
from fitcheck.gui.widgets.heard_name import name_for_readers


class WhatIfPanel(QFrame):
    """Shows and changes a ``WhatIf``; hidden while that is this machine. ``refused`` carries a sentence."""

    refused = Signal(str)

    def __init__(self, theme: Theme, what_if: WhatIf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._what_if = theme, what_if
        self._shown: Imagined | None = None
        self.setAccessibleName(self.tr("Not this machine"))
        self._mark, self._title = QLabel(), QLabel(self.tr("Not this machine"))
        self._title.setFont(theme.font("body_strong"))
        self._title.setWordWrap(True)
        self.back = QPushButton(self.tr("Back to this machine"))
        self.back.setFont(theme.font("small"))
        self.back.clicked.connect(lambda: what_if.imagine(None))
        self.undo, self.redo = self._step("undo"), self._step("redo")
        self.undo.clicked.connect(what_if.undo)
        self.redo.clicked.connect(what_if.redo)
        self._rows = QVBoxLayout()
        self.cards, self.ram, self.memory = _combo(), _combo(), _combo()
        self._fill_choices()
        self._lay_out()
        self.cards.activated.connect(self._add_card)
        self.cards.lineEdit().returnPressed.connect(self._add_typed)
        self.cards.setToolTip(self.tr("Choose a card, or type one: 2x RTX 3090, M3 Ultra 512GB, 24GiB@936GB/s"))
        self.ram.activated.connect(lambda _: self._change_ram())
        self.memory.activated.connect(lambda _: self._change_ram())
        what_if.changed.connect(self.show_imagined)
        self.set_theme(theme)
        self.show_imagined()

    def set_theme(self, theme: Theme) -> None:
        """Draw the marks in another palette."""
        self._theme = theme
        edge = theme.icon("control")
        show_mark(self._mark, theme, None, edge)
        marks: tuple[tuple[QToolButton, Mark], ...] = ((self.undo, "undo"), (self.redo, "redo"))
        for button, name in marks:
            button.setIcon(mark_icon(name, theme.colour("text_muted"), edge))
            button.setIconSize(QSize(edge, edge))
        self._show_cards()

    def show_imagined(self) -> None:
        """Show what is imagined now."""
        self._shown = self._what_if.current
        self.undo.setEnabled(self._what_if.can_undo)
        self.redo.setEnabled(self._what_if.can_redo)
        self.setVisible(self._shown is not None)
        if self._shown is None:
            return
        self.ram.setCurrentIndex(max(0, self.ram.findData(self._shown.ram_gib)))
        self.memory.setCurrentIndex(max(0, self.memory.findData(self._shown.memory_kind)))
        self._show_cards()

    def _show_cards(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if row := item.widget():
                row.hide()
                row.deleteLater()
        for place, name in enumerate(self._shown.cards if self._shown else ()):
            self._rows.addWidget(self._card_row(place, name))

    def _card_row(self, place: int, name: str) -> QWidget:
        row = QWidget()
        text, remove = QLabel(name), QToolButton()
        text.setFont(self._theme.font("small"))
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        edge = round(self._theme.icon("control") * 0.75)
        remove.setIcon(mark_icon("cross", self._theme.colour("text_muted"), edge))
        remove.setIconSize(QSize(edge, edge))
        remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        remove.setAccessibleName(self.tr("Take out {0}").format(name))
        remove.setToolTip(self.tr("Take out {0}").format(name))
        remove.clicked.connect(lambda: self._imagine((self._shown or Imagined()).without_card(place)))
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(text, 1)
        box.addWidget(remove)
        return row

    def _add_card(self, index: int) -> None:
        if index > 0:
            self._add(self.cards.itemData(index))

    def _add_typed(self) -> None:
        """What was typed and is no entry: ``2x RTX 3090``, ``M3 Ultra 512GB``, ``24GiB@936GB/s``."""
        text = self.cards.lineEdit().text().strip()
        if text and self.cards.findText(text) < 0:
            self._add(text)

    def _add(self, name: str) -> None:
        self.cards.setCurrentIndex(0)
        try:
            self._what_if.imagine((self._shown or Imagined()).with_card(name))
        except RequestError as error:
            self.refused.emit(said(error.message))

    def _change_ram(self) -> None:
        shown = self._shown or Imagined()
        self._imagine(Imagined(shown.cards, self.ram.currentData(), self.memory.currentData()))

    def _imagine(self, what: Imagined) -> None:
        try:
            self._what_if.imagine(what)
        except RequestError as error:
            self.refused.emit(said(error.message))
            self.show_imagined()

    def _step(self, which: str) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        text = self.tr("Undo the last change") if which == "undo" else self.tr("Redo the change")
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({'Ctrl+Z' if which == 'undo' else 'Ctrl+Shift+Z'})")
        return button

    def _fill_choices(self) -> None:
        self.cards.addItem(self.tr("Add a card…"), None)
        for name in card_names():
            self.cards.addItem(name, name)
        self.cards.setEditable(True)
        self.cards.lineEdit().setAccessibleName(self.tr("Add a card"))
        self.cards.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.cards.model(), self.cards)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.cards.setCompleter(completer)
        self.ram.addItem(self.tr("RAM unknown"), None)
        for size in RAM_SIZES_GIB:
            self.ram.addItem(self.tr("{0} GiB of RAM").format(size), size)
        self.memory.addItem(self.tr("bandwidth unknown"), None)
        for kind in MEMORY_KINDS:
            self.memory.addItem(kind, kind)

    def _lay_out(self) -> None:
        head, steps = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(self._theme.space(1))
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        chosen = QLabel(self.tr("What it has"))
        chosen.setFont(self._theme.font("caption"))
        chosen.setProperty("muted", True)
        steps.setSpacing(0)
        steps.addWidget(chosen, 1)
        steps.addWidget(self.undo)
        steps.addWidget(self.redo)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self.back)
        whole.addLayout(steps)
        self._rows.setSpacing(0)
        whole.addLayout(self._rows)
        for part in (self.cards, self.ram, self.memory):
            part.setFont(self._theme.font("small"))
            whole.addWidget(part)
        name_for_readers(self.cards, self.tr("Add a card"))
        name_for_readers(self.ram, self.tr("RAM of the imagined machine"))
        name_for_readers(self.memory, self.tr("Kind of its RAM"))


def _combo() -> QComboBox:
    combo = QComboBox()
    combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return combo

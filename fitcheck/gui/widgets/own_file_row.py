"""A person's own file as a row above the models: what it takes, how fast it runs, and a click makes it the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.errors import RequestError
from fitcheck.gui.language import said
from fitcheck.gui.own_files import plan_of
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme, verdict_word
from fitcheck.gui.widgets.row_button import RowButton

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.workload import Workload


class OwnFileRow(QWidget):
    """Hidden until there is a ``file``; ``plan`` is its best placement, ``note`` what it is or why it has none."""

    clicked = Signal()

    def __init__(self, theme: Theme, sentences: Sentences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._sentences = theme, sentences
        self.file: OwnFile | None = None
        self.plan: Plan | None = None
        self.note = ""
        self._button: RowButton | None = None
        self._shown: tuple[object, ...] = ()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme, self._shown = theme, ()
        self.say()

    def answer(self, machine: Machine | None, workload: Workload, margin_bytes: int) -> None:
        """Plan the file anew for a machine and what the controls say."""
        if self.file is None:
            return
        self.plan, self.note = None, self.tr("The machine is not known yet")
        if machine is not None:
            try:
                self.plan = plan_of(self.file, workload, machine, margin_bytes)
            except RequestError as error:
                self.note = said(error.message)
            else:
                self.note = self._sentences.own_file(self.file, workload.context)
        self.say()

    def say(self) -> None:
        """Show what is known now; the button is made anew where its words change."""
        if self.file is None:
            return
        title = self.tr("Your file {0}").format(self.file.model.paths[0].name)
        verdict, detail = None, self.note
        if self.plan is not None:
            verdict = self.plan.verdict
            speed = service.decode_speed(self.plan).expected if verdict != "no" else None
            size = self._sentences.size(self.plan.estimate.total_bytes)
            detail = " · ".join((verdict_word(verdict), size, self._sentences.second_line(self.plan, speed)))
        shown = (title, verdict, detail)
        if shown == self._shown:
            return
        self._shown = shown
        old, self._button = self._button, RowButton(self._theme, verdict, title, detail, self.tr("Open"))
        self._button.clicked.connect(self.clicked)
        self._box.addWidget(self._button)
        if old is not None:
            had_focus = old.hasFocus()
            self._box.removeWidget(old)
            old.hide()
            old.deleteLater()
            if had_focus:
                self._button.setFocus()

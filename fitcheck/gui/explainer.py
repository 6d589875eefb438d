"""Opens the popovers: how sure the numbers of a plan are, what a sentence rests on, a chart as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from fitcheck.core.derivation import memory_of, speed_of
from fitcheck.gui.choice_words import ChoiceWords
from fitcheck.gui.derivation_words import DerivationWords
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.popover import Popover

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan


class Explainer(QObject):
    """One for a page; popovers belong to ``over`` and close by themselves."""

    def __init__(self, theme: Theme, said: Sentences, words: ChoiceWords, over: QWidget) -> None:
        super().__init__(over)
        self._theme, self._said, self._over = theme, said, over
        self._words = DerivationWords(said, words, self)

    def set_theme(self, theme: Theme) -> None:
        """Open in another palette from now on."""
        self._theme = theme

    def whole(self, plan: Plan, point: QPoint) -> None:
        """Every number of a plan: its speed, then the memory of each device that holds something."""
        popover = self._popover(self.tr("How sure is this?"))
        self._add_speed(popover, plan)
        for index, device in enumerate(plan.devices):
            if device.memory.weights_bytes:
                popover.add_heading(self._said.device_name(plan, index))
                self._add_memory(popover, plan, index)
        popover.open_at(point)

    def memory(self, plan: Plan, index: int, point: QPoint) -> None:
        """The memory of one device."""
        popover = self._popover(self.tr("{0}: how sure is this?").format(self._said.device_name(plan, index)))
        self._add_memory(popover, plan, index)
        popover.open_at(point)

    def speed(self, plan: Plan, point: QPoint) -> None:
        """How fast it answers."""
        popover = self._popover(self.tr("How sure is this?"))
        self._add_speed(popover, plan)
        popover.open_at(point)

    def sources(self, lines: Iterable[tuple[str, str]], point: QPoint) -> None:
        """Sentences with the source of each."""
        popover = self._popover(self.tr("How sure is this?"))
        for text, source in lines:
            popover.add_sourced(text, source)
        popover.open_at(point)

    def table(self, title: str, table: Sequence[Sequence[str]], point: QPoint) -> None:
        """The numbers of a chart."""
        popover = self._popover(title)
        popover.add_table(table)
        popover.open_at(point)

    def _popover(self, title: str) -> Popover:
        return Popover(self._theme, title, self._over)

    def _add_speed(self, popover: Popover, plan: Plan) -> None:
        if plan.verdict != "no":
            popover.add(self._words.explained(plan, speed_of(plan, plan.prediction.decode)))

    def _add_memory(self, popover: Popover, plan: Plan, index: int) -> None:
        for one in memory_of(plan, index):
            popover.add(self._words.explained(plan, one))

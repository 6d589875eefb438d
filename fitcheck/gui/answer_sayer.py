"""Says in the answer's place what is known: that it is looked for, the picks, or what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.gui.answer_words import AnswerWords
from fitcheck.gui.language import in_one
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.widgets.answer import Answer, Way

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan
    from fitcheck.recommendations import Recommendation


class AnswerSayer(QObject):
    """Fills one ``Answer``; ``show_cell`` goes to the cell of a pick."""

    def __init__(
        self, answer: Answer, words: AnswerWords, said: Sentences, show_cell: Callable[[str, str], None],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._answer, self._words, self._said = answer, words, said
        self._show_cell = show_cell

    def looking(self) -> None:
        """The machine is not known yet, or has become another one."""
        self._answer.say(
            self.tr("Looking for the best DeepSeek-R1 for this machine…"),
            self.tr("The answer appears here in a second or two. Nothing is downloaded and no model is loaded."),
        )
        self._answer.set_ways(())

    def picks(self, picks: Recommendation, best: Plan) -> None:
        """The best pick in a sentence, one card for each wish."""
        words, pick = self._words, picks.by_wish["balanced"]
        detail = words.detail(pick) if pick else in_one((self._said.takes(best), words.slow(best)))
        self._answer.say(words.sentence(best), detail, can_open=True)
        self._answer.set_ways(
            [
                Way(
                    card.title, card.detail, lambda place=card.place: self._show_cell(*place), card.verdict, card.kicker
                )
                for card in words.cards(picks)
            ]
        )

    def failed(self, sentence: str, again: Callable[[], None]) -> None:
        """What went wrong, and one button."""
        self._answer.say(self.tr("The answer could not be worked out."), sentence, alarm=True)
        self._answer.set_ways([Way(self.tr("Try again"), "", again, verb=self.tr("Again"))])

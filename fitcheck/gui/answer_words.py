"""The answer and the picks in the window's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck import service
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import format_tokens
from fitcheck.frozen import dataclass
from fitcheck.gui.choice_words import ChoiceWords
from fitcheck.gui.sentences import Sentences, cell_rate
from fitcheck.gui.theme import verdict_word

if TYPE_CHECKING:
    from fitcheck.core.choices import Choice, Wish
    from fitcheck.core.planner import Plan, Verdict
    from fitcheck.recommendations import Recommendation


@dataclass(frozen=True, slots=True)
class PickCard:
    """One of the picks as a card: for what wish, which, what it brings, and the place it stands for."""

    kicker: str
    title: str
    detail: str
    verdict: Verdict
    place: tuple[str, str]


class AnswerWords(QObject):
    """Words for what is recommended."""

    def __init__(self, said: Sentences, words: ChoiceWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said, self._words = said, words

    def said_name(self, plan: Plan) -> str:
        """A model's name within a sentence, where DeepSeek goes without saying."""
        return service.find_model(plan.model_id).name.removeprefix("DeepSeek-")

    def sentence(self, plan: Plan) -> str:
        """What runs where, how fast."""
        return self._words.headline(plan, self.said_name(plan))

    def detail(self, pick: Choice) -> str:
        """What it takes, the range of its speed, what is lost, and why it is the answer."""
        decode = pick.decode
        text = self.tr("Expect {low} to {high} tokens/s.").format(low=rate(decode.low), high=rate(decode.high))
        loss = self.tr("Quality: {0}.").format(self._words.loss_word(pick.facts.loss))
        why = self.tr("The best balance of quality and time: an answer to a hard question takes about {0}.")
        first = f"{self._said.takes(pick.plan)} {text} {loss}"
        return f"{first}\n{why.format(self._said.duration(60 * pick.minutes))}"

    def cards(self, found: Recommendation) -> Iterator[PickCard]:
        """A card for each wish; wishes that lead to the same file share one."""
        names: dict[Wish, str] = {
            "best quality": self.tr("Best quality"),
            "balanced": self.tr("Balanced"),
            "fastest": self.tr("Fastest answer"),
        }
        by_place: dict[tuple[str, str], list[Wish]] = {}
        for wish, choice in found.by_wish.items():
            if choice is not None:
                by_place.setdefault((choice.plan.model_id, choice.plan.quantization), []).append(wish)
        for place, wishes in by_place.items():
            choice = found.by_wish[wishes[0]]
            assert choice is not None
            kicker = " · ".join(names[wish] for wish in wishes)
            yield self._card(kicker, choice, place)

    def _card(self, kicker: str, choice: Choice, place: tuple[str, str]) -> PickCard:
        model = service.find_model(choice.plan.model_id)
        detail = self.tr("{where} · {size} · {speed} t/s · {time} an answer").format(
            where=verdict_word(choice.plan.verdict),
            size=self._said.size(choice.plan.estimate.total_bytes),
            speed=cell_rate(choice.decode.expected),
            time=self._said.duration(60 * choice.minutes),
        )
        title = f"{model.short_name.removeprefix('Distill ')} · {choice.plan.quantization}"
        return PickCard(kicker, title, detail, choice.plan.verdict, place)

    def slow(self, plan: Plan) -> str:
        """Why what runs is nevertheless no pick."""
        text = self.tr(
            "Nothing published runs fast enough to wait for at {0} of context; this is the fastest that runs."
        )
        return text.format(format_tokens(plan.workload.context))

    def nothing(self, nearest: Plan) -> str:
        """That nothing runs with this context."""
        context = format_tokens(nearest.workload.context)
        return self.tr("No DeepSeek-R1 fits this machine with {0} of context.").format(context)

    def lacks(self, nearest: Plan) -> str:
        """What the plan that lacks least lacks."""
        return self._said.lacks(nearest, self.said_name(nearest))

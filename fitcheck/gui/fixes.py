"""What would make a choice fit or better it: each a change that a button applies, with what it brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from fitcheck import service
from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import GIB, format_tokens, whole_k
from fitcheck.frozen import dataclass
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import verdict_word

if TYPE_CHECKING:
    from fitcheck.core.advice import Advice
    from fitcheck.core.planner import Plan, Verdict

RAM_STEP_BYTES = 16 * GIB
"""Memory is bought in such pieces: the smallest pair of modules that shops still sell for DDR5 desktops."""


@dataclass(frozen=True, slots=True)
class MachineChange:
    """A what-if machine that a button asks for: so much more RAM, these cards beside it, or programs closed.

    ``cards`` replace those that are there where they are named; ``free_bytes`` is what closing programs frees.
    """

    more_ram_bytes: int = 0
    cards: tuple[str, ...] = ()
    ram_bytes: int | None = None
    free_bytes: int = 0


Change = Literal["context", "cache", "quantization", "machine", "model"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One change: its words, the verdict it leads to, what is set (tokens, type, place, ``MachineChange``)."""

    change: Change
    title: str
    detail: str
    verdict: Verdict | None
    value: object


class Fixes(QObject):
    """Makes fixes from the core's advice, with words in the window's language."""

    def __init__(self, said: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = said
        self.margin_bytes = service.MARGIN_BYTES

    def from_advice(self, plan: Plan, advice: Sequence[Advice]) -> Iterator[Fix]:
        """The nearest changes of controls first, then those of the machine."""
        for one in advice:
            if one.better is not None:
                yield self._controls(plan, one, one.better)
        for one in advice:
            if one.missing_of == "RAM":
                yield self.more_ram(plan, one.missing_bytes)
            elif one.missing_of == "VRAM":
                yield from self._closing(plan, one.missing_bytes)

    def said(self, plan: Plan, advice: Sequence[Advice]) -> str:
        """What no button can change: how much is missing."""
        if plan.verdict == "gpu":
            return ""
        size = self._said.size
        lacking = {one.missing_of: one.missing_bytes for one in advice if one.missing_bytes}
        if "disk" in lacking:
            return self.tr("{0} more free on the disk, and it could be streamed.").format(size(lacking["disk"]))
        if "VRAM" in lacking:
            return self.tr("All on cards would take about {0} more VRAM.").format(size(lacking["VRAM"]))
        if plan.verdict == "cpu":
            return self.tr("A card that holds it would make it faster.")
        return ""

    def for_what_fits(self, plan: Plan, larger: Sequence[Plan], longest: int | None) -> Iterator[Fix]:
        """Where everything is on cards: the best type and the longest context that are there too."""
        better = [one for one in larger if one.verdict == "gpu"]
        if better:
            best = max(better, key=lambda one: one.estimate.weights_bytes)
            title = self.tr("{0} instead of {1}").format(best.quantization, plan.quantization)
            detail = self.tr("loses less, and still fits: {0}").format(self.brings(best))
            yield Fix("quantization", title, detail, "gpu", best.quantization)
        most = whole_k(plan.model.context_limit if longest is None else longest)
        if most > plan.workload.context:
            title = self.tr("{0} of context instead of {1}").format(
                format_tokens(most), format_tokens(plan.workload.context)
            )
            yield Fix("context", title, self.tr("the longest that stays on the GPU"), "gpu", most)

    def other_type(self, plan: Plan, better: Sequence[Plan]) -> Iterator[Fix]:
        """The next type that loses less, does not run, and would run from memory with RAM that can be bought."""
        lacking = (one for one in better if one.file_type.common and not one.runs)
        one = min(lacking, key=lambda one: one.estimate.weights_bytes, default=None)
        if one is not None and one.lacking_of == "RAM":
            fix = self.more_ram(one, one.lacking_bytes)
            detail = self.tr("{0} runs, which loses less: {1}").format(one.quantization, fix.detail)
            yield replace(fix, detail=detail)

    def pick(self, plan: Plan, pick: Plan, name: str) -> Iterator[Fix]:
        """The balanced pick, where it is another model that fits better."""
        if plan.verdict != "gpu" and pick.model_id != plan.model_id and pick.verdict == "gpu":
            title = f"{name} · {pick.quantization}"
            yield Fix("model", title, self.brings(pick), pick.verdict, (pick.model_id, pick.quantization))

    def _controls(self, plan: Plan, advice: Advice, better: Plan) -> Fix:
        if advice.kind == "cache":
            title = self.tr("{0} KV cache").format(better.workload.type_k)
            return Fix("cache", title, self.brings(better), better.verdict, better.workload.type_k)
        if advice.kind == "context":
            # A little less than the longest fits too, and is a number that people say.
            tokens = whole_k(better.workload.context)
            shorter, asked = format_tokens(tokens), format_tokens(plan.workload.context)
            title = self.tr("{0} of context instead of {1}").format(shorter, asked)
            return Fix("context", title, self.brings(better), better.verdict, tokens)
        title = self.tr("{0} instead of {1}").format(better.quantization, plan.quantization)
        return Fix("quantization", title, self.brings(better), better.verdict, better.quantization)

    def more_ram(self, plan: Plan, missing: int) -> Fix:
        """So much RAM as can be bought to make up for what is missing."""
        more = -(-missing // RAM_STEP_BYTES) * RAM_STEP_BYTES
        larger = service.with_more_ram(plan, more, margin_bytes=self.margin_bytes)
        title = self.tr("Add {0} GiB of RAM").format(more // GIB)
        return Fix("machine", title, self.brings(larger), larger.verdict, MachineChange(more_ram_bytes=more))

    def _closing(self, plan: Plan, missing: int) -> Iterator[Fix]:
        """Programs on the cards whose memory would be enough; FitCheck closes none of them itself."""
        held = [
            (process.memory_bytes, process.name)
            for card in plan.machine.plannable_gpus
            for process in card.processes or ()
            if process.memory_bytes
        ]
        held.sort(reverse=True)
        freed, names = 0, []
        for size, name in held:
            freed += size
            names.append(name)
            if freed >= missing:
                title = self.tr("Close {0}").format(", ".join(names[:3]))
                detail = self.tr("frees {0} of VRAM; then everything is on the GPU").format(self._said.size(freed))
                yield Fix("machine", title, detail, "gpu", MachineChange(free_bytes=freed))
                return

    def brings(self, plan: Plan) -> str:
        """Where it then runs, and how fast."""
        words = verdict_word(plan.verdict)
        if plan.verdict == "no":
            return words
        speed = rate(plan.prediction.decode.expected)
        return self.tr("{0}, about {1} tokens/s").format(words, speed)

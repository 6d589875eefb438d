"""Where nothing fits: changes that make something run, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import format_tokens
from fitcheck.errors import RequestError
from fitcheck.gui.answer_words import AnswerWords
from fitcheck.gui.fixes import Fix, Fixes
from fitcheck.gui.models.fit_matrix import FitMatrixModel
from fitcheck.gui.widgets.answer import Answer, Way

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.core.workload import Workload
    from fitcheck.gui.widgets.controls import Controls


class WaysOut(QObject):
    """Says that nothing fits, and offers what would help in the place of the picks."""

    def __init__(
        self, controls: Controls, fixes: Fixes, words: AnswerWords, on_machine: Callable[[object], None],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._words = words
        self._controls, self._fixes, self._on_machine = controls, fixes, on_machine
        self._can_imagine = False

    def offer_what_if(self) -> None:
        """Somebody answers changes of the machine from now on."""
        self._can_imagine = True

    def tell(self, answer: Answer, model: FitMatrixModel) -> None:
        """What lacks for the nearest plan, and what would help; or why no plan was made at all."""
        plans = model.plans()
        if not plans:
            reasons = (model.cell(row, 0) for row in range(model.rowCount()))
            reason = next((one for one in reasons if isinstance(one, str)), "")
            answer.say(self.tr("With these settings no model can run."), reason[:1].upper() + reason[1:])
            answer.set_ways(())
            return
        nearest = min(plans, key=lambda plan: plan.lacking_bytes)
        answer.say(self._words.nothing(nearest), self._words.lacks(nearest))
        answer.set_ways(tuple(self.found(nearest.machine, nearest)))

    def found(self, machine: Machine, nearest: Plan) -> Iterator[Way]:
        """Less context, a smaller cache, more RAM; ``nearest`` is the plan that lacks least."""
        controls, workload = self._controls, self._controls.workload
        for tokens in controls.slider.stops_below():
            plan = self._best(machine, replace(workload, context=tokens))
            if plan is not None:
                title = self.tr("Use {0} of context").format(format_tokens(tokens))
                yield self._way(title, plan, lambda tokens=tokens: controls.slider.set_tokens(tokens))
                break
        if workload.type_k == "f16" and workload.flash_attn != "off":
            plan = self._best(machine, replace(workload, type_k="q8_0", type_v="q8_0"))
            if plan is not None:
                yield self._way(
                    self.tr("Use a q8_0 KV cache"), plan, lambda: controls.cache_type.setCurrentText("q8_0")
                )
        if nearest.lacking_of == "RAM":
            fix: Fix = self._fixes.more_ram(nearest, nearest.lacking_bytes)
            verb = self.tr("Try it") if self._can_imagine else ""
            yield Way(fix.title, fix.detail, lambda: self._on_machine(fix.value), fix.verdict, verb=verb)

    def _way(self, title: str, plan: Plan, apply: Callable[[], None]) -> Way:
        name = service.find_model(plan.model_id).short_name
        detail = self.tr("{model} in {type}: {brings}").format(
            model=name, type=plan.quantization, brings=self._fixes.brings(plan)
        )
        return Way(title, detail, apply, plan.verdict, "", self.tr("Apply"))

    def _best(self, machine: Machine, workload: Workload) -> Plan | None:
        """The smallest model in the largest common type that runs."""
        smallest = service.models()[-1]
        for file_type in (one for one in FILE_TYPES if one.common):
            try:
                plan = service.plan(smallest, file_type, workload, machine, margin_bytes=self._fixes.margin_bytes)
            except RequestError:
                return None
            if plan.runs:
                return plan
        return None

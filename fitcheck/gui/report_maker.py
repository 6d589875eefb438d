"""Reports of what the window shows, put together in slices so that the window never waits for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from fitcheck import service
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.errors import FitCheckError
from fitcheck.frozen import dataclass
from fitcheck.gui.language import said
from fitcheck.gui.tasks import Tasks

if TYPE_CHECKING:
    from fitcheck import reporting
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.choices import Choice
    from fitcheck.core.planner import Plan
    from fitcheck.core.report import Report
    from fitcheck.core.verification import Verification

Variant = Literal["choice", "comparison", "matrix"]

Place = tuple[str, str]
"""A model and a file type of the catalogue, by their ids."""

_MAKE = "make"


@dataclass(frozen=True)
class Question:
    """What to report on: the choice, the choice beside others, or the whole matrix of its machine and settings.

    ``own`` is the person's own file where the plan is of one. ``others`` are what is compared with the choice; None:
    what is recommended for the machine.
    """

    variant: Variant
    plan: Plan
    own: OwnFile | None
    margin_bytes: int
    verification: Verification | None = None
    others: tuple[Place, ...] | None = None

    @property
    def subject(self) -> reporting.Subject:
        """What the plan is of."""
        return self.own or service.find_model(self.plan.model_id)

    def steps(self) -> reporting.Steps[Report]:
        """The report step by step, in the way of the command line."""
        # Imported here and not with the page: each is felt by itself less than both together.
        from fitcheck import reporting

        yield
        if self.variant == "choice":
            return (
                yield from reporting.choice_steps(
                    self.subject, self.plan, margin_bytes=self.margin_bytes, verification=self.verification
                )
            )
        if self.variant == "matrix":
            return (yield from self._matrix())
        pairs = yield from self._compared()
        return (yield from reporting.comparison_steps(pairs, margin_bytes=self.margin_bytes))

    def _compared(self) -> reporting.Steps[list[tuple[reporting.Subject, Plan]]]:
        """The choice and what is compared with it, planned for the same machine and settings."""
        others = (yield from self._recommended()) if self.others is None else self.others
        pairs: list[tuple[reporting.Subject, Plan]] = [(self.subject, self.plan)]
        plan = self.plan
        for model_id, type_id in others:
            model = service.find_model(model_id)
            if self.own is None and (model_id, type_id) == (plan.model_id, plan.quantization):
                continue
            found = service.plan(
                model, find_file_type(type_id), plan.workload, plan.machine, margin_bytes=self.margin_bytes,
                wishes=plan.wishes,
            )  # fmt: skip
            pairs.append((model, found))
            yield
        return pairs

    def _recommended(self) -> reporting.Steps[tuple[Place, ...]]:
        """The picks for the three wishes."""
        from fitcheck.core.choices import choices
        from fitcheck.recommendations import published, weighed

        considered: list[Choice] = []
        for pair in published(self.plan.machine, self.plan.workload, self.margin_bytes, self.plan.wishes):
            considered.extend(choices((pair,)))
            yield
        picks = (pick for pick in weighed(considered).by_wish.values() if pick is not None)
        return tuple(dict.fromkeys((pick.plan.model_id, pick.plan.quantization) for pick in picks))

    def _matrix(self) -> reporting.Steps[Report]:
        from fitcheck.reporting import matrix_steps

        plan, context = self.plan, self.plan.workload.context
        rows = [model for model in service.models() if context <= model.spec.context_limit]
        columns = [one for one in FILE_TYPES if one.common]
        plans = service.matrix(
            plan.machine, plan.workload, rows, columns, margin_bytes=self.margin_bytes, wishes=plan.wishes
        )
        left_out = [model.id for model in service.models() if model not in rows]
        return (
            yield from matrix_steps(plans, plan.machine, context, margin_bytes=self.margin_bytes, left_out=left_out)
        )


class ReportMaker(QObject):
    """Makes one report at a time, the last that was asked for. ``made`` carries it, ``failed`` a sentence."""

    made = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = Tasks(self)

    @property
    def running(self) -> bool:
        """Whether a report is being made."""
        return self._tasks.running(_MAKE)

    def make(self, question: Question) -> None:
        """Begin; what was being made is given up."""
        found: list[Report] = []
        task = self._tasks.start(_MAKE, _into(question.steps(), found))
        task.finished.connect(lambda: self.made.emit(found[0]))
        task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Give up what is being made."""
        self._tasks.cancel(_MAKE)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, FitCheckError):
            raise error
        self.failed.emit(said(error.message))


def _into(steps: reporting.Steps[Report], found: list[Report]) -> reporting.Steps[None]:
    found.append((yield from steps))

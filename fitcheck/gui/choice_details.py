"""What a choice shows once the controls rest, made step by step so that the window never waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from fitcheck import service
from fitcheck.catalog.own_file import OwnFile
from fitcheck.core.contexts import stops_at
from fitcheck.frozen import dataclass
from fitcheck.gui.tasks import Tasks

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.contexts import AtContext
    from fitcheck.core.planner import Plan
    from fitcheck.gui.fixes import Fixes
    from fitcheck.gui.widgets.choice_panel import ChoicePanel
    from fitcheck.recommendations import CardChoice

AFTER_MS = 150
"""So long after the last change of the choice its details are made."""

_DETAILS = "details"

What = Literal["commands", "points", "fixes", "cards"]


@dataclass(frozen=True, slots=True)
class Detail:
    """One part of the choice that is ready."""

    what: What
    value: Any


class DetailMaker(QObject):
    """Makes the details of a choice that has come to rest, and hands each part to the panel; then ``finished``."""

    finished = Signal()

    def __init__(self, panel: ChoicePanel, fixes: Fixes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel, self._fixes = panel, fixes
        self._tasks = Tasks(self)
        self.margin_bytes = service.MARGIN_BYTES
        self._asked: tuple[CatalogModel | OwnFile | None, tuple[Plan, ...], Plan | None] = (None, (), None)
        self._due = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._due.timeout.connect(self._begin)

    def ask(self, model: CatalogModel | OwnFile | None, row: tuple[Plan, ...], pick: Plan | None) -> None:
        """The choice changed; ``row`` are the plans that are known of the same model, ``pick`` the recommended one."""
        self._tasks.cancel(_DETAILS)
        self._asked = (model, row, pick)
        self._panel.command.set_stale()
        self._due.start()

    def _begin(self) -> None:
        plan, (model, row, pick) = self._panel.plan, self._asked
        if plan is None:
            self._panel.set_commands({})
            self.finished.emit()
            return
        weights = plan.estimate.weights_bytes
        larger = tuple(one for one in row if one.estimate.weights_bytes > weights and one.file_type.bits <= 8)
        task = self._tasks.start(
            _DETAILS, details(plan, model, larger, pick, self._fixes, self.margin_bytes), self._hand_on
        )
        task.finished.connect(self.finished)
        task.failed.connect(_raise)

    def _hand_on(self, detail: Detail | None) -> None:
        panel = self._panel
        takes: dict[What, Callable[[Any], None]] = {
            "commands": panel.set_commands, "points": panel.set_points, "fixes": lambda value: panel.set_fixes(*value),
            "cards": panel.set_cards,
        }  # fmt: skip
        if detail is not None:
            takes[detail.what](detail.value)


def _raise(error: Exception) -> None:
    raise error


def details(
    plan: Plan,
    model: CatalogModel | OwnFile | None,
    larger: tuple[Plan, ...],
    pick: Plan | None,
    fixes: Fixes,
    margin_bytes: int = service.MARGIN_BYTES,
) -> Iterator[Detail | None]:
    """Commands, curves, fixes, recommended cards; None where nothing is ready yet.

    ``model`` may be a person's own file, for which no cards are looked for. ``larger`` are plans of the same model in
    types that lose less, ``pick`` is what is recommended for the machine.
    """
    if plan.verdict == "no" or model is None:
        yield Detail("commands", {})
    else:
        commands = service.commands_own(model, plan) if isinstance(model, OwnFile) else service.commands(model, plan)
        yield Detail("commands", commands)
    points: list[AtContext] = []
    for point in service.at_contexts(plan, margin_bytes=margin_bytes):
        points.append(point)
        yield None
    points.sort(key=lambda one: one.context)
    yield Detail("points", tuple(points))
    if plan.verdict == "gpu":
        yield Detail("fixes", (tuple(fixes.for_what_fits(plan, larger, stops_at(points, plan))), ""))
    else:
        advice = []
        for one in service.advice_steps(plan, margin_bytes=margin_bytes):
            if one is not None:
                advice.append(one)
            yield None
        found = [*fixes.from_advice(plan, advice), *(fixes.other_type(plan, larger) if plan.runs else ())]
        if pick is not None:
            found += fixes.pick(plan, pick, service.find_model(pick.model_id).short_name)
        yield Detail("fixes", (tuple(found), fixes.said(plan, advice)))
    if model is not None and not isinstance(model, OwnFile):
        yield from _cards(plan, model)


def _cards(plan: Plan, model: CatalogModel) -> Iterator[Detail | None]:
    """The cards to buy for it."""
    from fitcheck.recommendations import few_cards

    found: list[CardChoice] = []
    for one in few_cards(model, plan.file_type, plan.workload, plan.machine.ram_available_bytes or 0):
        if one is not None:
            found.append(one)
        yield None
    yield Detail("cards", tuple(found))

"""Fills the matrix and finds the picks: what is seen at once, the rest in slices, other contexts when nothing else is.

Contexts that were filled are kept as long as machine and settings stay, so that a moved slider only looks them up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.wishes import NO_WISHES, Wishes
from fitcheck.errors import FitCheckError, RequestError
from fitcheck.gui.language import said
from fitcheck.gui.models.fit_matrix import Cell, FitMatrixModel
from fitcheck.gui.spare_memory import SpareMemory
from fitcheck.gui.tasks import Tasks

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.choices import Choice
    from fitcheck.core.hardware import Machine
    from fitcheck.core.quantization import FileType
    from fitcheck.core.workload import Workload
    from fitcheck.recommendations import Recommendation

INLINE_S = 0.005
"""Computed before the event loop goes on, so that a moved slider shows its numbers in the same frame."""

PICK_AFTER_MS = 60
"""So long after a change of the settings filled the matrix the picks are looked for: nobody reads the answer while the
slider moves. For another machine they are looked for at once."""

AHEAD_AFTER_MS = 700
"""So long after the picks stand other contexts are filled ahead."""

_FILL, _PICK, _AHEAD = "fill", "pick", "ahead"
_MOST_KEPT = 12

_Cells = dict[tuple[str, str], Cell]
_Speeds = dict[tuple[str, str], float]


class Filler(QObject):
    """``cells_known`` follows whenever all visible cells stand, ``filled`` when the picks stand too.

    ``failed`` carries one sentence where the service gave up; all that was not filled stays empty.

    ``over_limit`` says why a model has no plan at a context, in the window's words.
    """

    cells_known = Signal()
    filled = Signal()
    failed = Signal(str)

    def __init__(
        self, model: FitMatrixModel, over_limit: Callable[[CatalogModel], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._over_limit = model, over_limit
        self._machine: Machine | None = None
        self._workload: Workload | None = None
        self._wishes = NO_WISHES
        self._margin_bytes = service.MARGIN_BYTES
        self._kept: dict[Workload, tuple[_Cells, _Speeds]] = {}
        self._picks: dict[Workload, Recommendation] = {}
        self._tasks = Tasks(self)
        SpareMemory(self, self.filled)
        self._pick_due = QTimer(self, singleShot=True, interval=PICK_AFTER_MS)
        self._pick_due.timeout.connect(self._pick)
        self._ahead_due = QTimer(self, singleShot=True, interval=AHEAD_AFTER_MS)
        self._ahead_due.timeout.connect(self._go_ahead)
        self.contexts: tuple[int, ...] = ()
        """What is filled ahead, in tokens."""

    @property
    def picks(self) -> Recommendation | None:
        """The picks for what is asked now; None until they stand."""
        return self._picks.get(self._workload) if self._workload is not None else None

    @property
    def margin_bytes(self) -> int:
        """What stays free on every card and in RAM."""
        return self._margin_bytes

    @margin_bytes.setter
    def margin_bytes(self, margin_bytes: int) -> None:
        self._margin_bytes = margin_bytes
        self._kept.clear()
        self._picks.clear()

    @property
    def wishes(self) -> Wishes:
        """What is asked beyond machine and workload."""
        return self._wishes

    def is_known(self, workload: Workload) -> bool:
        """Whether every visible place has an answer for other settings on this machine already."""
        cells = self._kept.get(workload, ({}, {}))[0]
        return all((model.id, one.id) in cells for model in self._model.rows for one in self._model.columns)

    def ask(self, machine: Machine, workload: Workload, wishes: Wishes, first: tuple[str, str] | None = None) -> None:
        """Answer for a machine and settings, the place ``first`` before all others."""
        if machine != self._machine or wishes != self._wishes:
            self._kept.clear()
            self._picks.clear()
        # Another machine is nobody's slider that moves on.
        self._pick_due.setInterval(0 if machine != self._machine else PICK_AFTER_MS)
        self._machine, self._workload, self._wishes = machine, workload, wishes
        self._model.show_cells(*self._kept_for(workload))
        self.fill(first)

    def fill(self, first: tuple[str, str] | None = None) -> None:
        """Compute what is visible and not known yet, at once as far as one frame allows."""
        if self._machine is None or self._workload is None:
            return
        self._tasks.cancel_all()
        self._ahead_due.stop()
        self._pick_due.stop()
        steps = self._steps(self._machine, self._workload, first)
        until, found = time.perf_counter() + INLINE_S, {}
        try:
            for model_id, type_id, cell in steps:
                found[model_id, type_id] = cell
                if time.perf_counter() >= until:
                    break
        except FitCheckError as error:
            self._on_failed(error)
            return
        self._model.fill(found)
        if self._model.missing():
            task = self._tasks.start(_FILL, steps, self._on_cell)
            task.finished.connect(self._on_cells)
            task.failed.connect(self._on_failed)
        else:
            self._on_cells()

    def _steps(
        self, machine: Machine, workload: Workload, first: tuple[str, str] | None
    ) -> Iterator[tuple[str, str, Cell]]:
        """Every visible place that is not known yet, computed when it is asked for."""
        places = self._model.missing()
        places.sort(key=lambda place: (place[0].id, place[1].id) != first)
        for model, file_type in places:
            yield model.id, file_type.id, self._cell(model, file_type, workload, machine)

    def _cell(self, model: CatalogModel, file_type: FileType, workload: Workload, machine: Machine) -> Cell:
        try:
            return service.plan(
                model, file_type, workload, machine, margin_bytes=self._margin_bytes, wishes=self._wishes
            )
        except RequestError as error:
            return self._over_limit(model) if error.code == "context_over_limit" else said(error.message)

    def _on_cell(self, step: tuple[str, str, Cell]) -> None:
        self._model.set_cell(*step)

    def _kept_for(self, workload: Workload) -> tuple[_Cells, _Speeds]:
        """What is known for some settings, to be filled by the model; the oldest settings are let go of."""
        if workload not in self._kept:
            self._kept[workload] = ({}, {})
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[workload]

    def _on_cells(self) -> None:
        self.cells_known.emit()
        self._pick_due.start()

    def _pick(self) -> None:
        """Look for the picks among all published files, unless they are known."""
        if self.picks is not None:
            self._on_picked()
            return
        assert self._machine is not None
        assert self._workload is not None
        found: list[Choice] = []
        task = self._tasks.start(_PICK, self._considered(self._machine, self._workload, found))
        task.finished.connect(lambda workload=self._workload: self._weigh(workload, found))
        task.failed.connect(self._on_failed)

    def _considered(self, machine: Machine, workload: Workload, found: list[Choice]) -> Iterator[None]:
        from fitcheck.core.choices import choices
        from fitcheck.recommendations import published

        plans = published(machine, workload, self._margin_bytes, self._wishes)
        while True:
            try:
                pair = next(plans)
            except StopIteration:
                return
            except RequestError:
                # The engine refuses these settings for all files, which every cell of the matrix says.
                return
            found.extend(choices((pair,)))
            yield

    def _weigh(self, workload: Workload, found: list[Choice]) -> None:
        from fitcheck.recommendations import weighed

        self._picks[workload] = weighed(found)
        self._on_picked()

    def _on_picked(self) -> None:
        self.filled.emit()
        self._ahead_due.start()

    def _go_ahead(self) -> None:
        """Fill the nearest other context that is not known yet."""
        machine, workload = self._machine, self._workload
        if machine is None or workload is None:
            return
        nearest = sorted(self.contexts, key=lambda tokens: abs(tokens.bit_length() - workload.context.bit_length()))
        task = self._tasks.start(_AHEAD, self._ahead(machine, workload, tuple(nearest)))
        task.failed.connect(self._on_failed)

    def _ahead(self, machine: Machine, workload: Workload, contexts: tuple[int, ...]) -> Iterator[None]:
        for context in contexts:
            other = replace(workload, context=context)
            cells, speeds = self._kept_for(other)
            for model in self._model.rows:
                for file_type in self._model.columns:
                    place = (model.id, file_type.id)
                    if place not in cells:
                        cell = cells[place] = self._cell(model, file_type, other, machine)
                        if isinstance(cell, Plan) and cell.verdict != "no":
                            speeds[place] = service.decode_speed(cell).expected
                        yield

    def _on_failed(self, error: Exception) -> None:
        """A deliberate error is told in its sentence; any other is a defect and goes to the crash dialog."""
        if not isinstance(error, FitCheckError):
            raise error
        self.failed.emit(said(error.message))

"""Home: the answer in a sentence, the controls, every model by every quantization, and one choice in detail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import format_tokens
from fitcheck.errors import RequestError
from fitcheck.gui.language import in_one, said
from fitcheck.gui.models.fit_matrix import Cell, FitMatrixModel
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.tasks import Tasks
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.answer import Answer
from fitcheck.gui.widgets.choice_panel import ChoicePanel
from fitcheck.gui.widgets.controls import Controls
from fitcheck.gui.widgets.legend import VerdictLegend
from fitcheck.gui.widgets.matrix_view import MatrixView

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.core.quantization import FileType
    from fitcheck.core.recommend import Pick
    from fitcheck.settings import Settings

INLINE_S = 0.012
"""Computed before the event loop goes on, so that a moved slider shows its numbers in the same frame."""

_COMMANDS_AFTER_MS = 120
"""So long after the last change of the choice its commands are made."""

WIDE = 1300
"""From this width of the page the choice stands beside the matrix (window of 1600 px less the strip)."""

PANE_WIDTH = 560
"""The choice beside the matrix, in pixels (grid of the look)."""

_FILL = "matrix"
_UNLIMITED = 16_777_215
"""QWIDGETSIZE_MAX, which PySide6 does not export."""


class FitPage(QWidget):
    """``filled`` follows once every visible cell and the answer stand; ``choice_changed`` carries a plan or None."""

    filled = Signal()
    choice_changed = Signal(object)
    settings_changed = Signal(object)
    """What is to be kept for the next start: context, cache type and choice."""

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._machine: Machine | None = None
        self._final, self._margin_bytes = False, settings.margin_bytes
        self._chosen: tuple[str, str] | None = settings.choice
        """The cell a person went to; None while the choice follows the best pick."""
        self._following = False
        self._commands_due = QTimer(self, singleShot=True, interval=_COMMANDS_AFTER_MS)
        self._commands_due.timeout.connect(self._show_commands)
        self._own: OwnFile | None = None
        """A person's own file, which is the choice until another one is made."""
        self._opened = self._wide = False
        self._pick: Pick | None = None
        self._tasks = Tasks(self)
        self.sentences = Sentences(self)
        self.model = FitMatrixModel(service.models(), self.sentences, self)
        self._names = {model.id: model.short_name for model in service.models()}
        self.model.reveal(*(settings.choice or ("", "")))
        self.answer = Answer(theme)
        self.controls = Controls(theme, settings.context, settings.kv_type)
        self.matrix = MatrixView(theme, self.model, self.sentences)
        self.choice = ChoicePanel(theme, self.sentences)
        self.set_runtime = self.choice.command.prefer
        self.set_runtime(settings.runtime)
        self.legend = VerdictLegend(theme)
        self.rare = QCheckBox(self.tr("rare types"))
        self.rare.setToolTip(self.tr("Show all 33 file types of llama.cpp"))
        self._lay_out()
        self.answer.open_clicked.connect(self.show_choice)
        self.controls.workload_changed.connect(self._on_workload)
        self.matrix.current_changed.connect(self._on_current)
        self.matrix.opened.connect(lambda _index: self.show_choice())
        self.model.rearranged.connect(self._fill)
        self.rare.toggled.connect(self.model.set_rare_shown)
        self._say_looking()

    def set_machine(self, machine: Machine, final: bool) -> None:
        """Answer for a machine; ``final`` when nothing more will be known of it."""
        self._machine, self._final = machine, final
        self._compute_anew()

    def set_margin_bytes(self, margin_bytes: int) -> None:
        """Keep so much free on every card and in RAM from now on."""
        self._margin_bytes = margin_bytes
        self._compute_anew()

    def choose(self, model_id: str, type_id: str) -> None:
        """Make a cell the choice; what is folded opens for it."""
        self.model.reveal(model_id, type_id)
        self._own = None
        self._keep_choice(model_id, type_id)
        self._follow(None)

    def set_units(self, unit: str) -> None:
        """Show sizes in GiB or GB."""
        self.sentences.unit = "GB" if unit == "GB" else "GiB"
        self._unit.setText(self.tr("{0} needed").format(unit))
        self.matrix.viewport().update()
        self._say_answer()
        self._show_choice_of(self._current_plan())

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for part in (self.answer, self.controls, self.matrix, self.choice, self.legend):
            part.set_theme(theme)

    def set_context(self, tokens: int) -> None:
        """Ask for another context."""
        self.controls.slider.set_tokens(tokens)

    def focus_slider(self) -> None:
        """Put the keyboard on the context."""
        self.controls.slider.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_own_file(self, file: OwnFile) -> None:
        """Make a person's own file the choice."""
        self._own = file
        self._follow(None)
        self._set_opened(not self._wide)

    def show_choice(self) -> None:
        """Give the current choice the room of the other models; beside the matrix it has its room already."""
        self._set_opened(not self._wide)
        self.matrix.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_all(self) -> None:
        """Back to all models, to the cell the choice came from."""
        self._set_opened(False)
        self.matrix.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_opened(self, opened: bool) -> None:
        self._opened = opened
        self.matrix.set_ladder(opened)
        self._title.setVisible(not opened)
        self._back.setVisible(opened)
        self.legend.setVisible(not opened)

    def _on_workload(self) -> None:
        workload = self.controls.workload
        self.settings_changed.emit({"context": workload.context, "kv_type": workload.type_k})
        self._compute_anew()

    def _compute_anew(self) -> None:
        """Forget what no longer holds and fill again, at once as far as one frame allows."""
        if self._machine is None:
            return
        self.model.clear()
        self.choice.command.set_stale()
        self._fill()

    def _fill(self) -> None:
        if self._machine is None:
            return
        steps = self._steps(self._machine)
        until, first = time.perf_counter() + INLINE_S, {}
        for model_id, type_id, cell in steps:
            first[model_id, type_id] = cell
            if time.perf_counter() >= until:
                break
        self.model.fill(first)
        if self.model.missing():
            task = self._tasks.start(_FILL, steps, lambda step: self.model.set_cell(*step))
            task.finished.connect(self._on_filled)
            task.failed.connect(self._on_failed)
        else:
            self._tasks.cancel(_FILL)
            self._on_filled()

    def _steps(self, machine: Machine) -> Iterator[tuple[str, str, Cell]]:
        """Every visible place that is not known yet, computed when it is asked for."""
        workload = self.controls.workload
        for model, file_type in self.model.missing():
            yield model.id, file_type.id, self._cell(model, file_type, workload, machine)

    def _cell(self, model: CatalogModel, file_type: FileType, workload: object, machine: Machine) -> Cell:
        try:
            return service.plan(model, file_type, workload, machine, margin_bytes=self._margin_bytes)  # type: ignore[arg-type]
        except RequestError as error:
            if error.code == "context_over_limit":
                limit = format_tokens(model.spec.context_limit)
                return self.tr("this model takes {0} of context at most").format(limit)
            return said(error.message)

    def _on_failed(self, error: Exception) -> None:
        raise error

    def _on_filled(self) -> None:
        """The answer, the mark in the matrix and the choice, from all plans that are known."""
        self._pick = service.recommend(self.model.plans())
        best = self._pick.plan if self._pick else None
        self.model.set_best(best)
        self._say_answer()
        self._follow(best)
        self.filled.emit()

    def _follow(self, best: Plan | None) -> None:
        """Keep the chosen cell, or go to the best pick as long as nobody chose."""
        if self._own is not None:
            self._following = True
            self.matrix.setCurrentIndex(QModelIndex())
            self._following = False
            self._show_own()
            return
        wanted = self._chosen or ((best.model_id, best.quantization) if best else None)
        place = self.model.place(*wanted) if wanted else None
        if place is not None:
            self._following = True
            self.matrix.select_place(place)
            self._following = False
        self._show_choice_of(self._current_plan())

    def _on_current(self, index: QModelIndex) -> None:
        if self._following:
            return
        self._own = None
        self._keep_choice(self.model.rows[index.row()].id, self.model.columns[index.column()].id)
        self._show_choice_of(self._current_plan())

    def _keep_choice(self, model_id: str, type_id: str) -> None:
        self._chosen = (model_id, type_id)
        self.settings_changed.emit({"choice": self._chosen})

    def _show_own(self) -> None:
        """The best placement of the person's own file, under what the controls say."""
        assert self._own is not None
        plan: Plan | None = None
        note = self.tr("The machine is not known yet")
        if self._machine is not None:
            file_type = self._own.file_type or find_file_type("Q4_K_M")
            try:
                workload, margin = self.controls.workload, self._margin_bytes
                plan = service.plan_own(self._own, file_type, workload, self._machine, margin_bytes=margin)
            except RequestError as error:
                note = said(error.message)
            else:
                note = self.sentences.own_file(self._own)
        self.choice.set_plan(plan, self._own.model.name, note)
        self.choice.set_commands({})
        self.choice_changed.emit(plan)

    def _current_plan(self) -> Plan | None:
        index = self.matrix.currentIndex()
        cell = self.model.cell(index.row(), index.column()) if index.isValid() else None
        return cell if isinstance(cell, Plan) else None

    def _show_choice_of(self, plan: Plan | None) -> None:
        if self._own is not None:
            self._show_own()
            return
        if plan is None:
            self.choice.set_plan(None, "")
        else:
            tokens = service.find_model(plan.model_id).reasoning.tokens
            self.choice.set_plan(plan, self._names[plan.model_id], reasoning_tokens=tokens)
        self.choice.command.set_stale()
        self._commands_due.start()
        self.choice_changed.emit(plan)

    def _show_commands(self) -> None:
        """What to type, once the slider rests: nobody reads it on the way."""
        plan = self._current_plan() if self._own is None else None
        if plan is None or plan.verdict == "no":
            self.choice.set_commands({})
        else:
            self.choice.set_commands(service.commands(service.find_model(plan.model_id), plan))

    def _said_name(self, plan: Plan) -> str:
        """A model's name within a sentence, where DeepSeek goes without saying."""
        return service.find_model(plan.model_id).name.removeprefix("DeepSeek-")

    def _say_looking(self) -> None:
        self.answer.say(
            self.tr("Looking for the best DeepSeek-R1 for this machine…"),
            self.tr("The answer appears here in a second or two. Nothing is downloaded and no model is loaded."),
        )

    def _say_answer(self) -> None:
        if self._machine is None or self.model.missing():
            return
        if self._pick is not None:
            plan = self._pick.plan
            detail = in_one((self.sentences.takes(plan), self.sentences.why(plan)))
            self.answer.say(self.sentences.pick(plan, self._said_name(plan)), detail, can_open=True)
            return
        self._say_nothing_fits()

    def _say_nothing_fits(self) -> None:
        context, plans = format_tokens(self.controls.workload.context), self.model.plans()
        if not plans:
            cells = (self.model.cell(row, 0) for row in range(self.model.rowCount()))
            reason = next((one for one in cells if isinstance(one, str)), "")
            self.answer.say(self.tr("With these settings no model can run."), reason[:1].upper() + reason[1:])
            return
        nearest = min(plans, key=lambda plan: plan.lacking_bytes)
        sentence = self.tr("No DeepSeek-R1 fits this machine with {0} of context.").format(context)
        self.answer.say(sentence, self.sentences.lacks(nearest, self._said_name(nearest)))
        self.answer.set_ways(tuple(self._ways_out()))

    def _ways_out(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Changes of the controls that make something run, tried before they are offered."""
        controls = self.controls
        if controls.slider.value() > 0:
            for stop in range(controls.slider.value() - 1, -1, -1):
                tokens = controls.slider.tokens_at(stop)
                if self._something_runs(tokens, controls.cache_type.currentText()):
                    text = self.tr("Use {0} of context").format(format_tokens(tokens))
                    yield text, lambda stop=stop: controls.slider.setValue(stop)
                    break
        plain = controls.cache_type.currentText() == "f16" and controls.flash.currentText() != "off"
        if plain and self._something_runs(controls.slider.tokens, "q8_0"):
            yield self.tr("Use a q8_0 KV cache"), lambda: controls.cache_type.setCurrentText("q8_0")

    def _something_runs(self, tokens: int, cache_type: str) -> bool:
        from dataclasses import replace

        assert self._machine is not None
        workload = replace(self.controls.workload, context=tokens, type_k=cache_type, type_v=cache_type)
        smallest = self.model.rows[-1]
        cells = (self._cell(smallest, one, workload, self._machine) for one in reversed(self.model.columns))
        return any(isinstance(cell, Plan) and cell.runs for cell in cells)

    def _lay_out(self) -> None:
        theme = self._theme
        self._title = QLabel(self.tr("All models"))
        self._title.setFont(theme.font("body_strong"))
        self._back = QPushButton(self.tr("‹ All models"))
        self._back.setProperty("flat", True)
        self._back.setToolTip(self.tr("Escape"))
        self._back.clicked.connect(self.show_all)
        self._back.hide()
        self._unit = QLabel()
        self._unit.setProperty("muted", True)
        self._unit.setFont(theme.font("small"))
        head = QHBoxLayout()
        head.setSpacing(theme.space(3))
        for widget in (self._title, self._back, self._unit):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.rare)
        table = QVBoxLayout()
        table.setSpacing(theme.space(1))
        table.addLayout(head)
        table.addWidget(self.matrix, 1)
        table.addWidget(self.legend)
        self._below = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._below.setSpacing(theme.space(3))
        self._below.addLayout(table)
        self._below.addWidget(self.choice)
        self._below.setStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 12)
        whole.setSpacing(theme.space(3))
        whole.addWidget(self.answer)
        whole.addWidget(self.controls)
        whole.addLayout(self._below, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.key() == Qt.Key.Key_Escape or (
            event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier
        )
        if back and self._opened:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._wide = event.size().width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if self._wide else QBoxLayout.Direction.TopToBottom
        if self._below.direction() != direction:
            self._below.setDirection(direction)
            self._below.setStretch(0, int(self._wide))
            self._below.setStretch(1, int(not self._wide))
            pane = round(PANE_WIDTH * self._theme.scale)
            self.choice.setMinimumWidth(pane if self._wide else 0)
            self.choice.setMaximumWidth(pane if self._wide else _UNLIMITED)
            self._set_opened(self._opened and not self._wide)
        super().resizeEvent(event)

"""Home: the answer in a sentence, the controls, every model by every quantization, and one choice in detail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.units import format_tokens
from fitcheck.gui.answer_sayer import AnswerSayer
from fitcheck.gui.answer_words import AnswerWords
from fitcheck.gui.applied_fixes import AppliedFixes
from fitcheck.gui.choice_details import DetailMaker
from fitcheck.gui.filling import Filler
from fitcheck.gui.fixes import Fixes
from fitcheck.gui.models.fit_matrix import FitMatrixModel, Order
from fitcheck.gui.readings import is_another
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.stops import go_to
from fitcheck.gui.theme import Theme
from fitcheck.gui.ways_out import WaysOut
from fitcheck.gui.widgets.answer import Answer
from fitcheck.gui.widgets.choice_link import ChoiceLink
from fitcheck.gui.widgets.choice_panel import ChoicePanel
from fitcheck.gui.widgets.context_slider import STOPS
from fitcheck.gui.widgets.controls import Controls
from fitcheck.gui.widgets.legend import VerdictLegend
from fitcheck.gui.widgets.matrix_bar import MatrixBar
from fitcheck.gui.widgets.matrix_view import MatrixView
from fitcheck.gui.widgets.own_file_row import OwnFileRow

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.hardware import Machine
    from fitcheck.settings import Settings

WIDE = 1300
"""From this width of the page the choice stands beside the matrix (window of 1600 px less the strip)."""

PANE_WIDTH = 560
_UNLIMITED = 16_777_215
"""QWIDGETSIZE_MAX, which PySide6 does not export."""


class FitPage(QWidget):
    """``filled`` follows once every visible cell and the answer stand; ``choice_changed`` carries a plan or None.

    ``settings_changed`` carries what is to be kept for the next start: context and cache type. ``what_if_wanted``
    carries a ``MachineChange`` that a button of the choice asks for, ``verify_wanted`` follows its button Verify.
    """

    filled = Signal()
    choice_changed = Signal(object)
    settings_changed = Signal(object)
    what_if_wanted = Signal(object)
    report_wanted = Signal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._machine: Machine | None = None
        self._chosen: tuple[str, str] | None = settings.choice
        """The cell a person went to; None while the choice follows the best pick."""
        self._following = self._opened = self._wide = False
        self._own = False
        """Whether a person's own file is the choice, until another one is made."""
        self.sentences = Sentences(self)
        self.model = FitMatrixModel(service.models(), self.sentences, self)
        self.filler = Filler(self.model, self._over_limit, self)
        self.filler.contexts = STOPS
        self.model.reveal(*(settings.choice or ("", "")))
        self.answer = Answer(theme)
        self.controls = Controls(theme, settings.context, settings.kv_type)
        self.matrix = MatrixView(theme, self.model, self.sentences)
        self.own_row = OwnFileRow(theme, self.sentences)
        self.bar = MatrixBar(theme)
        self.choice = ChoicePanel(theme, self.sentences)
        self.verify_wanted = self.choice.verify_wanted
        self.words = AnswerWords(self.sentences, self.choice.words, self)
        self.fixes = Fixes(self.sentences, self)
        self.details = DetailMaker(self.choice, self.fixes, self)
        self.applied = AppliedFixes(self.controls, self.choice, self._here, self.show_cell, self)
        self.ways = WaysOut(self.controls, self.fixes, self.words, self.what_if_wanted.emit, self)
        self.says = AnswerSayer(self.answer, self.words, self.sentences, self.show_cell, self)
        self._take_margin(settings.margin_bytes)
        self.set_runtime(settings.runtime)
        self.legend = VerdictLegend(theme)
        self._lay_out()
        self._connect()
        self.says.looking()

    def set_machine(self, machine: Machine, final: bool) -> None:
        """Answer for a machine; ``final`` when nothing more will be known of it."""
        if self._machine is not None and is_another(self._machine, machine):
            self.says.looking()
        self._machine = machine
        self._compute_anew()

    def set_margin_bytes(self, margin_bytes: int) -> None:
        """Keep so much free on every card and in RAM from now on."""
        self._take_margin(margin_bytes)
        self._compute_anew()

    def _take_margin(self, margin_bytes: int) -> None:
        for part in (self.filler, self.details, self.fixes):
            part.margin_bytes = margin_bytes

    def set_runtime(self, name: str) -> None:
        """Show the command of this runtime from now on."""
        self.controls.set_runtime(name)
        # The command line's tool has a command of its own and no runtime of its own.
        self.choice.command.choose(name)

    def set_units(self, unit: str) -> None:
        """Show sizes in GiB or GB."""
        self.sentences.unit = "GB" if unit == "GB" else "GiB"
        self.bar.set_unit(unit)
        self.matrix.viewport().update()
        self.own_row.say()
        self._say_answer()
        self._show_choice()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for part in (self.answer, self.controls, self.matrix, self.own_row, self.bar, self.choice, self.legend):
            part.set_theme(theme)

    @property
    def areas(self) -> tuple[QWidget, ...]:
        """What F6 goes through."""
        return self, self.choice

    def focus_slider(self) -> None:
        """Put the keyboard on the context."""
        go_to(self.controls.slider)

    def show_own_file(self, file: OwnFile) -> None:
        """Make a person's own file the choice; it keeps a row above the models."""
        self.own_row.file = file
        self.own_row.answer(self._machine, self.controls.workload, self.filler.margin_bytes)
        self._choose_own()

    def _choose_own(self) -> None:
        self._own = True
        self._follow(None)
        self._set_opened(not self._wide)

    def show_cell(self, model_id: str, type_id: str) -> None:
        """Make a model in a type the choice, wherever the matrix hides it."""
        place = self.model.reveal(model_id, type_id)
        if place is not None:
            self._own = False
            self._keep_choice((model_id, type_id))
            self._follow(None)

    def offer_what_if(self) -> None:
        """Somebody answers ``what_if_wanted``: what changes the machine is offered as a button from now on."""
        self.choice.offer_what_if()
        self.ways.offer_what_if()
        self._say_answer()

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
        for part in (self.answer, self.bar, self.legend):
            part.setVisible(not opened)
        self.choice.setVisible(opened or self._wide)
        self._show_way()

    def _show_way(self) -> None:
        """The way to the choice or back; no row of the catalogue stays above a file of one's own."""
        self.matrix.setHidden(self._opened and self._own)
        self.way.setVisible(self._opened)
        self.own_row.setVisible(not self._opened and self.own_row.file is not None)

    def _connect(self) -> None:
        self.answer.open_clicked.connect(self._open_pick)
        self.answer.copy_clicked.connect(self._copy_pick)
        self.answer.explain_wanted.connect(self._explain_pick)
        self.controls.workload_changed.connect(self._on_workload)
        self.controls.runtime_changed.connect(self.choice.command.choose)
        self.matrix.current_changed.connect(self._on_current)
        self.matrix.opened.connect(lambda _index: self.show_choice())
        self.own_row.clicked.connect(self._choose_own)
        self.matrix.explain_wanted.connect(self.choice.explain_all)
        self.model.rearranged.connect(self._on_rearranged)
        self.bar.rare_changed.connect(self.model.set_rare_shown)
        self.bar.filter_changed.connect(self.model.set_filter)
        self.bar.order_changed.connect(self._sort)
        self.filler.cells_known.connect(self._on_cells)
        self.filler.filled.connect(self._on_filled)
        self.filler.failed.connect(lambda sentence: self.says.failed(sentence, self._compute_anew))
        self.choice.what_if_wanted.connect(self.what_if_wanted)
        self.choice.save.clicked.connect(self.report_wanted)

    def _on_workload(self) -> None:
        workload = self.controls.workload
        self.settings_changed.emit({"context": workload.context, "kv_type": workload.type_k})
        self._compute_anew()

    def _compute_anew(self) -> None:
        """Ask for everything again; the choice is computed before the other cells and follows at once."""
        if self._machine is None:
            return
        here = self._here()
        self.filler.ask(self._machine, self.controls.workload, self.controls.wishes, here)
        self.own_row.answer(self._machine, self.controls.workload, self.filler.margin_bytes)
        if here is not None or self._own:
            self._show_choice()

    def _on_rearranged(self) -> None:
        self.filler.fill()
        self._select()

    def _over_limit(self, model: CatalogModel) -> str:
        limit = format_tokens(model.spec.context_limit)
        return self.tr("this model takes {0} of context at most").format(limit)

    def _on_cells(self) -> None:
        """All visible cells stand: what is sorted by speed moves, and the choice is there for certain."""
        self.model.sort_anew()
        if self._chosen is not None:
            self._follow(None)

    def _on_filled(self) -> None:
        """The answer, the mark in the matrix and the choice."""
        best = self._best()
        self.model.set_best(best)
        self._say_answer()
        self._follow(best)
        self.filled.emit()

    def _best(self) -> Plan | None:
        """The balanced pick; where nothing published runs fast enough, the fastest that runs from memory."""
        picks = self.filler.picks
        pick = picks.by_wish["balanced"] if picks else None
        if pick is not None:
            return pick.plan
        running = [plan for plan in self.model.plans() if plan.runs]
        return max(running, key=lambda plan: plan.prediction.decode.expected, default=None)

    def _follow(self, best: Plan | None) -> None:
        """Keep the chosen cell, or go to the best pick as long as nobody chose."""
        self._select((best.model_id, best.quantization) if best else None)
        self._show_choice()

    def _select(self, otherwise: tuple[str, str] | None = None) -> None:
        """Put the matrix's cursor on the choice without taking that for a person's choosing."""
        wanted = self._chosen or otherwise
        place = self.model.place(*wanted) if wanted else None
        if place is None and wanted and self._chosen is None:
            place = self.model.reveal(*wanted)
        self._following = True
        if self._own:
            self.matrix.setCurrentIndex(QModelIndex())
        elif place is not None:
            self.matrix.select_place(place)
        self._following = False

    def _on_current(self, index: QModelIndex) -> None:
        if self._following:
            return
        self._own = False
        self._keep_choice(self._here())
        self.applied.forget()
        self._show_choice()

    def _keep_choice(self, place: tuple[str, str] | None) -> None:
        self._chosen = place
        self.settings_changed.emit({"choice": place})

    def _show_choice(self) -> None:
        """The choice from what is known now; the rest follows when the controls have come to rest."""
        self._show_way()
        row = self.own_row
        model: OwnFile | CatalogModel | None = row.file
        if self._own and row.file is not None:
            plan = row.plan
            self.choice.set_plan(plan, row.file.model.name, row.note)
        else:
            plan = self._show_cell()
            model = service.find_model(plan.model_id) if plan is not None else None
        self.details.ask(model, self.model.row_plans(plan.model_id) if plan else (), self._best())
        self.choice_changed.emit(plan)

    def _show_cell(self) -> Plan | None:
        """The plan of the matrix's current cell, or why there is none."""
        index = self.matrix.currentIndex()
        cell = self.model.cell(index.row(), index.column()) if index.isValid() else None
        name = self.model.rows[index.row()].short_name if index.isValid() else ""
        if not isinstance(cell, Plan):
            self.choice.set_plan(None, name, cell or "")
            return None
        from fitcheck.recommendations import quality

        model = service.find_model(cell.model_id)
        self.choice.set_plan(cell, name, "", model.reasoning.tokens, quality(model, cell.quantization))
        return cell

    def _here(self) -> tuple[str, str] | None:
        """The cell the choice is; None for a person's own file."""
        index = self.matrix.currentIndex()
        if self._own or not index.isValid():
            return None
        return self.model.rows[index.row()].id, self.model.columns[index.column()].id

    def _sort(self, order: Order) -> None:
        from fitcheck.catalog.quality import model_scores

        self.model.set_order(order, {one.model: one.percent for one in model_scores()})

    def _open_pick(self) -> None:
        """The choice behind the sentence."""
        best = self._best()
        if best is not None:
            self.show_cell(best.model_id, best.quantization)
        self.show_choice()

    def _copy_pick(self) -> None:
        """The command of the sentence's choice, or the choice where it is said why the runtime has none."""
        best = self._best()
        if best is not None:
            command = service.commands(service.find_model(best.model_id), best)[self.controls.runtime.currentData()]
            text = command.text(windows=os.name == "nt")
            self.answer.copy_text(text) if text else self._open_pick()

    def _explain_pick(self, point: QPoint) -> None:
        best = self._best()
        if best is not None:
            self.choice.explainer.whole(best, point)

    def _say_answer(self) -> None:
        picks, best = self.filler.picks, self._best()
        if self._machine is None or picks is None:
            return
        if best is None:
            self.ways.tell(self.answer, self.model)
        else:
            self.says.picks(picks, best)

    def _lay_out(self) -> None:
        space = self._theme.space
        self.way = ChoiceLink()
        self.way.clicked.connect(self.show_all)
        table = QVBoxLayout(spacing=space(1))
        table.addWidget(self.bar)
        table.addWidget(self.own_row)
        table.addWidget(self.matrix, 1)
        table.addWidget(self.legend)
        self._below = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._below.setSpacing(space(3))
        self._below.addLayout(table)
        self._below.addWidget(self.choice, 1)
        whole = QVBoxLayout(self, spacing=space(3))
        whole.setContentsMargins(20, 16, 20, 12)
        whole.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(self.answer)
        whole.addWidget(self.controls)
        whole.addLayout(self._below, 1)
        self.choice.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.key() == Qt.Key.Key_Escape or (
            event.key() == Qt.Key.Key_Left and event.modifiers() == Qt.KeyboardModifier.AltModifier
        )
        if back and self._opened:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= WIDE
        if wide != self._wide:
            self._wide = wide
            flow = QBoxLayout.Direction
            self._below.setDirection(flow.LeftToRight if wide else flow.TopToBottom)
            self._below.setStretch(0, int(wide))
            self._below.setStretch(1, int(not wide))
            pane = round(PANE_WIDTH * self._theme.scale)
            self.choice.setMinimumWidth(pane if wide else 0)
            self.choice.setMaximumWidth(pane if wide else _UNLIMITED)
            self._set_opened(self._opened and not wide)
        super().resizeEvent(event)

"""One choice in detail: where its memory goes, how fast it is, what to type, what would better it, how good it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fitcheck.core.layer_places import layer_places
from fitcheck.gui.choice_drawings import ChoiceDrawings
from fitcheck.gui.choice_words import ChoiceWords, unbroken
from fitcheck.gui.explainer import Explainer
from fitcheck.gui.fixes import Fix, MachineChange
from fitcheck.gui.language import said
from fitcheck.gui.readings import is_another
from fitcheck.gui.sentences import Sentences, needed_bytes
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.badge import Badge
from fitcheck.gui.widgets.chart_view import ChartView
from fitcheck.gui.widgets.choice_sections import ChartSection, RowsSection, Section, WordsSection
from fitcheck.gui.widgets.command_box import CommandBox
from fitcheck.gui.widgets.legend import ComponentLegend

if TYPE_CHECKING:
    from fitcheck.core.contexts import AtContext
    from fitcheck.core.planner import Plan
    from fitcheck.core.prediction import Prediction
    from fitcheck.engines.command import Command
    from fitcheck.recommendations import CardChoice, Quality

_TWO_COLUMNS = 860
_LEFT, _RIGHT = 592, 380
"""Columns of the look's grid, in pixels."""


class ChoicePanel(QWidget):
    """The choice. ``fix_chosen`` carries a ``Fix`` that changes a control, ``what_if_wanted`` a ``MachineChange``.

    ``undo_wanted`` takes the last fix back, ``verify_wanted`` asks to measure the choice. Two columns where there is
    room, else one; it scrolls.
    """

    fix_chosen = Signal(object)
    what_if_wanted = Signal(object)
    undo_wanted = Signal()
    verify_wanted = Signal()

    def __init__(self, theme: Theme, sentences: Sentences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._said = theme, sentences
        self._plan: Plan | None = None
        self._shown_for: tuple[str, str] | None = None
        self._points: tuple[AtContext, ...] = ()
        self._quality: Quality | None = None
        self._name = self._note = ""
        self._tokens: int | None = None
        self.words = ChoiceWords(sentences, self)
        self.drawings = ChoiceDrawings(sentences, self.words, self)
        self.explainer = Explainer(theme, sentences, self.words, self)
        self._stale = self._can_imagine = False
        self._placed: tuple[object, ...] = ()
        """What the map of layers was last drawn for."""
        self._last_fixes: tuple[tuple[Fix, ...], str] = ((), "")
        self._last_cards: tuple[CardChoice, ...] = ()
        self.setAccessibleName(self.tr("Choice"))
        self.setProperty("choice", True)
        self._make_sections()
        self._lay_out()
        QShortcut(
            QKeySequence.StandardKey.Copy, self, self.command.copy_command,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip
        self.set_plan(None, "")

    @property
    def plan(self) -> Plan | None:
        """What is shown."""
        return self._plan

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for section in self._sections:
            section.set_theme(theme)
        self._legend.set_theme(theme)
        self.explainer.set_theme(theme)
        self.command.set_theme(theme)
        self._set_fonts()
        self._refresh()

    def set_plan(
        self, plan: Plan | None, name: str, note: str = "", reasoning_tokens: int | None = None,
        quality: Quality | None = None,
    ) -> None:  # fmt: skip
        """Show a plan; ``name`` is its model's short name.

        ``note`` stands in place of what there is to download, or says why there is no plan. Curves, fixes and cards of
        another file or computer go; those of the same file stay until theirs come.
        """
        elsewhere = plan is not None and self._plan is not None and is_another(self._plan.machine, plan.machine)
        self._plan, self._name, self._note, self._tokens, self._quality = plan, name, note, reasoning_tokens, quality
        identity = None if plan is None else (plan.model_id, plan.quantization)
        if identity != self._shown_for or elsewhere:
            self._shown_for = identity
            self._points = ()
            self._forget_details()
        self._stale = True
        if self.isVisible() or plan is None:
            self._refresh()

    def set_commands(self, commands: Mapping[str, Command]) -> None:
        """What to type for the plan that is shown; empty where there is nothing to type."""
        self.command.set_commands(commands)
        self.run.setVisible(bool(commands))

    def set_points(self, points: Sequence[AtContext]) -> None:
        """The curves over the context."""
        self._points = tuple(points)
        self._show_curves()

    def offer_what_if(self) -> None:
        """Somebody answers ``what_if_wanted`` from now on: rows that change the machine become buttons."""
        self._can_imagine = True
        self.set_fixes(*self._last_fixes)
        self.set_cards(self._last_cards)

    @property
    def _try_it(self) -> str:
        """The verb of a row that changes the machine; none while nobody would answer."""
        return self.tr("Try it") if self._can_imagine else ""

    def set_fixes(self, fixes: Iterable[Fix], said: str = "") -> None:
        """What would help: buttons that apply themselves; ``said`` is what no button can change."""
        fixes = tuple(fixes)
        self._last_fixes = (fixes, said)
        verbs = {"machine": self._try_it, "model": self.tr("Open")}
        rows = [(fix, verbs.get(fix.change, self.tr("Apply"))) for fix in fixes]
        nothing = self.tr("Nothing that FitCheck knows of.")
        self.fixes.show_rows(rows, said or ("" if rows else nothing))

    def set_cards(self, cards: Sequence[CardChoice]) -> None:
        """Recommended cards; each opens a what-if machine."""
        rows = []
        self._last_cards = tuple(cards)
        for one in cards:
            name, detail = self.words.card(one)
            text = f"{one.count}x {one.card.name}" if one.count > 1 else one.card.name
            ram = None if one.plan.verdict == "gpu" else one.ram_bytes
            fix = Fix("machine", name, detail, one.plan.verdict, MachineChange(cards=(text,), ram_bytes=ram))
            rows.append((fix, self._try_it))
        self.cards.show_rows(rows, "" if rows else self.tr("No eight equal cards of the catalogue hold it."))

    def offer_undo(self, text: str) -> None:
        """Name the change that can be taken back; empty: none."""
        self.fixes.offer_undo(text)

    def explain_all(self, point: QPoint) -> None:
        """How sure every number of the choice is."""
        if self._plan is not None:
            self.explainer.whole(self._plan, point)

    def _make_sections(self) -> None:
        theme = self._theme
        self.command = CommandBox(theme)
        self.memory = ChartSection(theme, self.tr("Memory"))
        self.layers = ChartSection(theme, self.tr("Layers"))
        self.curves = ChartSection(theme, self.tr("As the context grows"), beside=True)
        self.run = Section(theme, self.tr("Run it"))
        self.run.body.addWidget(self.command)
        self.fixes = RowsSection(theme, self.tr("What would make it better"))
        self.speed = WordsSection(theme, self.tr("How fast"))
        self.quality = WordsSection(theme, self.tr("How good"))
        self.cards = RowsSection(theme, self.tr("Cards that run it"))
        self.notes = WordsSection(theme, self.tr("Why"))
        self.notes.sure.hide()
        self._sections = (
            self.memory, self.layers, self.curves, self.run, self.fixes, self.speed, self.quality, self.cards,
            self.notes,
        )  # fmt: skip
        self._legend = ComponentLegend(theme)
        self.memory.aside.hide()
        self.memory.head.addStretch(1)
        self.memory.head.addWidget(self._legend, 0, Qt.AlignmentFlag.AlignVCenter)
        self.memory.on_new_chart(lambda view: self._listen(view, can_explain=True))
        for section in (self.layers, self.curves):
            section.on_new_chart(self._listen)
        for rows in (self.fixes, self.cards):
            rows.chosen.connect(self._on_row)
        self.fixes.undo_wanted.connect(self.undo_wanted)
        self.quality.explain_wanted.connect(self._explain_quality)
        self.speed.explain_wanted.connect(self._explain_speed)

    def _listen(self, view: ChartView, *, can_explain: bool = False) -> None:
        view.table_wanted.connect(lambda table, view=view: self._show_table(view, table))
        if can_explain:
            view.setCursor(Qt.CursorShape.PointingHandCursor)
            view.explain_wanted.connect(lambda point, view=view: self._explain_memory(view, point))

    def _explain_memory(self, view: ChartView, point: QPoint) -> None:
        if self._plan is not None:
            self.explainer.memory(self._plan, self._shown_devices()[self.memory.views.index(view)], point)

    def _explain_speed(self, point: QPoint) -> None:
        if self._plan is not None:
            self.explainer.speed(self._plan, point)

    def _explain_quality(self, point: QPoint) -> None:
        if self._quality is not None:
            self.explainer.sources(self.words.quality(self._quality), point)

    def _show_table(self, view: ChartView, table: Sequence[Sequence[str]]) -> None:
        self.explainer.table(view.accessibleName().split(";")[0], table, view.mapToGlobal(QPoint(0, 0)))

    def _on_row(self, fix: Fix) -> None:
        if isinstance(fix.value, MachineChange):
            self.what_if_wanted.emit(fix.value)
        else:
            self.fix_chosen.emit(fix)

    def _shown_devices(self) -> list[int]:
        """Devices that hold a part of the model, by index."""
        plan = self._plan
        return [] if plan is None else [i for i, one in enumerate(plan.devices) if needed_bytes(one)]

    def _forget_details(self) -> None:
        """Nothing of another file may be read for this one."""
        waiting = self.tr("Working it out…")
        self._last_fixes, self._last_cards = ((), ""), ()
        self.set_commands({})
        self.curves.show_drawings(())
        self.curves.aside.setText(waiting)
        self.fixes.show_rows((), waiting)
        self.cards.show_rows((), waiting)

    def _refresh(self) -> None:
        """Everything that follows from the plan at once."""
        plan, self._stale = self._plan, False
        for section in self._sections:
            section.setVisible(plan is not None and (section is not self.run or self.command.has_commands))
        self._badge.setVisible(plan is not None)
        self.verify.setVisible(plan is not None)
        self.save.setVisible(plan is not None)
        self._facts.setVisible(True)
        if plan is None:
            self._title.setText(self._name if self._note else self.tr("No choice yet"))
            self._facts.setText(self._note or self.tr("Choose a cell of the matrix to see where its memory goes."))
            return
        prediction = plan.prediction
        self._title.setText(self.words.headline(plan, self._name, prediction.decode))
        self._badge.set_verdict(self._theme, plan.verdict)
        last = self._note or self.words.download(plan)
        self._facts.setText(f"{self.words.facts(plan, prediction)} · {last}")
        bar = self._theme.size("memory_bar_height")
        self.memory.show_drawings([self.drawings.memory(plan, index, bar) for index in self._shown_devices()])
        idle = self.words.idle_cards(plan)
        self.memory.foot.setText(idle)
        self.memory.foot.setVisible(bool(idle))
        self._show_layers(plan)
        self._show_curves()
        self._show_speed(plan, prediction)
        self._show_quality()
        self._show_notes(plan)
        own = self._quality is None
        self.cards.setVisible(not own)
        better = self.tr("What would make it better") if plan.runs else self.tr("What would make it fit")
        self.fixes.title.setText(better)

    def _show_layers(self, plan: Plan) -> None:
        shown = (self._shown_for, plan.placement, plan.workload.kv_layout, self._theme)
        if shown == self._placed:
            return
        self._placed = shown
        places = layer_places(plan)
        self.layers.aside.setText(self.words.layers(plan, places))
        self.layers.show_drawings([self.drawings.layers(plan, places, self._theme.size("layer_map_row"))])

    def _show_curves(self) -> None:
        plan = self._plan
        if plan is None or not self._points:
            return
        draws, titles = [self.drawings.memory_curve(plan, self._points)], [self.drawings.memory_heading(plan)]
        if plan.verdict != "no":
            draws.append(self.drawings.speed_curve(plan, self._points))
            titles.append(self.tr("Speed with the context full"))
        units = (self._said.unit, self.tr("tokens/s"))
        headed = [unbroken(self.tr("{0}, {1}").format(title, unit)) for title, unit in zip(titles, units, strict=False)]
        self.curves.aside.setText("")
        self.curves.show_drawings(draws, headed)

    def _show_speed(self, plan: Plan, prediction: Prediction) -> None:
        if plan.verdict == "no":
            self.speed.hide()
            return
        lines = [(self._said.speed(prediction.decode), False), (self.words.limit(plan, prediction.decode), True)]
        if self._tokens:
            lines += [(line, False) for line in self.words.thinking(plan, prediction, self._tokens)]
        lines.append((self.words.prompt(prediction), True))
        lines += [(self.tr("Note: {0}").format(said(one)), True) for one in prediction.assumptions]
        self.speed.show_lines(lines)

    def _show_quality(self) -> None:
        if self._quality is None:
            self.quality.hide()
            return
        lines: list[tuple[str, bool]] = []
        for text, _source in self.words.quality(self._quality):
            lines.append((text, False))
        self.quality.show_lines(lines)

    def _show_notes(self, plan: Plan) -> None:
        lines = [(said(reason), False) for reason in plan.reasons]
        lines.append((f"{self._said.placement(plan)}.", True))
        lines += [(self.tr("Note: {0}").format(said(warning)), True) for warning in plan.warnings]
        self.notes.show_lines(lines)

    def _lay_out(self) -> None:
        space = self._theme.space
        self._title, self._facts, self._badge = QLabel(), QLabel(), Badge(self._theme)
        for label in (self._title, self._facts):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts.setProperty("muted", True)
        self.verify = QPushButton(self.tr("Verify…"))
        self.verify.setToolTip(self.tr("Measure on this machine whether it fits"))
        self.verify.clicked.connect(self.verify_wanted)
        self._set_fonts()
        line = QHBoxLayout()
        line.setSpacing(space(3))
        line.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._facts, 1)
        self.save = QPushButton(self.tr("Report…"))
        self.save.setToolTip(self.tr("See this choice as a report, to save, print or hand over"))
        line.addWidget(self.save, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.verify, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, inner)
        self._columns.setContentsMargins(0, 0, 0, space(2))
        self._columns.setSpacing(space(3))
        for sections, share in (
            ((self.memory, self.run, self.layers, self.curves, self.notes), _LEFT),
            ((self.fixes, self.speed, self.quality, self.cards), _RIGHT),
        ):
            column = QVBoxLayout()
            column.setSpacing(space(3))
            for section in sections:
                column.addWidget(section)
            column.addStretch(1)
            self._columns.addLayout(column, share)
        self._left, self._right = self._columns.children()
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (inner, self.area.viewport()):
            part.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(space(2))
        whole.addWidget(self._title)
        whole.addLayout(line)
        whole.addWidget(self.area, 1)

    def _set_fonts(self) -> None:
        wide = self.width() >= _TWO_COLUMNS * self._theme.scale
        self._title.setFont(self._theme.font("answer" if wide else "title"))
        self._facts.setFont(self._theme.font("body"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= _TWO_COLUMNS * self._theme.scale
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if direction != self._columns.direction():
            self._columns.setDirection(direction)
            # In one column what to type comes right after where the memory goes, not after everything that explains it.
            (self._right if wide else self._left).insertWidget(0 if wide else 1, self.run)
        self._set_fonts()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(420, round(150 * self._theme.scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, round(110 * self._theme.scale))

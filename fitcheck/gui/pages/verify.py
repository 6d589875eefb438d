"""Verify: measures what the choice takes on this machine, beside what was predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fitcheck import service
from fitcheck.gui.language import in_one, said
from fitcheck.gui.sentences import Sentences
from fitcheck.gui.theme import Theme
from fitcheck.gui.verifier import Verifier
from fitcheck.gui.verify_drawings import VerifyDrawings
from fitcheck.gui.verify_words import VerifyWords
from fitcheck.gui.widgets.badge import show_mark
from fitcheck.gui.widgets.choice_sections import ChartSection, Section
from fitcheck.gui.widgets.fact_table import text_label
from fitcheck.gui.widgets.figures_table import FiguresTable
from fitcheck.verify.job import Job, VerifyOptions, job_of

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan, Verdict
    from fitcheck.core.verification import Verification
    from fitcheck.settings import Settings

REDRAW_MS = 150
"""Between two pictures of the live curve."""

NEEDS_A_PYTHON = frozenset(("no_torch", "bad_python", "old_python", "broken_torch"))
"""Codes of a failure that another Python would mend."""

_MARKS: dict[str, Verdict] = {"fits": "gpu", "does_not_fit": "no"}
"""Verdicts that have a glyph of the plans'; the others get the warning."""


class VerifyPage(QWidget):
    """The page of one ``Verifier``; ``settings_changed`` carries a Python that was chosen here."""

    settings_changed = Signal(object)
    report_wanted = Signal()

    def __init__(self, theme: Theme, settings: Settings, verifier: Verifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._plan: Plan | None = None
        self._elsewhere = ""
        self._job: Job | None = None
        self.sentences = Sentences(self)
        self.words = VerifyWords(self.sentences, self)
        self.drawings = VerifyDrawings(self.sentences, self.words, self)
        self._redraw = QTimer(self, singleShot=True)
        self._redraw.timeout.connect(self._show_curves)
        self._copied = QTimer(self, singleShot=True, interval=theme.motion("copied_notice_ms"))
        self._make_parts()
        self._lay_out()
        self.verifier = verifier
        self._listen()
        self.set_theme(theme)
        self.show_settings(settings)

    def set_verifier(self, verifier: Verifier) -> None:
        """Go on with a verification that another page began."""
        self.verifier.changed.disconnect(self._on_changed)
        self.verifier.ended.disconnect(self._on_ended)
        self.verifier = verifier
        self._listen()
        self._show()

    def follow(self, plan: Plan | None, elsewhere: str = "") -> None:
        """The choice of the Fit page; ``elsewhere`` says why its machine is not this one, empty where it is."""
        self._plan, self._elsewhere = plan, elsewhere
        if self.isVisible() and not self.verifier.running:
            self._show()

    def show_settings(self, settings: Settings) -> None:
        """Other values: unit, reserve, Python."""
        self._settings = settings
        self.sentences.unit = settings.units
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.title.setFont(theme.font("answer"))
        for section in self._sections:
            section.set_theme(theme)
        for table in self._tables:
            table.set_theme(theme)
        self._show()

    def start(self) -> None:
        """Begin to measure the choice."""
        model = self._model()
        if model is not None and self._plan is not None:
            self.verifier.start(model, self._plan, self._options(), self._settings.verify_python)
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_python(self) -> None:
        """Ask for a Python that has torch, and measure with it."""
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a Python that has torch"))
        if path:
            self.settings_changed.emit({"verify_python": path})
            self.verifier.clear()
            self.start()

    def copy_text(self) -> None:
        """Put the answer on the clipboard and say so."""
        found = self.verifier.found
        if found is not None and self.verifier.plan is not None:
            text = self.words.as_text(found, self.verifier.plan, self._name(self.verifier.plan))
            QGuiApplication.clipboard().setText(text)
            self.copy.setText(self.tr("Copied"))
            self._copied.start()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.copy.text()))

    def _listen(self) -> None:
        self.verifier.changed.connect(self._on_changed)
        self.verifier.ended.connect(self._on_ended)

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        if self.cancel.isHidden() == self.verifier.running:
            self._show()
        self._show_progress()
        if not self._redraw.isActive():
            self._redraw.start(REDRAW_MS)

    def _on_ended(self) -> None:
        had_focus = self.cancel.hasFocus()
        self._show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{self.title.text()} {self.detail.text()}"))
        if had_focus:
            (self.python if self.python.isVisible() else self.begin).setFocus(Qt.FocusReason.OtherFocusReason)

    def _options(self) -> VerifyOptions:
        mode = "thorough" if self.mode.currentData() == "thorough" else "quick"
        return VerifyOptions(mode, margin_bytes=self._settings.margin_bytes)  # type: ignore[arg-type]

    def _model(self) -> CatalogModel | None:
        """The catalogue's sheet of the choice; None for a file of somebody's own, of which there is none."""
        plan = self._plan
        if plan is None:
            return None
        return next((one for one in service.models() if one.id == plan.model_id and one.spec == plan.model), None)

    def _name(self, plan: Plan) -> str:
        return next((one.short_name for one in service.models() if one.id == plan.model_id), plan.model_id)

    def _job_of(self, plan: Plan, options: VerifyOptions) -> Job:
        if self._job is None or self._job.plan is not plan or self._job.options != options:
            self._job = job_of(plan, service.find_model(plan.model_id).details, options)
        return self._job

    @property
    def _of_this_choice(self) -> bool:
        """Whether what the verifier holds is an answer about the choice."""
        done, plan = self.verifier.plan, self._plan
        if done is None or plan is None or not (self.verifier.found or self.verifier.failure):
            return False
        return (done.model_id, done.quantization, done.workload) == (plan.model_id, plan.quantization, plan.workload)

    def _show(self) -> None:
        """Everything for the state that it is in."""
        verifier, running = self.verifier, self.verifier.running
        over = not running and self._of_this_choice
        possible = self._model() is not None and not self._elsewhere
        found = verifier.found if over else None
        code = found.code if found else verifier.failure.code if over and verifier.failure else ""
        for widget, shown in (
            (self.cancel, running), (self.bar, running), (self.doing, running), (self.begin, possible and not running),
            (self.mode, possible and not running), (self._mode_label, possible and not running),
            (self.copy, found is not None), (self.report, found is not None), (self.mark, over),
            (self.python, possible and code in NEEDS_A_PYTHON),
            (self.allocation, (possible and not over) or running),
            (self.memory, bool(verifier.memory) and (running or over)),
            (self.compared, bool(found and found.comparisons)), (self.speed, bool(found and found.pace)),
            (self.times, bool(found and found.times)), (self.foot, possible or over or running),
        ):  # fmt: skip
            widget.setVisible(shown)
        self.begin.setText(self.tr("Measure again") if over else self.tr("Measure"))
        self.copy.setText(self.tr("Copy as text"))
        if running and verifier.plan and verifier.options:
            self._show_running(self._job_of(verifier.plan, verifier.options))
        elif over and verifier.plan is not None:
            self._show_end(verifier.plan)
        elif possible and self._plan is not None:
            self._show_ready(self._plan)
        else:
            self._show_impossible()
        # In a moment of its own: each is short, together they would be felt.
        self._redraw.start(0)

    def _show_ready(self, plan: Plan) -> None:
        job = self._job_of(plan, self._options())
        self._say(self.tr("Measure whether {0} in {1} fits.").format(self._name(plan), plan.quantization),
                  in_one((self.words.what_runs(job), self.words.takes(job))))  # fmt: skip
        self._show_allocation(job)
        python = self._settings.verify_python
        where = (
            self.tr("Runs in {0}.").format(python)
            if python
            else self.tr("Runs in a Python of this computer that has torch.")
        )
        self.foot.setText(in_one((where, self._ends())))

    def _ends(self) -> str:
        return self.tr("Cancelling ends it within three seconds, and so does closing the window.")

    def _show_running(self, job: Job) -> None:
        name, plan = self._name(job.plan), job.plan
        self._say(self.tr("Measuring {0} in {1}…").format(name, plan.quantization),
                  in_one((self.words.what_runs(job), self.words.takes(job))))  # fmt: skip
        self._show_allocation(job)
        self.foot.setText(self._ends())
        self._show_progress()

    def _show_end(self, plan: Plan) -> None:
        found, failure, name = self.verifier.found, self.verifier.failure, self._name(plan)
        if found is None:
            title = self.tr("{0} in {1} was not verified.").format(name, plan.quantization)
            sentence = said(failure.message) if failure else ""
            lacks = failure is not None and failure.code == "no_torch"
        else:
            title, sentence = self.words.headline(found, name), self.words.told(found.sentence, plan)
            lacks = found.code == "no_torch"
        self._say(title, self.words.lacks_torch(self._settings.verify_python) if lacks else sentence)
        verdict = _MARKS.get(found.verdict) if found else None
        show_mark(self.mark, self._theme, verdict, self._theme.icon("nav"))
        self.foot.setText(self.words.circumstances(found) if found else "")
        if found is not None and found.comparisons:
            self._show_found(found, plan)

    def _show_found(self, found: Verification, plan: Plan) -> None:
        ran = self.tr("of what ran: {0} of {1} layers").format(found.layers_run, found.layers)
        self.compared.aside.setText(ran if found.scaled else self.tr("everything ran"))
        self.comparison_table.show_figures(self.words.comparisons(found, plan))
        self.speed_table.show_figures(self.words.speeds(found))
        self.speed.aside.setText(self.words.rates(found, plan))
        self.time_table.show_figures(self.words.times(found, plan))
        self.times.aside.setText(" ".join(self.words.told(one, plan) for one in found.notes))

    def _show_impossible(self) -> None:
        title = self.tr("Nothing to measure yet.")
        if self._elsewhere:
            title = self._elsewhere
            sentence = self.tr(
                "Verify measures on this computer. Choose something for this computer's own cards and RAM."
            )
        elif self._plan is None:
            sentence = self.tr("Choose a cell on the Fit page that has an answer.")
        else:
            sentence = self.tr("Verify runs the models of the matrix; a file of your own it cannot run yet.")
        self._say(title, sentence)
        self.foot.setText("")

    def _show_allocation(self, job: Job) -> None:
        self.allocation_table.show_figures(self.words.allocation(job))
        self.allocation.aside.setText(
            self.tr("{0} stay free on every device").format(self.sentences.size(job.options.margin_bytes))
        )

    def _show_progress(self) -> None:
        verifier = self.verifier
        if not verifier.running:
            return
        progress = verifier.progress
        done, of = (progress.done, progress.of) if progress else (0, 0)
        self.bar.setRange(0, 1000 if of else 0)
        self.bar.setValue(round(1000 * done / of) if of else 0)
        words = self.tr("Ending it…") if verifier.cancelling else self.words.step(progress)
        left = "" if verifier.cancelling else self.words.left(progress)
        self.doing.setText(" · ".join(filter(None, (words, left))))
        self.cancel.setEnabled(not verifier.cancelling)

    def _show_curves(self) -> None:
        verifier = self.verifier
        if not verifier.memory or verifier.plan is None or verifier.options is None or not self.isVisible():
            return
        if not (verifier.running or self._of_this_choice):
            return
        job = self._job_of(verifier.plan, verifier.options)
        self.memory.show_drawings(*self.drawings.curves(job, verifier.memory, running=verifier.running))
        self.memory.show()

    def _say(self, title: str, detail: str) -> None:
        self.title.setText(title)
        self.detail.setText(detail)

    def _make_parts(self) -> None:
        theme = self._theme
        self.mark, self.title = QLabel(), text_label(theme, "", "answer")
        self.detail = text_label(theme, "", muted=True)
        self.doing, self.foot = text_label(theme, "", "small"), text_label(theme, "", "small", muted=True)
        self.mode = QComboBox()
        self.mode.addItem(self.tr("Quick: a layer of each kind, about a minute"), "quick")
        self.mode.addItem(self.tr("Thorough: everything the plan puts on each device"), "thorough")
        self.mode.setAccessibleName(self.tr("How much runs"))
        self.mode.currentIndexChanged.connect(lambda _index: self._show())
        self._mode_label = QLabel(self.mode.accessibleName())
        self._mode_label.setProperty("muted", True)
        self._mode_label.setBuddy(self.mode)
        self.begin = QPushButton()
        self.begin.setProperty("primary", True)
        self.begin.clicked.connect(self.start)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(lambda: self.verifier.cancel())
        self.copy = QPushButton(self.tr("Copy as text"))
        self.copy.clicked.connect(self.copy_text)
        self._copied.timeout.connect(lambda: self.copy.setText(self.tr("Copy as text")))
        self.report = QPushButton(self.tr("Put into a report…"))
        self.report.clicked.connect(self.report_wanted)
        self.python = QPushButton(self.tr("Choose a Python…"))
        self.python.clicked.connect(self.choose_python)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of this step"))
        self.allocation = Section(theme, self.tr("What it allocates"))
        self.memory = ChartSection(theme, self.tr("Memory while it runs"))
        self.compared = Section(theme, self.tr("Memory, predicted and measured"))
        self.speed = Section(theme, self.tr("Speed"))
        self.times = Section(theme, self.tr("Time of the parts"))
        self._sections = (self.compared, self.speed, self.memory, self.times, self.allocation)
        self._tables = self._make_tables()
        self.allocation_table, self.comparison_table, self.speed_table, self.time_table = self._tables

    def _make_tables(self) -> tuple[FiguresTable, FiguresTable, FiguresTable, FiguresTable]:
        """Each in its section, with the column that wraps."""
        sections = ((self.allocation, 0), (self.compared, 4), (self.speed, 0), (self.times, 0))
        tables = [FiguresTable(self._theme, section.title.text(), wrapped) for section, wrapped in sections]
        for (section, _), table in zip(sections, tables, strict=True):
            section.body.addWidget(table)
        return (tables[0], tables[1], tables[2], tables[3])

    def _lay_out(self) -> None:
        space = self._theme.space
        head, controls, progress = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (head, controls, progress):
            row.setSpacing(space(2))
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.title, 1)
        for widget in (self._mode_label, self.mode, self.begin, self.python, self.copy, self.report):
            controls.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        controls.addStretch(1)
        progress.addWidget(self.bar, 1)
        progress.addWidget(self.doing, 1)
        progress.addWidget(self.cancel)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        for section in self._sections:
            column.addWidget(section)
        column.addWidget(self.foot)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for part in (inner, self.area.viewport()):
            part.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 12)
        whole.setSpacing(space(2))
        whole.addLayout(head)
        whole.addWidget(self.detail)
        whole.addLayout(controls)
        whole.addLayout(progress)
        whole.addWidget(self.area, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

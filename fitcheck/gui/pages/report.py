"""Report: a preview of what is handed over, which is then saved, printed or copied; and reports of others to read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fitcheck.export.compose import document, machine_line
from fitcheck.export.words import Words
from fitcheck.gui.language import chosen_language
from fitcheck.gui.report_maker import Question, ReportMaker
from fitcheck.gui.report_printer import ReportPrinter
from fitcheck.gui.report_saver import ReportSaver
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.compared_choices import ComparedChoices
from fitcheck.gui.widgets.fact_table import text_label
from fitcheck.gui.widgets.report_controls import ReportControls
from fitcheck.gui.widgets.report_view import ReportView

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.planner import Plan
    from fitcheck.core.report import Report
    from fitcheck.core.verification import Verification
    from fitcheck.export.document import Document
    from fitcheck.settings import Settings

AFTER_MS = 150
"""So long after the last change of the choice its report is made."""


PATIENCE_MS = 400
"""So long the last report stays in sight while the next one is made: reading goes on where only memory moved."""


class ReportPage(QWidget):
    """The report of the choice, or one that was opened.

    ``noticed`` carries a sentence about what was saved or printed, and whether it is done. ``open_wanted`` follows the
    button that asks for a file.
    """

    noticed = Signal(str, bool)
    open_wanted = Signal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._plan: Plan | None = None
        self._own: OwnFile | None = None
        self._measured: Verification | None = None
        self._asked: Question | None = None
        self._opened: tuple[Report, str] | None = None
        self._report: Report | None = None
        self._failure = ""
        self._target: Path | None = None
        """A file that waits for the report to be made."""
        self._words: dict[tuple[str, str], Words] = {}
        self.maker, self.saver, self.printer = ReportMaker(self), ReportSaver(self), ReportPrinter(self)
        self.maker.made.connect(self._on_made)
        self.maker.failed.connect(self._on_failed)
        for part in (self.saver, self.printer):
            part.ended.connect(self.noticed)
        self._due = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._due.timeout.connect(self._make)
        self._copied = QTimer(self, singleShot=True, interval=theme.motion("copied_notice_ms"))
        self._slow = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._slow.timeout.connect(lambda: self._say(self.tr("Putting the report together…")))
        self._make_parts()
        self._lay_out()
        self._refresh()

    @property
    def report(self) -> Report | None:
        """What is shown; None while it is being made, or where there is nothing to report."""
        return self._report

    @property
    def opened(self) -> tuple[Report, str] | None:
        """The report of a file, with the file's name; None where the choice is reported on."""
        return self._opened

    def follow(self, plan: Plan | None, own: OwnFile | None = None) -> None:
        """The choice of the Fit page; ``own`` is the person's own file where the plan is of one."""
        self._plan, self._own = plan, own
        self._refresh()

    def set_measured(self, found: Verification | None) -> None:
        """What Verify found, to stand in the report of the choice that it measured."""
        self._measured = found
        self._refresh()

    def open_report(self, report: Report, name: str) -> None:
        """Show the report of a file that is called ``name``."""
        self._opened = (report, name)
        self.maker.cancel()
        self._asked = None
        self._refresh()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.origin.text()))

    def show_settings(self, settings: Settings) -> None:
        """Another unit of sizes or margin."""
        self._settings = settings
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self.state.setFont(theme.font("title"))
        self.view.set_theme(theme)

    def save(self) -> None:
        """Let a person name a file, and write the report into it, now or once it is made."""
        if self._opened is None and self._plan is None:
            self.noticed.emit(self._nothing(), False)
            return
        suffix, kinds = self.controls.kind, {one: f"{name} (*{one})" for one, name in self.controls.kinds.items()}
        last = ".fitcheck.json" if suffix == ".json" else suffix
        start = QDir.home().filePath(f"{self._file_stem()}{last}")
        title = self.tr("Save the report")
        path, kind = QFileDialog.getSaveFileName(self, title, start, ";;".join(kinds.values()), kinds[suffix])
        if path:
            self._write(_with_suffix(Path(path), kind))

    def print_out(self) -> None:
        """Ask for a printer."""
        shown = self._document()
        if shown is not None:
            self.printer.ask(shown, self.controls.paper, self._file_stem())

    def copy_markdown(self) -> None:
        """Put the report on the clipboard as Markdown and say so."""
        from fitcheck.export.markdown import markdown_text

        shown = self._document()
        if shown is not None:
            QGuiApplication.clipboard().setText(markdown_text(shown))
            self.copy.setText(self.tr("Copied"))
            self._copied.start()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.copy.text()))

    def close_opened(self) -> None:
        """Back to the report of the choice."""
        self._opened = None
        self._refresh()

    def _question(self) -> Question | None:
        """What is to be reported on; None where there is nothing."""
        plan = self._plan
        if plan is None:
            return None
        variant, found = self.controls.variant, self._measured
        fits = found is not None and (found.model_id, found.quantization, found.context) == (
            plan.model_id, plan.quantization, plan.workload.context,
        )  # fmt: skip
        self.measured.setVisible(fits and variant == "choice")
        measured = found if fits and variant == "choice" and self.measured.isChecked() else None
        others = self.compared.places if variant == "comparison" and self._chosen_others else None
        return Question(variant, plan, self._own, self._settings.margin_bytes, measured, others)

    def _refresh(self) -> None:
        """What can be seen of the state; a report that is not there yet is made soon, if the page is seen."""
        opened = self._opened
        self.origin_panel.setVisible(opened is not None)
        self.controls.allow_variants(opened is None)
        self.measured.hide()
        self.compared.setVisible(opened is None and self.controls.variant == "comparison")
        if opened is not None:
            self.origin.setText(self._origin(*opened))
            self._report = opened[0]
            self._show()
            return
        question = self._question()
        if question is None:
            self._asked = self._report = self._target = None
            self.maker.cancel()
            self._show()
        elif question != self._asked:
            # Forgotten at once: the question may become the former one again before anything is made.
            self._asked = self._report = None
            self.maker.cancel()
            self._show()
            if self.isVisible() or self._target is not None:
                self._due.start()
        else:
            self._show()

    def _make(self) -> None:
        question = self._question()
        if question is not None and question != self._asked and self._opened is None:
            self._asked, self._failure = question, ""
            self.maker.make(question)
            self._show()

    def _on_made(self, report: Report) -> None:
        self._report = report
        if self.controls.variant == "comparison":
            self.compared.show_places(
                tuple((one.model, one.quant) for one in report.choices[1:] if not one.own_file)
            )  # fmt: skip
        self._show()
        if self._target is not None:
            self._write(self._target)

    def _on_failed(self, sentence: str) -> None:
        self._failure = sentence
        self._show()
        if self._target is not None:
            self._write(self._target)

    def _write(self, target: Path) -> None:
        """Into the file that a person named: now, or once there is a report."""
        self._target = None
        if self._report is not None:
            controls, unit = self.controls, self._settings.units
            self.saver.write(self._report, target, controls.language, unit, controls.paper)
        elif self._failure:
            self.noticed.emit(self._failure, False)
        else:
            self._target = target
            self._due.start(0)

    def _document(self) -> Document | None:
        """What is shown, in the words that were chosen."""
        if self._report is None:
            return None
        return document(self._report, self._words_of(self.controls.language))

    def _words_of(self, language: str) -> Words:
        key = (language, self._settings.units)
        if key not in self._words:
            self._words[key] = Words(*key)
        return self._words[key]

    def _show(self) -> None:
        """The document, or in one sentence why there is none."""
        shown = self._document()
        for button in (self.print, self.copy):
            button.setEnabled(shown is not None)
        self.save_button.setEnabled(self._opened is not None or self._plan is not None)
        if shown is not None:
            self._slow.stop()
            self.state.hide()
            self.view.show()
            self.view.show_document(shown)
        elif self._plan is None or self._failure:
            self._say(self._failure or self._nothing())
        elif self.view.shows is None:
            self._say(self.tr("Putting the report together…"))
        elif not self._slow.isActive():
            self._slow.start()

    def _say(self, sentence: str) -> None:
        """A sentence in the report's place."""
        self._slow.stop()
        self.view.show_document(None)
        self.view.hide()
        self.state.setText(sentence)
        self.state.show()

    def _nothing(self) -> str:
        return self.tr("Nothing to report on yet: choose a cell on the Fit page that has an answer.")

    def _origin(self, report: Report, name: str) -> str:
        """Which file, by which version, when, and for which machine."""
        when = f"{datetime.fromisoformat(report.date):%Y-%m-%d %H:%M}"
        text = self.tr("{0}: made by FitCheck {1} on {2}, for {3}.")
        words = self._words_of(chosen_language(self._settings.language))
        return text.format(name, report.version, when, machine_line(report.machine, words))

    def _file_stem(self) -> str:
        """How the file is called unless a person says otherwise."""
        if self._opened is not None:
            return self._opened[1].removesuffix(".json").removesuffix(".fitcheck")
        plan = self._plan
        if self.controls.variant != "choice" or plan is None:
            return f"fitcheck-{self.controls.variant}"
        name = f"{plan.model_id}-{plan.quantization}"
        return "".join(sign if sign.isalnum() or sign in "-_. " else "-" for sign in name)

    def _on_variant(self) -> None:
        self._chosen_others = False
        self.compared.show_places(())
        self._refresh()

    def _on_compared(self) -> None:
        self._chosen_others = True
        self._refresh()

    def _make_parts(self) -> None:
        theme = self._theme
        self._chosen_others = False
        self.controls = ReportControls(theme, chosen_language(self._settings.language))
        self.controls.variant_changed.connect(self._on_variant)
        self.controls.words_changed.connect(self._show)
        self.measured = self.controls.measured
        self.measured.toggled.connect(lambda _on: self._refresh())
        self.compared = ComparedChoices(theme)
        self.compared.changed.connect(lambda _places: self._on_compared())
        self.save_button = QPushButton(self.tr("Save…"))
        self.save_button.setProperty("primary", True)
        self.save_button.setToolTip(self.tr("Save the report in the format that is chosen (Ctrl+S)"))
        self.save_button.clicked.connect(self.save)
        self.print = QPushButton(self.tr("Print…"))
        self.print.clicked.connect(self.print_out)
        self.copy = QPushButton(self.tr("Copy as Markdown"))
        self.copy.clicked.connect(self.copy_markdown)
        self._copied.timeout.connect(lambda: self.copy.setText(self.tr("Copy as Markdown")))
        self.open = QPushButton(self.tr("Open a report…"))
        self.open.clicked.connect(self.open_wanted)
        self.origin_panel = QFrame()
        self.origin_panel.setProperty("panel", True)
        self.origin = text_label(theme, "")
        self.back = QPushButton(self.tr("Back to the choice"))
        self.back.clicked.connect(self.close_opened)
        self.state = text_label(theme, "", "title", muted=True)
        self.view = ReportView(theme)

    def _lay_out(self) -> None:
        space = self._theme.space
        origin = QHBoxLayout(self.origin_panel)
        origin.setContentsMargins(12, 8, 12, 8)
        origin.addWidget(self.origin, 1)
        origin.addWidget(self.back)
        buttons = QHBoxLayout()
        buttons.setSpacing(space(2))
        for button in (self.save_button, self.print, self.copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.open)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 12)
        whole.setSpacing(space(3))
        whole.addWidget(self.controls)
        whole.addWidget(self.compared)
        whole.addLayout(buttons)
        whole.addWidget(self.origin_panel)
        whole.addWidget(self.state, 1, Qt.AlignmentFlag.AlignTop)
        whole.addWidget(self.view, 1)
        self.setFocusProxy(self.save_button)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)


def _with_suffix(path: Path, kind: str) -> Path:
    """The name as it was typed, or with the suffix of the kind that was chosen where it has none."""
    known = (".html", ".pdf", ".md", ".json", ".csv")
    if path.suffix.lower() in known:
        return path
    return path.with_name(f"{path.name}{next((one for one in known if f'*{one}' in kind), known[0])}")

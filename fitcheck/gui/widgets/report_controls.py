"""What a report is about, in which language and format: one row of choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fitcheck.export.paper import usual_paper
from fitcheck.gui.language import LANGUAGES
from fitcheck.gui.theme import Theme

if TYPE_CHECKING:
    from fitcheck.export.document import Paper
    from fitcheck.gui.report_maker import Variant


class ReportControls(QWidget):
    """``variant_changed`` follows another question, ``words_changed`` another language."""

    variant_changed = Signal()
    words_changed = Signal()

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)

        self._theme = theme
        self._pairs: dict[QComboBox, QWidget] = {}
        variants = {
            "choice": self.tr("This choice"), "comparison": self.tr("A comparison"), "matrix": self.tr("Every model"),
        }  # fmt: skip
        self.kinds = {
            ".html": self.tr("Web page"), ".pdf": self.tr("PDF"), ".md": self.tr("Markdown"), ".json": self.tr("JSON"),
            ".csv": self.tr("CSV"),
        }  # fmt: skip
        self.variants = self._combo(self.tr("Report on"), variants)
        self.languages = self._combo(self.tr("Language"), LANGUAGES)
        self.formats = self._combo(self.tr("Format"), self.kinds)
        self.papers = self._combo(self.tr("Paper"), {"a4": "A4", "letter": self.tr("Letter")})
        self.papers.setCurrentIndex(self.papers.findData(usual_paper()))
        self.languages.setCurrentIndex(self.languages.findData(language))
        self.measured = QCheckBox(self.tr("with what Verify measured"))
        self.measured.setChecked(True)
        self.measured.hide()
        self._lay_out()
        self.variants.currentIndexChanged.connect(lambda _place: self.variant_changed.emit())
        self.languages.currentIndexChanged.connect(lambda _place: self.words_changed.emit())
        self.formats.currentIndexChanged.connect(lambda _place: self._show_paper())
        self._show_paper()

    @property
    def variant(self) -> Variant:
        """What the report is about."""
        variant: Variant = self.variants.currentData()
        return variant

    @property
    def language(self) -> str:
        """The language of its words, as ``fitcheck report --lang`` takes it."""
        return str(self.languages.currentData())

    @property
    def kind(self) -> str:
        """The suffix that decides about the format."""
        return str(self.formats.currentData())

    @property
    def paper(self) -> Paper:
        """What a PDF or a printer's dialog begins with."""
        paper: Paper = self.papers.currentData()
        return paper

    def allow_variants(self, allowed: bool) -> None:
        """Whether there is a question to choose: a report of a file is what it is."""
        self._pairs[self.variants].setVisible(allowed)

    def _combo(self, name: str, entries: Mapping[str, str]) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        for value, text in entries.items():
            combo.addItem(text, value)
        label = QLabel(name)
        label.setProperty("muted", True)
        label.setBuddy(combo)
        pair = self._pairs[combo] = QWidget()
        line = QHBoxLayout(pair)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(self._theme.space(2))
        line.addWidget(label)
        line.addWidget(combo)
        return combo

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(self._theme.space(4))
        for pair in self._pairs.values():
            line.addWidget(pair)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.space(2))
        column.addLayout(line)
        column.addWidget(self.measured)

    def _show_paper(self) -> None:
        self._pairs[self.papers].setVisible(self.kind == ".pdf")

"""Model sheet: everything that is known of one model, with the source of each value and the memory it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.catalog.models import corrected_page, corrections
from fitcheck.catalog.published import published_files
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import format_tokens, in_unit
from fitcheck.core.workload import Workload
from fitcheck.gui.language import said
from fitcheck.gui.sheet_words import SheetWords
from fitcheck.gui.tasks import Tasks
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.fact_table import SheetHtml
from fitcheck.gui.widgets.heard_name import name_for_readers

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan
    from fitcheck.core.quantization import FileType
    from fitcheck.core.units import ByteUnit

CONTEXTS = (4096, 16_384, 32_768, 65_536, 131_072)
"""Columns of the memory table, in tokens."""

_TWO_COLUMNS = 900
"""From this width of the page panels stand in two columns."""

_FILL = "memory"


class SheetPage(QWidget):
    """One model at a time; ``open_in_fit`` carries a model and a quantization to go to."""

    open_in_fit = Signal(str, str)

    def __init__(self, theme: Theme, units: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._units: ByteUnit = "GB" if units == "GB" else "GiB"
        self._type_id = "Q4_K_M"
        self._wide = True
        self._bytes: dict[str, dict[tuple[int, int], int]] = {}
        """Memory of each model that was shown, by row and column of its table."""
        self._tasks = Tasks(self)
        self.models = QComboBox()
        # A long name is cut short in the box rather than asking the window for more room.
        self.models.setMinimumContentsLength(8)
        for model in service.models():
            self.models.addItem(model.name, model.id)
        self.models.currentIndexChanged.connect(lambda _: self._show())
        self._fit = QPushButton(self.tr("Show in Fit"))
        self._fit.clicked.connect(lambda: self.open_in_fit.emit(self.models.currentData(), self._type_id))
        self._page = QPushButton(self.tr("At Hugging Face"))
        self._page.setToolTip(self.tr("Open its page at Hugging Face"))
        self._page.clicked.connect(self._open_page)
        self.sheet = QTextBrowser()
        self.sheet.setFrameShape(QFrame.Shape.NoFrame)
        self.sheet.setOpenLinks(False)
        self.sheet.document().setDocumentMargin(12)
        self.sheet.viewport().setAutoFillBackground(False)
        self._lay_out()
        self._show()

    @property
    def model(self) -> CatalogModel:
        """The model that is shown."""
        return service.find_model(self.models.currentData())

    def follow(self, plan: Plan | None) -> None:
        """Show the model of the choice; nothing changes for a model that the catalogue does not have."""
        if plan is not None and self.models.findData(plan.model_id) >= 0:
            self._type_id = plan.quantization
            self.show_model(plan.model_id)

    def show_model(self, model_id: str) -> None:
        """Show a model of the catalogue."""
        self.models.setCurrentIndex(self.models.findData(model_id))

    def set_units(self, units: str) -> None:
        """Show sizes in GiB or GB."""
        self._units = "GB" if units == "GB" else "GiB"
        self._write()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self._write()

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(f"https://huggingface.co/{self.model.hf_id}"))

    def _show(self) -> None:
        """Another model: its sheet at once, its memory as soon as that is computed."""
        self._tasks.cancel(_FILL)
        self.sheet.setAccessibleName(self.tr("Sheet of {0}").format(self.model.name))
        self._write()
        self.sheet.verticalScrollBar().setValue(0)
        if self.model.id not in self._bytes:
            found: dict[tuple[int, int], int] = {}
            task = self._tasks.start(_FILL, self._memory_steps(self.model), lambda step: found.update((step,)))
            task.finished.connect(lambda model_id=self.model.id: self._fill_memory(model_id, found))

    def _fill_memory(self, model_id: str, found: dict[tuple[int, int], int]) -> None:
        self._bytes[model_id] = found
        self._write()

    def _memory_steps(self, model: CatalogModel) -> Iterator[tuple[tuple[int, int], int]]:
        """Row and column with the bytes of each place, computed when it is asked for."""
        placement = Placement(gpus=1, gpu_layers=model.spec.n_layers + 1)
        for row, file_type in enumerate(_types()):
            for column, context in enumerate(_contexts(model)):
                answer = service.estimate(model, file_type, Workload(context=context), placement)
                yield (row, column), answer.total_bytes

    def _write(self) -> None:
        """The whole sheet anew, at the place where it was read."""
        bar = self.sheet.verticalScrollBar()
        place, model, html = bar.value(), self.model, SheetHtml(self._theme)
        words = SheetWords(model)
        left = [html.panel(self.tr("Specification"), html.facts(words.specification()))]
        right = [
            self._memory_panel(html),
            self._benchmark_panel(html, words),
            html.panel(self.tr("Origin and licence"), html.facts(words.about())),
        ]
        if model.architecture.mla_moe is not None:
            title = self.tr("Corrected: {0} says otherwise").format(corrected_page().removeprefix("https://"))
            left.append(html.panel(title, html.facts(words.corrections(corrections()))))
        right += self._files_panel(html, words)
        text = html.heading(model.name) + html.paragraph(said(model.description))
        if model.not_recommended:
            text += html.paragraph(self.tr("Not recommended: {0}").format(said(model.not_recommended)))
        text += html.columns(left, right) if self._wide else html.columns([*right[:2], *left, *right[2:]])
        numbered = "\n".join(f"[{number}] {source}" for number, source in words.sources.listed())
        self.sheet.setFont(self._theme.font("body"))
        self.sheet.setHtml(text + html.panel(self.tr("Sources"), html.small(numbered)))
        bar.setValue(place)

    def _memory_panel(self, html: SheetHtml) -> str:
        contexts = [format_tokens(one) for one in _contexts(self.model)]
        known = self._bytes.get(self.model.id, {})
        numbers = {place: in_unit(size, self._units) for place, size in known.items()}
        note = self.tr(
            "Weights, KV cache in f16, compute buffers and runtime, with all layers on one card. The Fit page "
            "shows what your own cards and RAM would hold."
        )
        table = html.numbers(contexts, [one.id for one in _types()], numbers)
        return html.panel(self.tr("Memory by context, in {0}").format(self._units), table + html.small(note))

    def _benchmark_panel(self, html: SheetHtml, words: SheetWords) -> str:
        notes = "".join(map(html.small, words.notes_on_benchmarks()))
        return html.panel(self.tr("Benchmark scores"), html.facts(words.benchmarks()) + notes)

    def _files_panel(self, html: SheetHtml, words: SheetWords) -> Iterator[str]:
        """Exact published sizes; nothing for a model of which none is known."""
        size = self.tr("{0} bytes")
        rows = [
            (f"{file.quant} · {file.maker}", size.format(f"{file.bytes:,}"), words.sources.mark(file.source))
            for file in published_files()
            if file.model == self.model.id
        ]
        if rows:
            yield html.panel(self.tr("Published files"), html.facts(rows))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 8)
        head.setSpacing(self._theme.space(2))
        head.addWidget(self.models)
        head.addWidget(self._fit)
        head.addStretch(1)
        head.addWidget(self._page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.sheet, 1)
        name_for_readers(self.models, self.tr("Model"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = event.size().width() >= _TWO_COLUMNS * self._theme.scale
        if wide != self._wide:
            self._wide = wide
            self._write()
        super().resizeEvent(event)


def _contexts(model: CatalogModel) -> tuple[int, ...]:
    """Contexts that the model takes, its own limit last."""
    limit = model.spec.context_limit
    return (*(one for one in CONTEXTS if one < limit), limit)


def _types() -> tuple[FileType, ...]:
    return tuple(one for one in FILE_TYPES if one.common)

"""The controls above the matrix: context, type of the KV cache, flash attention, chats at the same time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from fitcheck.core.prediction import PROMPT_TOKENS
from fitcheck.core.wishes import Wishes, asked_of
from fitcheck.core.workload import Workload
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.context_slider import ContextSlider
from fitcheck.gui.widgets.fact_table import text_label

CACHE_TYPES = ("f16", "q8_0", "q4_0")
"""Cache types people use; the command line takes all nine."""

_MOST_CHATS = 8

RUNTIMES = (
    ("llama-server", "llama.cpp"), ("ollama", "Ollama"), ("lm-studio", "LM Studio"), ("ktransformers", "KTransformers"),
    ("vllm", "vLLM"), ("sglang", "SGLang"),
)  # fmt: skip
"""The key of a runtime's command, and its name."""

SERVING = frozenset(("vllm", "sglang"))
"""Runtimes that serve the makers' checkpoints: the matrix has GGUF files, and stays that of llama.cpp."""

_WITHOUT_CACHE_TYPES = frozenset(("ktransformers",))
"""Runtimes that keep their cache in 16 bits (engines/ktransformers.py)."""


ControlsState = tuple[int, str, str, int]
"""Context in tokens, cache type, flash attention, chats."""


class Controls(QFrame):
    """``workload_changed`` follows every change, ``runtime_changed`` carries the key of a runtime's command.

    ``workload`` and ``wishes`` are what is asked for now.
    """

    workload_changed = Signal()
    runtime_changed = Signal(str)

    def __init__(self, theme: Theme, context: int, cache_type: str = "f16", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.slider = ContextSlider(theme)
        self.slider.set_tokens(context)
        types = CACHE_TYPES if cache_type in CACHE_TYPES else (*CACHE_TYPES, cache_type)
        self.cache_type = _combo(types, cache_type, self.tr("KV cache type"))
        self._about_cache = self.tr("Smaller types halve or quarter the cache at some loss of quality.")
        self.cache_type.setToolTip(self._about_cache)
        self.flash = QComboBox()
        for value, text in (("auto", self.tr("auto")), ("on", self.tr("on")), ("off", self.tr("off"))):
            self.flash.addItem(text, value)
        self.flash.setAccessibleName(self.tr("Flash attention"))
        self.flash.setToolTip(self.tr("Computes attention in small pieces; a quantized cache needs it."))
        self.chats = QSpinBox()
        self.chats.setRange(1, _MOST_CHATS)
        self.chats.setAccessibleName(self.tr("Chats at the same time"))
        self.chats.setToolTip(self.tr("Chats at the same time share the context."))
        self.runtime = QComboBox()
        self.runtime.setAccessibleName(self.tr("Runtime"))
        self.runtime.setToolTip(self.tr("What runs the model: its speed and its command follow"))
        for key, name in RUNTIMES:
            self.runtime.addItem(name, key)
        self.note = text_label(theme, "", "small", muted=True)
        self.note.hide()
        self._lay_out(theme)
        self.slider.tokens_changed.connect(lambda _tokens: self.workload_changed.emit())
        for combo in (self.cache_type, self.flash):
            combo.currentIndexChanged.connect(lambda _index: self.workload_changed.emit())
        self.chats.valueChanged.connect(lambda _value: self.workload_changed.emit())
        self.runtime.currentIndexChanged.connect(self._on_runtime)

    @property
    def workload(self) -> Workload:
        """What the controls say; everything else as the runtime has it by default."""
        return Workload(
            context=self.slider.tokens,
            parallel=self.chats.value(),
            flash_attn=self.flash.currentData(),
            type_k=self.cache_type.currentText(),
            type_v=self.cache_type.currentText(),
        )

    @property
    def wishes(self) -> Wishes:
        """What the runtime makes of speed; llama.cpp where the matrix is not the runtime's."""
        key = self.runtime.currentData()
        return Wishes(asked=asked_of(RUNTIMES[0][0] if key in SERVING else key, depth=0, prompt_tokens=PROMPT_TOKENS))

    def set_runtime(self, key: str) -> None:
        """Choose a runtime by the key of its command; another key is ignored."""
        self.runtime.setCurrentIndex(max(0, self.runtime.findData(key)))

    def state(self) -> ControlsState:
        """What a fix may change: context, cache type, flash attention, chats."""
        return self.slider.tokens, self.cache_type.currentText(), self.flash.currentData(), self.chats.value()

    def set_state(self, state: ControlsState) -> None:
        """Put everything back, with one change told."""
        context, cache, flash, chats = state
        self.blockSignals(True)
        self.slider.set_tokens(context)
        self.cache_type.setCurrentText(cache)
        self.flash.setCurrentIndex(self.flash.findData(flash))
        self.chats.setValue(chats)
        self.blockSignals(False)
        self.workload_changed.emit()

    def _on_runtime(self, _index: int) -> None:
        """A control that the runtime lacks is disabled and says so."""
        self.runtime_changed.emit(self.runtime.currentData())
        self.note.setVisible(self.runtime.currentData() in SERVING)
        self.note.setText(
            self.tr(
                "{0} serves the makers' checkpoints from cards alone, not the GGUF files of this matrix. Cells and "
                "speeds stay those of llama.cpp; what {0} would need of a model, and its command, stand in its choice."
            ).format(self.runtime.currentText())
        )
        lacks = self.runtime.currentData() in _WITHOUT_CACHE_TYPES
        for control in (self.cache_type, self.flash):
            control.setEnabled(not lacks)
        said = self.tr("{0} has no such setting").format(self.runtime.currentText())
        self.cache_type.setToolTip(said if lacks else self._about_cache)
        if lacks and self.cache_type.currentText() != "f16":
            # Tells the change itself.
            self.cache_type.setCurrentText("f16")
        else:
            self.workload_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self.slider.set_theme(theme)

    def _lay_out(self, theme: Theme) -> None:
        self._groups: list[QHBoxLayout] = []
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 6, 12, 4)
        whole.setSpacing(theme.space(1))
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        whole.addLayout(self._rows)
        whole.addWidget(self.note)
        self._rows.setSpacing(theme.space(1))
        groups: tuple[tuple[tuple[str, QWidget], ...], ...] = (
            ((self.tr("Context"), self.slider), (self.tr("KV cache"), self.cache_type)),
            (
                (self.tr("Flash attention"), self.flash),
                (self.tr("Chats"), self.chats),
                (self.tr("Runtime"), self.runtime),
            ),
        )
        for pairs in groups:
            row = QHBoxLayout()
            row.setSpacing(theme.space(2))
            for text, widget in pairs:
                label = QLabel(text)
                label.setProperty("muted", True)
                label.setBuddy(widget)
                row.addWidget(label)
                row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
                row.addSpacing(theme.space(2))
            row.addStretch(1)
            self._rows.addLayout(row)
            self._groups.append(row)
        self._rows.addStretch(1)
        self._one_row = self._rows.sizeHint().width()

    def minimumSizeHint(self) -> QSize:
        # The whole row is no reason to keep the window wide: there are two rows where it does not fit.
        return QSize(320, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        fits = event.size().width() >= self._one_row
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._rows.setDirection(across if fits else down)
        for row in self._groups:
            # Alone in its row a group keeps to the left; beside another one it takes no more than it needs.
            row.setStretch(row.count() - 1, int(not fits))
        super().resizeEvent(event)


def _combo(texts: tuple[str, ...], chosen: str, name: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(list(texts))
    combo.setCurrentText(chosen)
    combo.setAccessibleName(name)
    return combo

"""The controls above the matrix: context, type of the KV cache, flash attention, chats at the same time."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSpinBox, QWidget

from fitcheck.core.workload import Workload
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.context_slider import ContextSlider

CACHE_TYPES = ("f16", "q8_0", "q4_0")
"""Cache types people use; the command line takes all nine."""

_MOST_CHATS = 8


class Controls(QFrame):
    """``workload_changed`` follows every change; ``workload`` is what is asked for now."""

    workload_changed = Signal()

    def __init__(self, theme: Theme, context: int, cache_type: str = "f16", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.slider = ContextSlider(theme)
        self.slider.set_tokens(context)
        types = CACHE_TYPES if cache_type in CACHE_TYPES else (*CACHE_TYPES, cache_type)
        self.cache_type = _combo(types, cache_type, self.tr("KV cache type"))
        self.cache_type.setToolTip(self.tr("Smaller types halve or quarter the cache at some loss of quality."))
        self.flash = _combo(("auto", "on", "off"), "auto", self.tr("Flash attention"))
        self.flash.setToolTip(self.tr("Computes attention in small pieces; a quantized cache needs it."))
        self.chats = QSpinBox()
        self.chats.setRange(1, _MOST_CHATS)
        self.chats.setAccessibleName(self.tr("Chats at the same time"))
        self.chats.setToolTip(self.tr("Chats at the same time share the context."))
        self._lay_out(theme)
        self.slider.tokens_changed.connect(lambda _tokens: self.workload_changed.emit())
        for combo in (self.cache_type, self.flash):
            combo.currentTextChanged.connect(lambda _text: self.workload_changed.emit())
        self.chats.valueChanged.connect(lambda _value: self.workload_changed.emit())

    @property
    def workload(self) -> Workload:
        """What the controls say; everything else as the runtime has it by default."""
        flash = self.flash.currentText()
        return Workload(
            context=self.slider.tokens,
            parallel=self.chats.value(),
            flash_attn="on" if flash == "on" else "off" if flash == "off" else "auto",
            type_k=self.cache_type.currentText(),
            type_v=self.cache_type.currentText(),
        )

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self.slider.set_theme(theme)

    def _lay_out(self, theme: Theme) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 4)
        row.setSpacing(theme.space(2))
        pairs: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Context"), self.slider),
            (self.tr("KV cache"), self.cache_type),
            (self.tr("Flash attention"), self.flash),
            (self.tr("Chats"), self.chats),
        )
        for text, widget in pairs:
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addSpacing(theme.space(3))
        row.addStretch(1)


def _combo(texts: tuple[str, ...], chosen: str, name: str) -> QComboBox:
    combo = QComboBox()
    combo.addItems(list(texts))
    combo.setCurrentText(chosen)
    combo.setAccessibleName(name)
    return combo

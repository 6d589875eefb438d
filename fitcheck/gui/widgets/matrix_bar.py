"""The line above the matrix: what it shows, filters, rare types, and how its rows are sorted."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.heard_name import name_for_readers

_NARROW = 900
"""Below this width the unit is abbreviated, so that no word of a filter is cut."""


class MatrixBar(QWidget):
    """``filter_changed`` carries (only what is on the GPU, only what is fast), ``order_changed`` an ``Order``."""

    filter_changed = Signal(bool, bool)
    order_changed = Signal(str)
    rare_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._unit = QLabel(self.tr("All models")), QLabel()
        self._unit.setProperty("muted", True)
        self.only_gpu = QCheckBox(self.tr("fits on GPU"))
        self.only_fast = QCheckBox(self.tr("20 tokens/s or more"))
        self.hide_rare = QCheckBox(self.tr("hide rare types"))
        self.hide_rare.setChecked(True)
        self.hide_rare.setToolTip(self.tr("llama.cpp has 33 file types; people meet eleven of them every day"))
        self.order = QComboBox()
        for key, text in (
            ("size", self.tr("largest first")),
            ("smallest", self.tr("smallest first")),
            ("quality", self.tr("best score first")),
            ("speed", self.tr("fastest first")),
        ):
            self.order.addItem(text, key)
        self._name = "GiB"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._spaces = (theme.space(2), theme.space(4))
        row.setSpacing(self._spaces[1])
        row.addWidget(self._title)
        row.addWidget(self._unit)
        row.addStretch(1)
        for widget in (self.only_gpu, self.only_fast, self.hide_rare, self.order):
            row.addWidget(widget)
        name_for_readers(self.order, self.tr("Sort models"))
        for box in (self.only_gpu, self.only_fast):
            box.toggled.connect(self._tell_filter)
        self.hide_rare.toggled.connect(lambda hidden: self.rare_changed.emit(not hidden))
        self.order.currentIndexChanged.connect(lambda _index: self.order_changed.emit(self.order.currentData()))
        QShortcut(
            QKeySequence.StandardKey.Find, self, lambda: self.only_gpu.setFocus(Qt.FocusReason.ShortcutFocusReason)
        )
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another palette's fonts."""
        self._title.setFont(theme.font("body_strong"))
        self._unit.setFont(theme.font("small"))

    def set_unit(self, unit: str) -> None:
        """Name the unit of the cells' sizes."""
        self._name = unit
        self._say_unit()

    def _say_unit(self) -> None:
        short = self.width() < _NARROW
        text = self.tr("{0} · t/s") if short else self.tr("{0} needed · tokens per second")
        self._unit.setText(text.format(self._name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_unit()
        self.layout().setSpacing(self._spaces[self.width() >= _NARROW])

    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())

    def _tell_filter(self) -> None:
        self.filter_changed.emit(self.only_gpu.isChecked(), self.only_fast.isChecked())

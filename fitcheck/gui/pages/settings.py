"""Settings: how the window looks and speaks, and what every plan keeps to. Each change counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fitcheck.core.units import GIB
from fitcheck.engines.all_commands import TITLES
from fitcheck.gui.language import LANGUAGES
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.device_states import card_keys, short_card_name
from fitcheck.gui.widgets.fact_table import Panel, text_label
from fitcheck.settings import LARGEST_MARGIN_BYTES
from fitcheck.settings_file import settings_path

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.settings import Settings

_WIDEST = 760
"""Rows wider than this are hard to follow with the eye, in pixels."""


class SettingsPage(QWidget):
    """Shows the settings; ``changed`` carries the values that a person changed."""

    changed = Signal(object)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._machine: Machine | None = None
        self._boxes: dict[str, QCheckBox] = {}
        self.combos: dict[str, QComboBox] = {}
        self.margin = QDoubleSpinBox()
        self.folder, self.python = text_label(theme, ""), text_label(theme, "")
        self._lay_out()
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """Show other values."""
        self._settings = settings
        for name, combo in self.combos.items():
            combo.setCurrentIndex(combo.findData(getattr(settings, name)))
        self.margin.blockSignals(True)
        self.margin.setValue(settings.margin_bytes / GIB)
        self.margin.blockSignals(False)
        self._show_folder()
        self.python.setText(settings.verify_python or self.tr("the first one of this computer that has torch"))
        self._forget_python.setEnabled(settings.verify_python is not None)
        for key, box in self._boxes.items():
            box.setChecked(key not in settings.cards_left_out)

    def set_machine(self, machine: Machine | None) -> None:
        """Offer the cards of this machine."""
        self._machine = machine
        for box in self._boxes.values():
            self._cards.body.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        gpus = machine.gpus if machine is not None else ()
        for key, gpu in zip(card_keys(machine) if machine is not None else (), gpus, strict=True):
            if gpu.plannable:
                box = QCheckBox(short_card_name(gpu.name))
                box.clicked.connect(self._on_cards)
                self._boxes[key] = box
                self._cards.body.addWidget(box)
        self._no_cards.setVisible(not self._boxes)
        self.show_settings(self._settings)

    def set_theme(self, theme: Theme) -> None:
        """Colours come from the palette alone."""
        self._theme = theme

    def _on_cards(self) -> None:
        here = set(self._boxes)
        elsewhere = [key for key in self._settings.cards_left_out if key not in here]
        left_out = [key for key, box in self._boxes.items() if not box.isChecked()]
        self.changed.emit({"cards_left_out": tuple(sorted((*elsewhere, *left_out)))})

    def _choose_folder(self) -> None:
        start = self._settings.models_folder or self._seen_folder()
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of the models"), start)
        if folder:
            self.changed.emit({"models_folder": folder})

    def _choose_python(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a Python that has torch"))
        if path:
            self.changed.emit({"verify_python": path})

    def _show_folder(self) -> None:
        chosen = self._settings.models_folder
        seen = self._seen_folder()
        default = self.tr("as found: {0}").format(seen) if seen else self.tr("where the runtimes keep them")
        self.folder.setText(chosen or default)
        self._forget_folder.setEnabled(chosen is not None)

    def _seen_folder(self) -> str:
        disk = self._machine.disk if self._machine is not None else None
        return disk.path if disk is not None else ""

    def _combo(self, name: str, title: str, choices: Mapping[str, str]) -> tuple[QLabel, QComboBox]:
        """A row of the form: one value of several."""
        combo = QComboBox()
        for value, text in choices.items():
            combo.addItem(text, value)
        combo.setAccessibleName(title)
        combo.activated.connect(lambda _: self.changed.emit({name: combo.currentData()}))
        self.combos[name] = combo
        return self._named(title, combo), combo

    def _named(self, title: str, widget: QWidget) -> QLabel:
        label = QLabel(title)
        label.setFont(self._theme.font("body"))
        label.setProperty("muted", True)
        label.setBuddy(widget)
        return label

    def _looks(self) -> Panel:
        panel = Panel(self._theme, self.tr("Appearance"))
        system = self.tr("As the system")
        form = _form(panel)
        palettes = {"system": system, "light": self.tr("Light"), "dark": self.tr("Dark")}
        form.addRow(*self._combo("theme", self.tr("Colours"), palettes))
        form.addRow(*self._combo("language", self.tr("Language"), {"system": system, **LANGUAGES}))
        units = {"GiB": self.tr("GiB (2³⁰ bytes, as tools print)"), "GB": self.tr("GB (10⁹ bytes, as shops print)")}
        form.addRow(*self._combo("units", self.tr("Sizes in"), units))
        return panel

    def _plans(self) -> Panel:
        panel = Panel(self._theme, self.tr("Plans"))
        form = _form(panel)
        self.margin.setRange(0, LARGEST_MARGIN_BYTES / GIB)
        self.margin.setSingleStep(0.25)
        self.margin.setDecimals(2)
        self.margin.setSuffix(" GiB")
        # A plan for every key that is pressed would be one too many.
        self.margin.setKeyboardTracking(False)
        title = self.tr("Keep free on every card and in RAM")
        self.margin.setAccessibleName(title)
        self.margin.valueChanged.connect(lambda value: self.changed.emit({"margin_bytes": round(value * GIB)}))
        form.addRow(self._named(title, self.margin), self.margin)
        form.addRow(*self._combo("runtime", self.tr("Runtime of the commands"), TITLES))
        panel.say(
            self.tr("1 GiB is what llama.cpp leaves free by itself; what a card's driver takes counts towards it.")
        )
        return panel

    def _card_panel(self) -> Panel:
        panel = Panel(self._theme, self.tr("Cards in use"))
        self._no_cards = text_label(self._theme, self.tr("This machine has no card that can be planned for."))
        self._no_cards.setProperty("muted", True)
        panel.body.addWidget(self._no_cards)
        return panel

    def _storage(self) -> Panel:
        panel = Panel(self._theme, self.tr("Folder of the models"))
        self.choose_folder = QPushButton(self.tr("Choose a folder…"))
        self.choose_folder.clicked.connect(self._choose_folder)
        self._forget_folder = QPushButton(self.tr("Use the one that is found"))
        self._forget_folder.clicked.connect(lambda: self.changed.emit({"models_folder": None}))
        _add_path(panel, self.folder, self.choose_folder, self._forget_folder)
        panel.say(self.tr("Its free space decides whether a download fits."))
        return panel

    def _verifying(self) -> Panel:
        panel = Panel(self._theme, self.tr("Python for verify"))
        self.choose_python = QPushButton(self.tr("Choose a Python…"))
        self.choose_python.clicked.connect(self._choose_python)
        self._forget_python = QPushButton(self.tr("Use the one that is found"))
        self._forget_python.clicked.connect(lambda: self.changed.emit({"verify_python": None}))
        _add_path(panel, self.python, self.choose_python, self._forget_python)
        panel.say(self.tr("Verify runs in PyTorch, in a process of its own; FitCheck itself needs neither."))
        return panel

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("settingsBody")
        inner.setMaximumWidth(round(_WIDEST * self._theme.scale))
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(self._theme.space(3))
        self._cards = self._card_panel()
        for panel in (self._looks(), self._plans(), self._cards, self._storage(), self._verifying()):
            column.addWidget(panel)
        kept = self.tr("Kept in {0}").format(settings_path())
        column.addWidget(text_label(self._theme, kept, "small", muted=True))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)


def _add_path(panel: Panel, path: QLabel, *buttons: QPushButton) -> None:
    """A path and under it what can be done with it."""
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
        button.setAccessibleDescription(panel.accessibleName())
    row.addStretch(1)
    panel.body.addWidget(path)
    panel.body.addLayout(row)


def _form(panel: Panel) -> QFormLayout:
    form: Any = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    form.setHorizontalSpacing(24)
    form.setVerticalSpacing(8)
    panel.body.addLayout(form)
    return form

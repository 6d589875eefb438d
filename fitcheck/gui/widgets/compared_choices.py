"""What the choice is compared with in a report: a button for each that takes it out, and a way to add another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fitcheck import service
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.gui.theme import Theme

MOST = 6
"""More would make a report that nobody reads to its end."""

_COLUMNS = 3

Place = tuple[str, str]


class ComparedChoices(QWidget):
    """``changed`` carries models and types (pairs of ids) when a person added one or took one out."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[Place, ...] = ()
        self._names = {model.id: model.short_name for model in service.models()}
        self.models, self.types = QComboBox(), QComboBox()
        self.models.setAccessibleName(self.tr("Model to compare with"))
        self.types.setAccessibleName(self.tr("Quantization to compare with"))
        for model_id, name in self._names.items():
            self.models.addItem(name, model_id)
        for file_type in FILE_TYPES:
            self.types.addItem(file_type.id)
        self.types.setCurrentText("Q4_K_M")
        self.add = QPushButton(self.tr("Add to the comparison"))
        self.add.clicked.connect(self._add)
        self.chips: list[QPushButton] = []
        line = QHBoxLayout()
        line.setSpacing(theme.space(2))
        label = QLabel(self.tr("Beside the choice"))
        label.setProperty("muted", True)
        label.setBuddy(self.models)
        for widget in (label, self.models, self.types, self.add):
            line.addWidget(widget)
        line.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.space(1))
        self._grid.setColumnStretch(_COLUMNS, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addLayout(line)
        column.addLayout(self._grid)

    @property
    def places(self) -> tuple[Place, ...]:
        """What is compared with the choice."""
        return self._places

    def show_places(self, places: tuple[Place, ...]) -> None:
        """Show what is compared; nobody is told."""
        if places == self._places:
            return
        self._places = places
        # A button that was pressed is about to go: the keyboard goes on where another one can be added.
        if any(chip.hasFocus() for chip in self.chips):
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        for chip in self.chips:
            self._grid.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(place) for place in places]
        for number, chip in enumerate(self.chips):
            self._grid.addWidget(chip, number // _COLUMNS, number % _COLUMNS)
        self.add.setEnabled(len(places) < MOST)

    def _chip(self, place: Place) -> QPushButton:
        name = f"{self._names[place[0]]} {place[1]}"
        chip = QPushButton(f"{name}  ✕")
        chip.setAccessibleName(self.tr("Take {0} out of the comparison").format(name))
        chip.setToolTip(chip.accessibleName())
        chip.clicked.connect(lambda: self._take(tuple(one for one in self._places if one != place)))
        return chip

    def _add(self) -> None:
        place = (self.models.currentData(), self.types.currentText())
        if place not in self._places:
            self._take((*self._places, place))

    def _take(self, places: tuple[Place, ...]) -> None:
        self.show_places(places)
        self.changed.emit(places)

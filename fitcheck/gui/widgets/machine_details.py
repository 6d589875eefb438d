"""This machine in detail: who holds the cards' memory, and what was asked for every card that is missing.

The same as ``fitcheck scan --why`` says, whose text its button copies. It follows the readings while it is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fitcheck.core.units import format_bytes
from fitcheck.gui.language import said
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.device_states import short_card_name
from fitcheck.gui.widgets.device_view import label

if TYPE_CHECKING:
    from fitcheck.core.hardware import Gpu, Machine, SourceReport
    from fitcheck.core.units import ByteUnit

ORDER = ("failed", "late", "seen", "nothing", "absent")
"""How it went with a source; what a person looks for comes first."""


class MachineDetails(QDialog):
    """Stays open beside the window; ``look_again`` asks for a new look."""

    look_again = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._machine: Machine | None = None
        self.units: ByteUnit = "GiB"
        self.setWindowTitle(self.tr("This machine in detail"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.windowTitle())
        again, copy = QPushButton(self.tr("Look again")), QPushButton(self.tr("Copy as text"))
        close = QPushButton(self.tr("Close"))
        again.clicked.connect(self.look_again)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.close)
        close.setProperty("primary", True)
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(again)
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(4), theme.space(4), theme.space(4))
        column.setSpacing(theme.space(3))
        column.addWidget(self._area, 1)
        column.addLayout(buttons)
        self.resize(round(680 * theme.scale), round(560 * theme.scale))

    @property
    def text(self) -> str:
        """What Copy copies."""
        from fitcheck.machine_words import machine_text

        return machine_text(self._machine, why=True) if self._machine is not None else ""

    def show_machine(self, machine: Machine) -> None:
        """Show a machine; where nothing changed that is shown, nothing is laid out anew."""
        if self._machine is not None and _shown(self._machine) == _shown(machine):
            self._machine = machine
            return
        self._machine = machine
        place = self._area.verticalScrollBar().value()
        body = QWidget()
        body.setAutoFillBackground(False)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, self._theme.space(3), 0)
        column.setSpacing(self._theme.space(2))
        if machine.gpus:
            self._head(column, self.tr("Who uses the cards' memory"))
            for card in machine.gpus:
                self._users(column, card)
        self._head(column, self.tr("Why is my card not here?"))
        intro = self.tr("Everything that was asked for cards and for the rest of this machine, and what it said.")
        self._words(column, intro, muted=True)
        for source in sorted(machine.sources, key=lambda one: ORDER.index(one.state)):
            self._source(column, source)
        column.addStretch(1)
        self._area.setWidget(body)
        self._area.verticalScrollBar().setValue(place)

    def _head(self, column: QVBoxLayout, text: str) -> None:
        head = label(self._theme, "title")
        head.setText(text)
        column.addSpacing(self._theme.space(1))
        column.addWidget(head)

    def _words(self, column: QVBoxLayout, text: str, *, muted: bool = False) -> None:
        words = label(self._theme, "body", muted=muted, wrap=True)
        words.setText(text)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(words)

    def _users(self, column: QVBoxLayout, card: Gpu) -> None:
        name = label(self._theme, "body_strong", wrap=True)
        name.setText(short_card_name(card.name))
        column.addWidget(name)
        if card.processes is None:
            reason = card.unknown.get("processes") or card.unknown.get("memory_total_bytes")
            self._words(
                column, said(reason or "") or self.tr("The driver does not tell which programs use it."), muted=True
            )
            return
        if not card.processes:
            self._words(column, self.tr("No program uses it."), muted=True)
            return
        rows = QGridLayout()
        rows.setColumnStretch(0, 1)
        rows.setVerticalSpacing(2)
        for number, one in enumerate(card.processes):
            size = self.tr("size not told")
            if one.memory_bytes is not None:
                size = format_bytes(one.memory_bytes, self.units)
            who = one.name if one.pid is None else self.tr("{0} (process {1})").format(one.name, one.pid)
            for at, text in enumerate((who, size)):
                cell = label(self._theme, "body")
                cell.setText(text)
                cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                rows.addWidget(cell, number, at, Qt.AlignmentFlag.AlignLeft if at == 0 else Qt.AlignmentFlag.AlignRight)
        column.addLayout(rows)

    def _source(self, column: QVBoxLayout, source: SourceReport) -> None:
        from fitcheck.probe.reports import title

        states = {
            "failed": self.tr("failed"), "late": self.tr("late"), "seen": self.tr("seen"),
            "nothing": self.tr("nothing there"), "absent": self.tr("not on this computer"),
        }  # fmt: skip
        head = QHBoxLayout()
        name, state = label(self._theme, "body_strong", wrap=True), label(self._theme, "small", muted=True)
        name.setText(self._titles().get(source.name) or title(source.name))
        state.setText(states[source.state])
        if source.state in ("failed", "late"):
            state.setProperty("muted", False)
            state.setProperty("alarm", True)
        head.addWidget(name, 1)
        head.addWidget(state)
        together = QVBoxLayout()
        together.setSpacing(0)
        together.setContentsMargins(0, 0, 0, self._theme.space(2))
        together.addLayout(head)
        self._words(together, self._saw(source))
        self._words(together, self.tr("Asked: {0}").format(said(source.tried)), muted=True)
        column.addLayout(together)

    def _titles(self) -> dict[str, str]:
        """Sources as a person calls them (``probe/reports.py`` has the same for the command line)."""
        return {
            "host": self.tr("The operating system"), "disk": self.tr("The disk of the models"),
            "memory_modules": self.tr("The list of memory modules"), "pci": self.tr("The list of devices"),
            "nvml": self.tr("NVIDIA's driver"), "amdgpu": self.tr("AMD's driver"), "intel": self.tr("Intel's driver"),
            "apple": self.tr("Apple's graphics"), "dxgi": self.tr("Windows' list of adapters"),
            "memory_speed": self.tr("The measurement of RAM"), "disk_speed": self.tr("The measurement of the disk"),
            "runtimes": self.tr("The search for installed runtimes"),
            "model_files": self.tr("The search for model files"),
        }  # fmt: skip

    def _saw(self, source: SourceReport) -> str:
        """What it saw; a list of findings is said finding by finding."""
        if source.state != "seen":
            return said(source.saw)
        first, *rest = source.saw.removesuffix(".").split("; ")
        if first[1:2].islower():
            first = first[0].lower() + first[1:]
        words = [said(one) for one in (first, *rest)]
        whole = "; ".join(words)
        return f"{whole[:1].upper()}{whole[1:]}."

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


class DetailsOpener(QObject):
    """Opens the details beside a window, one at a time; ``look_again`` is theirs."""

    look_again = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: MachineDetails | None = None

    def open(self, theme: Theme, units: str, machine: Machine | None) -> None:
        """Show a machine beside the window, or bring what is open to the front."""
        if self.dialog is None:
            self.dialog = MachineDetails(theme, self._window)
            self.dialog.units = "GB" if units == "GB" else "GiB"
            self.dialog.look_again.connect(self.look_again)
            self.dialog.destroyed.connect(self._forget)
        if machine is not None:
            self.dialog.show_machine(machine)
        self.dialog.show()
        self.dialog.activateWindow()

    def follow(self, machine: Machine) -> None:
        """Show a newer reading, where something is open."""
        if self.dialog is not None:
            self.dialog.show_machine(machine)

    def _forget(self) -> None:
        self.dialog = None


def _shown(machine: Machine) -> object:
    """What of a machine is shown."""
    return machine.sources, [(card.name, card.processes, card.unknown) for card in machine.gpus]

"""The strip on the left: this machine, as far as it is known, and what the choice would take of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fitcheck.gui.glyphs import paint_mark
from fitcheck.gui.language import in_one, said
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.device_states import DeviceState, DeviceStates, Line, card_keys
from fitcheck.gui.widgets.device_view import DeviceView, label

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.units import ByteUnit


class LookMark(QWidget):
    """The mark beside the strip's sentence: a ring while looking, a dashed circle for "nothing there"."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.absent = False
        self.setFixedSize(theme.icon("control"), theme.icon("control"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.absent:
            paint_mark(painter, box, "absent", self.theme.colour("text_muted"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self.theme.colour("border_strong")
        track.setAlphaF(0.4)
        painter.setPen(QPen(track, 2 * box.width() / 16))
        inset = 1.5 * box.width() / 16
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
        paint_mark(painter, box, "ring", self.theme.colour("accent"), 2)


class MachineStrip(QScrollArea):
    """Cards, RAM, disk and CPU from top to bottom; ``cards_changed`` when a card's box was clicked.

    ``what_if_clicked``: a person wants to imagine another machine. ``details_wanted``: somebody asks why a card is
    missing or who uses it.
    """

    cards_changed = Signal()
    what_if_clicked = Signal()
    details_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._states = DeviceStates(self)
        self._machine: Machine | None = None
        self._plan: Plan | None = None
        self._excluded: set[str] = set()
        self._card_rules: list[QFrame] = []
        self._cards: list[DeviceView] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("This machine"))
        self._build()
        self.set_looking()

    @property
    def machine(self) -> Machine | None:
        """The machine as it was last seen, with all its cards."""
        return self._machine

    @property
    def left_out(self) -> frozenset[str]:
        """Keys of the cards whose boxes are not ticked."""
        return frozenset(self._excluded)

    def leave_out(self, keys: Iterable[str]) -> None:
        """Untick these cards and tick all others; whoever says so plans anew."""
        self._excluded = set(keys)
        self._show_devices()

    def set_head(self, panel: QWidget) -> None:
        """Put a panel above everything, in place of title and button while it is shown."""
        self._column.insertWidget(0, panel)

    def set_imagined(self, imagined: bool) -> None:
        """Whether the machine is one that somebody imagines, of which nothing is measured or in use."""
        self._title_row.setVisible(not imagined)
        self.details.setVisible(not imagined)
        if imagined:
            self._show_head(False)

    @property
    def planned_machine(self) -> Machine | None:
        """The machine without the cards whose boxes are not ticked."""
        if self._machine is None or not self._excluded:
            return self._machine
        keys = card_keys(self._machine)
        kept = tuple(gpu for key, gpu in zip(keys, self._machine.gpus, strict=True) if key not in self._excluded)
        return replace(self._machine, gpus=kept)

    @property
    def views(self) -> tuple[DeviceView, ...]:
        """Cards, RAM and disk, as shown."""
        return (*self._cards, self._ram, self._disk)

    def set_looking(self) -> None:
        """Say that the machine is being looked at; what was known before stays."""
        self._status.clear()
        self._headline.setText(self.tr("Looking at this machine…"))
        self._detail.setText(self.tr("It asks the driver and the system. A sleeping laptop card is left asleep."))
        self._mark.absent = False
        self._show_head(True)
        if self._machine is None:
            self._gpu.show_state(_waiting("gpu", self.tr("GPU"), self.tr("asking the driver")))
            self._ram.show_state(_waiting("ram", self.tr("RAM"), self.tr("asking the system")))
            self._disk.show_state(_waiting("disk", self.tr("Disk · models"), self.tr("asking the system")))
            self._cpu.setText(self.tr("asking the system"))

    def set_machine(self, machine: Machine, final: bool) -> None:
        """Show a machine; ``final`` when the probe has nothing more to say."""
        self._machine = machine
        if final:
            self._status.setText(self._as_of(machine))
        self._show_machine(final)

    def set_live(self, machine: Machine) -> None:
        """New readings of the machine that is shown."""
        self._machine = machine
        self._status.setText(self.tr("live"))
        self._match_cards(len(machine.gpus))
        self._show_devices()

    def set_failed(self, reason: str) -> None:
        """Say that the machine could not be looked at, and go on with what is known."""
        self._headline.setText(self.tr("The look at this machine failed"))
        self._detail.setText(self.tr("{0}. F5 looks again.").format(said(reason).rstrip(".。")))
        self._mark.absent = True
        self._show_head(True)
        self._mark.update()

    def set_choice(self, plan: Plan | None) -> None:
        """Show what a plan takes on each device."""
        self._plan = plan
        self._show_devices()

    def focus_card(self, key: str) -> None:
        """Put the keyboard on the check box of a card."""
        for view in self.views:
            if view.state is not None and view.state.key == key and view.check_box is not None:
                view.check_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
                self.ensureWidgetVisible(view)

    def set_units(self, units: ByteUnit) -> None:
        """Show sizes in GiB or GB."""
        self._states.units = units
        self._show_devices()

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = self._mark.theme = theme
        for view in (*self._cards, self._gpu, self._ram, self._disk):
            view.set_theme(theme)
        self.update()

    def _as_of(self, machine: Machine) -> str:
        if machine.what_if:
            return self.tr("recorded")
        now = QLocale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)
        return self.tr("as of {0}").format(now)

    def _show_machine(self, final: bool) -> None:
        machine = self._machine
        if machine is None:
            return
        self._ask_details(bool(machine.plannable_gpus))
        if final:
            nothing = not machine.gpus
            self._mark.absent = nothing
            self._headline.setText(self.tr("No usable GPU"))
            self._detail.setText(in_one(map(said, machine.notes)))
            self._show_head(nothing)
            self._mark.update()
        notes = self._states.notes(machine) if machine.gpus else ""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._gpu.setVisible(not final and not machine.gpus)
        self._match_cards(len(machine.gpus))
        self._arrange_rules()
        self._cpu.setText(self._states.cpu(machine))
        self._show_devices()

    def _show_devices(self) -> None:
        machine = self._machine
        if machine is None:
            return
        for view, state in zip(self._cards, self._states.cards(machine, self._plan, self._excluded), strict=True):
            view.show_state(state)
        self._ram.show_state(self._states.ram(machine, self._plan))
        self._disk.show_state(self._states.disk(machine))

    def _match_cards(self, count: int) -> None:
        """As many card views as the machine has cards."""
        while len(self._cards) > count:
            gone: list[QWidget] = [self._cards.pop()]
            if self._card_rules:
                gone.append(self._card_rules.pop())
            for widget in gone:
                self._card_column.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self._cards) < count:
            if self._cards:
                self._card_rules.append(_rule())
                self._card_column.addWidget(self._card_rules[-1])
            view = DeviceView(self._theme, card=True)
            view.ticked.connect(self._on_ticked)
            self._cards.append(view)
            self._card_column.addWidget(view)
        self._card_box.setVisible(count > 0)

    def _on_ticked(self, key: str, included: bool) -> None:
        self._excluded.discard(key)
        if not included:
            self._excluded.add(key)
        # The plan was made for other cards; the page sends the new one in a moment.
        self._plan = None
        self._show_devices()
        self.cards_changed.emit()

    def _show_head(self, shown: bool) -> None:
        for widget in (self._mark, self._headline, self._detail):
            widget.setVisible(shown)
        self._detail.setVisible(shown and bool(self._detail.text()))
        self._arrange_rules()

    def _ask_details(self, cards: bool) -> None:
        self.details.setText(self.tr("Who uses my cards?") if cards else self.tr("Why is my card not here?"))

    def _arrange_rules(self) -> None:
        """A rule under the head where both it and a card stand above the RAM."""
        below = not self._gpu.isHidden() or bool(self._cards)
        self._head_rule.setVisible(below and not self._headline.isHidden())

    def _make_title(self) -> QWidget:
        title = label(self._theme, "body_strong")
        title.setText(self.tr("This machine"))
        self.what_if = QPushButton(self.tr("What if…"))
        self.what_if.setToolTip(self.tr("Plan for other cards and RAM"))
        self.what_if.clicked.connect(self.what_if_clicked)
        row = QWidget()
        box = QGridLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setVerticalSpacing(self._theme.space(2))
        box.addWidget(title, 0, 0)
        box.addWidget(self._status, 0, 1, Qt.AlignmentFlag.AlignRight)
        box.addWidget(self.what_if, 1, 0, 1, 2)
        return row

    def _build(self) -> None:
        theme = self._theme
        body = QWidget()
        body.setObjectName("stripBody")
        self.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.space(4), 12, theme.space(4), 12)
        column.setSpacing(theme.space(3))
        self._column = column
        self._status = label(theme, "caption", muted=True)
        self._title_row = self._make_title()
        self._mark = LookMark(theme)
        self._headline = label(theme, "body", wrap=True)
        self._detail = label(theme, "caption", muted=True, wrap=True)
        column.addWidget(self._title_row)
        look = QVBoxLayout()
        look.setSpacing(theme.space(2))
        line = QHBoxLayout()
        line.setSpacing(theme.space(2))
        line.addWidget(self._mark)
        line.addWidget(self._headline, 1)
        look.addLayout(line)
        look.addWidget(self._detail)
        column.addLayout(look)
        self._head_rule = _rule()
        column.addWidget(self._head_rule)
        # Screen readers go by who holds whom: cards come late, and stand before the RAM all the same.
        self._card_box = QWidget()
        self._card_column = QVBoxLayout(self._card_box)
        self._card_column.setContentsMargins(0, 0, 0, 0)
        self._card_column.setSpacing(theme.space(3))
        self._card_box.hide()
        column.addWidget(self._card_box)
        self._gpu = DeviceView(theme)
        self._ram = DeviceView(theme)
        self._disk = DeviceView(theme)
        column.addWidget(self._gpu)
        for view in (self._ram, self._disk):
            column.addWidget(_rule())
            column.addWidget(view)
        column.addWidget(_rule())
        cpu = QVBoxLayout()
        cpu.setSpacing(3)
        cpu_title = label(theme, "body_strong")
        cpu_title.setText(self.tr("CPU"))
        self._cpu: QLabel = label(theme, "caption", muted=True, wrap=True)
        cpu.addWidget(cpu_title)
        cpu.addWidget(self._cpu)
        column.addLayout(cpu)
        self._notes = label(theme, "caption", muted=True, wrap=True)
        self._notes.hide()
        column.addWidget(self._notes)
        self.details = QPushButton()
        self.details.setProperty("flat", True)
        self.details.clicked.connect(self.details_wanted)
        column.addWidget(self.details, 0, Qt.AlignmentFlag.AlignLeft)
        self._ask_details(False)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.size("machine_strip_width"), 600)


def _waiting(key: str, name: str, words: str) -> DeviceState:
    """A device nothing is known of yet."""
    return DeviceState(key, name, "", None, (Line("none", words),), f"{name}, {words}")


def _rule() -> QFrame:
    """A hairline between two blocks."""
    rule = QFrame()
    rule.setObjectName("rule")
    rule.setFixedHeight(1)
    return rule

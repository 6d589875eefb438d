"""What the window holds: machine strip, tabs, and the page that answers.

Made after the first paint and put into the shell (``shell.py``), which is the top-level window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fitcheck.gui.own_files import OwnFileReader, dropped_file
from fitcheck.gui.theme import Theme, ThemeMode, load_theme
from fitcheck.gui.widgets.machine_details import MachineDetails
from fitcheck.gui.widgets.machine_strip import MachineStrip
from fitcheck.gui.widgets.nav_bar import NavBar
from fitcheck.gui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.settings import Settings

_STRIP_MAX = 320
"""The strip at its widest, in device-independent pixels (grid of the look)."""

REPLAN_BYTES = 256 << 20
"""Free memory moves all the time; a quarter of the margin that every plan keeps changes no answer that matters."""

MakePage = Callable[[Theme, "Settings", QWidget], Any]
"""Makes the Fit page (``pages/fit.py``): theme, settings and parent in, the page out."""


class MainWindow(QWidget):
    """All of the window. ``settings_changed`` carries what is to be kept; ``look_again`` asks for a new probe.

    ``answered`` follows once the page is full for everything that is known of this machine; ``theme_changed``
    goes to what is not the window's own.
    """

    look_again = Signal()
    answered = Signal()
    settings_changed = Signal(object)
    theme_changed = Signal(object)

    def __init__(
        self, theme: Theme, settings: Settings, make_page: MakePage, strip_width: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._final = False
        self._planned_for: Machine | None = None
        self.details: MachineDetails | None = None
        self._lay_out(make_page, strip_width or theme.size("machine_strip_width"))
        self._add_actions()
        self.own_files = OwnFileReader(self)
        self.own_files.read.connect(self.page.show_own_file)
        self.own_files.failed.connect(self.notice.say)
        self.setAcceptDrops(True)

    @property
    def theme(self) -> Theme:
        """The palette in use."""
        return self._theme

    def set_machine(self, machine: Machine, final: bool) -> None:
        """Show a machine and plan for it; ``final`` when the probe has nothing more to say."""
        self._final = final
        self.strip.set_machine(machine, final)
        if self.details is not None:
            self.details.show_machine(machine)
        self._plan_anew()

    def follow_live(self, machine: Machine) -> None:
        """Show new readings; plan anew only where so much memory came or went that an answer may change."""
        self.strip.set_live(machine)
        if self.details is not None:
            self.details.show_machine(machine)
        now, planned_for = self.strip.planned_machine, self._planned_for
        if now is not None and planned_for is not None and _moved_bytes(planned_for, now) > REPLAN_BYTES:
            self._plan_anew()

    def set_looking(self) -> None:
        """The machine is being looked at (again)."""
        self._final = False
        self.strip.set_looking()

    def show_details(self) -> None:
        """Open what was asked of this machine beside the window, or bring it to the front."""
        if self.details is None:
            self.details = MachineDetails(self._theme, self)
            self.details.units = "GB" if self._settings.units == "GB" else "GiB"
            self.details.look_again.connect(self.look_again)
            self.details.destroyed.connect(self._forget_details)
        if self.strip.machine is not None:
            self.details.show_machine(self.strip.machine)
        self.details.show()
        self.details.activateWindow()

    def _forget_details(self) -> None:
        self.details = None

    def set_theme(self, theme: Theme) -> None:
        """Take another palette, everywhere."""
        self._theme = theme
        QApplication.setPalette(theme.palette())
        QApplication.instance().setStyleSheet(theme.stylesheet())
        self.strip.set_theme(theme)
        self.nav.set_theme(theme)
        self.notice.set_theme(theme)
        self.page.set_theme(theme)
        self.theme_changed.emit(theme)
        self.update()

    def follow_system(self) -> None:
        """The system's scheme changed: follow it unless a palette was chosen."""
        if self._settings.theme == "system":
            self.set_theme(load_theme("system"))

    def _lay_out(self, make_page: MakePage, strip_width: int) -> None:
        """Make everything from the outside in: a widget that changes its parent later is styled twice."""
        theme, settings = self._theme, self._settings
        if self.parentWidget() is not None:
            self.resize(self.parentWidget().size())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        whole.addWidget(self.splitter)
        right = QWidget(self.splitter)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.nav = NavBar(theme, (self.tr("Fit"),), right)
        self.notice = NoticeBar(theme, right)
        self._pages = QStackedWidget(right)
        for widget, stretch in ((self.nav, 0), (self.notice, 0), (self._pages, 1)):
            column.addWidget(widget, stretch)
        self.page: Any = make_page(theme, settings, self._pages)
        """The Fit page."""
        self._pages.addWidget(self.page)
        # The keyboard's order is the order of arrival: page first, the strip after it.
        self.strip = MachineStrip(theme, self.splitter)
        self.strip.setMinimumWidth(theme.size("machine_strip_min"))
        self.strip.setMaximumWidth(round(_STRIP_MAX * theme.scale))
        self.splitter.insertWidget(0, self.strip)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([strip_width, max(1, self.width() - strip_width - 1)])
        self.strip.cards_changed.connect(self._plan_anew)
        self.strip.details_wanted.connect(self.show_details)
        self.page.filled.connect(self._on_filled)
        self.page.choice_changed.connect(self.strip.set_choice)
        self.page.settings_changed.connect(lambda values: self._change(**values))
        self.page.set_units(settings.units)
        self.strip.set_units(settings.units)

    def _add_actions(self) -> None:
        menu = QMenu(self)
        again = menu.addAction(self.tr("Look at this machine again"))
        again.setShortcuts([QKeySequence("F5"), QKeySequence("Ctrl+R")])
        again.triggered.connect(self.look_again)
        details = menu.addAction(self.tr("This machine in detail…"))
        details.setShortcut(QKeySequence("Ctrl+D"))
        details.triggered.connect(self.show_details)
        own = menu.addAction(self.tr("Open a model file…"))
        own.setShortcut(QKeySequence("Ctrl+O"))
        own.triggered.connect(self._choose_file)
        menu.addSeparator()
        palettes = {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self.theme_actions = self._choices(menu.addMenu(self.tr("Colours")), palettes, self._choose_theme)
        units = {"GiB": self.tr("GiB (2³⁰ bytes, as tools print)"), "GB": self.tr("GB (10⁹ bytes, as shops print)")}
        self._unit_actions = self._choices(menu.addMenu(self.tr("Sizes in")), units, self._choose_units)
        menu.addSeparator()
        leave = menu.addAction(self.tr("Quit"))
        leave.setShortcut(QKeySequence("Ctrl+Q"))
        leave.triggered.connect(lambda: self.window().close())
        self.addActions([again, details, own, leave])
        self.nav.set_menu(menu)
        self.nav.units_clicked.connect(self._other_units)
        for keys, slot in (
            ("F10", self.nav.open_menu),
            ("F6", self._jump),
            ("Ctrl+1", lambda: self.nav.tabs.setCurrentIndex(0)),
            ("Ctrl+L", lambda: self.page.focus_slider()),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        self.theme_actions[self._settings.theme].setChecked(True)
        self._show_units(self._settings.units)

    def _choices(self, menu: QMenu, texts: Mapping[str, str], slot: Callable[[Any], None]) -> dict[str, QAction]:
        """A menu of which one entry is ticked."""
        group = QActionGroup(menu)
        actions = {}
        for value, text in texts.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
            actions[value] = action
        group.triggered.connect(lambda action: slot(action.data()))
        return actions

    def _choose_file(self) -> None:
        kinds = self.tr("Models (*.gguf config.json);;All files (*)")
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open a model file"), "", kinds)
        if path:
            self.own_files.open(path)

    def _choose_theme(self, mode: ThemeMode) -> None:
        self._change(theme=mode)
        self.set_theme(load_theme(mode))

    def _choose_units(self, units: str) -> None:
        self._change(units=units)
        self._show_units(units)
        self.strip.set_units("GB" if units == "GB" else "GiB")
        self.page.set_units(units)

    def _other_units(self) -> None:
        self._choose_units("GB" if self._settings.units == "GiB" else "GiB")

    def _show_units(self, units: str) -> None:
        self._unit_actions[units].setChecked(True)
        self.nav.set_units(units)

    def _change(self, **values: Any) -> None:
        self._settings = self._settings.model_copy(update=values)
        self.settings_changed.emit(values)

    def _jump(self) -> None:
        """Move the focus between the strip and the page."""
        here = QApplication.focusWidget()
        in_strip = here is not None and self.strip.isAncestorOf(here)
        boxes = [view.check_box for view in self.strip.views if view.check_box and not view.check_box.isHidden()]
        if in_strip or not boxes:
            self.page.focus_slider()
        else:
            boxes[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _plan_anew(self) -> None:
        machine = self.strip.planned_machine
        self._planned_for = machine
        if machine is not None:
            self.page.set_machine(machine, self._final)

    def _on_filled(self) -> None:
        if self._final:
            self.answered.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.own_files.open(path)


def _moved_bytes(before: Machine, now: Machine) -> int:
    """How much free memory changed at most, on a card or in RAM; a card that came or went is more than any change."""
    if len(before.gpus) != len(now.gpus):
        return 1 << 62
    pairs = [(old.memory_free_bytes, new.memory_free_bytes) for old, new in zip(before.gpus, now.gpus, strict=True)]
    pairs.append((before.ram_available_bytes, now.ram_available_bytes))
    if any((old is None) != (new is None) for old, new in pairs):
        return 1 << 62
    return max(abs((new or 0) - (old or 0)) for old, new in pairs)

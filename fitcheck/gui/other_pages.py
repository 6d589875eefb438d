"""The pages beside Fit: each is made when somebody first goes to it, and told what it missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fitcheck.gui.theme import Theme

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.settings import Settings


class OtherPages(QObject):
    """``sheet`` and ``settings`` in a stack; ``settings_changed`` and ``open_in_fit`` come from them."""

    settings_changed = Signal(object)
    open_in_fit = Signal(str, str)

    def __init__(self, theme: Theme, settings: Settings, stack: QStackedWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings, self._stack = theme, settings, stack
        self._made: dict[str, Any] = {}
        self._plan: Plan | None = None
        self._machine: Machine | None = None

    def __iter__(self) -> Iterator[QWidget]:
        return iter(self._made.values())

    def page(self, name: str) -> Any:
        """A page by its name, made where it is not there yet."""
        if name not in self._made:
            self._made[name] = self._sheet() if name == "sheet" else self._settings_page()
            self._stack.addWidget(self._made[name])
        return self._made[name]

    def set_machine(self, machine: Machine) -> None:
        """The machine as it was last seen."""
        self._machine = machine
        if "settings" in self._made:
            self._made["settings"].set_machine(machine)

    def set_settings(self, settings: Settings) -> None:
        """What is chosen now."""
        self._settings = settings
        if "settings" in self._made:
            self._made["settings"].show_settings(settings)

    def follow(self, plan: Plan | None) -> None:
        """The choice of the Fit page."""
        self._plan = plan
        if plan is not None and "sheet" in self._made:
            self._made["sheet"].follow(plan)

    def set_units(self, units: str) -> None:
        """Show sizes in GiB or GB."""
        if "sheet" in self._made:
            self._made["sheet"].set_units(units)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for page in self._made.values():
            page.set_theme(theme)

    def _sheet(self) -> QWidget:
        from fitcheck.gui.pages.sheet import SheetPage

        page = SheetPage(self._theme, self._settings.units, self._stack)
        page.follow(self._plan)
        page.open_in_fit.connect(self.open_in_fit)
        return page

    def _settings_page(self) -> QWidget:
        from fitcheck.gui.pages.settings import SettingsPage

        page = SettingsPage(self._theme, self._settings, self._stack)
        page.changed.connect(self.settings_changed)
        page.set_machine(self._machine)
        return page

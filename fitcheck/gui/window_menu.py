"""The window's menu: what can be done at any time, each with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from fitcheck.gui.language import LANGUAGES


class WindowMenu(QMenu):
    """Actions by name; ``theme_actions`` and the like are those of which one is ticked, by value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._values: list[Callable[[str, Any], None]] = []
        self.look_again = self._action(self.tr("Look at this machine again"), "F5", "Ctrl+R")
        self.details = self._action(self.tr("This machine in detail…"), "Ctrl+D")
        self.open_file = self._action(self.tr("Open a model file or a report…"), "Ctrl+O")
        self.save_report = self._action(self.tr("Save a report…"), "Ctrl+S")
        self.search = self._action(self.tr("Search…"), "Ctrl+K")
        self.addSeparator()
        self.what_if = self._action(self.tr("What if…"), "Ctrl+Shift+M")
        self.undo = self._action(self.tr("Undo the last change"), "Ctrl+Z")
        self.redo = self._action(self.tr("Redo the change"), "Ctrl+Shift+Z", "Ctrl+Y")
        self.addSeparator()
        palettes = {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self.theme_actions = self._choices(self.tr("Colours"), "theme", palettes)
        languages = {"system": self.tr("As the system"), **LANGUAGES}
        self.language_actions = self._choices(self.tr("Language"), "language", languages)
        units = {"GiB": self.tr("GiB (2³⁰ bytes, as tools print)"), "GB": self.tr("GB (10⁹ bytes, as shops print)")}
        self.unit_actions = self._choices(self.tr("Sizes in"), "units", units)
        self.settings = self._action(self.tr("Settings"), "Ctrl+,")
        self.addSeparator()
        self.quit = self._action(self.tr("Quit"), "Ctrl+Q")

    def on_value(self, slot: Callable[[str, Any], None]) -> None:
        """Call ``slot`` with a setting's name and the value that was chosen."""
        self._values.append(slot)

    def tick(self, name: str, value: object) -> None:
        """Tick what a setting is."""
        groups = {"theme": self.theme_actions, "language": self.language_actions, "units": self.unit_actions}
        if value in groups.get(name, {}):
            groups[name][str(value)].setChecked(True)

    def keyed(self) -> Iterable[QAction]:
        """Actions that have a key, for the window to listen to."""
        return [action for action in self.actions() if action.shortcuts()]

    def _action(self, text: str, *keys: str) -> QAction:
        action = self.addAction(text)
        action.setShortcuts([QKeySequence(key) for key in keys])
        return action

    def _choices(self, title: str, name: str, texts: Mapping[str, str]) -> dict[str, QAction]:
        """A menu of which one entry is ticked."""
        menu = self.addMenu(title)
        group = QActionGroup(menu)
        actions = {}
        for value, text in texts.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
            actions[value] = action
        group.triggered.connect(lambda action: [slot(name, action.data()) for slot in self._values])
        return actions

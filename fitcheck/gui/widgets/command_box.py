"""What to type for one of the runtimes, ready to copy; or why it cannot do the plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fitcheck.gui.language import said
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.heard_name import name_for_readers

if TYPE_CHECKING:
    from fitcheck.engines.command import Command


class CommandBox(QFrame):
    """A runtime to choose, its command in a fixed-width font, and a button that copies it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._commands: Mapping[str, Command] = {}
        self._wanted = ""
        self.runtime = QComboBox()
        self.copy = QPushButton(self.tr("Copy command"))
        self.copy.setToolTip(self.tr("What to type to run this choice (Ctrl+C)"))
        self._copied = QTimer(self, singleShot=True, interval=theme.motion("copied_notice_ms"))
        self._copied.timeout.connect(lambda: self.copy.setText(self.tr("Copy command")))
        self._text, self._notes = QLabel(), QLabel()
        for label in (self._text, self._notes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("command", True)
        self._notes.setProperty("muted", True)
        self._lay_out()
        self.runtime.currentIndexChanged.connect(self._show)
        self.runtime.currentIndexChanged.connect(lambda _index: self._remember())
        self.copy.clicked.connect(self.copy_command)
        self.set_theme(theme)

    @property
    def text(self) -> str:
        """The command that is shown; empty where the runtime cannot do the plan."""
        command = self._commands.get(self.runtime.currentData() or "")
        return command.text(windows=os.name == "nt") if command else ""

    @property
    def has_commands(self) -> bool:
        """Whether there is a runtime to choose."""
        return bool(self._commands)

    def choose(self, engine: str) -> None:
        """Show the command of a runtime, now or as soon as there is one."""
        self._wanted = engine
        index = self.runtime.findData(engine)
        if index >= 0:
            self.runtime.setCurrentIndex(index)

    def set_theme(self, theme: Theme) -> None:
        """Show with another theme from now on."""
        self._theme = theme
        self._text.setFont(theme.font("mono"))
        for widget in (self._notes, self.runtime, self.copy):
            widget.setFont(theme.font("small"))

    def set_commands(self, commands: Mapping[str, Command]) -> None:
        """Show the commands of a plan; the runtime that was chosen stays."""
        self._commands = commands
        self.runtime.blockSignals(True)
        self.runtime.clear()
        for name, command in commands.items():
            self.runtime.addItem(command.title, name)
        self.runtime.setCurrentIndex(max(0, self.runtime.findData(self._wanted)))
        self.runtime.blockSignals(False)
        self.setVisible(bool(commands))
        self._show()

    def set_stale(self) -> None:
        """The plan changed; what is shown may not be copied until its own commands come."""
        self.copy.setEnabled(False)

    def _remember(self) -> None:
        self._wanted = self.runtime.currentData() or ""

    def _show(self) -> None:
        command = self._commands.get(self.runtime.currentData() or "")
        if command is None:
            return
        self._text.setText(self.text or said(command.refusal))
        self._text.setAccessibleName(self.tr("Command: {0}").format(self._text.text()))
        self._notes.setText("\n".join(map(said, command.notes)))
        self._notes.setVisible(bool(command.notes))
        self.copy.setEnabled(bool(self.text))

    def copy_command(self) -> None:
        """Put the command on the clipboard and say so; nothing while it is another plan's or a refusal."""
        if not self.copy.isEnabled() or not self.text:
            return
        QGuiApplication.clipboard().setText(self.text)
        said = self.tr("Copied")
        self.copy.setText(said)
        self._copied.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(self._theme.space(2))
        head.addWidget(self.runtime)
        head.addWidget(self.copy)
        head.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(self._theme.space(1))
        whole.addLayout(head)
        whole.addWidget(self._text)
        whole.addWidget(self._notes)
        name_for_readers(self.runtime, self.tr("Runtime"))

"""When something unforeseen happens: a dialog with the whole text to copy, and a window that stays.

``install`` takes over ``sys.excepthook``; nothing is sent anywhere.
"""

from __future__ import annotations

import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

import fitcheck


class CrashDialog(QDialog):
    """The text of an unforeseen error, selectable and copyable."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("FitCheck made a mistake"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(
            self.tr(
                "Something went wrong that should not have. Nothing was saved half. The text below says what; "
                "it stays on this computer unless you copy it into a report."
            )
        )
        words.setWordWrap(True)
        self._text = QPlainTextEdit(text)
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(self.tr("Error text"))
        copy = QPushButton(self.tr("Copy the text"))
        copy.clicked.connect(self._copy)
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self._text, 1)
        column.addLayout(buttons)
        self.resize(680, 420)

    @property
    def text(self) -> str:
        """What Copy copies."""
        return self._text.toPlainText()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


def crash_text(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Version, system and traceback, as somebody who mends it needs them."""
    head = f"FitCheck {fitcheck.__version__} · Python {platform.python_version()} · {platform.platform()}"
    return head + "\n\n" + "".join(traceback.format_exception(kind, error, trace))


class CrashHook:
    """``sys.excepthook`` while the window is open: the first error opens the dialog, more only go to standard error."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.dialog: CrashDialog | None = None

    def install(self) -> None:
        """Take over from the interpreter."""
        sys.excepthook = self

    def remove(self) -> None:
        """Give it back."""
        if sys.excepthook is self:
            sys.excepthook = sys.__excepthook__

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if self.dialog is None and issubclass(kind, Exception):
            self.dialog = CrashDialog(crash_text(kind, error, trace), self._window)
            self.dialog.destroyed.connect(self._forget)
            self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None

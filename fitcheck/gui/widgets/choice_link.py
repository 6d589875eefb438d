"""The link from the choice that has the page for itself back to all models."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget


class ChoiceLink(QPushButton):
    """Hidden while all models are in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("link", True)
        self.setText(self.tr("‹ All models"))
        self.setToolTip(self.tr("Escape"))
        self.hide()

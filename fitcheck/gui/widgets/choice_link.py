"""The link between all models and the choice that has the page for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile


class ChoiceLink(QPushButton):
    """Leads from an opened choice back to all models; and from there to a person's own file, which has no row there.

    ``pressed_for`` carries whether the choice is wanted.
    """

    pressed_for = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened = False
        self.setProperty("link", True)
        self.clicked.connect(lambda: self.pressed_for.emit(not self._opened))
        self.hide()

    def show_for(self, opened: bool, own: OwnFile | None) -> None:
        """Show the way from here: ``own`` is the choice where that is a file, and is not in sight beside all models."""
        self._opened = opened
        # An & in a name would mark a key.
        name = "" if own is None else own.model.paths[0].name.replace("&", "&&")
        self.setText(self.tr("‹ All models") if opened else self.tr("Your file {0} ›").format(name))
        self.setToolTip(self.tr("Escape") if opened else "")
        self.setVisible(opened or own is not None)

"""Names that are heard and not seen."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


def name_for_readers(widget: QWidget, name: str) -> None:
    """Name a widget that has its place already and no label beside it.

    A combo box needs a label all the same: to screen readers on Linux Qt tells its value in place of its own name.
    """
    widget.setAccessibleName(name)
    label = QLabel(name, widget.parentWidget())
    label.setBuddy(widget)
    label.hide()

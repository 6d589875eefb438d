"""Fixes that were applied to the controls and the choice, and the way back from each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.gui.widgets.controls import Controls, ControlsState

if TYPE_CHECKING:
    from fitcheck.gui.fixes import Fix
    from fitcheck.gui.widgets.choice_panel import ChoicePanel

Place = tuple[str, str] | None
"""A model and a file type; None for a person's own file or for no choice at all."""


class AppliedFixes(QObject):
    """Sets what a fix says; the panel offers to undo it until a person chooses something else."""

    def __init__(
        self, controls: Controls, panel: ChoicePanel, here: Callable[[], Place], go: Callable[[str, str], None],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._controls, self._panel, self._here, self._go = controls, panel, here, go
        self._before: list[tuple[ControlsState, Place]] = []
        panel.fix_chosen.connect(self.apply)
        panel.undo_wanted.connect(self.undo)

    def apply(self, fix: Fix) -> None:
        """Set what a fix says; the choice stays where it is unless the fix is another type or model."""
        here = self._here()
        self._before.append((self._controls.state(), here))
        self._panel.offer_undo(self.tr("Undo: {0}").format(fix.title))
        if here is not None:
            # From now on the choice is a person's and does not follow the best pick.
            self._go(*here)
        if fix.change == "model" and isinstance(fix.value, tuple):
            self._go(*fix.value)
        elif fix.change == "context":
            self._controls.slider.set_tokens(int(str(fix.value)))
        elif fix.change == "cache":
            self._controls.cache_type.setCurrentText(str(fix.value))
        elif fix.change == "quantization" and here is not None:
            self._go(here[0], str(fix.value))

    def undo(self) -> None:
        """Back to what was before the last fix."""
        if not self._before:
            return
        state, here = self._before.pop()
        self._panel.offer_undo(self.tr("Undo one more") if self._before else "")
        if here is not None:
            self._go(*here)
        if state != self._controls.state():
            self._controls.set_state(state)

    def forget(self) -> None:
        """Nothing is offered to be undone any more."""
        self._before.clear()
        self._panel.offer_undo("")

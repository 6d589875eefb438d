"""A person at the window: what is opened, chosen, looked at and saved, with a picture of every screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.core.hardware import Machine
from fitcheck.core.planner import Plan
from fitcheck.gui.language import Language
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.shell import Shell
from fitcheck.gui.style import FitStyle
from fitcheck.gui.theme import load_theme
from fitcheck.settings import Settings
from tests.walks.asking import report_in

LONGEST_MS = 60_000
MACHINES = Path(__file__).resolve().parent.parent / "data" / "machines"

_LEAST_COLOURS, _MOST_OF_ONE = 12, 0.97
"""Of points looked at: a picture that has fewer colours, or more of one colour, shows nothing."""


class Walker:
    """Opens the real window and acts in it. Pictures are written to ``folder`` as ``NAME-what.png``."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path, name: str) -> None:
        self._qtbot, self._monkeypatch, self._folder, self._name = qtbot, monkeypatch, folder, name
        self._style = FitStyle()
        self.language = Language()
        self.window: MainWindow = None  # type: ignore[assignment]
        self.shell: Shell = None  # type: ignore[assignment]

    def open(self, machine: Machine | None = None, size: tuple[int, int] = (1280, 800), **settings: Any) -> MainWindow:
        """The window with these settings, full for a machine where one is given."""
        kept = Settings(**{"context": 4096, "theme": "light", **settings})
        self.language.use("zh" if kept.language == "zh" else "en")
        theme = load_theme("dark" if kept.theme == "dark" else "light")
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setStyle(self._style)
        app.setPalette(theme.palette())
        app.setFont(theme.font("body"))
        app.setStyleSheet(theme.stylesheet())
        # Held here: nobody else holds it.
        self.shell = shell = Shell(theme)
        self._qtbot.addWidget(shell)
        shell.resize(*size)
        shell.clear()
        self.window = MainWindow(theme, kept, FitPage, shell.strip_width, shell)
        shell.set_content(self.window)
        shell.show()
        if machine is not None:
            self.see(machine)
        return self.window

    def see(self, machine: Machine) -> None:
        """The probe has looked."""
        with self._qtbot.waitSignal(self.window.answered, timeout=LONGEST_MS):
            self.window.set_machine(machine, True)

    def choose(self, model_id: str, quant: str) -> Plan:
        """Go to a cell and wait for all that is told of it."""
        page = self.window.page
        with self._qtbot.waitSignal(page.details.finished, timeout=LONGEST_MS):
            page.show_cell(model_id, quant)
        page.show_choice()
        plan: Plan = page.choice.plan
        assert (plan.model_id, plan.quantization) == (model_id, quant)
        return plan

    def until_full(self) -> None:
        """After a control was changed."""
        self._qtbot.waitUntil(lambda: self.window.page.filler.picks is not None, timeout=LONGEST_MS)

    def picture(self, what: str) -> Path:
        """What is on the screen now, written and looked at: it is not blank."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # Layouts settle level by level.
        for _ in range(5):
            app.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            app.processEvents()
        path = self._folder / f"{self._name}-{what}.png"
        image = self.shell.grab().toImage()
        assert image.save(str(path))
        assert_not_blank(image)
        return path

    def words(self, part: QWidget | None = None) -> str:
        """All text that is to be read now, line by line."""
        labels = (part or self.window).findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible() and label.text())

    def save_report(self, target: Path) -> Any:
        """Save the choice with the key and read it back where it is JSON; the notice must say where it is."""
        self._monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
        self.window.menu.save_report.trigger()
        self._qtbot.waitUntil(lambda: str(target) in self.window.notice.text, timeout=LONGEST_MS)
        return report_in(target) if target.suffix == ".json" else None


def assert_not_blank(image: QImage) -> None:
    """Many colours, and none nearly everywhere."""
    counts: dict[int, int] = {}
    points = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    for x, y in points:
        colour = image.pixel(x, y)
        counts[colour] = counts.get(colour, 0) + 1
    assert len(counts) >= _LEAST_COLOURS
    assert max(counts.values()) < _MOST_OF_ONE * len(points)

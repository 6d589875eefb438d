"""A minute of use: the longest turn of the event loop at each step, and the memory that the window holds at its end.

Goals: no turn over 50 ms, and less than 2.5 times the resident memory of an empty PySide6 window. Turns are counted in
processor time, so that other programs on the machine do not count.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

import psutil
from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

if TYPE_CHECKING:
    from fitcheck.gui.main_window import MainWindow
    from fitcheck.gui.widgets.search_box import SearchBox

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINE = ROOT / "tests" / "data" / "machines" / "rtx-3090-plus-4060ti-64gb.json"
BARE = "--bare"
STEP_MS, ROUNDS, SETTLE_MS = 700, 4, 1000
LONGEST_TURN_MS, MEMORY_LIMIT = 50, 2.5


class Turns(QObject):
    """Measures from one turn of the event loop to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last: float | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    def begin(self) -> None:
        """Forget what was."""
        self.longest_ms, self._last = 0.0, None

    def _turn(self) -> None:
        now = time.process_time()
        if self._last is not None:
            self.longest_ms = max(self.longest_ms, 1000 * (now - self._last))
        self._last = now


def wait(milliseconds: int) -> None:
    """Let the window go on."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def search(window: MainWindow) -> SearchBox:
    """The search, which is open."""
    assert window._search is not None
    return window._search


def steps(window: MainWindow) -> list[tuple[str, Callable[[], object]]]:
    """What a person does, one thing after another."""
    page, controls, show = window.page, window.page.controls, window.show_page
    return [
        ("open the choice", page.show_choice), ("all models", page.show_all),
        ("model sheet", lambda: show("sheet")), ("verify", lambda: show("verify")),
        ("settings", lambda: show("settings")), ("fit", lambda: show("fit")), ("search", window.open_search),
        ("type in it", lambda: search(window).field.setText("32b q4")),
        ("close it", lambda: search(window).close_search()),
        ("64k of context", lambda: controls.slider.set_tokens(65536)),
        ("16k of context", lambda: controls.slider.set_tokens(16384)), ("what if", window.start_what_if),
        ("this machine", lambda: window.what_if.imagine(None)), ("dark", lambda: window.change(theme="dark")),
        ("light", lambda: window.change(theme="light")), ("GB", lambda: window.change(units="GB")),
        ("GiB", lambda: window.change(units="GiB")), ("rare types", lambda: page.bar.hide_rare.setChecked(False)),
        ("common types", lambda: page.bar.hide_rare.setChecked(True)),
        ("wide window", lambda: window.window().resize(1700, 900)),
        ("usual window", lambda: window.window().resize(1280, 800)),
    ]  # fmt: skip


def use() -> None:
    """Go through the window and print what it cost."""
    from fitcheck.gui.plain_imports import load_qt

    load_qt()
    from fitcheck import service
    from fitcheck.gui.main_window import MainWindow
    from fitcheck.gui.pages.fit import FitPage
    from fitcheck.gui.session import spare_collections
    from fitcheck.gui.shell import Shell
    from fitcheck.gui.style import FitStyle
    from fitcheck.gui.theme import load_theme
    from fitcheck.settings import Settings

    app, theme = QApplication([]), load_theme("light")
    style = FitStyle()
    app.setStyle(style)
    app.setPalette(theme.palette())
    app.setStyleSheet(theme.stylesheet())
    shell = Shell(theme)
    shell.clear()
    window = MainWindow(theme, Settings(), FitPage, shell.strip_width, shell)
    shell.set_content(window)
    shell.show()
    window.set_machine(service.load_machine(MACHINE), True)
    spare_collections()
    wait(5 * SETTLE_MS)
    turns, longest = Turns(), dict.fromkeys((name for name, _ in steps(window)), 0.0)
    for _ in range(ROUNDS):
        for name, step in steps(window):
            turns.begin()
            QTimer.singleShot(0, step)
            wait(STEP_MS)
            longest[name] = max(longest[name], turns.longest_ms)
    # Then the window rests, and gives back what it does not need.
    wait(4 * SETTLE_MS)
    print(f"longest turns of the event loop (goal: under {LONGEST_TURN_MS} ms)")
    for name, milliseconds in sorted(longest.items(), key=lambda one: -one[1])[:6]:
        print(f"  {name:18} {milliseconds:4.0f} ms")


def resident_bytes() -> int:
    """What this process holds in RAM."""
    held: int = psutil.Process().memory_info().rss
    return held


def main() -> int:
    """Print turns and memory; with ``--bare`` the bytes of an empty window alone."""
    if BARE in sys.argv:
        _app, window = QApplication([]), QMainWindow()
        window.resize(1280, 800)
        window.show()
        wait(SETTLE_MS)
        print(resident_bytes())
        return 0
    use()
    held = resident_bytes()
    told = subprocess.run([sys.executable, __file__, BARE], stdout=subprocess.PIPE, text=True, check=True).stdout
    bare = int(told.split()[-1])
    print(
        f"memory after it    {held / 2**20:4.0f} MiB, {held / bare:.2f} times the {bare / 2**20:.0f} MiB of an empty "
        f"window (goal: less than {MEMORY_LIMIT:g})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

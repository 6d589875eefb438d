"""How long a report takes: on the command line from start to file, in the window from asking to the preview.

Prints seconds, and for the window the longest turn of the event loop. Goals: a single report within half a second after
the start, a matrix within two, no turn over 50 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from fitcheck import service
from fitcheck.core.units import GIB
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.style import FitStyle
from fitcheck.gui.theme import load_theme
from fitcheck.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINE = ROOT / "tests" / "data" / "machines" / "rtx-4090-128gb.json"
SERVER = ("--gpu", "RTX 4090", "--ram", "512GiB", "-c", "16k")
COMMANDS = {
    "start alone": ("--version",),
    "R1, HTML": ("report", "r1@Q4_K_M", *SERVER, "-o", "a.html"),
    "R1, PDF": ("report", "r1@Q4_K_M", *SERVER, "-o", "a.pdf"),
    "R1 without cards": ("report", "r1@Q4_K_M", *SERVER, "--no-cards", "-o", "a.html"),
    "32B": ("report", "32b@Q4_K_M", *SERVER, "-o", "a.html"),
    "comparison": ("report", "r1@Q4_K_M", "70b@Q4_K_M", "32b@Q8_0", *SERVER, "-o", "a.html"),
    "matrix": ("report", *SERVER, "-o", "a.html"),
}
LONGEST_S = 120


def command_line() -> None:
    """Every command in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in COMMANDS.items():
            begun = time.perf_counter()
            # 1: an answer, too.
            done = subprocess.run([sys.executable, "-m", "fitcheck", *arguments], cwd=folder, check=False)
            assert done.returncode in (0, 1)
            print(f"{name:24} {time.perf_counter() - begun:6.2f} s")


def turns(app: QApplication, act: Callable[[], object], over: Callable[[], bool]) -> tuple[float, float]:
    """Seconds until it is over, and of the longest turn of the event loop on the way."""
    begun = last = time.perf_counter()
    longest = 0.0
    act()
    while not over() and last - begun < LONGEST_S:
        longest = max(longest, time.perf_counter() - last)
        last = time.perf_counter()
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    return last - begun, max(longest, time.perf_counter() - last)


def window(app: QApplication) -> None:
    """The page for each question, R1 first."""
    theme = load_theme("light")
    shown = MainWindow(theme, Settings(choice=("deepseek-r1-671b", "Q4_K_M")), FitPage)
    shown.resize(1280, 800)
    shown.show()
    machine = replace(service.load_machine(MACHINE), ram_total_bytes=512 * GIB, ram_available_bytes=500 * GIB)
    answered = QEventLoop()
    shown.answered.connect(answered.quit)
    shown.set_machine(machine, True)
    answered.exec()
    page = shown.others.page("report")
    variants = page.controls.variants

    def ask(variant: str) -> Callable[[], object]:
        return lambda: variants.setCurrentIndex(variants.findData(variant))

    def stands() -> bool:
        return page.report is not None and page.view.isVisible() and not page.view._tasks.running("show")

    acts = {
        "R1": lambda: shown.show_page("report"), "comparison": ask("comparison"), "matrix": ask("matrix"),
    }  # fmt: skip
    for name, act in acts.items():
        seconds, longest = turns(app, act, stands)
        print(f"window, {name:16} {seconds:6.2f} s, longest turn {1000 * longest:.0f} ms")
    shown.close()


def main() -> int:
    command_line()
    app = QApplication(["report-bench"])
    style = FitStyle()
    app.setStyle(style)
    app.setStyleSheet(load_theme("light").stylesheet())
    window(app)
    return 0


if __name__ == "__main__":
    sys.exit(main())

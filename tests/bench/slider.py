"""How long a frame takes while the context slider moves: from the new value to the painted matrix and choice.

Prints for each machine and way of use the median and worst frame and how many of the visible cells were known in it;
the first pass computes every context, the second finds them filled. Goal: median under 16 ms, worst under 50.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from fitcheck import service
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.session import spare_collections
from fitcheck.gui.style import FitStyle
from fitcheck.gui.theme import load_theme
from fitcheck.gui.widgets.context_slider import STOPS
from fitcheck.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINES = ("laptop-8gb-no-gpu", "rtx-4090-128gb", "rtx-3090-plus-4060ti-64gb", "h200-x8")
PASSES = 6
LONGEST_S = 120
EVENTS = QEventLoop.ProcessEventsFlag.AllEvents


def wait_until_filled(app: QApplication, page: FitPage) -> None:
    """Process events until the picks stand, as long as it takes."""
    until = time.monotonic() + LONGEST_S
    while (page.filler.picks is None or page.model.missing()) and time.monotonic() < until:
        app.processEvents(EVENTS, 20)


def frame(app: QApplication, page: FitPage, stop: int) -> tuple[float, float]:
    """Seconds of one frame, and the part of the visible cells that it shows."""
    begun = time.perf_counter()
    page.controls.slider.setValue(stop)
    app.processEvents(EVENTS)
    taken = time.perf_counter() - begun
    places = page.model.rowCount() * page.model.columnCount()
    return taken, 1 - len(page.model.missing()) / places


def drag(app: QApplication, page: FitPage) -> list[tuple[float, float]]:
    """From one end to the other and back."""
    return [frame(app, page, stop) for stop in (*range(len(STOPS)), *reversed(range(len(STOPS))))]


def measure(app: QApplication, machine_name: str, *, opened: bool) -> None:
    """Print the frames of one machine, with the matrix or with one choice opened."""
    page = FitPage(load_theme("light"), Settings())
    page.resize(1023, 760)
    page.set_units("GiB")
    page.show()
    page.set_machine(service.load_machine(ROOT / "tests" / "data" / "machines" / f"{machine_name}.json"), True)
    wait_until_filled(app, page)
    if opened:
        page.show_choice()
    app.processEvents(EVENTS)
    first = drag(app, page)
    for stop in range(len(STOPS)):
        page.controls.slider.setValue(stop)
        wait_until_filled(app, page)
    again = [one for _ in range(PASSES) for one in drag(app, page)]
    for name, frames in (("first pass", first), ("again", again)):
        times = [1000 * taken for taken, _ in frames]
        known = statistics.mean(part for _, part in frames)
        print(
            f"{machine_name:26} {'choice' if opened else 'matrix'}  {name:10} median {statistics.median(times):5.1f} ms"
            f"   worst {max(times):5.1f} ms   cells known {known:4.0%}"
        )
    page.deleteLater()
    app.processEvents(EVENTS)


def main() -> int:
    """Measure all machines."""
    app = QApplication([])
    style = FitStyle()
    app.setStyle(style)
    app.setStyleSheet(load_theme("light").stylesheet())
    # As the window does: otherwise a search for cycles among all that is remembered takes 50 ms of some frame.
    spare_collections()
    print("frames of the context slider (goal: median under 16 ms, worst under 50)")
    for machine in MACHINES:
        for opened in (False, True):
            measure(app, machine, opened=opened)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How much detection can take: refusals, nonsense, a driver that hangs for a minute, a day of readings. Prints figures.

The driver is the compiled stand-in of the tests under the real binding; the child processes are the program's own.
"""

from __future__ import annotations

import ctypes
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil  # noqa: E402 (the checkout goes before what is installed)
import pynvml  # noqa: E402

from fitcheck.core.hardware import Machine  # noqa: E402
from fitcheck.probe.client import ProbeClient  # noqa: E402
from fitcheck.probe.detect import Detection  # noqa: E402
from fitcheck.probe.machine_json import machine_from_object  # noqa: E402
from fitcheck.probe.nvml import Nvml  # noqa: E402
from fitcheck.probe.nvml_answers import reason_of  # noqa: E402
from fitcheck.probe.source import SourceFailedError  # noqa: E402
from fitcheck.probe.system import System  # noqa: E402
from tests.probe.malformed import look  # noqa: E402
from tests.probe.test_nvml_answers import CODES, FUNCTIONS, MORE, RTX_3090, RTX_4090  # noqa: E402

TREES = ANSWERS = 10_000
HANG_S = 60
A_DAY_S = 86_400
TRIPS = 2_000
WATCHED_S = 30
TICK_MS = 5


def driver(folder: Path) -> Path:
    """The stand-in, compiled; its settings file beside it."""
    source = ROOT / "tests" / "probe" / "nvml_standin.c"
    command = ["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", str(source), "-o", str(folder / "libnvidia-ml.so.1")]
    subprocess.run(command, check=True)
    settings = folder / "settings.txt"
    os.environ["STANDIN_NVML"], os.environ["LD_LIBRARY_PATH"] = str(settings), str(folder)
    os.environ["PYTHONPATH"] = str(ROOT)
    pynvml.nvmlLib = ctypes.CDLL(str(folder / "libnvidia-ml.so.1"))
    return settings


def seen(settings: Path, text: str) -> tuple[object, ...]:
    """Sizes that NVML's source tells with these settings, or the reason why it tells none."""
    settings.write_text(text, encoding="utf-8")
    source = Nvml(System(Path("/nowhere"), {}, "linux"))
    try:
        if (reason := source.is_available()) is not None:
            return (reason,)
        return tuple(
            (card.memory_total_bytes, card.memory_free_bytes, dict(card.unknown))
            for card in machine_from_object(source.read()).gpus
        )
    except (SourceFailedError, pynvml.NVMLError) as error:
        # What the child tells the program as a failure of this source.
        return (str(error),)
    finally:
        source._end()


def sweep(settings: Path) -> str:
    """Every function failing with every error: no crash, and no total but the true one or none with NVML's reason."""
    base = f"{RTX_4090}\n{RTX_3090}\n{MORE}"
    true = seen(settings, base)
    wrong = tried = 0
    for function in FUNCTIONS:
        for code in CODES:
            tried += 1
            told = seen(settings, f"{base}fail {function} {code}\n")
            reason = reason_of(pynvml.NVMLError(code))
            for one, expected in zip(told, true, strict=False):
                if isinstance(one, tuple) and isinstance(expected, tuple):
                    kept = one[0] == expected[0] or (one[0] is None and one[2].get("memory_total_bytes") == reason)
                    wrong += not kept
    return f"{tried:,} refusals ({len(FUNCTIONS)} functions x {len(CODES)} errors): 0 crashes, {wrong} wrong totals"


def random_answers(settings: Path) -> str:
    """Stand-in answers of any kind."""
    dice = random.Random(2026)
    strange = ("-", "0", "1", "4096", "25757220864", str(1 << 43), str(1 << 63), str((1 << 64) - 1), "x", "")
    made_up = 0
    for _ in range(ANSWERS):
        total = dice.choice(strange)
        fields = ["A", "GPU-z", total, *(dice.choice(strange) for _ in range(11)), "0"]
        more = "".join(
            f"set {dice.choice(FUNCTIONS)} 0 {dice.randrange(1 << 33)} {dice.randrange(9)}\n" for _ in range(4)
        )
        for card in seen(settings, f"card {'|'.join(fields)}\n{more}"):
            made_up += isinstance(card, tuple) and card[0] is not None and str(card[0]) != total
    return f"{ANSWERS:,} random answers of the driver: 0 crashes, {made_up} totals made up"


def random_trees() -> str:
    """Files and commands of any kind; ``look`` raises where a source breaks."""
    begun = time.perf_counter()
    for seed in range(TREES):
        look(seed)
    return f"{TREES:,} random computers: 0 crashes ({(time.perf_counter() - begun) / TREES * 1000:.1f} ms each)"


def hang(settings: Path) -> str:
    """A driver call that blocks for a minute under an open window: the longest gap between two ticks of its loop."""
    from PySide6.QtCore import QElapsedTimer, QTimer
    from PySide6.QtWidgets import QApplication

    from fitcheck.gui.detector import Detector
    from fitcheck.gui.main_window import MainWindow
    from fitcheck.gui.pages.fit import FitPage
    from fitcheck.gui.theme import load_theme
    from fitcheck.settings import Settings

    settings.write_text("hang\n", encoding="utf-8")
    application = QApplication.instance() or QApplication([])
    window = MainWindow(load_theme("light"), Settings(), FitPage)
    window.show()
    detector = Detector(window)
    begun = time.monotonic()
    complete: list[float] = []

    def note(machine: Machine, final: bool) -> None:
        window.set_machine(machine, final)
        if final:
            complete.append(time.monotonic() - begun)

    detector.machine_seen.connect(note)
    detector.live_seen.connect(window.follow_live)
    gap, clock, timer = 0, QElapsedTimer(), QTimer()
    late: list[int] = []

    def tick() -> None:
        nonlocal gap
        passed = clock.restart()
        gap = max(gap, passed)
        if complete and time.monotonic() - begun > complete[0] + 2:
            late.append(passed)

    timer.timeout.connect(tick)
    clock.start()
    timer.start(TICK_MS)
    detector.look()
    detector.start_live()
    QTimer.singleShot(HANG_S * 1000, application.quit)
    application.exec()
    detector.stop()
    window.close()
    return (
        f"a driver that blocks for {HANG_S} s: the rest complete after {complete[0]:.1f} s; longest gap of the "
        f"window's loop {gap} ms (the first matrix included), {max(late)} ms while only readings came"
    )


def day() -> str:
    """A day of readings fed in, and thousands of real round trips: memory and handles before and after."""
    detection = Detection()
    card = '{"name": "A", "uuid": "GPU-1", "memory_total_bytes": 100, "memory_free_bytes": 9, "unknown": {}}'
    detection.feed(f'{{"source": "nvml", "facts": {{"gpus": [{card}]}}}}')
    detection.feed('{"end": true}')
    tracemalloc.start()
    before = 0
    for second in range(A_DAY_S):
        if second == 1000:
            before = tracemalloc.get_traced_memory()[0]
        detection.feed(
            f'{{"live": "nvml", "facts": {{"gpus": [{{"uuid": "GPU-1", "memory_free_bytes": {second % 90}}}]}}}}'
        )
    growth = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return f"a day of readings ({A_DAY_S:,}): {growth:+,} bytes in the program"


def polling(settings: Path) -> str:
    """Readings of eight cards, host and disk once a second: share of a core, and what thousands leave behind."""
    cards = "".join(RTX_4090.replace("GPU-a", f"GPU-{number}") + "\n" for number in range(8))
    settings.write_text(cards + MORE, encoding="utf-8")
    client = ProbeClient(lambda line: None, lambda end: None, live=True)
    client.wait()
    time.sleep(1)
    program, (child,) = psutil.Process(), psutil.Process().children()

    def spent() -> float:
        return sum(sum(one.cpu_times()[:2]) for one in (program, child))

    begun, before = time.monotonic(), spent()
    while time.monotonic() - begun < WATCHED_S:
        client.look()
        time.sleep(1)
    share = (spent() - before) / (time.monotonic() - begun)
    handles, memory = program.num_fds() + child.num_fds(), child.memory_info().rss
    done = 0
    while done < TRIPS:
        done += client.look()
        time.sleep(0.001)
    left = program.num_fds() + child.num_fds() - handles
    grown = child.memory_info().rss - memory
    client.stop()
    return (
        f"readings of 8 cards once a second: {share:.2%} of a core; after {TRIPS:,} more {left:+d} handles, "
        f"{grown / 2**20:+.1f} MiB in the child"
    )


def main() -> int:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = driver(Path(folder))
        for figure in (
            lambda: sweep(settings), lambda: random_answers(settings), random_trees, day,
            lambda: polling(settings), lambda: hang(settings),
        ):  # fmt: skip
            print("detection:", figure(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

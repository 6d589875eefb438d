"""Times from the start of the process: bare window, FitCheck's shell, the filled matrix. Medians of several runs.

``time.monotonic`` counts from the same moment in every process on Linux, macOS and Windows, so the child's milestones
can be compared with the parent's start.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 7
SHELL_LIMIT, MATRIX_LIMIT = 1.5, 4.0
LONGEST_S = 60


def milestones(command: list[str]) -> dict[str, float]:
    """Seconds from the start to each milestone that the program prints."""
    environ = {**os.environ, "FITCHECK_BENCH": "1"}
    # What is installed is compiled, and so is a checkout from its second start on.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) and sys.platform == "linux":
        environ["QT_QPA_PLATFORM"] = "offscreen"
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST_S
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["milestone"]: line["monotonic"] - begun for line in lines}


def median(command: list[str], milestone: str) -> float:
    """The median over all runs but the first, which only warms the disk."""
    return statistics.median([milestones(command)[milestone] for _ in range(RUNS + 1)][1:])


def main() -> int:
    """Print the three times and their ratios; an argument is a program to start in place of the checkout's."""
    bare = median([sys.executable, str(ROOT / "tests" / "bench" / "bare_window.py")], "painted")
    fitcheck = sys.argv[1:] or [sys.executable, "-m", "fitcheck"]
    print(f"bare PySide6 window  {bare * 1000:6.0f} ms")
    for name, milestone, limit in (
        ("FitCheck's shell", "shell_painted", SHELL_LIMIT), ("the filled matrix", "matrix_filled", MATRIX_LIMIT),
    ):  # fmt: skip
        seconds = median(fitcheck, milestone)
        print(f"{name:20} {seconds * 1000:6.0f} ms   {seconds / bare:4.2f} times bare (goal: {limit:g} at most)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

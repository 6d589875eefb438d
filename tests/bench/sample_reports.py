"""The reports of ``docs/samples`` anew, as somebody would ask for them.

    python tests/bench/sample_reports.py [FOLDER]

Needs no screen; the Chinese PDF needs a font with Chinese characters. Look at them before they are committed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

R1 = ("r1@Q4_K_M", "--gpu", "RTX 4090", "--ram", "512GiB", "--ram-bandwidth", "12x DDR5-4800")
TWO_CARDS = ("--gpu", "RTX 3090", "--gpu", "RTX 4060 Ti 16GB", "--ram", "64GiB")
SMALL = ("70b@Q8_0", "--gpu", "RTX 4060", "--ram", "16GiB")
MATRIX = ("--gpu", "2x RTX 3090", "--ram", "64GiB")

SAMPLES: dict[str, tuple[str, ...]] = {
    "r1-offload.html": R1,
    "r1-offload.md": R1,
    "r1-offload.pdf": R1,
    "r1-offload.zh.html": (*R1, "--lang", "zh"),
    "r1-offload.zh.pdf": (*R1, "--lang", "zh"),
    "two-cards.html": ("70b@Q4_K_M", *TWO_CARDS),
    "comparison.pdf": ("70b@Q4_K_M", "32b@Q8_0", "14b@Q8_0", *TWO_CARDS, "--paper", "letter"),
    "does-not-fit.md": SMALL,
    "does-not-fit.pdf": SMALL,
    "matrix.html": MATRIX,
    "matrix.csv": MATRIX,
}


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    for name, arguments in SAMPLES.items():
        command = [sys.executable, "-m", "fitcheck", "report", *arguments, "-c", "16k", "-o", str(folder / name)]
        # 1: it does not run, which is what a sample may be about.
        if subprocess.run(command, cwd=ROOT, check=False).returncode not in (0, 1):
            return 1
        print(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

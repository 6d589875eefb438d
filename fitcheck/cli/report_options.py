"""The options that only ``fitcheck report`` has."""

from __future__ import annotations

import argparse
from pathlib import Path

from fitcheck.export.document import PAPERS


def add_report(command: argparse.ArgumentParser) -> None:
    """What to report on, into which file, in which words."""
    command.add_argument(
        "what", nargs="*", metavar="MODEL[@TYPE]|FILE",
        help="one model or file of your own (.gguf, config.json), several to compare them, none for every model; or "
        "a report's own .json to write it anew",
    )  # fmt: skip
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="its suffix decides: .html .pdf .md .json .csv"
    )
    command.add_argument("--lang", default="en", metavar="en|zh", help="the language of the words around the numbers")
    command.add_argument("--units", default="GiB", choices=("GiB", "GB"), help="sizes in GiB (2^30) or GB (10^9)")
    command.add_argument(
        "--paper", choices=PAPERS, help="of a PDF; without it, what is usual in this computer's country"
    )
    command.add_argument("--all", action="store_true", help="of every model, all 33 file types")
    command.add_argument("--no-cards", action="store_true", help="leave out which cards would run it (quicker)")
    command.add_argument(
        "--verification", type=Path, metavar="FILE.json", help="what `fitcheck verify --json` measured, to put beside"
    )

"""The command for many requests at once: lines of JSON in, lines of JSON out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from fitcheck.cli.exit_codes import RUNS
from fitcheck.contract.answers import answer_lines
from fitcheck.errors import RequestError


def batch(options: argparse.Namespace) -> int:
    """Answer every line as soon as it is read; blank lines are passed over.

    Bytes rather than text: a line in another encoding is that line's error and not the end of the batch.
    """
    if options.file == "-":
        return RUNS if sys.stdin is None else _answer_all(sys.stdin.buffer)
    try:
        lines = Path(options.file).open("rb")  # noqa: SIM115 - a reader who leaves is no reason of this file's
    except OSError as error:
        raise RequestError("bad_file", f"{options.file} cannot be read: {error.strerror}.") from error
    with lines:
        return _answer_all(lines)


def _answer_all(lines: Iterable[bytes]) -> int:
    for answer in answer_lines(lines):
        # A program at the other end of the pipe may wait for this answer before it asks again.
        print(answer, flush=True)
    return RUNS

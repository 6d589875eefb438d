"""From arguments to exit code; every deliberate error is one line on standard error."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module

from fitcheck.cli.options import parse
from fitcheck.errors import FitCheckError

INTERRUPTED = 130
BROKEN = 3

_MODULES = {
    "batch": "batching", "gpus": "recommending", "inspect": "inspect_file", "recommend": "recommending",
    "report": "reports", "verify": "verifying",
}  # fmt: skip
"""Where a command is that is not among ``commands``."""


def main(arguments: Sequence[str]) -> int:
    """Answer on the command line."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A terminal that cannot show a sign shows a question mark instead of an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        options = parse(arguments)
        code: int = _command(options.command)(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if _reader_left(error):
            # Whoever read us has seen enough; nothing more may be written, not even when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if "--debug" in arguments:
            traceback.print_exception(error)
        print(f"fitcheck: {_one_line(_sentence(error))}", file=sys.stderr)
        return error.exit_code if isinstance(error, FitCheckError) else BROKEN


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that bears a command's name, from the one module that this command needs."""
    command: Callable[[argparse.Namespace], int] = getattr(
        import_module(f"fitcheck.cli.{_MODULES.get(name, 'commands')}"), name
    )
    return command


def _reader_left(error: Exception) -> bool:
    """Whether the pipe that we write to has been closed; Windows calls that an invalid argument."""
    closed = (errno.EPIPE, errno.EINVAL) if os.name == "nt" else (errno.EPIPE,)
    return isinstance(error, OSError) and error.errno in closed


def _sentence(error: Exception) -> str:
    if isinstance(error, FitCheckError):
        accepted = f" Accepted: {', '.join(error.accepted)}." if error.accepted else ""
        return f"{error.message}{accepted}"
    return f"an error in FitCheck itself: {type(error).__name__}: {error} (--debug shows where)"


def _one_line(text: str) -> str:
    """The text with line breaks and control characters, such as those of a mistyped name, spelled out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )

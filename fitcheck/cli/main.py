"""From arguments to exit code; every deliberate error is one line on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from fitcheck.cli.options import build
from fitcheck.errors import FitCheckError

INTERRUPTED = 130
BROKEN = 3


def main(arguments: Sequence[str]) -> int:
    """Answer on the command line."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A terminal that cannot show a sign shows a question mark instead of an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    debug = "--debug" in arguments
    try:
        options = build().parse_args(arguments)
        from fitcheck.cli.commands import BY_NAME

        code = BY_NAME[options.command](options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read us has seen enough; nothing more may be written, not even when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except FitCheckError as error:
        if debug:
            raise
        accepted = f" Accepted: {', '.join(error.accepted)}." if error.accepted else ""
        print(f"fitcheck: {error.message}{accepted}", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        if debug:
            raise
        print(
            f"fitcheck: an error in FitCheck itself: {type(error).__name__}: {error} (--debug shows where)",
            file=sys.stderr,
        )
        return BROKEN

"""The window's way in: ``main`` starts the look at the machine first and Qt second.

The probe's child process needs about as long to answer as Qt needs to come up, so the two run side by
side. Until the shell has painted nothing heavy is imported (``tests/gui/test_startup.py``).
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from fitcheck.errors import FitCheckError, RequestError
from fitcheck.gui.inbox import Inbox
from fitcheck.gui.plain_imports import load_qt
from fitcheck.gui.startup_faults import missing_library, require_display
from fitcheck.settings_file import MODELS_VARIABLE, peek, point_at_models, settings_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fitcheck.probe.client import ProbeClient


_DEFAULTS = {
    "file": None, "machine": None, "theme": None, "language": None, "context": None, "size": None, "screenshot": None,
    "after": "filled",
}  # fmt: skip
"""What no arguments mean; building the parser for them would take 3 ms before the first paint."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are FitCheck's own: one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise RequestError("bad_option", f"{message[:1].upper()}{message[1:]}.")


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window and stay until it closes; the exit code is that of the contract."""
    try:
        return _run(_options(sys.argv[1:] if argv is None else argv))
    except FitCheckError as error:
        accepted = f" Accepted: {', '.join(error.accepted)}." if error.accepted else ""
        sys.stderr.write(f"fitcheck: {error.message}{accepted}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _options(argv: Sequence[str]) -> argparse.Namespace:
    if not argv:
        return argparse.Namespace(**_DEFAULTS)
    parser = _Parser(prog="fitcheck-gui", description="Does DeepSeek-R1 fit this machine? Opens the window.")
    parser.add_argument("file", nargs="?", metavar="FILE", help="a model file or a report, as if dropped on the window")
    parser.add_argument("--machine", metavar="FILE.json", help="a machine that `fitcheck scan --json` wrote")
    parser.add_argument("--theme", choices=("light", "dark", "system"), help="colours, this time only")
    parser.add_argument("--language", choices=("en", "zh"), help="language, this time only")
    parser.add_argument("--context", metavar="TOKENS", help="context to start with, such as 16k")
    parser.add_argument("--size", metavar="WxH", type=_size, help="size of the window, such as 1280x800")
    parser.add_argument("--screenshot", metavar="FILE.png", help="save a picture of the window and quit")
    parser.add_argument(
        "--after", choices=("shell", "filled", "choice"), default="filled", help="when to take the picture"
    )
    return parser.parse_args(argv)


def _size(text: str) -> tuple[int, int]:
    """``1280x800`` as two numbers."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and 1 <= int(width) <= 16384 >= int(height) >= 1):
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 1280x800")
    return int(width), int(height)


def _run(options: argparse.Namespace) -> int:
    require_display(os.environ)
    # Nothing becomes garbage while modules load; the session turns collection on again.
    gc.disable()
    inbox = Inbox()
    if not (options.machine or options.screenshot):
        point_at_models(peek(settings_path()).get("models_folder"), os.environ.get(MODELS_VARIABLE))
    client = None if options.machine else _start_probe(inbox)
    try:
        try:
            load_qt()
            from fitcheck.gui.session import Session
        except ImportError as error:
            raise missing_library(error) from error
        return Session(options, inbox, client).run()
    finally:
        gc.enable()
        if client is not None:
            client.stop()


def _start_probe(inbox: Inbox) -> ProbeClient | None:
    """Begin to look at the machine; None where no process can be started, which the window then says."""
    # Past the service on purpose: it imports the planner, which the first paint does not wait for.
    from fitcheck.probe.client import start

    try:
        return start(inbox.put_line, inbox.put_end)
    except OSError as error:
        inbox.put_end(error.strerror or str(error))
        return None


if __name__ == "__main__":
    sys.exit(main())

"""The program's way in: no command opens the window, a command answers here, one option looks at the machine."""

from __future__ import annotations

import gc
import sys

PROBE_OPTION = "--fitcheck-probe"
_ANSWERED_HERE = ("-h", "--help", "--version", "--debug")


def main() -> int:
    """``fitcheck``: the window without a command, the command line with one."""
    arguments = sys.argv[1:]
    opens_window = not arguments or (arguments[0].startswith("-") and arguments[0] not in _ANSWERED_HERE)
    if opens_window:
        return main_gui()
    from fitcheck.cli.main import main as answer

    code = answer(arguments)
    # The process ends here: Python would look through all that a batch remembered for cycles, several times.
    gc.freeze()
    return code


def main_gui() -> int:
    """``fitcheck-gui``: the window; frozen, each of the two programs looks at the machine by starting itself again."""
    arguments = sys.argv[1:]
    if arguments[:1] == [PROBE_OPTION]:
        from fitcheck.probe.child import main as look

        return look(arguments[1:])
    from fitcheck.gui.app import main as show

    return show(arguments)


if __name__ == "__main__":
    sys.exit(main())

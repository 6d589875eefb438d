"""The frozen program ``fitcheck-gui``."""

import os
import sys

from fitcheck.__main__ import main_gui

# Windows gives a program without a console nothing to write to; what would be said there is not heard anyway.
if sys.stdout is None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
if sys.stderr is None:
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115

sys.exit(main_gui())

"""The frozen program ``fitcheck-gui``."""

import sys

from fitcheck.__main__ import main_gui

sys.exit(main_gui())

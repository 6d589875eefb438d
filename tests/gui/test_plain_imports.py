"""PySide looks into no module of ours."""

from __future__ import annotations

import subprocess
import sys

IMPORTS = """
import linecache
from fitcheck.gui.plain_imports import load_qt
load_qt()
import fitcheck.core.planner
import fitcheck.gui.theme
print([path for path in linecache.cache if "/fitcheck/" in path.replace("\\\\", "/")])
"""


def test_no_source_is_read_for_a_module_that_is_imported_after_qt() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

"""Qt's Python binding is loaded without its look into every module that is imported later."""

from __future__ import annotations

import sys


def load_qt() -> None:
    """Import PySide6 (ImportError where a library of the system is missing).

    WORKAROUND(PySide 6.11, shibokensupport/feature.py, ``_mod_uses_pyside``): from its own import on, PySide reads the
    source of every module that is imported, and keeps its lines, to see whether it may ask for ``snake_case`` or
    ``true_property``. FitCheck's modules are told to be such that may, and never ask; to read 190 files took 25 ms of
    a start and 5 MiB. Installed there are no sources to read.
    """
    import PySide6.QtCore  # noqa: F401

    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        vars(feature)["_mod_uses_pyside"] = lambda _module: True

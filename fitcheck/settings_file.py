"""The settings on disk: where they are, and reading them before the first paint.

Standard library and platformdirs only; ``settings.py`` holds the model and is imported after the
window has painted. ``FITCHECK_CONFIG_DIR`` moves the folder (portable use, tests).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

MODELS_VARIABLE = "LLAMA_CACHE"
"""What the probe asks first for the folder of the models (``probe/disk.py``); llama.cpp downloads to it."""

FILE_NAME = "settings.json"


def settings_path() -> Path:
    """The settings file: ``settings.json`` in the system's folder for a person's configuration."""
    folder = os.environ.get("FITCHECK_CONFIG_DIR")
    if not folder:
        from platformdirs import user_config_dir

        folder = user_config_dir("fitcheck", appauthor=False)
    return Path(folder) / FILE_NAME


def peek(path: Path) -> dict[str, Any]:
    """What the file says, unchecked, and ``{}`` where it says nothing usable.

    For the first paint only: trouble is not reported here because ``settings.load`` reads the same file
    a moment later, sets a bad one aside and says so.
    """
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def set_aside(path: Path) -> Path:
    """Rename a bad file to ``settings.json.bad-<n>``, the first number that is free, and return that path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.bad-{number}")).exists():
        number += 1
    return path.replace(aside)


def point_at_models(folder: object, otherwise: str | None) -> None:
    """Let probes that are started from now on look at a folder that a person chose; ``otherwise`` where none is."""
    named = folder if isinstance(folder, str) and folder else otherwise
    if named:
        os.environ[MODELS_VARIABLE] = named
    else:
        os.environ.pop(MODELS_VARIABLE, None)

"""The settings on disk: where they are, reading them before the first paint, and writing them whole.

Standard library and platformdirs only; ``settings.py`` holds the model and is imported after the
window has painted. ``FITCHECK_CONFIG_DIR`` moves the folder (portable use, tests).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

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


def write_whole(path: Path, text: str) -> None:
    """Replace the file by ``text`` so that a crash or a full disk leaves the old one or the new one.

    Raises OSError where the folder cannot be written.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def set_aside(path: Path) -> Path:
    """Rename a bad file to ``settings.json.bad-<n>``, the first number that is free, and return that path."""
    number = 1
    while (aside := path.with_name(f"{path.name}.bad-{number}")).exists():
        number += 1
    return path.replace(aside)

"""Writing a file so that there is always a whole one: the old or the new, never half of either. Standard library."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, shared: bool = False) -> None:
    """Replace the file by ``content`` (text as UTF-8) so that a crash or a full disk leaves the old one or the new one.

    ``shared``: others of this computer may read it, as far as the old file or the system's default lets them. Raises
    OSError where the folder cannot be written.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if shared:
            Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def _mode(path: Path) -> int:
    """Who may read the file: as the old one says, else as the system has it for new files."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask

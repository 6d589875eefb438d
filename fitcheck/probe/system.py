"""The computer as sources read it: text files, folders, links and what commands print.

One door for all of them, so that a recording can keep what was read, and a test can put another tree in its place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT_VARIABLE = "FITCHECK_PROBE_ROOT"
"""A folder to read in place of ``/``: tests and recordings are looked at through it."""

REPLACED_FILE = ".fitcheck-replay.json"
"""In such a folder: ``platform`` and what commands print (``outputs``), where a recording says so."""

LARGEST_TEXT_BYTES = 1 << 20
COMMAND_LIMIT_S = 5.0


class System:
    """Reads under ``root``; whatever cannot be read is None. ``read`` keeps what was asked and answered.

    ``outputs`` stands for commands where given (command line, joined by blanks, to what it prints); nothing is run
    then. ``platform`` is ``sys.platform`` of the computer that is read.
    """

    def __init__(
        self, root: Path = Path("/"), outputs: Mapping[str, str] | None = None, platform: str = sys.platform
    ) -> None:
        self._root, self._outputs, self.platform = root, outputs, platform
        self.read: dict[str, str | None] = {}

    @classmethod
    def here(cls) -> System:
        """This computer, or the tree that a variable puts in its place."""
        root = os.environ.get(ROOT_VARIABLE)
        return _replaced(Path(root)) if root else cls()

    @property
    def replaced(self) -> bool:
        """Whether another tree stands in this computer's place: then only files tell, no library and no command."""
        return self._outputs is not None

    def path(self, path: str) -> Path:
        """Where ``path`` (absolute, with slashes) lies under the root."""
        return self._root / path.lstrip("/")

    def text(self, path: str) -> str | None:
        """A file's text without white space around it."""
        try:
            with self.path(path).open("rb") as file:
                found: str | None = file.read(LARGEST_TEXT_BYTES).decode("utf-8", "replace").strip()
        except (OSError, ValueError):
            found = None
        self.read[path] = found
        return found

    def section(self, path: str, heading: str) -> tuple[str, ...]:
        """The indented lines below the line that begins with ``heading``, of a file that may be long."""
        found: list[str] = []
        try:
            with self.path(path).open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if found and not line.startswith(("\t", "#")):
                        break
                    if found or line.startswith(heading):
                        found.append(line.rstrip("\n"))
        except (OSError, ValueError):
            return ()
        return tuple(found[1:])

    def number(self, path: str, base: int = 10) -> int | None:
        """A file's whole number, None where it holds none (``base`` 0 reads ``0x`` as hexadecimal)."""
        try:
            return int(self.text(path) or "", base)
        except ValueError:
            return None

    def entries(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, sorted; empty where there is none."""
        try:
            found = tuple(sorted(one.name for one in self.path(folder).iterdir()))
        except (OSError, ValueError):
            self.read[folder.rstrip("/") + "/"] = None
            return ()
        self.read[folder.rstrip("/") + "/"] = "\n".join(found)
        return found

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there; it is not listed."""
        try:
            found = self.path(path).is_dir()
        except (OSError, ValueError):
            found = False
        if found:
            self.read.setdefault(path.rstrip("/") + "/", "")
        return found

    def link(self, path: str) -> str | None:
        """The last name of what a link points to (a driver's, a subsystem's, a device's)."""
        try:
            found: str | None = self.path(path).readlink().name
        except (OSError, ValueError):
            found = None
        self.read[path + "@"] = found
        return found

    def size(self, path: str) -> int | None:
        """A file's size in bytes, that of its target where it is a link."""
        try:
            found: int | None = self.path(path).stat().st_size
        except (OSError, ValueError):
            found = None
        self.read[path + "#"] = None if found is None else str(found)
        return found

    def program(self, name: str, *folders: str) -> str | None:
        """Where a program lies, on the search path or in one of the folders."""
        everywhere = os.pathsep.join((os.environ.get("PATH", ""), *folders))
        found: str | None = self.told(f"which {name}", lambda: shutil.which(name, path=everywhere))
        return found

    def variable(self, name: str) -> str | None:
        """An environment variable; empty counts as not set."""
        found: str | None = self.told(f"env {name}", lambda: os.environ.get(name))
        return found or None

    def told(self, name: str, ask: Callable[[], Any]) -> Any:
        """What a library of the system tells, as a JSON value; ``ask`` is not called where another tree is read.

        What ``ask`` raises passes through.
        """
        if self._outputs is not None:
            text = self._outputs.get(name)
        else:
            found = ask()
            text = None if found is None else json.dumps(found)
        self.read["$ " + name] = text
        return None if text is None else json.loads(text)

    def output(self, *command: str) -> str | None:
        """What a command prints; None where it is missing, fails or takes longer than five seconds."""
        line = " ".join(command)
        found = self._outputs.get(line) if self._outputs is not None else _run(command)
        self.read["$ " + line] = found
        return found


def _replaced(root: Path) -> System:
    try:
        told = json.loads((root / REPLACED_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return System(root, {})
    return System(root, told["outputs"], told["platform"])


def _run(command: tuple[str, ...]) -> str | None:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=COMMAND_LIMIT_S, check=False, stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None

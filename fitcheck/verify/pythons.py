"""Which Pythons of this computer have torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fitcheck.errors import EnvironmentLacksError, RequestError
from fitcheck.frozen import dataclass

ASK_S = 20.0
"""A Python that has not started by then is taken to hang; a cold disk takes seconds."""

_QUESTION = """
import importlib.metadata, importlib.util, json, sys
found = importlib.util.find_spec("torch")
version = None
if found:
    try:
        version = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        version = "of unknown version"
print(json.dumps({"python": sys.version.split()[0], "torch": version, "new_enough": sys.version_info >= (3, 9)}))
"""
"""Asks without importing torch, which takes seconds."""

HOW_TO_GET_TORCH = (
    "Choose a Python that has it (--python PATH), or install it: pip install 'r1-fitcheck[verify]', without a card "
    "pip install torch --index-url https://download.pytorch.org/whl/cpu."
)


@dataclass(frozen=True, slots=True)
class PythonFound:
    """A Python of this computer: its path, its version and that of its torch (None: it has none)."""

    path: str
    python: str
    torch: str | None
    new_enough: bool = True

    @property
    def usable(self) -> bool:
        """Whether a verification can run in it."""
        return self.torch is not None and self.new_enough


def ask(path: str) -> PythonFound | None:
    """What a Python says of itself; None where it is none or does not answer."""
    try:
        told = subprocess.run(
            [path, "-c", _QUESTION], capture_output=True, timeout=ASK_S, check=True, stdin=subprocess.DEVNULL,
            env=environment_for(path), creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        answer = json.loads(told.stdout.splitlines()[-1])
        return PythonFound(path, answer["python"], answer["torch"], bool(answer["new_enough"]))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError, KeyError, TypeError):
        return None


def candidates() -> Iterator[str]:
    """Where Pythons usually are, each once, the likeliest first."""
    seen = set()
    for path in _places():
        if path and Path(path).is_file():
            known = _known_as(path)
            if known not in seen:
                seen.add(known)
                yield path


def _known_as(path: str) -> str:
    """One spelling of a path; links are kept, for an environment's Python is a link to another one."""
    return os.path.normcase(Path(path).absolute())


def _places() -> Iterator[str | None]:
    if not getattr(sys, "frozen", False):
        yield sys.executable
    inside = ("python.exe", "Scripts/python.exe") if os.name == "nt" else ("bin/python",)
    folders = [os.environ.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    home = Path.home()
    folders += [str(home / name) for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge", ".venv", "venv")]
    folders += _conda_environments(home)
    for name in ("python3", "python"):
        yield shutil.which(name)
    for folder in filter(None, folders):
        for name in inside:
            yield str(Path(folder) / name)


def _conda_environments(home: Path) -> list[str]:
    """The environments that conda keeps a list of."""
    try:
        return (home / ".conda" / "environments.txt").read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return []


def python_with_torch(chosen: str | None = None) -> PythonFound:
    """The chosen Python, else the first that has torch.

    Raises RequestError (``bad_python``) where the chosen path is no Python, and EnvironmentLacksError (``no_torch``)
    where there is no torch.
    """
    if chosen is not None:
        found = ask(chosen)
        if found is None:
            raise RequestError("bad_python", f"'{chosen}' is not a Python that answers.")
        _check(found)
        return found
    for path in candidates():
        found = ask(path)
        if found is not None and found.usable:
            return found
    raise EnvironmentLacksError("no_torch", f"No Python with torch was found here. {HOW_TO_GET_TORCH}")


def _check(found: PythonFound) -> None:
    if found.torch is None:
        raise EnvironmentLacksError("no_torch", f"The Python {found.path} has no torch. {HOW_TO_GET_TORCH}")
    if not found.new_enough:
        raise EnvironmentLacksError(
            "old_python", f"The Python {found.path} is {found.python}; 3.9 is the oldest that can verify."
        )


def environment_for(path: str) -> dict[str, str]:
    """The environment for a Python; what points this program's own Python to its parts does not belong to another."""
    environ = dict(os.environ)
    if _known_as(path) != _known_as(sys.executable):
        for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"):
            environ.pop(name, None)
        for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            # A frozen program puts its own folder there and keeps what was before.
            before = environ.pop(f"{name}_ORIG", None)
            if before is not None:
                environ[name] = before
    return environ

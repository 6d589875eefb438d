"""Programs that run models and are installed here. None is started: some wake the card only to tell their version.

Where they lie is what their installers and package managers use; a window started from a desktop has a shorter search
path than a terminal, so the usual folders are added to it.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

PROGRAMS = {
    "llama.cpp": ("llama-server", "llama-cli"), "ollama": ("ollama",), "lm-studio": ("lms", "lm-studio"),
    "vllm": ("vllm",), "sglang": ("sglang",), "ktransformers": ("kt", "ktransformers"),
}  # fmt: skip
"""A runtime: its programs, the first that is found counts. Names as in ``fitcheck.engines``."""

_HOME = (".local/bin", ".lmstudio/bin", "AppData/Local/Programs/Ollama", "AppData/Local/Microsoft/WinGet/Links")
_EVERYBODY = ("/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/snap/bin", "/usr/bin")

_APPLICATIONS = {
    "ollama": ("/Applications/Ollama.app",),
    "lm-studio": ("/Applications/LM Studio.app", "{home}/AppData/Local/Programs/LM Studio", "{home}/.lmstudio"),
}
"""Folders that are there where a program without a command is installed."""

_MAC_VERSION = re.compile(r"<key>CFBundleShortVersionString</key>\s*<string>([^<]{1,40})</string>")


class Runtimes:
    """The source."""

    name = "runtimes"
    tried = "the search path and the usual folders, for llama.cpp, Ollama, LM Studio, vLLM, SGLang and KTransformers"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """Every runtime that is found, once, with its version where a file tells it."""
        found = [one for name in PROGRAMS if (one := self._found(name)) is not None]
        return {"runtimes": found}

    def live(self) -> Facts:
        """Nothing: programs are not installed every second."""
        return {}

    def _found(self, name: str) -> Facts | None:
        home = Path.home()
        folders = (*((home / folder).as_posix() for folder in _HOME), *_EVERYBODY)
        for program in PROGRAMS[name]:
            path = self._system.program(program, *folders)
            if path is not None:
                return {"name": name, "path": path, "version": self._version(name, PurePath(path))}
        for place in _APPLICATIONS.get(name, ()):
            path = place.format(home=home.as_posix())
            if self._system.is_folder(path):
                return {"name": name, "path": path, "version": self._application_version(path)}
        return None

    def _version(self, name: str, program: PurePath) -> str | None:
        """The version that pip noted beside a program of a Python environment."""
        library = program.parent.parent / "lib"
        for python in self._system.entries(library.as_posix()):
            if python.startswith("python"):
                for one in self._system.entries((library / python / "site-packages").as_posix()):
                    match = re.fullmatch(rf"{name}-(\d[^-]*)\.dist-info", one)
                    if match:
                        return match[1]
        return None

    def _application_version(self, path: str) -> str | None:
        match = _MAC_VERSION.search(self._system.text(f"{path}/Contents/Info.plist") or "")
        return match[1] if match else None

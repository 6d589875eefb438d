"""Free space where models live."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

_VARIABLES = ("LLAMA_CACHE", "OLLAMA_MODELS", "HF_HOME")
_FOLDERS = (
    ".cache/llama.cpp", "Library/Caches/llama.cpp", "AppData/Local/llama.cpp", ".ollama/models", ".lmstudio/models",
    ".cache/huggingface",
)  # fmt: skip


class ModelDisk:
    """The source."""

    name = "disk"
    tried = "the folders where runtimes keep models"

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System.here()

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """Path, size and free space in bytes of the disk that holds, or would hold, models."""
        folder = model_folder(os.environ, Path.home())
        try:
            usage = shutil.disk_usage(folder)
        except OSError as error:
            return {"disk_path": str(folder), "unknown": {"disk_free_bytes": f"{folder}: {error.strerror}."}}
        return {"disk_path": str(folder), "disk_total_bytes": usage.total, "disk_free_bytes": usage.free}

    def live(self) -> Facts:
        """Free space."""
        found = self.read()
        return {"disk_free_bytes": found["disk_free_bytes"]} if "disk_free_bytes" in found else {}


def model_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Where runtimes keep models: what a variable names, else the first usual folder that exists, else home.

    A folder that is named but not made yet stands for its nearest parent.
    """
    named = [Path(environ[name]) for name in _VARIABLES if environ.get(name)]
    usual = [home / name for name in _FOLDERS if (home / name).is_dir()]
    for folder in (*named, *usual):
        for existing in (folder, *folder.parents):
            if existing.is_dir():
                return existing
    return home

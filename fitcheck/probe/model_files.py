"""Model files that runtimes have downloaded already, found by name; none of them is opened.

Sources: llama.cpp's cache folder (common/common.cpp, ``fs_get_cache_directory``), the layout of Hugging Face's cache
(huggingface_hub, "Manage your cache"), LM Studio's models folder, Ollama's manifests (docs/faq and
``types/model/name.go`` of Ollama).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

MODEL_LAYER = "application/vnd.ollama.image.model"
MOST_FOLDERS = 2_000
MOST_FILES = 500
DEEPEST = 5
"""A cache of another shape than expected must not become a search through a whole disk."""

_PART = re.compile(r"(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf")
_LLAMA_CACHES = (".cache/llama.cpp", "Library/Caches/llama.cpp", "AppData/Local/llama.cpp")
_LM_STUDIO = (".lmstudio/models", ".cache/lm-studio/models")
_OLLAMA = ("/usr/share/ollama/.ollama/models", "/var/lib/ollama/.ollama/models", "/var/lib/ollama/models")
"""Where Ollama keeps models when it runs as a service of the system."""


class ModelFiles:
    """The source."""

    name = "model_files"
    tried = "the models folders of llama.cpp, Hugging Face, LM Studio and Ollama"

    def __init__(self, system: System) -> None:
        self._system = system
        self._folders = 0

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """Every model once, all parts of a split file together; a split file that lacks parts is not counted."""
        home = Path.home()
        under = [(home / folder).as_posix() for folder in _LLAMA_CACHES]
        llama = [*self._named("LLAMA_CACHE"), *under]
        hubs = self._named("HF_HOME") or [(home / ".cache/huggingface").as_posix()]
        studio = [(home / folder).as_posix() for folder in _LM_STUDIO]
        ollama = [*(self._named("OLLAMA_MODELS") or [(home / ".ollama/models").as_posix()]), *_OLLAMA]
        found = [
            *self._grouped("llama.cpp", (path for folder in llama for path in self._gguf(folder))),
            *self._grouped("Hugging Face", (path for hub in hubs for path in self._gguf(f"{hub}/hub"))),
            *self._grouped("lm-studio", (path for folder in studio for path in self._gguf(folder))),
            *(one for folder in ollama for one in self._of_ollama(folder)),
        ]
        once = {(one["path"], one["name"]): one for one in found}
        notes = (
            [] if self._folders < MOST_FOLDERS else ["There are too many folders of models; some were not looked at."]
        )
        return {"model_files": list(once.values())[:MOST_FILES], "notes": notes}

    def live(self) -> Facts:
        """Nothing: a model takes minutes to download, and a whole look finds it."""
        return {}

    def _named(self, variable: str) -> list[str]:
        """The folder that a variable names, with slashes as everywhere here."""
        found = self._system.variable(variable)
        return (
            [found.replace("\\", "/").rstrip("/") if self._system.platform == "win32" else found.rstrip("/")]
            if found
            else []
        )

    def _gguf(self, folder: str, depth: int = 0) -> Iterator[str]:
        """Paths of the GGUF files below a folder."""
        self._folders += 1
        if self._folders > MOST_FOLDERS:
            return
        for name in self._system.entries(folder):
            path = f"{folder}/{name}"
            if name.endswith(".gguf"):
                yield path
            elif depth < DEEPEST and not name.startswith(".") and name != "blobs" and self._system.is_folder(path):
                yield from self._gguf(path, depth + 1)

    def _grouped(self, runtime: str, paths: Iterable[str]) -> Iterator[Facts]:
        parts: dict[tuple[str, str], dict[int, tuple[str, int]]] = {}
        for path in paths:
            name = PurePosixPath(path).name
            size = self._system.size(path)
            if size is None or name.startswith("mmproj"):
                continue
            match = _PART.fullmatch(name)
            if match is None:
                yield {"path": path, "size_bytes": size, "name": name, "runtime": runtime}
                continue
            key = (f"{PurePosixPath(path).parent}/{match['stem']}", match["count"])
            parts.setdefault(key, {})[int(match["number"])] = (path, size)
        for (stem, count), found in parts.items():
            if sorted(found) == list(range(1, int(count) + 1)):
                yield {
                    "path": found[1][0], "size_bytes": sum(size for _, size in found.values()),
                    "name": f"{PurePosixPath(stem).name}.gguf", "runtime": runtime, "parts": int(count),
                }  # fmt: skip

    def _of_ollama(self, folder: str) -> Iterator[Facts]:
        """Models by the names that Ollama shows, from its manifests: registry / space / model / tag."""
        top = f"{folder}/manifests"
        for path in self._manifests(top, 0):
            *_, space, model, tag = PurePosixPath(path).parts
            layer = _model_layer(self._system.text(path) or "")
            if layer is None:
                continue
            digest, size = layer
            blob = f"{folder}/blobs/{digest.replace(':', '-')}"
            if self._system.size(blob) != size:
                # A download that was broken off.
                continue
            name = f"{model}:{tag}" if space == "library" else f"{space}/{model}:{tag}"
            yield {"path": blob, "size_bytes": size, "name": name, "runtime": "ollama"}

    def _manifests(self, folder: str, depth: int) -> Iterator[str]:
        self._folders += 1
        if self._folders > MOST_FOLDERS:
            return
        for name in self._system.entries(folder):
            path = f"{folder}/{name}"
            if depth == 3:
                yield path
            else:
                yield from self._manifests(path, depth + 1)


def _model_layer(text: str) -> tuple[str, int] | None:
    """Digest and size of the weights in an Ollama manifest."""
    try:
        layers: Any = json.loads(text)["layers"]
        found = next(one for one in layers if one["mediaType"] == MODEL_LAYER)
        digest, size = found["digest"], found["size"]
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return None
    known = isinstance(digest, str) and re.fullmatch(r"sha256:[0-9a-f]{64}", digest) and isinstance(size, int)
    return (digest, size) if known else None

"""Which packages there are and what each is made by."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import debian
import freeze
import licences
import macos
import portable
import product
import redhat
import windows

Builder = Callable[[Path, Path, str, bool], Path]
"""Takes the frozen folder, the folder for packages, the version and whether to hurry; returns the package."""

TARGETS: dict[str, tuple[str, Builder]] = {
    "deb": ("linux", debian.build),
    "rpm": ("linux", redhat.build),
    "tar": ("linux", portable.build_tar),
    "appimage": ("linux", portable.build_appimage),
    "nsis": ("win32", windows.build),
    "dmg": ("darwin", macos.build),
}
"""Name -> system that it is built on, and its builder."""

WITH_A_TOOL_APART = ("appimage",)
"""Built only where it is named, because few have the tool."""


def here() -> list[str]:
    """What this system builds when nothing is named."""
    return [name for name, (system, _) in TARGETS.items() if system == sys.platform and name not in WITH_A_TOOL_APART]


def build(names: list[str], folder: Path, version: str, *, again: bool, quick: bool) -> list[Path]:
    """Freeze (or take what was frozen), build the packages, then the list of parts and the sums."""
    for name in names:
        if TARGETS[name][0] != sys.platform:
            raise product.RefusalError(f"{name} is built on {TARGETS[name][0]}; this is {sys.platform}.")
    frozen = freeze.FROZEN / product.NAME
    if again or not frozen.is_dir():
        frozen = freeze.freeze()
    folder.mkdir(parents=True, exist_ok=True)
    made = [TARGETS[name][1](frozen, folder, version, quick) for name in names]
    made.append(write_sbom(frozen, folder, version))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    listed = folder / f"{product.NAME}-{version}-{sys.platform}.sha256"
    listed.write_text("".join(sums), encoding="utf-8", newline="\n")
    return [*made, listed]


def write_sbom(frozen: Path, folder: Path, version: str) -> Path:
    """The list of parts beside the packages."""
    path = folder / f"{product.NAME}-{version}-{sys.platform}.cdx.json"
    path.write_text(json.dumps(licences.sbom(frozen), indent=1) + "\n", encoding="utf-8", newline="\n")
    return path

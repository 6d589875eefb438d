"""Whose work the bundle holds and under which licence: for people (a copyright file) and for programs (an SBOM)."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import product

# Folder or file in the bundle -> distribution that it comes from.
DISTRIBUTIONS = (
    "PySide6_Essentials", "shiboken6", "pydantic", "pydantic_core", "annotated-types", "typing_extensions",
    "typing-inspection", "psutil", "nvidia-ml-py", "platformdirs",
)  # fmt: skip

# Libraries of the building computer that travel along: beginning of the name, what it is, licence (SPDX).
LIBRARIES = (
    ("libffi", "libffi", "MIT"),
    ("libbz2", "bzip2", "bzip2-1.0.6"),
    ("liblzma", "xz", "0BSD"),
    ("libexpat", "expat", "MIT"),
    ("libuuid", "util-linux libuuid", "BSD-3-Clause"),
    ("libmpdec", "mpdecimal", "BSD-2-Clause"),
    ("libxcb-", "xcb-util", "X11"),
    ("libxkbcommon", "libxkbcommon", "MIT"),
)

LICENCES = {
    "PySide6_Essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only", "pydantic": "MIT", "pydantic_core": "MIT",
    "annotated-types": "MIT", "typing_extensions": "PSF-2.0", "typing-inspection": "MIT", "psutil": "BSD-3-Clause",
    "nvidia-ml-py": "BSD-3-Clause", "platformdirs": "MIT",
}  # fmt: skip
"""SPDX names of what the distributions say of themselves; of Qt's choices the one under which FitCheck passes it on."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's work in the bundle; ``purl`` is its package URL where there is one."""

    name: str
    version: str
    licence: str
    purl: str | None = None


def parts(frozen: Path) -> list[Part]:
    """All that the bundle holds beside FitCheck itself."""
    found = [Part("Python", platform.python_version(), "PSF-2.0")]
    for name in DISTRIBUTIONS:
        version = metadata.version(name)
        found.append(Part(name, version, LICENCES[name], f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"))
    found.append(
        Part("PyInstaller bootloader", metadata.version("pyinstaller"), "GPL-2.0-or-later WITH Bootloader-exception")
    )
    qt = metadata.version("PySide6_Essentials")
    found.append(Part("Qt", qt, "LGPL-3.0-only"))
    found.append(
        Part("ICU", "73", "Unicode-3.0") if any(frozen.rglob("libicu*")) else Part("ICU", "system", "Unicode-3.0")
    )
    names = [path.name for path in frozen.rglob("lib*")]
    for beginning, title, licence in LIBRARIES:
        files = sorted(name for name in names if name.startswith(beginning))
        if files:
            found.append(Part(title, files[0].partition(".so.")[2] or "unknown", licence))
    return found


def copyright_file(frozen: Path) -> str:
    """Debian's machine-readable copyright file."""
    own = (product.ROOT / "LICENSE").read_text(encoding="utf-8")
    text = "\n".join(f" {line}" if line.strip() else " ." for line in own.splitlines()[4:])
    lines = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        "Upstream-Name: FitCheck",
        "Comment: the folder /usr/lib/fitcheck/_internal holds unchanged works of others, whose licences allow to",
        " pass them on. Qt and PySide6 are shared libraries that may be replaced by other builds of the same version.",
        *(f" - {part.name} {part.version}: {part.licence}" for part in parts(frozen)),
        " The full texts of the LGPL and GPL are in /usr/share/common-licenses on Debian.",
        "",
        "Files: *",
        "Copyright: 2026 FitCheck contributors",
        "License: MIT",
        text,
        "",
    ]
    return "\n".join(lines)


def sbom(frozen: Path) -> dict[str, object]:
    """What the packages hold, in CycloneDX 1.5."""
    components = [
        {
            "type": "library", "name": part.name, "version": part.version,
            "licenses": [{"expression": part.licence}], **({"purl": part.purl} if part.purl else {}),
        }
        for part in parts(frozen)
    ]  # fmt: skip
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": product.moment().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application", "name": product.NAME, "version": product.version(),
                "licenses": [{"expression": "MIT"}],
            },
            "properties": [{"name": "platform", "value": f"{sys.platform} {product.machine()}"}],
        },
        "components": components,
    }  # fmt: skip

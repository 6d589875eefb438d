"""Whose work the bundle holds and under which licence: for people (texts, a copyright file), for programs (an SBOM)."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import product

LICENCES = {
    "PySide6_Essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only", "psutil": "BSD-3-Clause",
    "nvidia-ml-py": "BSD-3-Clause", "platformdirs": "MIT", "Jinja2": "BSD-3-Clause", "MarkupSafe": "BSD-3-Clause",
}  # fmt: skip
"""SPDX names of what the distributions say of themselves; of Qt's choices the one under which FitCheck passes it on."""

# Libraries of the building computer or of Qt that travel along: beginning of the name, what it is, licence (SPDX).
LIBRARIES = (
    ("libffi", "libffi", "MIT"),
    ("libbz2", "bzip2", "bzip2-1.0.6"),
    ("liblzma", "xz", "0BSD"),
    ("libexpat", "expat", "MIT"),
    ("libuuid", "util-linux libuuid", "BSD-3-Clause"),
    ("libmpdec", "mpdecimal", "BSD-2-Clause"),
    ("libxcb-", "xcb-util", "X11"),
    ("libxkbcommon", "libxkbcommon", "MIT"),
    ("libicu", "ICU", "Unicode-3.0"),
)

TEXTS = product.PACKAGING / "licence_texts"
"""Texts that no distribution brings: those of Qt."""

DOCUMENTS = Path("/usr/share/doc")
"""Where Debian's family keeps what its libraries' authors ask for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's work in the bundle; ``purl`` is its package URL where there is one."""

    name: str
    version: str
    licence: str
    purl: str | None = None


def distributions() -> list[str]:
    """FitCheck's requirements and theirs in turn, as far as this system has use for them.

    RefusalError for one whose licence nobody has looked up.
    """
    found: set[str] = set()
    waiting = ["r1-fitcheck"]
    while waiting:
        for line in metadata.requires(waiting.pop()) or ():
            wanted = re.match(r"[\w.-]+", line)
            if wanted is None or re.search(r";.*\bextra\s*==", line):
                continue
            try:
                name = metadata.metadata(wanted[0])["Name"]
            except metadata.PackageNotFoundError:
                # For another system.
                continue
            if name not in found:
                found.add(name)
                waiting.append(name)
    unknown = sorted(found - LICENCES.keys())
    if unknown:
        raise product.RefusalError(f"The bundle holds {', '.join(unknown)}; write under which licence (licences.py).")
    return sorted(found, key=str.lower)


def parts(frozen: Path) -> list[Part]:
    """All that the bundle holds beside FitCheck itself."""
    found = [Part("Python", platform.python_version(), "PSF-2.0")]
    for name in distributions():
        version = metadata.version(name)
        found.append(Part(name, version, LICENCES[name], f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"))
    found.append(
        Part("PyInstaller bootloader", metadata.version("pyinstaller"), "GPL-2.0-or-later WITH Bootloader-exception")
    )
    found.append(Part("mypyc runtime", metadata.version("mypy"), "MIT AND PSF-2.0"))
    found.append(Part("Qt", metadata.version("PySide6_Essentials"), "LGPL-3.0-only"))
    names = sorted(path.name for path in frozen.rglob("lib*"))
    for beginning, title, licence in LIBRARIES:
        files = [name for name in names if name.startswith(beginning)]
        if files:
            found.append(Part(title, _library_version(files[0]), licence))
    return found


def _library_version(name: str) -> str:
    """The version of a library: its package's where it is the building computer's, else what its file name ends in."""
    documents = debian_documents(name)
    if documents is not None and shutil.which("dpkg-query"):
        command = ["dpkg-query", "-W", "-f", "${Version}\n", documents.name]
        version = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split("\n")[0]
        if version:
            return version
    return name.partition(".so.")[2] or "unknown"


def debian_documents(name: str) -> Path | None:
    """Debian's folder of documents about a library: ``libbz2.so.1.0`` is of the package ``libbz2-1.0``."""
    stem = re.escape(name.partition(".so")[0])
    folders = sorted(DOCUMENTS.glob("lib*")) if DOCUMENTS.is_dir() else []
    return next((one for one in folders if re.fullmatch(rf"{stem}-?\d[\d.]*(t64)?", one.name)), None)


def write_texts(folder: Path, libraries: Iterable[str]) -> None:
    """Fill a folder with the licences' full texts, as they ask; ``libraries`` are the bundle's, by file name."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for source in sorted(TEXTS.iterdir()):
        shutil.copyfile(source, folder / source.name)
    shutil.copyfile(_python_licence(), folder / "Python.txt")
    for name in (*distributions(), "pyinstaller", "mypy"):
        text = own_text(metadata.distribution(name))
        if text:
            (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    for name in sorted(set(libraries)):
        documents = debian_documents(name)
        if documents is not None and name.startswith(tuple(beginning for beginning, _, _ in LIBRARIES)):
            shutil.copyfile(documents / "copyright", folder / f"{name.partition('.so')[0]}.txt")


def _python_licence() -> Path:
    """Python's licence, beside its library or (Windows) at its top."""
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    found = next((place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").is_file()), None)
    if found is None:
        raise product.RefusalError(f"Python's LICENSE.txt is not in {' or '.join(map(str, places))}.")
    return found


def own_text(distribution: metadata.Distribution) -> str:
    """What a distribution brings as its licence; the NVIDIA bindings write it at the top of their module."""
    files = [Path(str(one.locate())) for one in distribution.files or ()]
    named = [file for file in files if re.match(r"licen[cs]e|copying|notice", file.name, re.IGNORECASE)]
    texts = [file.read_text(encoding="utf-8") for file in sorted(named) if ".dist-info" in str(file)]
    if not texts and distribution.metadata["Name"] == "nvidia-ml-py":
        lines = next(file for file in files if file.name == "pynvml.py").read_text(encoding="utf-8").splitlines()
        texts = ["\n".join(lines[: lines.index("")]) + "\n"]
    return "\n".join(texts)


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
        " The full texts are in the folder _internal/licences.",
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

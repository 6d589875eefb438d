"""The Windows installer, compiled by NSIS, which runs on Linux too."""

from __future__ import annotations

from pathlib import Path

import freeze
import pictures
import product


def build(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the installer into ``folder`` and return its path; needs ``makensis``."""
    work = product.BUILD / "windows"
    work.mkdir(parents=True, exist_ok=True)
    freeze.write_icons_and_versions(work)
    (work / "side.bmp").write_bytes(pictures.wizard_bmp(freeze.ICON))
    package = folder / f"{product.TITLE}-{version}-setup.exe"
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    defines = {
        "VERSION": version, "VERSION_NUMBERS": f"{version}.0", "PAYLOAD": frozen, "ICON": work / "fitcheck.ico",
        "SIDE": work / "side.bmp", "OUT": package, "LICENCE": product.ROOT / "LICENSE", "SIZE_KB": size // 1024,
    }  # fmt: skip
    compression = ("-XSetCompressor zlib",) if quick else ("-XSetCompressor /SOLID /FINAL lzma",)
    product.call(
        "makensis", "-NOCD", "-INPUTCHARSET", "UTF8", "-WX", *compression,
        *(f"-D{name}={value}" for name, value in defines.items()), product.PACKAGING / "windows" / "fitcheck.nsi",
    )  # fmt: skip
    return package

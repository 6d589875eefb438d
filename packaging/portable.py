"""Packages that nothing has to install: a folder to unpack, and the folder of an AppImage."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from pathlib import Path

import freeze
import licences
import linux_tree
import pictures
import product

_README = """\
FitCheck {version} for Linux ({machine}), without installation.

    ./fitcheck-gui      opens the window
    ./fitcheck --help   answers in the terminal

The folder may lie anywhere. It needs glibc {glibc} or newer and the libraries that every desktop has;
where one is missing the program names its package. Settings are kept in
~/.config/fitcheck; FITCHECK_CONFIG_DIR moves them.
"""


def build_tar(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the portable ``.tar.gz`` into ``folder`` and return its path."""
    import elf

    name = f"{product.NAME}-{version}-linux-{product.machine()}"
    glibc = ".".join(map(str, elf.newest(frozen, "GLIBC")))
    texts = {
        "README.txt": _README.format(version=version, machine=product.machine(), glibc=glibc),
        "LICENSE": (product.ROOT / "LICENSE").read_text(encoding="utf-8"),
        "THIRD-PARTY.txt": licences.copyright_file(frozen),
    }
    package = folder / f"{name}.tar.gz"
    with (
        package.open("wb") as raw,
        gzip.GzipFile("", "wb", 1 if quick else 9, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(frozen.rglob("*")):
            archive.add(path, f"{name}/{path.relative_to(frozen).as_posix()}", recursive=False, filter=_settled)
        for file, text in texts.items():
            entry = tarfile.TarInfo(f"{name}/{file}")
            entry.size, entry.mode = len(text.encode()), 0o644
            archive.addfile(_settled(entry), io.BytesIO(text.encode()))
    return package


def _settled(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's in particular, at the one moment."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = product.epoch()
    return entry


def build_appimage(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the AppImage into ``folder`` and return its path; needs ``appimagetool``."""
    root = appdir(frozen, version)
    package = folder / f"{product.TITLE}-{version}-{product.machine()}.AppImage"
    # Validation is this project's own test; the tool's needs the network.
    product.call("appimagetool", "--no-appstream", root, package, ARCH=product.machine(), VERSION=version)
    shutil.rmtree(root)
    return package


def appdir(frozen: Path, version: str) -> Path:
    """The folder that an AppImage packs: the common tree, and at its top what starts and shows it."""
    root = product.BUILD / "appimage" / "FitCheck.AppDir"
    linux_tree.make(root, frozen, version=version)
    (root / "AppRun").symlink_to("usr/lib/fitcheck/fitcheck-gui")
    linux_tree.write(root / "fitcheck.desktop", (linux_tree.DATA / "fitcheck.desktop").read_bytes())
    linux_tree.write(root / "fitcheck.png", pictures.png(freeze.ICON, 256))
    (root / ".DirIcon").symlink_to("fitcheck.png")
    linux_tree.settle(root)
    return root

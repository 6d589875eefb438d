"""The files of a Linux installation as they lie below ``/``: what the packages have in common."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import completions
import freeze
import licences
import manual
import pictures
import product

LIBRARY = Path("usr/lib") / product.NAME
DATA = product.PACKAGING / "linux"
PROGRAMS = ("fitcheck", "fitcheck-gui")


def make(root: Path, frozen: Path, *, version: str, zsh: str = "vendor-completions") -> None:
    """Fill an empty ``root``; ``zsh`` is the folder of zsh's completions, which distributions call differently."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(frozen, root / LIBRARY, symlinks=True)
    links = root / "usr/bin"
    links.mkdir(parents=True)
    for name in PROGRAMS:
        (links / name).symlink_to(f"../lib/{product.NAME}/{name}")
    share = root / "usr/share"
    desktop_files(share, version)
    write(share / f"man/man1/{product.NAME}.1.gz", packed(manual.command_line_page()))
    write(share / "man/man1/fitcheck-gui.1.gz", packed(manual.window_page()))
    write(share / "bash-completion/completions/fitcheck", completions.bash().encode())
    write(share / f"zsh/{zsh}/_fitcheck", completions.zsh().encode())
    write(share / "fish/vendor_completions.d/fitcheck.fish", completions.fish().encode())


def desktop_files(share: Path, version: str) -> None:
    """Menu entry, icons, file types and what a software centre shows."""
    write(share / "applications/fitcheck.desktop", (DATA / "fitcheck.desktop").read_bytes())
    write(share / "mime/packages/fitcheck.xml", (DATA / "fitcheck.xml").read_bytes())
    text = (DATA / "fitcheck.metainfo.xml").read_text(encoding="utf-8")
    values = {
        "@COMPONENT_ID@": product.COMPONENT_ID, "@VERSION@": version, "@DATE@": product.moment().date().isoformat(),
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(name, value)
    write(share / f"metainfo/{product.COMPONENT_ID}.metainfo.xml", text.encode())
    icons = share / "icons/hicolor"
    write(icons / "scalable/apps/fitcheck.svg", freeze.ICON.read_bytes())
    for size in pictures.LINUX_SIZES:
        write(icons / f"{size}x{size}/apps/fitcheck.png", pictures.png(freeze.ICON, size))


def documents(folder: Path, frozen: Path, changes: bytes) -> None:
    """Changes and licences, as Debian names them."""
    write(folder / "changelog.gz", changes)
    write(folder / "copyright", licences.copyright_file(frozen).encode())


def write(path: Path, content: bytes) -> None:
    """A file that all may read, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


def packed(text: str) -> bytes:
    """The same text packed by gzip, without name and time."""
    return gzip.compress(text.encode(), 9, mtime=0)


def settle(root: Path) -> None:
    """Modes that do not depend on the umask, and the one moment that all files carry."""
    moment = product.epoch()
    for path in [root, *root.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        os.utime(path, (moment, moment), follow_symlinks=False)

"""What the programs and libraries of a folder ask of the system: other libraries, and versions of the C libraries."""

from __future__ import annotations

import re
from pathlib import Path

import product

# Library -> package in the families of Debian and Fedora. What is not here stops the build rather than a start.
PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libcups.so.2": ("libcups2", "cups-libs"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-glx.so.0": ("libxcb-glx0", "libxcb"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
}

C_LIBRARIES = re.compile(r"ld-linux.*|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+)\.so\.\d+")

# Version of GCC whose library first had these symbols (GCC's manual, "ABI Policy and Guidelines").
GCC_OF_SYMBOLS = ((33, 14), (31, 13), (30, 12), (29, 11), (0, 10))


def is_elf(path: Path) -> bool:
    """Whether a file is a program or library."""
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def files(folder: Path) -> list[Path]:
    """All programs and libraries below a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path))


def wanted(folder: Path) -> set[str]:
    """Libraries that the folder's files link to and that it does not hold itself."""
    found = set()
    for path in files(folder):
        found |= set(re.findall(r"^\s+NEEDED\s+(\S+)", product.call("objdump", "-p", path), re.MULTILINE))
    held = {path.name for path in folder.rglob("*")}
    return {name for name in found - held if not C_LIBRARIES.fullmatch(name)}


def newest(folder: Path, prefix: str) -> tuple[int, ...]:
    """The newest version of a C library's symbols that is asked for, such as ``GLIBC`` (2, 34)."""
    # A version is spelled out in the file, beside the symbol that has it.
    pattern = re.compile(rb"\0" + prefix.encode() + rb"_(\d+(?:\.\d+)+)(?=\0)")
    versions = {match for path in files(folder) for match in pattern.findall(path.read_bytes())}
    return max(tuple(int(part) for part in version.split(b".")) for version in versions)


def packages(folder: Path) -> list[tuple[str, str]]:
    """Packages that bring the libraries (RefusalError for one that is not known), for Debian and for Fedora."""
    names = wanted(folder)
    unknown = sorted(names - PACKAGES.keys())
    if unknown:
        raise product.RefusalError(
            f"The bundle links to {', '.join(unknown)}; leave it out (contents.py) or name its package (elf.py)."
        )
    return sorted({PACKAGES[name] for name in names})

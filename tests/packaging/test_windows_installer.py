"""The Windows installer, compiled here around a stand-in for the program and taken apart again."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import freeze
import pictures
import pytest
import windows


def test_an_icon_file_holds_every_size() -> None:
    content = pictures.ico(freeze.ICON)

    _, kind, count = struct.unpack_from("<HHH", content)
    assert (kind, count) == (1, len(pictures.WINDOWS_SIZES))
    for i, size in enumerate(pictures.WINDOWS_SIZES):
        width, *_, length, place = struct.unpack_from("<BBBBHHII", content, 6 + 16 * i)
        assert width == size % 256
        assert content[place : place + 4] == b"\x89PNG"
        assert place + length <= len(content)


def test_a_mac_icon_names_its_own_length() -> None:
    content = pictures.icns(freeze.ICON)

    assert content[:4] == b"icns"
    assert struct.unpack_from(">I", content, 4)[0] == len(content)


def test_the_installers_picture_is_a_plain_bitmap_with_the_icon() -> None:
    content = pictures.wizard_bmp(freeze.ICON)

    # 24 bits a pixel, not packed: all that the installer can show
    width, height, planes, bits, packing = struct.unpack_from("<iiHHI", content, 18)
    assert (content[:2], width, abs(height), planes, bits, packing) == (b"BM", *pictures.WIZARD_SIZE, 1, 24, 0)
    assert len(set(content[54:])) > 20


@pytest.mark.slow
def test_the_installer_holds_the_program_and_its_uninstaller(tmp_path: Path) -> None:
    for tool in ("makensis", "7z"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    # Given a stand-in for what PyInstaller makes on Windows
    payload = tmp_path / "frozen"
    for name in ("fitcheck.exe", "fitcheck-gui.exe", "_internal/base_library.zip", "_internal/文件.txt"):
        file = payload / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"stand-in for {name}", encoding="utf-8")

    # When the installer is compiled and unpacked, twice
    first = windows.build(payload, tmp_path, "1.2.3", True).read_bytes()
    package = windows.build(payload, tmp_path, "1.2.3", True)
    unpacked = tmp_path / "unpacked"
    subprocess.run(["7z", "x", "-y", f"-o{unpacked}", str(package)], stdout=subprocess.DEVNULL, check=True)

    # Then every file is in it unchanged, with the uninstaller and the version
    assert all(
        (unpacked / file.relative_to(payload)).read_bytes() == file.read_bytes() for file in payload.rglob("*.*")
    )
    assert (unpacked / "uninstall.exe").stat().st_size > 1000
    assert "1.2.3".encode("utf-16-le") in package.read_bytes()
    assert package.read_bytes() == first

"""The icon in the sizes and files that desktops ask for, drawn from its SVG. Run inside the environment: needs Qt."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Sizes of the hicolor theme that desktops look for."""

WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)

MAC_SIZES = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
"""Kind of each picture in an ``.icns`` file that may be a PNG, and its width in pixels."""


def png(svg: Path, size: int) -> bytes:
    """The drawing as a square PNG with a transparent ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image)
    return bytes(buffer.data().data())


def ico(svg: Path) -> bytes:
    """A Windows icon: a table of places, then one PNG a size (Windows Vista and newer read them)."""
    pictures = [png(svg, size) for size in WINDOWS_SIZES]
    place = 6 + 16 * len(pictures)
    table = struct.pack("<HHH", 0, 1, len(pictures))
    for size, picture in zip(WINDOWS_SIZES, pictures, strict=True):
        # A width of 256 is written as 0; then colours, a zero, planes, bits a pixel, length and place.
        table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return table + b"".join(pictures)


def icns(svg: Path) -> bytes:
    """A macOS icon: each picture with its kind and length before it, all lengths with their eight bytes of head."""
    parts = []
    for kind, size in MAC_SIZES.items():
        picture = png(svg, size)
        parts.append(kind + struct.pack(">I", len(picture) + 8) + picture)
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body

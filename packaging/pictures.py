"""The icon in the sizes and files that desktops ask for, drawn from its SVG. Run inside the environment: needs Qt."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Sizes of the hicolor theme that desktops look for."""

WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)

MAC_SIZES = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
"""Kind of each picture in an ``.icns`` file that may be a PNG, and its width in pixels."""


WIZARD_SIZE = (328, 628)
"""The picture at the side of a Windows installer, twice as fine as on a screen of 96 dots per inch."""


def png(svg: Path, size: int) -> bytes:
    """The drawing as a square PNG with a transparent ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    _draw(svg, image, size)
    return _written(image, b"PNG")


def wizard_bmp(svg: Path) -> bytes:
    """The drawing on a light ground as a BMP of ``WIZARD_SIZE``, the one format that the installer takes."""
    image = QImage(*WIZARD_SIZE, QImage.Format.Format_RGB888)
    image.fill(QColor("#e6edf8"))
    _draw(svg, image, WIZARD_SIZE[0] // 2)
    return _written(image, b"BMP")


def _draw(svg: Path, image: QImage, size: int) -> None:
    """Paint the drawing in the middle."""
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = QRectF(0, 0, size, size)
    place.moveCenter(QRectF(image.rect()).center())
    QSvgRenderer(str(svg)).render(painter, place)
    painter.end()


def _written(image: QImage, kind: bytes) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, kind).write(image)
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

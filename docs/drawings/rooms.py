"""Draws docs/drawings/rooms.svg: the rooms of the program, from the layers that import-linter holds.

    python docs/drawings/rooms.py

Layers come from pyproject.toml, the first sentence of each room from its own docstring.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]

WIDTH, LEFT, GAP, PAD, LINE = 1000, 16, 10, 10, 15
LETTERS_A_LINE = 6.2
"""Width of a letter at 12 px, on the safe side."""

STYLE = (
    "text{font:12px sans-serif;fill:#3a4048}.name{font-weight:600;font-size:14px;fill:#12161c}"
    ".room{fill:#eef2f8;stroke:#2552a8}.file{fill:#f7f7f5;stroke:#8a8f98}"
)


def layers() -> list[list[str]]:
    """Rooms by layer, from above; a room imports only from layers below its own."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [[room.strip().removeprefix("fitcheck.") for room in layer.split("|")] for layer in contract["layers"]]


def says(room: str) -> str:
    """The first sentence of a room's docstring."""
    path = ROOT / "fitcheck" / room
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    words = " ".join((ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split())
    return words.replace("``", "").partition(". ")[0].rstrip(".") + "."


def drawing() -> str:
    """The whole picture: a row a layer, a box a room; what stands lower knows nothing of what stands above."""
    lines: list[str] = []
    top = LEFT
    for layer in layers():
        width = (WIDTH - 2 * LEFT - GAP * (len(layer) - 1)) / len(layer)
        columns = int((width - 2 * PAD) / LETTERS_A_LINE)
        told = [textwrap.wrap(says(room), columns) for room in layer]
        height = 2 * PAD + LINE * (1 + max(map(len, told)))
        for number, (room, words) in enumerate(zip(layer, told, strict=True)):
            x = LEFT + number * (width + GAP)
            kind = "room" if (ROOT / "fitcheck" / room).is_dir() else "file"
            lines.append(f'<rect class="{kind}" x="{x:.1f}" y="{top}" width="{width:.1f}" height="{height}" rx="4"/>')
            lines.append(f'<text class="name" x="{x + PAD:.1f}" y="{top + PAD + 12}">{room}</text>')
            for row, text in enumerate(words):
                y = top + PAD + 12 + LINE * (row + 1)
                lines.append(f'<text x="{x + PAD:.1f}" y="{y}">{escape(text)}</text>')
        top += height + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + LEFT - GAP}" role="img">',
            "<title>The rooms of FitCheck: each imports only from the rows below its own</title>",
            f'<style>{STYLE}</style><rect width="{WIDTH}" height="{top + LEFT - GAP}" fill="#ffffff"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    (FOLDER / "rooms.svg").write_text(drawing(), encoding="utf-8")

"""The drawings of the documentation show what the program says today."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

DRAWINGS = Path(__file__).resolve().parent.parent / "docs" / "drawings"


def test_the_drawing_of_r1_is_up_to_date() -> None:
    drawing = runpy.run_path(str(DRAWINGS / "memory_of_r1.py"))["drawing"]

    assert drawing() == (DRAWINGS / "memory-of-r1.svg").read_text(encoding="utf-8")


def test_the_picture_and_the_table_of_speeds_are_up_to_date() -> None:
    made = runpy.run_path(str(DRAWINGS / "speeds.py"))

    assert made["drawing"]() == (DRAWINGS / "speeds.svg").read_text(encoding="utf-8")
    assert made["page"]() == made["PAGE"].read_text(encoding="utf-8")


def test_the_picture_of_the_rooms_is_up_to_date() -> None:
    made = runpy.run_path(str(DRAWINGS / "rooms.py"))

    assert made["drawing"]() == (DRAWINGS / "rooms.svg").read_text(encoding="utf-8")


def test_the_picture_shows_every_room_that_there_is() -> None:
    layers = runpy.run_path(str(DRAWINGS / "rooms.py"))["layers"]()
    package = DRAWINGS.parents[1] / "fitcheck"
    there = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert {room for layer in layers for room in layer} == there - {"__init__"}


def test_the_page_of_the_rooms_names_files_that_exist() -> None:
    text = (DRAWINGS.parent / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_]+(?:\.py|\.json|/README\.md|\.toml))`", text)
    root = DRAWINGS.parents[1]
    places = (root, root / "fitcheck", root / "resources" / "catalog", root / "fitcheck" / "verify" / "child")

    assert len(named) > 20
    # Every model's makers publish one of those.
    ours = set(named) - {"config.json"}
    assert [name for name in ours if not any((place / name).is_file() for place in places)] == []

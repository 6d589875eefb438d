"""The drawings of the documentation show what the program says today."""

from __future__ import annotations

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

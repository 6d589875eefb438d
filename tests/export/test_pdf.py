"""PDF: the plan's numbers as text, fonts inside, charts as vectors, numbered pages; without a display."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtGui import QFontDatabase

from fitcheck.core.units import format_bytes, in_unit
from fitcheck.errors import EnvironmentLacksError
from fitcheck.export import pdf
from fitcheck.export.compose import document
from fitcheck.export.files import write_report
from fitcheck.export.words import LANGUAGES, Words

from . import cases

pytestmark = pytest.mark.slow


def pages_of(name: str, language: str = "en") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.pdf_bytes(document(cases.report(name), Words(language)))))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("name", cases.CHOICES)
def test_every_size_of_the_plan_stands_in_it(name: str) -> None:
    plan = cases.plan_of(name)

    text = text_of(pages_of(name))

    assert format_bytes(plan.estimate.total_bytes) in text
    for device in plan.devices:
        assert in_unit(device.memory.weights_bytes) in text
        assert in_unit(device.memory.total_bytes) in text


@pytest.mark.parametrize("name", cases.NAMES)
def test_pages_are_numbered_and_fonts_are_inside(name: str) -> None:
    reader = pages_of(name)

    for number, page in enumerate(reader.pages, 1):
        assert page.extract_text().split()[-3:] == [str(number), "/", str(len(reader.pages))]
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_is_copied_out_of_it_with_blanks(language: str) -> None:
    text = "\n".join(page.extract_text() for page in pages_of("r1", language).pages)

    assert "\t" not in text
    assert "-c 16384 -b 2048 -ub 512" in text


def test_charts_are_no_pictures_of_pixels() -> None:
    assert not [image for page in pages_of("r1").pages for image in page.images]


def test_chinese_without_a_font_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFontDatabase, "families", lambda *_system: [])

    with pytest.raises(EnvironmentLacksError) as lacks:
        pages_of("no", "zh")

    assert lacks.value.code == "no_font"
    assert lacks.value.exit_code == 3


def test_it_is_written_where_there_is_no_display(tmp_path: Path) -> None:
    # Given a report as JSON, and a shell without a display or a Qt platform
    write_report(cases.report("no"), tmp_path / "a.json")
    bare = {key: value for key, value in os.environ.items() if "DISPLAY" not in key and not key.startswith("QT_")}

    command = [sys.executable, "-m", "fitcheck", "report", "a.json", "-o", "a.pdf"]
    ended = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")

"""The formats: the same numbers in each, whatever names are made of, in both languages, and old files stay whole."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pytest

from fitcheck.core.report import Report
from fitcheck.core.units import format_bytes, in_unit
from fitcheck.errors import RequestError
from fitcheck.export.compose import document
from fitcheck.export.document import Block, Bullets, Code, Document, Facts, Grid, Heading, Paragraph, Picture, Table
from fitcheck.export.files import read_report, write_report
from fitcheck.export.html import html_text
from fitcheck.export.markdown import markdown_text
from fitcheck.export.report_json import report_text
from fitcheck.export.table_csv import csv_text
from fitcheck.export.words import LANGUAGES, Words

from . import cases

STRUCTURES = Path(__file__).resolve().parent.parent / "data" / "reports"
EVERY = [(name, language) for name in cases.NAMES for language in LANGUAGES]


def made(name: str, language: str = "en") -> Document:
    return document(cases.report(name), Words(language))


def shape(block: Block) -> str:
    """What a block is, without its numbers."""
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Table):
        return f"table of {len(block.rows)}: {' | '.join(block.head)}"
    if isinstance(block, Grid):
        return f"grid of {len(block.rows)} x {len(block.head)}"
    if isinstance(block, Facts):
        return f"facts: {', '.join(dict.fromkeys(name for name, _ in block.rows))}"
    if isinstance(block, Bullets):
        return f"{'steps' if block.numbered else 'bullets'}: {len(block.items)}"
    if isinstance(block, Code):
        return f"code: {block.title}"
    if isinstance(block, Picture):
        return f"picture: {re.sub('[0-9]', '', block.title) or 'memory bar'}"
    return f"paragraph: {block.style}" if isinstance(block, Paragraph) else "legend"


@pytest.mark.parametrize("name", cases.NAMES)
def test_a_report_is_built_as_its_golden_file_says(name: str) -> None:
    # The golden files are lists of blocks; where the order of a report is changed on purpose, they change with it.
    golden = (STRUCTURES / f"{name.replace(' ', '-')}.txt").read_text(encoding="utf-8").splitlines()

    assert [shape(block) for block in made(name).blocks] == golden


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", cases.CHOICES)
def test_every_size_of_the_plan_stands_in_html_and_markdown(name: str, language: str) -> None:
    plan, page = cases.plan_of(name), made(name, language)

    for text in (visible(html_text(page)), markdown_text(page)):
        for device in plan.devices:
            memory = device.memory
            usable = (device.capacity_bytes or 0) + memory.runtime_bytes
            assert usable - memory.total_bytes == device.headroom_bytes
            for size in (memory.weights_bytes, memory.kv_cache_bytes, memory.total_bytes, usable):
                assert in_unit(size).replace("<", "") in text
        assert format_bytes(plan.estimate.total_bytes) in text


def changed(name: str, **values: object) -> str:
    """A report in Markdown whose choice has other values."""
    report = cases.report(name)
    choice = replace(report.choices[0], **values)  # type: ignore[arg-type]
    return markdown_text(document(replace(report, choices=(choice,)), Words()))


def test_a_file_that_is_here_is_nothing_to_download() -> None:
    there, here = changed("r1", file_is_here=False), changed("r1", file_is_here=True)

    assert "Download" in there
    assert "Make room" in there
    assert "here already" in here
    assert "Download" not in here
    assert "Make room" not in here


def test_a_report_tells_a_measured_runtime_from_a_margin() -> None:
    devices = cases.report("two cards").choices[0].devices
    seen = [replace(one, runtime_seen=one.kind == "gpu") for one in devices]

    assert "The runtime's part is a margin" in changed("two cards")
    assert "measured on this computer" in changed("two cards", devices=tuple(seen))
    assert f"measured on {devices[0].label}; elsewhere" in changed("two cards", devices=(seen[0], *devices[1:]))


def test_csv_has_the_bytes_of_the_plan() -> None:
    plan = cases.plan_of("two cards")

    rows = list(csv.DictReader(io.StringIO(csv_text(cases.report("two cards")))))

    assert [int(row["weights_bytes"]) for row in rows] == [one.memory.weights_bytes for one in plan.devices]
    assert [int(row["headroom_bytes"]) for row in rows] == [one.headroom_bytes for one in plan.devices]
    assert {float(row["decode_expected"]) for row in rows} == {plan.prediction.decode.expected}


def test_csv_of_a_matrix_has_a_row_a_cell() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(cases.report("matrix")))))

    assert [(row["model"], row["quant"], int(row["total_bytes"])) for row in rows] == [
        (one.model_id, one.quantization, one.estimate.total_bytes) for one in cases.matrix_plans()
    ]


def visible(page: str) -> str:
    """The text of a page as a reader has it."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return " ".join(" ".join(tree.find("body").itertext()).split())


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_is_valid_and_needs_nothing_else(name: str, language: str) -> None:
    page = html_text(made(name, language))

    tree: Any = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)

    assert tree.get("lang") == {"en": "en", "zh": "zh-Hans"}[language]
    found = list(tree.iter())
    assert {one.tag for one in found} & {"script", "link", "img", "iframe", "object"} == set()
    assert not [one for one in found if {"src", "href", "onload", "onclick"} & set(one.attrib)]
    named = [one.get("id") for one in found if one.get("id")]
    assert len(named) == len(set(named))
    drawings = sum(isinstance(block, Picture) for block in made(name).blocks)
    assert sum(str(one.tag).endswith("svg") for one in found) == drawings


EVIL = '<script>alert(1)</script> & "RTX" `4090` | *x* [y](http://z)'


@pytest.fixture(scope="module")
def evil() -> Report:
    return cases.report_on(cases.machine_named(EVIL, cpu_name="</style><img src=x onerror=alert(1)>"))


def test_markup_in_a_name_is_shown_and_not_obeyed_in_html(evil: Report) -> None:
    page = html_text(document(evil, Words()))

    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)

    assert not {"script", "img"} & {one.tag for one in tree.iter()}
    assert EVIL in visible(page)


def test_markup_in_a_name_is_shown_and_not_obeyed_in_markdown(evil: Report) -> None:
    text = markdown_text(document(evil, Words()))

    assert "<script" not in re.sub(r"\\<", "", text)
    assert "[y]" not in text
    tables = [line for line in text.splitlines() if line.startswith("|") and "alert" in line]
    assert tables
    assert all(len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"(?<!\\)\|", tables[0])) for line in tables[:1])


def test_a_name_that_is_a_formula_is_text_in_csv() -> None:
    text = csv_text(cases.report_on(cases.machine_named('=HYPERLINK("http://x")')))

    assert next(csv.DictReader(io.StringIO(text)))["name"] == '\'=HYPERLINK("http://x")'


def test_half_of_a_surrogate_pair_spoils_no_file(tmp_path: Path) -> None:
    report = cases.report_on(cases.machine_named("RTX \ud83d"))

    for suffix in ("html", "md", "csv"):
        write_report(report, tmp_path / f"a.{suffix}")
        assert "RTX ?" in (tmp_path / f"a.{suffix}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", cases.NAMES)
def test_chinese_leaves_no_english_sentence(name: str) -> None:
    words = Words("zh")
    said = list(document(cases.report(name), words).blocks)
    sentences = [block.text for block in said if isinstance(block, Heading | Paragraph)]
    sentences += [item for block in said if isinstance(block, Bullets) for item in block.items]

    # Sources and names of published measurements stay as they were published.
    own = [one for one in sentences if "http" not in one]
    assert not [one for one in own if re.search(r"\b(the|is|are|of|with) [a-z]", one)]


@pytest.mark.parametrize("suffix", [".txt", "", ".htm", ".docx"])
def test_an_unknown_suffix_is_refused_with_those_that_are_known(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(RequestError) as refused:
        write_report(cases.report("no"), tmp_path / f"report{suffix}")

    assert refused.value.code == "bad_suffix"
    assert ".pdf" in refused.value.accepted
    assert not list(tmp_path.glob("report*"))


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "report.html"
    old.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RequestError, match="No space left on device") as refused:
        write_report(cases.report("no"), old)

    assert refused.value.code == "bad_file"
    assert old.read_text() == "old"
    assert list(tmp_path.glob("*report*")) == [old]


def test_a_report_that_was_written_as_json_makes_the_same_page(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    write_report(cases.report("r1"), file)

    again = read_report(file)

    assert html_text(document(again, Words())) == html_text(made("r1"))
    assert report_text(again) == file.read_text(encoding="utf-8")


def test_sizes_may_be_in_gb() -> None:
    plan = cases.plan_of("r1")

    text = markdown_text(document(cases.report("r1"), Words("en", "GB")))

    assert format_bytes(plan.estimate.total_bytes, "GB") in text
    assert "GiB" not in "\n".join(line for line in text.splitlines() if line.startswith("| in "))


def test_on_windows_the_commands_are_for_its_shell() -> None:
    report = cases.report_on(cases.machine_named("RTX 4090", os_name="Windows 11"))

    shown = [block for block in document(report, Words()).blocks if isinstance(block, Code)]

    expected = [one.powershell or one.sh for one in report.choices[0].commands if one.sh]
    assert [block.text for block in shown] == expected
    assert any("`\n" in text for text in expected)


def test_a_new_file_may_be_read_as_other_new_files_and_an_old_one_as_before(tmp_path: Path) -> None:
    plain, old = tmp_path / "plain", tmp_path / "report.csv"
    plain.touch()
    write_report(cases.report("no"), tmp_path / "new.csv")
    old.touch(mode=0o640)
    before = old.stat().st_mode

    write_report(cases.report("no"), old)

    assert (tmp_path / "new.csv").stat().st_mode == plain.stat().st_mode
    assert old.stat().st_mode == before


def test_how_long_it_takes_is_said_in_the_language() -> None:
    assert [Words("en").duration(one) for one in (40, 1080, 12_240)] == ["40 s", "18 min", "3.4 h"]
    assert [Words("zh").duration(one) for one in (40, 1080, 12_240)] == ["40 秒", "18 分钟", "3.4 小时"]

"""Reports of others: dropped, shown with identical numbers, written in other formats; or refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fitcheck.core.report import Report
from fitcheck.export.compose import document
from fitcheck.export.files import write_report
from fitcheck.export.report_json import report_text
from fitcheck.export.words import Words
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.pages.report import ReportPage
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings
from tests.export import cases

from .report_stand import LONG_MS, page, save, until_shown, window
from .test_own_files import drop

__all__ = ["page", "window"]

pytestmark = pytest.mark.slow


@pytest.fixture
def others(tmp_path: Path) -> tuple[Report, Path]:
    """A report that somebody else made, of another machine."""
    path = tmp_path / "server.fitcheck.json"
    write_report(cases.report("two cards"), path)
    return cases.report("two cards"), path


def test_a_dropped_report_is_shown_with_identical_numbers(
    window: MainWindow, qtbot: QtBot, others: tuple[Report, Path]
) -> None:
    report, path = others

    with qtbot.waitSignal(window.own_files.report_read, timeout=LONG_MS):
        drop(window, path)
    page: ReportPage = window.others.page("report")
    until_shown(page, qtbot)

    assert window.page_name == "report"
    assert page.report == report
    assert page.view.shows == document(report, Words())
    for word in ("server.fitcheck.json", f"FitCheck {report.version}", "RTX 3090", "64.0 GiB"):
        assert word in page.origin.text()


def test_an_opened_report_is_written_in_other_formats_as_the_command_line_does(
    page: ReportPage, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    others: tuple[Report, Path],
) -> None:  # fmt: skip
    page.open_report(others[0], "server.fitcheck.json")

    save(page, qtbot, monkeypatch, tmp_path / "a.md")

    write_report(others[0], tmp_path / "b.md")
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()


def test_after_an_opened_report_comes_that_of_the_choice_again(
    page: ReportPage, qtbot: QtBot, others: tuple[Report, Path]
) -> None:
    page.open_report(others[0], "server.fitcheck.json")
    assert not page.controls.variants.isVisible()

    page.back.click()
    until_shown(page, qtbot)

    assert page.report is not None
    assert page.report.choices[0].model == "deepseek-r1-distill-qwen-32b"
    assert page.controls.variants.isVisible()


def damaged(values: dict[str, object]) -> str:
    values["choices"] = []
    return json.dumps(values)


def newer(values: dict[str, object]) -> str:
    return json.dumps({**values, "schema": "fitcheck.report/2"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damaged, "do not belong together"),
        (newer, "made by a newer FitCheck"),
        (lambda _values: "{", "is not JSON text"),
        (lambda _values: '{"schema": "fitcheck.plan/1"}', "is no report"),
    ],
)
def test_a_report_that_cannot_be_read_is_one_sentence_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, change: Callable[[dict[str, object]], str], words: str
) -> None:
    path = tmp_path / "bad.fitcheck.json"
    path.write_text(change(json.loads(report_text(cases.report("no")))), encoding="utf-8")

    with qtbot.waitSignal(window.own_files.failed, timeout=LONG_MS):
        drop(window, path)

    assert words in window.notice.text
    assert "bad.fitcheck.json" in window.notice.text
    assert window.page_name == "fit"


def test_an_opened_report_stays_when_the_window_is_made_anew(
    window: MainWindow, page: ReportPage, qtbot: QtBot, theme: Theme, others: tuple[Report, Path]
) -> None:
    page.open_report(others[0], "server.fitcheck.json")
    anew = MainWindow(theme, Settings(), FitPage)
    qtbot.addWidget(anew)

    anew.take_over(window)

    assert anew.others.page("report").opened == (others[0], "server.fitcheck.json")

"""The running program: its language changes while it runs, and what was chosen survives even when it is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fitcheck.export.files import write_report
from tests.export import cases

pytestmark = pytest.mark.slow

MACHINE = Path(__file__).resolve().parents[1] / "data" / "machines" / "rtx-4090-128gb.json"
LONGEST_S = 60

PERSON = """
import json, os, sys
from PySide6.QtCore import QTimer
from fitcheck.gui import session as module
from fitcheck.gui.app import _options
from fitcheck.gui.inbox import Inbox

session = module.Session(_options(["--machine", sys.argv[1]]), Inbox(), None)
def when_answered():
    session.window.answered.disconnect(when_answered)
    {acts}
def start():
    if not hasattr(session, "window"):
        QTimer.singleShot(10, start)
        return
    session.window.answered.connect(when_answered)
QTimer.singleShot(0, start)
def tell(**facts):
    print(json.dumps(facts), flush=True)
sys.exit(session.run())
"""


def play(acts: str, folder: Path) -> list[dict[str, object]]:
    """Run the window with a person who does this once the answer stands; what was told, line by line."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "FITCHECK_CONFIG_DIR": str(folder)}
    script = PERSON.replace("{acts}", "\n    ".join(acts.strip().splitlines()))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(MACHINE)],
        env=environ, capture_output=True, text=True, timeout=LONGEST_S, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "Qt:" not in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_language_changes_while_it_runs(tmp_path: Path) -> None:
    told = play(
        """
window, page = session.window, session.window.page
page.show_cell("deepseek-r1-distill-qwen-14b", "Q8_0")
page.controls.slider.set_tokens(8192)
tell(tab=window.nav.tabs.tabText(0), answer=page.answer.sentence.text())
window.nav.language_clicked.emit()
def later():
    window, page = session.window, session.window.page
    index = page.matrix.currentIndex()
    tell(tab=window.nav.tabs.tabText(0), answer=page.answer.sentence.text(),
         choice=[page.model.rows[index.row()].id, page.model.columns[index.column()].id],
         context=page.controls.slider.tokens,
         tops=[type(one).__name__ for one in session.app.topLevelWidgets() if one.isVisible()])
    session.shell.close()
QTimer.singleShot(3000, later)
""",
        tmp_path,
    )

    before, after = told
    assert before["tab"] == "Fit"
    assert after["tab"] == "适配"
    assert "显卡" in str(after["answer"]) or "放进" in str(after["answer"])
    assert after["choice"] == ["deepseek-r1-distill-qwen-14b", "Q8_0"]
    assert after["context"] == 8192
    assert after["tops"] == ["Shell"]


def test_what_was_chosen_survives_a_crash(tmp_path: Path) -> None:
    # Given a person who chooses, and a program that is killed a second later
    play(
        """
session.window.change(units="GB", language="zh", margin_bytes=2 << 30)
session.window.page.show_cell("deepseek-r1-distill-qwen-14b", "Q8_0")
session.window.show_page("settings")
QTimer.singleShot(1000, lambda: os._exit(9))
""",
        tmp_path,
    )

    # When it is started again
    told = play(
        """
window = session.window
index = window.page.matrix.currentIndex()
tell(page=window.page_name, units=window.page.sentences.unit, tab=window.nav.tabs.tabText(0),
     choice=[window.page.model.rows[index.row()].id, window.page.model.columns[index.column()].id])
session.shell.close()
""",
        tmp_path,
    )

    # Then all of it is as it was
    assert told == [
        {"page": "settings", "units": "GB", "tab": "适配", "choice": ["deepseek-r1-distill-qwen-14b", "Q8_0"]}
    ]
    assert json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))["margin_bytes"] == 2 << 30


def test_an_opened_report_goes_on_in_another_language_and_the_page_is_there_at_the_next_start(tmp_path: Path) -> None:
    # Given the report of another machine, opened as a double click does
    report = tmp_path / "small.fitcheck.json"
    write_report(cases.report_on(cases.machine_named("RTX 4090")), report)

    told = play(
        f"""
window = session.window
window.own_files.open({str(report)!r})
def opened():
    page = session.window.others.page("report")
    tell(page=session.window.page_name, title=page.view.shows.title, name=page.opened[1])
    session.window.nav.language_clicked.emit()
    QTimer.singleShot(2000, later)
def later():
    page = session.window.others.page("report")
    tell(page=session.window.page_name, title=page.view.shows.title, name=page.opened[1])
    QTimer.singleShot(1000, session.shell.close)
window.own_files.ended.connect(lambda: QTimer.singleShot(500, opened))
""",
        tmp_path,
    )
    again = play(
        """
def shown():
    page = session.window.others.page("report")
    if page.view.shows is None:
        QTimer.singleShot(50, shown)
        return
    tell(page=session.window.page_name, opened=page.opened)
    session.shell.close()
QTimer.singleShot(0, shown)
""",
        tmp_path,
    )

    # Then it is told in the other language, and the next start begins on the page with the choice
    names = {"page": "report", "name": "small.fitcheck.json"}
    assert told == [
        {**names, "title": "Will DeepSeek-R1 Distill Qwen 1.5B Q4_K_M run?"},
        {**names, "title": "DeepSeek-R1 Distill Qwen 1.5B Q4_K_M 能运行吗？"},
    ]
    assert again == [{"page": "report", "opened": None}]

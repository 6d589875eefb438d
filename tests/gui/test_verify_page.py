"""Verify in the window: what will run, how it goes, what it found, and every way in which it can come to grief."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.core.units import GIB
from fitcheck.gui.language import Language
from fitcheck.gui.pages.verify import VerifyPage
from fitcheck.gui.theme import Theme
from fitcheck.gui.verifier import Verifier
from fitcheck.gui.widgets.figures_table import FiguresTable
from fitcheck.settings import Settings
from fitcheck.verify.job import VerifyOptions
from tests.gui.heard import Role, heard, misfits, nameless, twins, worked_with
from tests.gui.verify_stand import CHILD, LONGEST_MS, Stand, alive, needs_shell, planned, stand_in, under_way

pytestmark = needs_shell


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Stand-ins for a Python that has torch."""
    return stand_in(tmp_path)


@pytest.fixture
def make_page(qtbot: QtBot, theme: Theme) -> Callable[[str | None], VerifyPage]:
    """The page for a Python, shown, with a choice."""

    def make(python: str | None) -> VerifyPage:
        page = VerifyPage(theme, Settings(verify_python=python), Verifier(), None)
        qtbot.addWidget(page, before_close_func=lambda made: made.verifier.stop())
        page.settings_changed.connect(lambda values: page.show_settings(Settings(**values)))
        page.resize(900, 640)
        page.follow(planned())
        page.show()
        return page

    return make


def measured(qtbot: QtBot, page: VerifyPage) -> None:
    """Press the button and wait for the end."""
    with qtbot.waitSignal(page.verifier.ended, timeout=LONGEST_MS):
        page.begin.click()


def cells(table: QTableWidget) -> list[list[str]]:
    return [
        [(table.item(row, column) or table.item(0, 0)).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_before_it_begins_it_says_what_runs_and_how_much_it_takes_where(
    make_page: Callable[[str | None], VerifyPage],
) -> None:
    page, plan = make_page(None), planned()

    assert "Distill Qwen 1.5B in Q4_K_M" in page.title.text()
    assert "All 28 layers run, for a prompt of 8 tokens and 4 more" in page.detail.text()
    assert "Nothing is downloaded." in page.detail.text()
    weights, cache = plan.estimate.weights_bytes / GIB, plan.estimate.kv_cache_bytes / GIB
    row = cells(page.allocation_table)[0]
    assert row == ["RAM", f"{weights:.2f}", f"{cache:.2f}", "–", f"{weights + cache:.2f}"]
    assert not page.cancel.isVisible()


def test_thorough_takes_the_compute_buffers_too(make_page: Callable[[str | None], VerifyPage]) -> None:
    page = make_page(None)

    page.mode.setCurrentIndex(page.mode.findData("thorough"))

    assert cells(page.allocation_table)[0][3] == f"{planned().estimate.compute_bytes / GIB:.3f}"


def test_devices_have_their_names(make_page: Callable[[str | None], VerifyPage]) -> None:
    page = make_page(None)

    page.follow(planned("32b", cards=True))

    assert [row[0] for row in cells(page.allocation_table)] == ["RTX 4090", "RAM"]
    assert "on the RTX 4090" in page.detail.text()


def test_while_it_runs_there_is_progress_a_curve_and_a_way_to_cancel(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot
) -> None:
    # Given a child that has begun and goes on
    page = make_page(stand("waits"))
    page.begin.click()
    pid = under_way(qtbot, page.verifier)

    # Then its step, its share and its memory are shown
    assert page.doing.text().startswith("Step 2 of 4: Writing weights and cache (layer 3)")
    assert page.bar.value() == 250
    assert page.cancel.isVisible()
    assert not page.begin.isVisible()
    qtbot.waitUntil(lambda: bool(page.memory.views) and page.memory.views[0].drawing is not None)
    assert "highest 2.0 GiB" in page.memory.views[0].accessibleName()

    # When it is cancelled
    with qtbot.waitSignal(page.verifier.ended, timeout=LONGEST_MS):
        page.cancel.click()

    # Then it is gone, and that is the answer
    assert not alive(pid)
    assert "was not verified" in page.title.text()
    assert "cancelled" in page.detail.text()
    assert page.begin.isVisible()


def test_measured_stands_beside_predicted_and_what_is_scaled_says_so(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot
) -> None:
    page = make_page(stand("answers"))
    page.follow(planned("32b"))

    measured(qtbot, page)

    assert "32B in Q4_K_M fits, by scaling" in page.title.text()
    rows = {row[1]: row for row in cells(page.comparison_table)}
    assert rows["weights"][2] == rows["weights"][3]
    assert rows["weights"][4] == "equal to the byte"
    assert rows["compute buffers"][3] == "–"
    assert "1 of 64 layers" in page.compared.aside.text()
    assert any("1 of 64, scaled" in row for row in cells(page.time_table))
    assert any("scaled to all layers" in row[0] for row in cells(page.speed_table))
    assert any(row[0].startswith("dense layer on RAM") for row in cells(page.time_table))
    assert page.speed.isVisible()
    assert not page.allocation.isVisible()


def test_the_answer_is_copied_as_text(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot
) -> None:
    page = make_page(stand("answers"))
    measured(qtbot, page)

    page.copy.click()

    text = QGuiApplication.clipboard().text()
    assert page.title.text() in text
    assert "equal to the byte" in text
    assert page.copy.text() == "Copied"


@pytest.mark.parametrize(
    ("way", "title", "sentence"),
    [
        ("no-room", "does not fit", "It did not fit at layer 3: RAM has 1 GiB free"),
        ("dies", "was not verified", "status 4"),
        ("babbles", "was not verified", "made no sense"),
    ],
)
def test_a_failure_is_one_sentence(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot, way: str, title: str, sentence: str
) -> None:
    page = make_page(stand(way))

    measured(qtbot, page)

    assert title in page.title.text()
    assert sentence in page.detail.text()
    assert not page.compared.isVisible()
    assert not page.python.isVisible()
    assert page.begin.isEnabled()


def test_without_torch_another_python_is_offered_and_taken(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a Python that has no torch
    bare, whole = stand("bare", torch="null"), stand("answers")
    page = make_page(bare)
    measured(qtbot, page)
    assert f"the Python {bare} has none" in page.detail.text()
    assert page.python.isVisible()

    # When another one is chosen
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (whole, ""))
    with qtbot.waitSignals([page.settings_changed, page.verifier.ended], timeout=LONGEST_MS):
        page.python.click()

    # Then it measures in that one
    assert "fits" in page.title.text()
    assert not page.python.isVisible()


def test_what_is_no_python_can_be_mended(make_page: Callable[[str | None], VerifyPage], qtbot: QtBot) -> None:
    page = make_page(str(CHILD.parent / "there-is-none"))

    measured(qtbot, page)

    assert "not a Python" in page.detail.text()
    assert page.python.isVisible()


def test_an_answer_belongs_to_its_choice(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot
) -> None:
    page = make_page(stand("answers"))
    measured(qtbot, page)

    page.follow(planned(context=8192))
    assert page.title.text().startswith("Measure whether")
    assert not page.copy.isVisible()

    page.follow(planned())
    assert page.copy.isVisible()


def test_a_file_of_ones_own_is_not_promised(make_page: Callable[[str | None], VerifyPage]) -> None:
    # Given a file with the name of a model and other layers
    page, plan = make_page(None), planned()

    page.follow(replace(plan, model=replace(plan.model, n_layers=27)))

    assert not page.begin.isVisible()
    assert "file of your own" in page.detail.text()


def test_another_unit_is_shown_at_once(make_page: Callable[[str | None], VerifyPage]) -> None:
    page = make_page(None)

    page.show_settings(Settings(units="GB"))

    heads = [page.allocation_table.horizontalHeaderItem(one) for one in range(5)]
    assert "Weights, GB" in [head.text() for head in heads if head]


def test_a_screen_reader_finds_tables_chart_and_progress(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot, spoken: Callable[[QWidget], str]
) -> None:
    page = make_page(stand("answers"))
    measured(qtbot, page)
    tables = [one for one in page.findChildren(FiguresTable) if one.isVisible()]

    assert [spoken(one) for one in tables] == ["Memory, predicted and measured", "Speed", "Time of the parts"]
    for table in tables:
        interface = QAccessible.queryAccessibleInterface(table)
        assert interface is not None
        assert interface.role() == QAccessible.Role.Table
        names = [interface.child(one).text(QAccessible.Text.Name) for one in range(interface.childCount())]
        assert all(cell in names for row in cells(table) for cell in row)
    qtbot.waitUntil(lambda: bool(page.memory.views) and "weights and cache" in spoken(page.memory.views[0]))
    assert spoken(page.bar) == "Progress of this step"
    assert spoken(page.mode).startswith("Quick")


@pytest.mark.parametrize("way", ["answers", "waits"])
def test_a_verification_is_told_while_it_runs_and_when_it_is_over(
    make_page: Callable[[str | None], VerifyPage], stand: Stand, qtbot: QtBot, way: str
) -> None:
    page = make_page(stand(way))
    if way == "answers":
        measured(qtbot, page)
    else:
        page.start()
        under_way(qtbot, page.verifier)

    assert len(worked_with(page)) > 2
    assert not nameless(page)
    assert not misfits(page)
    assert not twins(page)
    assert not [one for one in heard(page) if one.role == Role.Graphic and not one.name]
    page.verifier.stop()


def test_nothing_is_cut_off_in_either_language(stand: Stand, qtbot: QtBot, theme: Theme) -> None:
    for language in ("en", "zh"):
        speech = Language()
        speech.use(language)
        page = VerifyPage(theme, Settings(verify_python=stand("answers")), Verifier(), None)
        qtbot.addWidget(page, before_close_func=lambda made: made.verifier.stop())
        page.resize(768, 640)
        page.follow(planned("32b"))
        page.show()
        measured(qtbot, page)
        speech.use("en")

        assert page.area.horizontalScrollBar().maximum() == 0
        for table in page.findChildren(FiguresTable):
            if table.isVisible():
                assert sum(table.columnWidth(one) for one in range(table.columnCount())) <= table.width()
                assert table.verticalScrollBar().maximum() == 0


@pytest.mark.slow
def test_a_real_child_measures_a_layer(
    make_page: Callable[[str | None], VerifyPage], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page(sys.executable)
    monkeypatch.setattr(page, "_options", lambda: VerifyOptions(layers=1, tokens=1, margin_bytes=1 << 26))

    with qtbot.waitSignal(page.verifier.ended, timeout=10 * LONGEST_MS):
        page.begin.click()

    assert "by scaling" in page.title.text(), page.detail.text()
    rows = {row[1]: row for row in cells(page.comparison_table)}
    assert rows["weights"][4] == rows["KV cache"][4] == "equal to the byte"

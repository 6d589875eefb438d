"""The Report page: what is shown is the plan, what is saved is what is shown, and files of others are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.units import GIB, format_bytes, in_unit
from fitcheck.core.verification import Verification
from fitcheck.export.compose import document
from fitcheck.export.files import read_report
from fitcheck.export.markdown import markdown_text
from fitcheck.export.words import Words
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.report import ReportPage
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.settings import Settings
from tests.catalog import gguf_files as gf

from .conftest import RTX_3090, RTX_4090, desktop
from .report_stand import LONG_MS, choose, page, save, until_shown, window
from .test_own_files import drop
from .test_shell import press

__all__ = ["page", "window"]

pytestmark = pytest.mark.slow


def test_the_preview_has_the_numbers_of_the_choice(page: ReportPage, window: MainWindow) -> None:
    plan, text = window.page.choice.plan, page.view.toPlainText()

    assert format_bytes(plan.estimate.total_bytes) in text
    for device in plan.devices:
        assert in_unit(device.memory.weights_bytes) in text
        assert in_unit(device.memory.total_bytes) in text
    assert page.report is not None
    told = page.report.choices[0]
    assert (told.model, told.quant, told.verdict) == (plan.model_id, plan.quantization, plan.verdict)
    assert told.decode is not None
    assert told.decode.expected == plan.prediction.decode.expected


def test_a_saved_report_is_the_one_that_is_shown(
    page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "choice.fitcheck.json"

    notice = save(page, qtbot, monkeypatch, target)

    assert notice == f"The report is saved: {target}"
    assert read_report(target) == page.report


def test_the_button_of_the_choice_leads_to_its_report(window: MainWindow, qtbot: QtBot) -> None:
    window.page.show_choice()

    window.page.choice.save.click()

    assert window.page_name == "report"


def test_saving_by_its_key_does_not_wait_for_the_preview(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given nobody has been on the page yet
    target = tmp_path / "choice.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), "CSV (*.csv)"))
    page: ReportPage = window.others.page("report")

    with qtbot.waitSignal(page.saver.ended, timeout=LONG_MS):
        press(window, "Ctrl+S")

    assert target.read_text(encoding="utf-8").startswith("model,quant,context")


def test_a_name_without_a_suffix_gets_that_of_the_chosen_kind(
    page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save(page, qtbot, monkeypatch, tmp_path / "for my friend")

    assert (tmp_path / "for my friend.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_is_not_there_is_said_in_a_sentence(
    page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    notice = save(page, qtbot, monkeypatch, tmp_path / "gone" / "choice.html")

    assert "cannot be written" in notice
    assert not (tmp_path / "gone").exists()


def test_a_child_that_dies_leaves_the_old_file_and_is_told(page: ReportPage, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "choice.html"
    target.write_text("the old one", encoding="utf-8")
    assert page.report is not None
    page.saver.write(page.report, target, "en", "GiB", "a4")

    with qtbot.waitSignal(page.saver.ended, timeout=LONG_MS) as ended:
        page.saver._writing._process.kill()

    assert ended.args == ["The report could not be written.", False]
    assert target.read_text(encoding="utf-8") == "the old one"


def test_a_second_report_waits_for_nobody(page: ReportPage, qtbot: QtBot, tmp_path: Path) -> None:
    assert page.report is not None
    page.saver.write(page.report, tmp_path / "a.md", "en", "GiB", "a4")

    with qtbot.waitSignal(page.saver.ended) as refused:
        page.saver.write(page.report, tmp_path / "b.md", "en", "GiB", "a4")
    with qtbot.waitSignal(page.saver.ended, timeout=LONG_MS):
        pass

    assert refused.args == ["The last report is still being written.", False]
    assert ((tmp_path / "a.md").exists(), (tmp_path / "b.md").exists()) == (True, False)


def test_another_language_is_spoken_at_once(page: ReportPage, qtbot: QtBot) -> None:
    before = page.report

    choose(page.controls.languages, "zh")
    until_shown(page, qtbot)

    assert "内存" in page.view.toPlainText()
    assert page.report is before


def test_markdown_is_copied(page: ReportPage, qtbot: QtBot) -> None:
    page.copy.click()

    assert page.report is not None
    assert QGuiApplication.clipboard().text() == markdown_text(document(page.report, Words()))
    assert page.copy.text() == "Copied"


def test_a_print_is_the_document_on_paper(
    page: ReportPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given a person who chooses to print into a file
    def chosen(dialog: QPrintDialog) -> int:
        assert dialog.printer().docName() == "Will DeepSeek-R1 Distill Qwen 32B Q5_K_M run?"
        dialog.printer().setOutputFileName(str(tmp_path / "print.pdf"))
        return int(QPrintDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrintDialog, "exec", chosen)
    choose(page.controls.papers, "letter")

    with qtbot.waitSignal(page.printer.ended, timeout=LONG_MS) as ended:
        page.print.click()

    assert ended.args == ["The report is printed.", True]
    pages = pypdf.PdfReader(tmp_path / "print.pdf").pages
    assert round(float(pages[0].mediabox.width)) == 612
    # Qt writes a font's blank as a tab into what it prints to a file.
    assert "32B Q5_K_M" in pages[0].extract_text().replace("\t", " ")
    assert pages[-1].extract_text().split()[-3:] == [str(len(pages)), "/", str(len(pages))]


def test_a_print_that_is_given_up_prints_nothing(page: ReportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: int(QPrintDialog.DialogCode.Rejected))

    page.print.click()

    assert not page.printer._tasks.running("print")


def test_every_model_is_reported_as_the_matrix_shows_it(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    choose(page.controls.variants, "matrix")
    until_shown(page, qtbot)

    assert page.report is not None
    told = {(one.model, one.quant): (one.verdict, one.total_bytes) for one in page.report.cells}
    known = {
        (one.model_id, one.quantization): (one.verdict, one.estimate.total_bytes) for one in window.page.model.plans()
    }
    assert {place: told[place] for place in known} == known


def test_a_comparison_begins_with_the_choice_and_what_is_recommended(
    page: ReportPage, window: MainWindow, qtbot: QtBot
) -> None:
    choose(page.controls.variants, "comparison")
    until_shown(page, qtbot)

    picks = {(one.plan.model_id, one.plan.quantization) for one in window.page.filler.picks.by_wish.values()}
    plan = window.page.choice.plan
    assert page.report is not None
    told = [(one.model, one.quant) for one in page.report.choices]
    assert told[0] == (plan.model_id, plan.quantization)
    assert set(told[1:]) == picks - {told[0]}
    assert page.compared.places == tuple(told[1:])


def test_what_is_compared_is_added_and_taken_out(page: ReportPage, qtbot: QtBot) -> None:
    choose(page.controls.variants, "comparison")
    until_shown(page, qtbot)
    while page.compared.chips:
        page.compared.chips[0].click()
    choose(page.compared.models, "deepseek-r1-distill-qwen-14b")
    page.compared.types.setCurrentText("Q8_0")

    page.compared.add.click()
    until_shown(page, qtbot)

    assert page.report is not None
    assert [(one.model, one.quant) for one in page.report.choices] == [
        ("deepseek-r1-distill-qwen-32b", "Q5_K_M"),
        ("deepseek-r1-distill-qwen-14b", "Q8_0"),
    ]


def test_the_report_follows_the_choice(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    window.page.show_cell("deepseek-r1-distill-qwen-14b", "Q8_0")

    until_shown(page, qtbot)

    assert "14B Q8_0" in page.view.toPlainText()


def test_a_persons_own_file_is_reported(page: ReportPage, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    mine = gf.quantized(tmp_path / "mine.gguf", service.find_model("7b").spec, "Q5_K_M")
    with qtbot.waitSignal(window.own_files.read):
        drop(window, mine)

    press(window, "Ctrl+4")
    until_shown(page, qtbot)

    assert page.report is not None
    assert page.report.choices[0].own_file
    assert page.report.choices[0].download_bytes == mine.stat().st_size
    assert "mine.gguf" in page.view.toPlainText()


def test_what_verify_measured_stands_in_the_report_until_it_is_left_out(
    page: ReportPage, window: MainWindow, qtbot: QtBot
) -> None:
    plan = window.page.choice.plan
    found = Verification(
        plan.model_id, plan.quantization, plan.workload.context, "quick", "fits", "By scaling it fits.", 64, 2, True
    )

    page.set_measured(found)
    until_shown(page, qtbot)

    assert page.report is not None
    assert page.report.choices[0].verification == found
    assert "By scaling it fits." in page.view.toPlainText()

    page.measured.click()
    until_shown(page, qtbot)

    assert page.report is not None
    assert page.report.choices[0].verification is None


def test_what_verify_measured_of_another_choice_is_not_told(page: ReportPage, qtbot: QtBot) -> None:
    before = page.report

    page.set_measured(Verification("deepseek-r1-671b", "Q4_K_M", 4096, "quick", "fits", "It fits.", 61, 2, True))

    assert page.measured.isHidden()
    assert page.report is before


def test_the_preview_takes_the_palette_and_stays_where_it_was_read(page: ReportPage, qtbot: QtBot) -> None:
    page.view.verticalScrollBar().setValue(2000)
    dark = load_theme("dark")

    with qtbot.waitSignal(page.view.shown):
        page.set_theme(dark)

    assert dark.hex("text_muted") in page.view.toHtml()
    assert page.view.verticalScrollBar().value() == 2000


def labels_of(widget: QWidget) -> list[str]:
    """What stands beside a widget, as a screen reader is told."""
    interface = QAccessible.queryAccessibleInterface(widget)
    labels = interface.relations(QAccessible.RelationFlag.Label)
    return [label.text(QAccessible.Text.Name) for label, _ in labels]


def test_a_screen_reader_is_told_what_can_be_chosen_and_read(
    page: ReportPage, spoken: Callable[[QWidget], str]
) -> None:
    controls = page.controls
    assert [labels_of(one) for one in (controls.variants, controls.languages, controls.formats, controls.papers)] == [
        ["Report on"], ["Language"], ["Format"], ["Paper"],
    ]  # fmt: skip
    assert labels_of(page.compared.models) == ["Beside the choice"]
    assert spoken(page.view) == "Will DeepSeek-R1 Distill Qwen 32B Q5_K_M run?"
    interface = QAccessible.queryAccessibleInterface(page.view)
    text = interface.textInterface()
    assert "Where it lies" in text.text(0, text.characterCount())


def test_the_keyboard_goes_from_the_choices_over_the_buttons_to_the_text(page: ReportPage, qtbot: QtBot) -> None:
    page.controls.variants.setFocus()
    passed: list[QWidget] = []
    here: QWidget | None = page.controls.variants
    while here is not None and here is not page.view and len(passed) < 20:
        passed.append(here)
        page.focusNextChild()
        here = page.window().focusWidget()

    assert here is page.view
    assert passed == [
        page.controls.variants, page.controls.languages, page.controls.formats, page.save_button, page.print, page.copy,
        page.open,
    ]  # fmt: skip


def test_before_anything_is_known_the_page_says_what_to_do(qtbot: QtBot, theme: Theme) -> None:
    page = ReportPage(theme, Settings())
    qtbot.addWidget(page)
    page.show()

    assert "choose a cell" in page.state.text()
    assert not page.save_button.isEnabled()
    assert page.view.isHidden()


def test_a_change_there_and_back_is_no_reason_for_none(page: ReportPage, window: MainWindow, qtbot: QtBot) -> None:
    plan, settings = page._plan, page._settings

    window.show_page("fit")
    page.show_settings(replace(settings, margin_bytes=3 * GIB))
    page.show_settings(settings)
    window.show_page("report")

    qtbot.waitUntil(lambda: page.report is not None, timeout=LONG_MS)
    assert page._plan is plan


def test_the_report_stays_where_it_is_read_when_the_memory_of_the_machine_moves(
    page: ReportPage, window: MainWindow, qtbot: QtBot
) -> None:
    page.view.verticalScrollBar().setValue(2000)
    before = page.report

    window.set_machine(desktop(RTX_4090, RTX_3090, ram_available_bytes=90 * GIB), True)
    qtbot.waitUntil(lambda: page.report is not before and page.report is not None, timeout=LONG_MS)
    until_shown(page, qtbot)

    assert page.view.verticalScrollBar().value() == 2000
    assert "90.0 GiB available" in page.view.toPlainText()


def test_what_cannot_be_reported_is_said_in_a_sentence(
    page: ReportPage, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given others to compare with that do not take the choice's context
    plan = window.page.choice.plan
    short = next(model for model in service.models() if model.spec.context_limit < 163_840)
    page.controls.variants.setCurrentIndex(1)
    page.compared.changed.emit(())
    page.follow(replace(plan, workload=replace(plan.workload, context=163_840)))
    page.compared.show_places(((short.id, "Q4_K_M"),))

    with qtbot.waitSignal(page.maker.failed, timeout=LONG_MS) as failed:
        page.compared.changed.emit(page.compared.places)

    assert page.state.text() == failed.args[0]
    assert page.view.isHidden()

    # And it is said again to who wants to save it
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "a.html"), ""))
    with qtbot.waitSignal(page.noticed) as told:
        page.save_button.click()
    assert told.args == [*failed.args, False]
    assert not (tmp_path / "a.html").exists()
    assert not page.copy.isEnabled()

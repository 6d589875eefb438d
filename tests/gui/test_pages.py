"""Model sheet and settings, as a person and a screen reader find them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, in_unit
from fitcheck.core.workload import Workload
from fitcheck.gui.language import Language
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.pages.fit import FitPage
from fitcheck.gui.pages.settings import SettingsPage
from fitcheck.gui.pages.sheet import SheetPage
from fitcheck.gui.theme import Theme, load_theme
from fitcheck.settings import Settings
from tests.gui.conftest import RTX_3090, RTX_4090, PageDouble, desktop
from tests.gui.test_shell import press


@pytest.fixture
def sheet(qtbot: QtBot, theme: Theme) -> SheetPage:
    """The sheet of R1, with its memory computed."""
    page = SheetPage(theme, "GiB")
    qtbot.addWidget(page)
    page.resize(1000, 700)
    qtbot.waitUntil(lambda: page.model.id in page._bytes, timeout=30_000)
    return page


def test_the_sheet_has_every_value_with_its_source(sheet: SheetPage) -> None:
    text = sheet.sheet.toPlainText()

    for value in ("671,026,419,200", "37,552,297,472", "163,840", "7,168", "129,280", "MLA", "256", "SwiGLU", "MIT"):
        assert value in text
    assert "config_671B.json" in text
    assert "[1" in text


def test_the_sheet_corrects_what_is_wrong_elsewhere(sheet: SheetPage) -> None:
    text = sheet.sheet.toPlainText()

    assert "256 routed + 1 shared" in text
    assert "not Multi-Layer Attention" in text


def test_the_sheet_has_published_scores_and_says_which_are_second_hand(sheet: SheetPage) -> None:
    assert "97.3" in sheet.sheet.toPlainText()
    assert "Second hand" not in sheet.sheet.toPlainText()

    sheet.show_model("deepseek-r1-0528-qwen3-8b")

    assert "Second hand" in sheet.sheet.toPlainText()


def test_memory_is_the_estimates_own(sheet: SheetPage) -> None:
    # Given the one estimate that everything goes through
    model, context = sheet.model, sheet.model.spec.context_limit
    whole = Placement(gpus=1, gpu_layers=model.spec.n_layers + 1)
    answer = service.estimate(model, find_file_type("Q4_K_M"), Workload(context=context), whole)

    # Then the sheet shows its number
    assert in_unit(answer.total_bytes) in sheet.sheet.toPlainText()


def test_another_unit_is_shown_at_once(sheet: SheetPage) -> None:
    sheet.set_units("GB")

    assert "in GB" in sheet.sheet.toPlainText()


def test_a_narrow_sheet_has_one_column(sheet: SheetPage) -> None:
    wide = sheet.sheet.document().size().height()

    sheet.resize(700, 700)
    sheet.show()

    assert sheet.sheet.document().size().height() > wide
    assert sheet.sheet.horizontalScrollBar().maximum() == 0


def test_the_sheet_leads_to_the_fit_page(sheet: SheetPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sheet.open_in_fit) as asked:
        sheet._fit.click()

    assert asked.args == ["deepseek-r1-671b", "Q4_K_M"]


def test_a_screen_reader_can_read_the_sheet(sheet: SheetPage) -> None:
    interface = QAccessible.queryAccessibleInterface(sheet.sheet)

    assert interface is not None
    assert "DeepSeek-R1 671B" in interface.text(QAccessible.Text.Name)
    assert "671,026,419,200" in interface.textInterface().text(0, interface.textInterface().characterCount())


@pytest.fixture
def settings_page(window: MainWindow) -> SettingsPage:
    """The settings of a desktop with two cards."""
    window.set_machine(desktop(RTX_4090, RTX_3090), True)
    press(window, "Ctrl+,")
    return window.others.page("settings")


def choose(combo: QComboBox, value: str) -> None:
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_colours_count_at_once(settings_page: SettingsPage, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.theme_changed):
        choose(settings_page.combos["theme"], "dark")

    assert window.page.theme.name == "dark"
    assert window.menu.theme_actions["dark"].isChecked()


def test_the_units_button_is_seen_in_the_settings(settings_page: SettingsPage, window: MainWindow) -> None:
    window.nav.units_clicked.emit()

    assert settings_page.combos["units"].currentData() == "GB"


def test_the_margin_reaches_the_plans(settings_page: SettingsPage, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.settings_changed) as kept:
        settings_page.margin.setValue(2.5)

    assert kept.args == [{"margin_bytes": round(2.5 * GIB)}]
    assert window.page.margin_bytes == round(2.5 * GIB)


def test_the_runtime_reaches_the_commands(settings_page: SettingsPage, window: MainWindow) -> None:
    choose(settings_page.combos["runtime"], "ollama")

    assert window.page.runtime == "ollama"


def test_a_card_is_left_out_here_and_in_the_strip(settings_page: SettingsPage, window: MainWindow) -> None:
    settings_page._boxes["GPU-1"].click()

    box = window.strip.views[0].check_box
    assert box is not None
    assert not box.isChecked()
    assert window.page.machines[-1][0].gpus == (RTX_3090,)


def test_a_card_that_was_left_out_stays_out_at_the_next_start(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme, Settings(cards_left_out=("GPU-1", "GPU-elsewhere")), PageDouble)
    qtbot.addWidget(window)

    window.set_machine(desktop(RTX_4090, RTX_3090), True)

    assert window.page.machines[-1][0].gpus == (RTX_3090,)


def test_another_folder_of_models_is_looked_at(settings_page: SettingsPage, window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignals([window.settings_changed, window.look_again], order="strict"):
        settings_page.changed.emit({"models_folder": "/data/models"})

    assert settings_page.folder.text() == "/data/models"


def test_the_page_of_the_last_time_is_shown_again(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme, Settings(page="settings"), PageDouble)
    qtbot.addWidget(window)

    assert window.page_name == "settings"


@pytest.mark.parametrize("page", ["sheet", "settings"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_cut_off_at_the_least_size(
    page: str, language: str, qtbot: QtBot, theme: Theme, qapp: object
) -> None:
    # Given the smallest window in a language, while a machine is imagined
    speech = Language()
    speech.use(language)
    window = MainWindow(theme, Settings(page=page, language=language), PageDouble)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.resize(1024, 680)
    window.set_machine(desktop(RTX_4090), True)
    window.start_what_if()
    window.show()
    qtbot.waitExposed(window)

    # Then every button has the room that its text takes
    shown = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
    wanting = [one.text() for one in shown if one.width() < one.minimumSizeHint().width()]
    speech.use("en")
    assert shown
    assert not wanting


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_asks_for_more_than_the_least_size(
    language: str, qtbot: QtBot, theme: Theme, qapp: QApplication
) -> None:
    # Given the window as it is with fonts of one and a half times the usual size
    speech, before = Language(), qapp.font()
    speech.use(language)
    large = Theme(theme.name, theme.tokens, theme.family, theme.family_mono, 1.5 * theme.scale)
    qapp.setFont(large.font("body"))
    window = MainWindow(large, Settings(language=language), FitPage)  # type: ignore[arg-type]
    window.setStyleSheet(large.stylesheet())
    qtbot.addWidget(window)
    window.resize(1024, 680)
    window.show()

    least = {}
    for page in ("fit", "sheet", "verify", "report", "settings"):
        window.show_page(page)
        qapp.processEvents()
        least[page] = window.minimumSizeHint().toTuple()

    speech.use("en")
    qapp.setFont(before)
    assert {name: size for name, size in least.items() if size[0] > 1024 or size[1] > 680} == {}


def test_everything_a_person_works_with_has_a_name(
    settings_page: SettingsPage, window: MainWindow, spoken: Callable[[QWidget], str]
) -> None:
    window.start_what_if()
    window.show_page("sheet")
    window.show_page("settings")
    kinds = QAbstractButton | QComboBox | QLineEdit

    works = [one for one in window.findChildren(QWidget) if isinstance(one, kinds) and one.isVisible()]
    # The field inside a box is the box to a screen reader.
    nameless = [one for one in works if not spoken(one) and not isinstance(one.parentWidget(), QComboBox)]
    nameless = [one for one in nameless if "spinbox" not in one.objectName()]

    assert len(works) > 10
    assert not nameless


def test_tab_goes_through_the_settings_from_top_to_bottom(settings_page: SettingsPage, window: MainWindow) -> None:
    settings_page.combos["theme"].setFocus()
    reached = []
    for _ in range(5):
        reached.append(window.window().focusWidget())
        QTest.keyClick(window.window().focusWidget(), Qt.Key.Key_Tab)

    order = [one for one in reached if one in (*settings_page.combos.values(), settings_page.margin)]
    assert order == [
        settings_page.combos["theme"], settings_page.combos["language"], settings_page.combos["units"],
        settings_page.margin, settings_page.combos["runtime"],
    ]  # fmt: skip


def test_a_theme_is_taken_by_all_pages(settings_page: SettingsPage, window: MainWindow) -> None:
    window.show_page("sheet")
    window.set_theme(load_theme("dark"))

    assert load_theme("dark").hex("text_muted") in window.others.page("sheet").sheet.toHtml()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_model_has_a_sheet_in_every_language(qtbot: QtBot, theme: Theme, language: str) -> None:
    speech = Language()
    speech.use(language)
    page = SheetPage(theme, "GiB")
    qtbot.addWidget(page)

    sheets = {}
    for model in service.models():
        page.show_model(model.id)
        sheets[model.id] = page.sheet.toPlainText()
    speech.use("en")

    for model in service.models():
        assert f"{model.parameters.total:,}" in sheets[model.id]
        assert ("Specification" in sheets[model.id]) == (language == "en")
        assert all(one.source in sheets[model.id] for one in model.benchmarks)

"""Ctrl+K: a few letters lead to a model, a quantization or a card."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.widgets.search_box import SearchBox
from tests.gui.conftest import RTX_4090, desktop
from tests.gui.test_shell import press


@pytest.fixture
def search(window: MainWindow) -> SearchBox:
    """The open search of a desktop with an RTX 4090."""
    window.set_machine(desktop(RTX_4090), True)
    press(window, "Ctrl+K")
    found = window.findChild(SearchBox)
    assert found is not None
    return found


def shown(search: SearchBox) -> list[str]:
    return [search.results.item(row).text() for row in range(search.results.count())]


def go(search: SearchBox, text: str) -> None:
    search.field.setText(text)
    QTest.keyClick(search.field, Qt.Key.Key_Return)


def test_the_keyboard_is_in_the_field(search: SearchBox) -> None:
    assert search.isVisible()
    assert QApplication.focusWidget() is search.field


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("r1 zero", "DeepSeek-R1-Zero 671B · model sheet"),
        ("32b q4_k_m", "Distill Qwen 32B · Q4_K_M"),
        ("4090", "NVIDIA GeForce RTX 4090 · in this machine"),
        ("7900 xtx", "Radeon RX 7900 XTX · what if it were here"),
    ],
)
def test_the_first_result_is_what_was_meant(search: SearchBox, text: str, first: str) -> None:
    search.field.setText(text)

    assert shown(search)[0] == first


def test_what_nobody_knows_is_said(search: SearchBox) -> None:
    search.field.setText("voodoo")

    assert shown(search) == []
    assert search._nothing.isVisible()


def test_enter_opens_a_quantization_on_the_fit_page(search: SearchBox, window: MainWindow) -> None:
    window.show_page("settings")

    go(search, "32b q4_k_m")

    assert window.page.chosen == ("deepseek-r1-distill-qwen-32b", "Q4_K_M")
    assert window.page_name == "fit"
    assert not search.isVisible()


def test_enter_opens_a_models_sheet(search: SearchBox, window: MainWindow) -> None:
    go(search, "distill llama 70b sheet".removesuffix(" sheet"))

    assert window.page_name == "sheet"
    assert window.others.page("sheet").model.id == "deepseek-r1-distill-llama-70b"


def test_a_card_of_this_machine_gets_the_keyboard(search: SearchBox, window: MainWindow) -> None:
    go(search, "4090")

    assert QApplication.focusWidget() is window.strip.views[0].check_box


def test_another_card_is_imagined(search: SearchBox, window: MainWindow) -> None:
    go(search, "7900 xtx")

    assert window.what_if.current is not None
    assert window.what_if.current.cards == ("Radeon RX 7900 XTX",)


def test_arrows_move_in_the_list_and_escape_gives_the_keyboard_back(search: SearchBox, window: MainWindow) -> None:
    QTest.keyClick(search.field, Qt.Key.Key_Down)
    assert search.results.currentRow() == 1

    QTest.keyClick(search.field, Qt.Key.Key_Escape)

    assert not search.isVisible()
    assert QApplication.focusWidget() is not search.field


def test_a_screen_reader_knows_the_parts(search: SearchBox, spoken: Callable[[QWidget], str]) -> None:
    assert spoken(search.field) == "Search"
    assert spoken(search.results) == "Search results"


def test_a_click_elsewhere_puts_it_away(search: SearchBox, window: MainWindow, qtbot: QtBot) -> None:
    window.page.button.setFocus()

    qtbot.waitUntil(lambda: not search.isVisible())

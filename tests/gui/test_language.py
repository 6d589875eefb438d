"""The window's language: which one, the sentences from below, and a change while it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.hardware import Machine
from fitcheck.core.quantization import find_file_type
from fitcheck.core.speed_sentences import limit
from fitcheck.core.units import format_number
from fitcheck.core.workload import Workload
from fitcheck.gui.language import Language, chosen_language, in_one, said
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.theme import Theme
from fitcheck.settings import Settings
from tests.gui.conftest import RTX_4090, PageDouble, desktop

SHELF = sorted((Path(__file__).resolve().parents[1] / "data" / "machines").glob("*.json"))
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")


@pytest.fixture
def chinese(qapp: QCoreApplication) -> Iterator[Language]:
    language = Language()
    language.use("zh")
    yield language
    language.use("en")


@pytest.mark.parametrize(
    ("setting", "code"), [("zh", "zh"), ("en", "en")],
)  # fmt: skip
def test_a_language_that_was_chosen_is_spoken(setting: str, code: str) -> None:
    assert chosen_language(setting) == code


@pytest.mark.parametrize("setting", ["system", None, 7, "tlh"])
def test_without_a_choice_the_desktops_language_is_spoken(setting: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("zh_CN"))
    assert chosen_language(setting) == "zh"
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("de_DE"))
    assert chosen_language(setting) == "en"


def test_a_sentence_of_the_core_is_put_together_in_the_windows_language(chinese: Language) -> None:
    assert said("With 24.0 GiB more RAM it runs from memory.") == "再加 24.0 GiB 内存即可在内存中运行。"


def test_a_clause_inside_a_sentence_is_translated_too(chinese: Language) -> None:
    assert said("As IQ4_XS, everything fits on the cards.") == "改用 IQ4_XS，即可全部放进显卡。"


def test_a_path_inside_a_sentence_stays_as_it_is(chinese: Language) -> None:
    assert "/models/every layer/x.gguf" in said("There is no file /models/every layer/x.gguf.")


def test_an_unknown_sentence_stays_as_it_is(chinese: Language) -> None:
    assert said("The moon is made of cheese.") == "The moon is made of cheese."


def test_english_is_itself(qapp: QCoreApplication) -> None:
    assert said("With 24.0 GiB more RAM it runs from memory.") == "With 24.0 GiB more RAM it runs from memory."
    assert in_one(["One.", "", "Two."]) == "One. Two."


def test_sentences_stand_together_as_the_language_has_it(chinese: Language) -> None:
    assert in_one(["一。", "二。"]) == "一。二。"


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("number", [0.4, 21.24, 99.4, 1251.0])
def test_numbers_are_written_as_the_language_writes_them(qapp: QCoreApplication, code: str, number: float) -> None:
    language = Language()
    language.use(code)

    written = QLocale().toString(number, "f", 1 if number < 99.5 else 0)

    language.use("en")
    assert format_number(number) == written


def sentences(machine: Machine) -> Iterator[str]:
    """What the window may show for a machine, from all rooms below it."""
    yield from machine.notes
    yield from machine.unknown.values()
    for gpu in machine.gpus:
        yield from gpu.unknown.values()
    for model in service.models():
        for type_id in ("F16", "Q4_K_M", "IQ1_S"):
            plan = service.plan(model, find_file_type(type_id), Workload(context=16_384), machine)
            yield from (*plan.reasons, *plan.warnings, *plan.prediction.assumptions, limit(plan.prediction.decode))
            yield from (one.sentence for one in service.advice(plan))
            for command in service.commands(model, plan).values():
                yield from (*command.notes, command.refusal)


@pytest.mark.slow
@pytest.mark.parametrize("file", SHELF, ids=lambda file: file.stem)
def test_no_sentence_about_a_machine_is_left_in_english(chinese: Language, file: Path) -> None:
    found = {text for text in sentences(service.load_machine(file)) if text}

    # A switch of another program keeps its name, with what it means behind it.
    named = re.compile(r"[A-Za-z ]+（[^）]*）|（[^）]*）|\([^)]*\)")
    english = [(text, said(text)) for text in found if ENGLISH.search(named.sub("", said(text)))]

    assert len(found) > 20
    assert not english


def texts(window: MainWindow) -> set[str]:
    return {label.text() for label in window.findChildren(QLabel)}


def test_a_window_that_is_made_anew_goes_on_where_the_other_one_stopped(
    window: MainWindow, theme: Theme, qtbot: QtBot, chinese: Language
) -> None:
    # Given an English window with a machine and a card that is left out
    window.set_machine(desktop(RTX_4090), True)
    window.start_what_if()

    # When the same is made in Chinese
    other = MainWindow(theme, Settings(language="zh"), PageDouble)
    qtbot.addWidget(other)
    other.take_over(window)

    # Then it shows the same machine in its own words, and what was imagined can still be undone
    assert other.what_if.current == window.what_if.current
    assert other.nav.tabs.tabText(0) == "适配"
    assert "假设的机器，不是这一台" in texts(other)
    other.what_if.undo()
    assert other.page.machines[-1][0] == desktop(RTX_4090)

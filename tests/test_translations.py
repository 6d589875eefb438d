"""The translations: nothing is left out, nothing is lost, and what Qt reads is what the file says."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import translations
from PySide6.QtCore import QTranslator

from fitcheck.sentence_templates import put_in

FILE = translations.FOLDER / "fitcheck_zh.ts"
PLACE = re.compile(r"\{\w*\}")


def window_texts() -> Iterator[tuple[str, int, str | None]]:
    """File, line and text of every call of ``tr`` in the window; None for a text that is no literal."""
    for file in sorted((translations.ROOT / "fitcheck" / "gui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tr":
                first = node.args[0]
                text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
                yield file.name, node.lineno, text


def test_every_text_of_the_window_has_a_translation() -> None:
    translated = {message.source for message in translations.read(FILE) if message.translation}

    missing = [text for text in window_texts() if text[2] not in translated]

    assert not missing, "run: python3 dev.py translate"


def test_every_sentence_from_below_the_window_has_a_translation() -> None:
    said = {one.source for one in translations.read(FILE) if one.context == translations.SAID and one.translation}

    missing = [f"{text.place}: {text.template}" for text in translations.said_texts() if text.template not in said]

    assert not missing, "run: python3 dev.py translate"


def test_a_translation_has_the_places_of_its_source() -> None:
    odd = [
        message.source
        for message in translations.read(FILE)
        if set(PLACE.findall(message.source)) != set(PLACE.findall(message.translation))
    ]

    assert not odd


def test_a_translation_is_chinese_where_its_source_is_a_sentence() -> None:
    left = [
        message.source
        for message in translations.read(FILE)
        if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", message.source)
        and not re.search(r"[\u4e00-\u9fff]", message.translation)
    ]

    assert not left


@pytest.mark.slow
def test_lupdate_finds_nothing_new(tmp_path: Path) -> None:
    # Given a copy of the file
    copy = tmp_path / FILE.name
    shutil.copyfile(FILE, copy)

    # When Qt's own tool goes through the sources
    translations.update([str(Path(sys.executable).with_name("pyside6-lupdate"))], copy)

    # Then every text is there, translated, and none is too many
    found = translations.read(copy)
    assert [message.source for message in found if not message.translation] == []
    assert {(one.context, one.source) for one in found} == {
        (one.context, one.source) for one in translations.read(FILE)
    }


@pytest.mark.slow
def test_the_compiled_file_answers_as_that_of_qts_own_compiler(tmp_path: Path) -> None:
    import subprocess

    theirs = tmp_path / "theirs.qm"
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([str(lrelease), "-silent", str(FILE), "-qm", str(theirs)], check=True)
    own, qt = QTranslator(), QTranslator()
    assert own.load(str(FILE.with_suffix(".qm")))
    assert qt.load(str(theirs))

    for message in translations.read(FILE):
        assert own.translate(message.context, message.source) == message.translation
        assert qt.translate(message.context, message.source) == message.translation


def test_a_text_that_nobody_translated_is_not_in_the_compiled_file(tmp_path: Path) -> None:
    messages = (translations.Message("Page", "Yes", "", "是"), translations.Message("Page", "No", "", ""))
    file = tmp_path / "one.qm"
    file.write_bytes(translations.compiled(messages, "zh_CN"))
    translator = QTranslator()

    assert translator.load(str(file))
    assert translator.language() == "zh_CN"
    assert translator.translate("Page", "Yes") == "是"
    assert not translator.translate("Page", "No")
    assert not translator.translate("Other", "Yes")


def test_a_new_sentence_of_the_core_is_found(tmp_path: Path) -> None:
    # Given a core that says something new
    core = tmp_path / "fitcheck" / "core"
    core.mkdir(parents=True)
    (core / "moon.py").write_text(
        '"""A docstring about the moon."""\ndef say(n):\n    return f"The moon has {n} craters."\n'
    )
    shutil.copytree(translations.ROOT / "resources" / "catalog", tmp_path / "resources" / "catalog")

    found = {text.template: text.place for text in translations.said_texts(tmp_path)}

    assert found["The moon has {0} craters."] == "fitcheck/core/moon.py:3"
    assert "A docstring about the moon." not in found


def test_every_text_of_reports_is_a_literal_with_a_translation() -> None:
    known = {one.source for one in translations.read(FILE) if one.context == translations.REPORT and one.translation}

    missing = [f"{text.place}: {text.template}" for text in translations.report_texts() if text.template not in known]

    assert not missing, "run: python3 dev.py translate"


@pytest.mark.parametrize(
    ("template", "parts", "text"),
    [
        ("它占用{0}，结束后归还。", ("RTX 4090 显存 20 GiB",), "它占用 RTX 4090 显存 20 GiB，结束后归还。"),
        ("在 {0} 上计算", ("内存",), "在内存上计算"),
        ("在{0}上计算", ("RTX 4090",), "在 RTX 4090 上计算"),
        ("在{0}上计算", ("内存",), "在内存上计算"),
        ("占{0}时间", ("62%",), "占 62% 时间"),
        ("{0} has {1}", ("模型v1.gguf", "12 bytes"), "模型v1.gguf has 12 bytes"),
    ],
)
def test_chinese_has_a_space_beside_other_letters_and_none_within(
    template: str, parts: tuple[str, ...], text: str
) -> None:
    assert put_in(template, *parts) == text


def test_a_translation_has_a_space_where_chinese_meets_other_letters() -> None:
    close = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")

    assert not [one.translation for one in translations.read(FILE) if close.search(PLACE.sub("", one.translation))]

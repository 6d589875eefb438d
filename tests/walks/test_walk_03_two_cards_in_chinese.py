"""Walk 3: RTX 3090 and RTX 4060 Ti 16 GB with 64 GiB, by somebody who reads Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fitcheck import service
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.walker import LONGEST_MS, MACHINES, Walker

pytestmark = pytest.mark.slow

ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3}", re.ASCII)
"""Four small words in a row: a sentence that was not translated. Names, flags and units are none."""


def untranslated(words: str) -> list[str]:
    """Lines that are still English; commands and the places of sources are the same in every language."""
    lines = [line for line in words.splitlines() if "\\" not in line and not line.startswith((" ", "-", "llama"))]
    return [line for line in lines if ENGLISH.search(re.sub(r"https://.*", "", line))]


def test_two_unequal_cards_in_chinese(walker: Walker, qtbot: QtBot, tmp_path: Path) -> None:
    file = MACHINES / "rtx-3090-plus-4060ti-64gb.json"
    here = ("--machine", str(file))
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    window = walker.open(service.load_machine(file), language="zh", theme="dark")
    walker.picture("fit")
    assert untranslated(walker.words()) == []
    compare_picks(window.page.filler.picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())

    # Both cards are used, each for its share
    plan = walker.choose("deepseek-r1-distill-llama-70b", "IQ4_XS")
    walker.picture("choice")
    assert untranslated(walker.words(window.page.choice)) == []
    answer = ask_everywhere(Question("70b", "IQ4_XS"), plan, here, tmp_path, plan.verdict)
    used = [one for one in answer.plan["devices"] if one["kind"] == "gpu" and one["weights_bytes"]]
    assert len(used) == 2
    assert used[0]["weights_bytes"] > used[1]["weights_bytes"]

    # The other pages speak Chinese too
    for page in ("sheet", "verify", "settings"):
        window.show_page(page)
        walker.picture(page)
        assert untranslated(walker.words(window.others.page(page))) == []
    window.show_page("report")
    preview = window.others.page("report")
    qtbot.waitUntil(lambda: "70B" in preview.view.toPlainText(), timeout=LONGEST_MS)
    walker.picture("report")
    assert untranslated(preview.view.toPlainText()) == []
    window.show_page("fit")

    # The report for a friend: Chinese text, the same numbers
    target = tmp_path / "给朋友.md"
    Asked("report", "70b", "-q", "IQ4_XS", *here, "--lang", "zh", "-o", str(target)).text()
    text = target.read_text(encoding="utf-8")
    assert untranslated(text) == []
    assert walker.save_report(tmp_path / "报告.json") == answer.report

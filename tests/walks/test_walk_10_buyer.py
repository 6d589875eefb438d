"""Walk 10: a buyer. The smallest cards for R1 in Q4_K_M at 32k, and a report for the boss."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.units import format_bytes
from tests.walks.asking import Asked, Question, ask_everywhere
from tests.walks.walker import LONGEST_MS, MACHINES, Walker

pytestmark = pytest.mark.slow


def test_a_buyer(walker: Walker, qtbot: QtBot, tmp_path: Path) -> None:
    listed = Asked("gpus", "r1", "-q", "Q4_K_M", "-c", "32k", "--json")
    printed = Asked("gpus", "r1", "-q", "Q4_K_M", "-c", "32k")

    # Given the laptop of an office, and the question which cards R1 takes
    window = walker.open(service.load_machine(MACHINES / "laptop-8gb-no-gpu.json"), context=32768)
    walker.choose("deepseek-r1-671b", "Q4_K_M")
    walker.picture("laptop")

    # Then the window names some of what the command lists, smallest cards first
    cards = listed.json()["cards"]
    whole = [one for one in cards if one["verdict"] == "gpu"]
    assert whole
    assert [one["memory_bytes"] for one in whole] == sorted(one["memory_bytes"] for one in whole)
    rows = window.page.choice.cards.rows
    assert rows
    names = {f"{one['count']}× {one['card']}" if one["count"] > 1 else one["card"] for one in cards}
    shown = {line for line in walker.words(window.page.choice.cards).splitlines() if line in names}
    assert len(shown) == len(rows)
    text = printed.text()
    assert "All of it on cards:" in text

    # When the first one is tried, a machine with those cards is imagined
    with qtbot.waitSignal(window.answered, timeout=LONGEST_MS):
        rows[0].click()
    imagined = window.what_if.current
    assert imagined is not None
    walker.picture("imagined")
    # What was advised for the laptop does not stand for these cards.
    assert "more free on the disk" not in walker.words(window.page.choice.fixes)
    with qtbot.waitSignal(window.page.details.finished, timeout=LONGEST_MS):
        window.page.show_cell("deepseek-r1-671b", "Q4_K_M")
    plan = window.page.choice.plan
    named = next(
        one for one in whole if f"{one['count']}x {one['card']}" in imagined.cards or one["card"] in imagined.cards
    )
    assert plan.prediction.decode.expected == named["decode_tokens_per_s"]["expected"]

    # Then everything else says the same of it, the report for the boss too
    machine = [option for card in imagined.cards for option in ("--gpu", card)]
    if imagined.ram_gib is not None:
        machine += ["--ram", f"{imagined.ram_gib}GiB"]
    asked = ask_everywhere(Question("r1", "Q4_K_M", 32768), plan, machine, tmp_path, "gpu")
    assert walker.save_report(tmp_path / "boss.json") == asked.report
    walker.save_report(tmp_path / "boss.pdf")
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "boss.pdf").pages]
    assert format_bytes(asked.plan["total_bytes"]) in "".join(pages)
    assert "DeepSeek-R1 671B" in pages[0]

"""Walk 7: what if there were a 24 GB card and 512 GB? R1 in Q4_K_M, KTransformers and llama.cpp side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.gui.what_if import Imagined
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix
from tests.walks.walker import LONGEST_MS, MACHINES, Walker

pytestmark = pytest.mark.slow

HERE = ("--gpu", "RTX 4090", "--ram", "512GiB", "--ram-bandwidth", "12x DDR5-4800")


def test_a_24_gb_card_and_512_gb(walker: Walker, qtbot: QtBot, tmp_path: Path) -> None:
    # Given a person at a laptop who thinks of a server
    window = walker.open(service.load_machine(MACHINES / "laptop-8gb-no-gpu.json"))
    table = Asked("matrix", "--all", *HERE, "--json")

    # When they imagine it, clearly marked as not this machine
    window.start_what_if()
    with qtbot.waitSignal(window.answered, timeout=LONGEST_MS):
        window.what_if.imagine(Imagined(("GeForce RTX 4090",), 512, "12x DDR5-4800"))
    walker.picture("imagined")
    assert "This machine" not in walker.words(window.strip)
    compare_matrix(window.page.model.plans(), table.json())

    # Then llama.cpp and KTransformers are told side by side, each with its own command and speed
    plan = walker.choose("deepseek-r1-671b", "Q4_K_M")
    walker.picture("llama-cpp")
    first = ask_everywhere(Question("r1", "Q4_K_M"), plan, HERE, tmp_path, "offload").plan
    assert window.page.choice.command.text == first["commands"]["llama-server"]

    asked = Asked("plan", "r1", "-q", "Q4_K_M", "--engine", "ktransformers", *HERE, "--json")
    with qtbot.waitSignal(window.page.details.finished, timeout=LONGEST_MS):
        window.page.controls.set_runtime("ktransformers")
    walker.picture("ktransformers")
    second = asked.json()
    other = window.page.choice.plan
    assert other.prediction.prompt.expected == second["prefill_tokens_per_s"]["expected"]
    assert other.prediction.decode.expected == second["decode_tokens_per_s"]["expected"]
    assert window.page.choice.command.text == second["commands"]["ktransformers"]
    assert "--optimize_config_path" in second["commands"]["ktransformers"]

    # And one click leads back to the laptop
    with qtbot.waitSignal(window.answered, timeout=LONGEST_MS):
        window.what_if.imagine(None)
    assert "This machine" in walker.words(window.strip)
    assert window.page.choice.plan.verdict != "offload"

"""Walk 6: an EPYC with twelve channels and 768 GB and no card, for R1 in Q4_K_M and Q8_0."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.conftest import FromShelf
from tests.walks.walker import Walker

pytestmark = pytest.mark.slow

MEASURED = (9.57, 10.01)
"""Tokens a second of ik_llama.cpp on an EPYC 9374F with twelve channels of DDR5-4800, R1 in Q4_K_S
(https://github.com/ikawrakow/ik_llama.cpp/pull/180)."""


def test_an_epyc_without_a_card(walker: Walker, from_shelf: FromShelf, tmp_path: Path) -> None:
    file = from_shelf("epyc-768gb-no-card")
    here = ("--machine", str(file))
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    near = Asked("plan", "r1", "-q", "Q4_K_S", *here, "--json")
    window = walker.open(service.load_machine(file))
    walker.picture("fit")
    compare_picks(window.page.filler.picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())

    answers = {}
    for quant in ("Q4_K_M", "Q8_0"):
        plan = walker.choose("deepseek-r1-671b", quant)
        walker.picture(quant.lower().replace("_", ""))
        answers[quant] = ask_everywhere(Question("r1", quant), plan, here, tmp_path, "cpu").plan
        assert "-ngl 0" in window.page.choice.command.text
    slow, fast = (answers[quant]["decode_tokens_per_s"]["expected"] for quant in ("Q8_0", "Q4_K_M"))
    assert slow < fast
    # The modules were read, so nothing is assumed about the memory
    assert not any("bandwidth of the RAM" in one for one in answers["Q8_0"]["warnings"])
    speed = near.json()["decode_tokens_per_s"]
    assert all(speed["low"] < one < speed["high"] for one in MEASURED)

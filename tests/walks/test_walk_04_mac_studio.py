"""Walk 4: a Mac Studio with M3 Ultra and 512 GB of unified memory, for R1 in Q4_K_M."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from tests.walks.asking import PARTS, Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.conftest import FromShelf
from tests.walks.walker import Walker

pytestmark = pytest.mark.slow

MEASURED = 19.89
"""Tokens a second that Ollama 0.6 reached with this file on this computer
(https://github.com/geerlingguy/ai-benchmarks/issues/42)."""


def test_an_m3_ultra_with_512_gb(walker: Walker, from_shelf: FromShelf, tmp_path: Path) -> None:
    file = from_shelf("mac-studio-m3-ultra-512gb")
    here = ("--machine", str(file))
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    window = walker.open(service.load_machine(file))
    walker.picture("fit")
    compare_picks(window.page.filler.picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())

    # macOS gives the card three quarters of the memory; the rest is not said to be held by other programs
    assert "not for the GPU" in walker.words(window.strip)
    plan = walker.choose("deepseek-r1-671b", "Q4_K_M")
    walker.picture("r1")
    asked = ask_everywhere(Question("r1", "Q4_K_M"), plan, here, tmp_path, "gpu")

    # One memory: what lies on the card is taken from the RAM too
    (ram,) = [view.state for view in window.strip.views if view.state and view.state.key == "ram"]
    assert ram.fill is not None
    assert ram.fill.choice_bytes == sum(sum(one[part] for part in PARTS) for one in asked.plan["devices"])
    assert asked.plan["commands"]["ollama"]
    speed = asked.plan["decode_tokens_per_s"]
    assert speed["low"] < MEASURED < speed["high"]

    # The same computer imagined by anybody: a shop's name is enough
    imagined = Asked("plan", "r1", "-q", "Q4_K_M", "--gpu", "M3 Ultra 512GB", "--json").json()
    for key in ("weights_bytes", "kv_cache_bytes", "compute_bytes", "verdict", "decode_tokens_per_s"):
        assert imagined[key] == asked.plan[key]

    # What does not fit the card's share goes on in the same memory, as fast; and nobody is sent to the processor
    larger = walker.choose("deepseek-r1-671b", "Q5_K_M")
    answer = ask_everywhere(Question("r1", "Q5_K_M"), larger, here, tmp_path, "offload").plan
    assert not any("bandwidth of the RAM" in one for one in answer["warnings"])
    verdicts = {plan.verdict for plan in window.page.model.plans() if plan.model_id == "deepseek-r1-0528-qwen3-8b"}
    assert verdicts == {"gpu"}

"""Walk 2: RTX 4090 and 128 GiB. The best pick, R1 with its experts in RAM, and a long context with a smaller cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.walker import MACHINES, Walker

pytestmark = pytest.mark.slow


def test_a_4090_with_128_gib(walker: Walker, tmp_path: Path) -> None:
    file = MACHINES / "rtx-4090-128gb.json"
    here = ("--machine", str(file))

    # Without a click
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    window = walker.open(service.load_machine(file), size=(1680, 950))
    walker.picture("fit")
    compare_picks(window.page.filler.picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())

    # R1 in IQ1_S: attention on the card, experts in RAM, with the flags for it
    plan = walker.choose("deepseek-r1-671b", "IQ1_S")
    walker.picture("r1")
    answer = ask_everywhere(Question("r1", "IQ1_S"), plan, here, tmp_path, "offload")
    assert answer.plan["gpu_layers"] == 62
    assert answer.plan["cpu_moe_layers"] > 50
    assert window.page.choice.command.text == answer.plan["commands"]["llama-server"]
    assert "-ncmoe" in window.page.choice.command.text

    # The report that the window saves is that of the command
    assert walker.save_report(tmp_path / "saved.json") == answer.report
    window.show_page("fit")

    # 64k with a cache of q8_0: both controls, the same choice, and what would bring all of it onto the card
    window.page.controls.slider.set_tokens(65536)
    window.page.controls.cache_type.setCurrentText("q8_0")
    walker.until_full()
    plan = walker.choose("deepseek-r1-distill-qwen-32b", "Q4_K_M")
    walker.picture("long-context")
    assert (plan.workload.context, plan.workload.type_k, plan.workload.type_v) == (65536, "q8_0", "q8_0")
    answer = ask_everywhere(Question("32b", "Q4_K_M", 65536, "q8_0"), plan, here, tmp_path, "offload")
    assert {one["kind"] for one in answer.plan["advice"]} >= {"context", "quantization"}
    titles = walker.words(window.page.choice.fixes)
    assert "of context instead of 64k" in titles
    full = Asked("estimate", "32b", "-q", "Q4_K_M", "-c", "64k", "--json").json()
    # 34 bytes for 32 values rather than 64
    assert answer.plan["kv_cache_bytes"] * 64 == full["kv_cache_bytes"] * 34

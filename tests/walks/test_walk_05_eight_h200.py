"""Walk 5: eight H200. R1 in FP8 on vLLM and SGLang, Q8_0 on llama.cpp, beside what is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from tests.walks.asking import Asked, Question, ask_everywhere, compare_matrix, compare_picks
from tests.walks.conftest import FromShelf
from tests.walks.walker import Walker

pytestmark = pytest.mark.slow

PUBLISHED_CHECKPOINT = 688_586_727_753
"""Bytes of the safetensors files of deepseek-ai/DeepSeek-R1, headers included."""

CACHE_OF_A_TOKEN = 61 * 576 * 2
"""Latent and rotated key of 61 layers in 16 bits; every card of a tensor-parallel group keeps all of it."""


def test_eight_h200(walker: Walker, from_shelf: FromShelf, tmp_path: Path) -> None:
    file = from_shelf("eight-h200")
    here = ("--machine", str(file))
    servers = {
        engine: Asked("estimate", "r1", "--engine", engine, "-c", "32k", *here, "--json")
        for engine in ("vllm", "sglang")
    }
    recommended, table = Asked("recommend", *here, "--json"), Asked("matrix", "--all", *here, "--json")
    window = walker.open(service.load_machine(file))
    walker.picture("fit")
    compare_picks(window.page.filler.picks, recommended.json(), 4096)
    compare_matrix(window.page.model.plans(), table.json())

    # Both serve the makers' own FP8 files over the eight cards, as the documents of both tell (tensor parallel 8)
    for engine, server in servers.items():
        answer = server.json()
        assert (answer["quant"], answer["tensor_parallel"], answer["engine"]) == ("FP8", 8, engine)
        assert 0 < PUBLISHED_CHECKPOINT - answer["checkpoint_bytes"] < 20_000_000
        assert answer["kv_cache_bytes"] == 8 * 32768 * CACHE_OF_A_TOKEN
        # Room for several whole contexts of 160k: this is why people take H200 and not H100
        assert answer["room_tokens"] > 4 * 163_840
    refused = Asked("estimate", "r1", "--engine", "vllm", "--gpu", "8x H100 SXM 80 GB").text(1)
    assert "lacks" in refused

    # llama.cpp: the GGUF file of eight bits, all of it on the cards
    plan = walker.choose("deepseek-r1-671b", "Q8_0")
    walker.picture("q8")
    asked = ask_everywhere(Question("r1", "Q8_0"), plan, here, tmp_path, "gpu")
    assert "--tensor-parallel-size 8" in asked.plan["commands"]["vllm"]
    assert "--tp-size 8" in asked.plan["commands"]["sglang"]
    shown = window.page.choice.command
    for engine in ("vllm", "sglang", "llama-server"):
        shown.choose(engine)
        assert shown.text == asked.plan["commands"][engine]
        walker.picture(engine)

    # plan shows what the engine holds; for llama.cpp the safetensors format is refused with where it is priced
    for engine, server in servers.items():
        held = Asked("plan", "r1", "-q", "FP8", "--engine", engine, "-c", "32k", *here).text(0)
        assert f"{server.json()['devices'][0]['weights_bytes'] / 2**30:.1f}" in held
        assert "as FP8 runs on the GPU" in held
        assert " at Q8_0" not in held
    complaint = Asked("plan", "r1", "-q", "FP8", *here).refusal(2)
    assert "estimate --engine vllm" in complaint

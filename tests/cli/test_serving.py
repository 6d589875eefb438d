"""``fitcheck estimate`` and ``plan`` for vLLM and SGLang, ``plan`` for KTransformers."""

from __future__ import annotations

import json

import pytest

from fitcheck.contract.answers import answer_line

from .test_cli import Out, answered, in_json, refused

H200 = ("--gpu", "8x H200")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are looked for as they are, not as a narrow terminal breaks them."""
    monkeypatch.setenv("COLUMNS", "1000")


def test_r1_in_its_own_format_fits_eight_h200(capsys: Out) -> None:
    answer = in_json(capsys, "estimate", "r1", "--engine", "vllm", "-c", "32k", *H200)

    assert (answer["quant"], answer["tensor_parallel"], len(answer["devices"])) == ("FP8", 8, 8)
    assert answer["checkpoint_bytes"] == 688_574_839_360
    assert answer["loaded_bytes"] == 673_150_611_808
    assert answer["devices"][0]["kv_cache_bytes"] == 32768 * 70_272
    assert answer["room_tokens"] > 163_840


def test_the_text_says_what_is_loaded_and_what_is_a_margin(capsys: Out) -> None:
    code, out = answered(capsys, "estimate", "r1", "--engine", "sglang", *H200)

    assert code == 0
    for words in ("8 cards share each layer", "margin", "(689 GB)", "without the layer", "tokens of all chats"):
        assert words in out


def test_eight_h100_are_too_small_and_the_exit_code_says_so(capsys: Out) -> None:
    code, out = answered(capsys, "estimate", "r1", "--engine", "vllm", "--gpu", "8x H100 SXM5 80 GB")

    assert code == 1
    assert "lacks" in out


def test_an_fp8_cache_takes_half(capsys: Out) -> None:
    ask = ("estimate", "32b", "--engine", "vllm", "--tensor-parallel", "2")
    plain = in_json(capsys, *ask)
    fp8 = in_json(capsys, *ask, "--type-k", "fp8", "--type-v", "fp8")

    assert plain["kv_cache_bytes"] == 2 * fp8["kv_cache_bytes"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-q", "Q4_K_M", "--engine", "vllm"), "Q4_K_M"),
        (("--engine", "vllm", "--type-k", "q8_0"), "f16"),
        (("--engine", "vllm", "--tensor-parallel", "3", *H200), "3 cards"),
        (("--engine", "vllm", "--tensor-parallel", "3"), "heads"),
        (("--type-k", "fp8", "--type-v", "fp8"), "fp8"),
        (("--engine", "vllm", "--gpu-memory-utilization", "1.5"), "1.5"),
        (("--engine", "vllm", "-c", "1024k"), "163840"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(capsys: Out, arguments: tuple[str, ...], word: str) -> None:
    assert word in refused(capsys, "estimate", "r1", *arguments)


def test_a_plan_shows_what_the_engine_holds_and_no_gguf_file(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "7b", "--engine", "sglang", "--gpu", "2x RTX 3090", "--ram", "64GiB")
    estimated = in_json(capsys, "estimate", "7b", "--engine", "sglang", "--gpu", "2x RTX 3090")

    assert code == 0
    assert "as BF16 runs on the GPU in SGLang" in out
    assert f"{estimated['devices'][1]['weights_bytes'] / 2**30:.1f}" in out
    assert f"{estimated['room_tokens']:,} tokens" in out
    assert "--tp-size 2" in out
    assert "Q8_0" not in out
    assert "host" not in out


def test_a_plan_that_lacks_memory_in_the_engine_exits_with_1_although_a_gguf_file_would_fit(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "32b", "--engine", "vllm", "--gpu", "RTX 4090", "--ram", "64GiB")

    assert code == 1
    assert "as BF16 does not run in vLLM" in out
    assert "each card lacks 41.4 GiB for the weights alone" in out
    assert "tokens/s" not in out


def test_the_longest_context_of_a_plan_is_what_the_cache_has_room_for(capsys: Out) -> None:
    _, out = answered(capsys, "plan", "7b", "--engine", "vllm", "--gpu", "RTX 3090", "-c", "0")
    room = in_json(capsys, "estimate", "7b", "--engine", "vllm", "--gpu", "RTX 3090")["room_tokens"]

    assert f"--max-model-len {min(room, 131_072)}" in out


def test_a_plan_names_the_cards_it_leaves_out(capsys: Out) -> None:
    cards = ("--gpu", "RTX 3090", "--gpu", "RTX 4060")

    assert "used: GeForce RTX 3090." in answered(capsys, "plan", "7b", "--engine", "vllm", *cards)[1]


def test_a_plan_without_cards_says_that_there_is_none(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "7b", "--engine", "vllm", "--ram", "64GiB")

    assert code == 1
    assert "there is none that can be planned for" in out
    rows = answered(capsys, "plan", "7b", "--engine", "vllm", "--ram", "64GiB", "--csv")[1].splitlines()
    assert rows == ["device,weights_bytes,kv_cache_bytes,compute_bytes,runtime_bytes,total_bytes"]


@pytest.mark.parametrize(
    ("model", "cards", "code"),
    [("r1", "8x H200", 0), ("7b", "2x RTX 3090", 0), ("32b", "RTX 4090", 1), ("14b", "3x RTX 3090", 0)],
)
def test_a_plan_in_json_and_in_a_batch_holds_what_the_text_shows(
    capsys: Out, model: str, cards: str, code: int
) -> None:
    asked = ("plan", model, "--engine", "vllm", "--gpu", cards, "--ram", "2TiB")

    exit_code, out = answered(capsys, *asked, "--json")
    plan = json.loads(out)
    text_code, text = answered(capsys, *asked)

    assert exit_code == text_code == code
    assert plan["verdict"] == ("gpu" if code == 0 else "no")
    assert f"as {plan['quant']} " in text
    assert f"{plan['devices'][0]['weights_bytes'] / 2**30:.1f}" in text
    assert {one["kind"] for one in plan["devices"]} == {"gpu"}
    shown = plan["commands"].get("vllm") or plan["refused_by"]["vllm"]
    assert all(line.strip() in text for line in shown.splitlines())
    assert all(one in text.replace("\n", " ") for one in plan["warnings"])
    line = {"do": "plan", "model": model, "engine": "vllm", "machine": in_json(capsys, "matrix", *asked[4:])["machine"]}
    assert json.loads(answer_line(json.dumps(line))) == {"id": None, **plan}


def test_a_plan_in_json_without_cards_has_no_sizes_and_says_why(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "7b", "--engine", "vllm", "--ram", "64GiB", "--json")
    plan = json.loads(out)

    assert code == 1
    assert (plan["verdict"], plan["weights_bytes"], plan["devices"]) == ("no", None, [])
    assert "there is none that can be planned for" in plan["reasons"][0]


def test_a_file_type_of_llama_cpp_is_refused_by_a_plan_too(capsys: Out) -> None:
    assert "Accepted: BF16" in refused(capsys, "plan", "7b", "--engine", "vllm", "-q", "Q4_K_M", "--gpu", "RTX 3090")


def test_a_plan_for_ktransformers_has_all_routed_experts_in_ram_and_one_card(capsys: Out) -> None:
    asked = ["plan", "r1", "-q", "Q4_K_M", "--engine", "ktransformers", "--gpu", "2x RTX 4090", "--ram", "512GiB"]

    _, out = answered(capsys, *asked)
    plan = in_json(capsys, *asked)

    card, host = plan["devices"]
    assert (plan["gpu_layers"], plan["cpu_moe_layers"]) == (62, 61)
    assert card["headroom_bytes"] > 0
    ram = f"{host['weights_bytes'] / 2**30:,.0f} GiB"
    assert f"the routed experts of every layer stay in RAM ({ram})" in out
    assert f"All routed experts are in RAM, {ram}" in out
    assert "GeForce RTX 4090 is left out: KTransformers uses one CUDA card, that with most free memory." in out
    assert "CUDA_VISIBLE_DEVICES=0" in out


def test_ktransformers_takes_no_pinned_placement_and_says_so_where_no_card_is_large_enough(capsys: Out) -> None:
    asked = ["plan", "r1", "-q", "Q4_K_M", "--engine", "ktransformers", "--ram", "512GiB"]

    assert "not pinned" in refused(capsys, *asked, "--gpu", "RTX 4090", "--cpu-moe", "30")
    for cards in (("--gpu", "RTX 4060"), ()):
        code, out = answered(capsys, *asked, *cards)
        assert code == 1
        assert "needs one CUDA card" in out.splitlines()[0]
        assert "Without --engine, in llama.cpp: DeepSeek-R1 671B at Q4_K_M runs " in out
        assert answered(capsys, *asked, *cards, "--csv")[1].splitlines()[1:] == []
        code, out = answered(capsys, *asked, *cards, "--json")
        plan = json.loads(out)
        assert code == 1
        assert (plan["verdict"], plan["total_bytes"], plan["devices"]) == ("no", None, [])
        assert plan["reasons"] == [plan["refused_by"]["ktransformers"]]
        assert plan["instead"]["engine"] == "llama.cpp"
        assert plan["instead"]["total_bytes"] > 0


def test_cards_that_a_runtime_leaves_out_are_named_once(capsys: Out) -> None:
    out = answered(capsys, "plan", "r1", "--engine", "ktransformers", "--gpu", "4x RTX 4090", "--ram", "512GiB")[1]

    assert out.count("is left out") == 1
    assert "3x GeForce RTX 4090 is left out: KTransformers uses one CUDA card" in out


def test_a_batch_line_that_the_runtime_refuses_has_its_refusal_as_the_answer() -> None:
    card = {"memory_total_bytes": 2**33, "bandwidth_bytes_per_s": 300e9}
    machine = {"gpus": [card], "ram_available_bytes": 2**39}
    line = {"do": "plan", "model": "r1", "quant": "Q4_K_M", "engine": "ktransformers", "machine": machine}

    found = json.loads(answer_line(json.dumps(line)))

    assert found["verdict"] == "no"
    assert found["instead"]["verdict"] == "offload"


def test_a_batch_line_for_ktransformers_is_planned_as_the_command_does(capsys: Out) -> None:
    size, rate = 24 * 2**30, 1_008_000_000_000
    card = {"memory_total_bytes": size, "memory_free_bytes": size, "bandwidth_bytes_per_s": rate, "name": "RTX 4090"}
    machine = {"gpus": [card, card], "ram_available_bytes": 512 * 2**30}
    line = {"do": "plan", "model": "r1", "quant": "Q4_K_M", "engine": "ktransformers", "machine": machine}

    found = json.loads(answer_line(json.dumps(line)))

    assert (found["gpu_layers"], found["cpu_moe_layers"], len(found["devices"])) == (62, 61, 2)
    pinned = json.loads(answer_line(json.dumps({**line, "cpu_moe_layers": 30})))
    assert pinned["error"]["code"] == "bad_option"
    again = json.loads(answer_line(json.dumps({**line, "gpu_layers": 62, "cpu_moe_layers": 61})))
    assert again["devices"] == found["devices"]


def test_what_would_stream_from_the_disk_does_not_run(capsys: Out) -> None:
    asked = ("plan", "r1", "-q", "Q4_K_M", "--gpu", "RTX 4090", "--ram", "64GiB")

    code, text = answered(capsys, *asked)
    json_code, out = answered(capsys, *asked, "--json")

    assert "would stream from the disk" in text
    assert json.loads(out)["verdict"] == "disk"
    assert code == json_code == 1

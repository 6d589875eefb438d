"""The command line in this process: answers, formats, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from fitcheck.catalog.models import find_model
from fitcheck.cli.main import main
from fitcheck.core.planner import VERDICTS

MACHINES = Path(__file__).resolve().parent.parent / "data" / "machines"
DESKTOP = ["--machine", str(MACHINES / "rtx-4090-128gb.json")]
LAPTOP = ["--machine", str(MACHINES / "laptop-8gb-no-gpu.json")]

Out = pytest.CaptureFixture[str]


def answered(capsys: Out, *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out


def in_json(capsys: Out, *arguments: str) -> Any:
    return json.loads(answered(capsys, *arguments, "--json")[1])


def refused(capsys: Out, *arguments: str) -> str:
    code = main(arguments)
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err


def test_scan_names_ram_processor_and_disk(capsys: Out) -> None:
    code, out = answered(capsys, "scan")

    assert code == 0
    assert all(word in out for word in ("RAM", "CPU", "Disk"))


def test_what_scan_writes_can_be_planned_for(capsys: Out, tmp_path: Path) -> None:
    machine = in_json(capsys, "scan")
    path = tmp_path / "machine.json"
    path.write_text(json.dumps(machine), encoding="utf-8")

    plan = in_json(capsys, "plan", "1.5b", "-q", "Q4_K_M", "-c", "512", "--machine", str(path))

    assert machine["schema"] == "fitcheck.machine/1"
    assert plan["verdict"] in VERDICTS


def test_models_lists_all_ten(capsys: Out) -> None:
    assert len(in_json(capsys, "models")["models"]) == 10
    assert "deepseek-r1-distill-qwen-1.5b" in answered(capsys, "models")[1]


def test_a_sheet_names_sources_and_corrects_wrong_figures(capsys: Out) -> None:
    _, out = answered(capsys, "models", "r1")

    assert "n_routed_experts         256" in out
    assert "https://github.com/deepseek-ai/DeepSeek-V3" in out
    assert "(not 64)" in out


def test_a_sheet_has_published_scores_and_says_which_are_second_hand(capsys: Out) -> None:
    assert "97.3 [" in answered(capsys, "models", "r1")[1]
    assert "second hand" in answered(capsys, "models", "qwen3-8b")[1]


def test_models_as_a_spreadsheet(capsys: Out) -> None:
    rows = list(csv.DictReader(io.StringIO(answered(capsys, "models", "--csv")[1])))

    assert rows[0]["id"] == "deepseek-r1-671b"
    assert int(rows[0]["parameters"]) == 671_026_419_200


def test_an_estimate_adds_up(capsys: Out) -> None:
    result = in_json(capsys, "estimate", "r1", "--gpu-layers", "all", "--cpu-moe", "all", "-c", "4k")

    parts = sum(result[key] for key in ("weights_bytes", "kv_cache_bytes", "compute_bytes"))
    assert result["schema"] == "fitcheck.estimate/1"
    assert [device["name"] for device in result["devices"]] == ["GPU0", "host"]
    assert result["total_bytes"] == parts + sum(device["runtime_bytes"] for device in result["devices"])


def test_an_estimate_without_cards_is_all_on_the_host(capsys: Out) -> None:
    assert [device["name"] for device in in_json(capsys, "estimate", "7b")["devices"]] == ["host"]


def test_a_split_counts_the_cards(capsys: Out) -> None:
    result = in_json(capsys, "estimate", "7b", "--tensor-split", "3,1", "--gpu-layers", "all")

    first, second, _ = result["devices"]
    assert first["weights_bytes"] > 2 * second["weights_bytes"]


def test_an_estimate_as_text_and_as_a_spreadsheet_agree(capsys: Out) -> None:
    rows = list(csv.DictReader(io.StringIO(answered(capsys, "estimate", "7b", "--csv")[1])))
    _, text = answered(capsys, "estimate", "7b")

    assert f"{int(rows[0]['weights_bytes']) / 2**30:.1f}" in text


def test_a_plan_that_runs_exits_with_0(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "32b", "-c", "16k", *DESKTOP)

    assert code == 0
    assert "runs on the GPU" in out


def test_a_plan_that_does_not_run_exits_with_1(capsys: Out) -> None:
    code, out = answered(capsys, "plan", "r1", "-q", "Q8_0", *LAPTOP)

    assert code == 1
    assert "does not run" in out


def test_a_plan_in_json_keeps_the_contracts_names(capsys: Out) -> None:
    plan = in_json(capsys, "plan", "r1", "-q", "IQ1_S", *DESKTOP)

    assert {
        "verdict", "gpu_layers", "cpu_moe_layers", "tensor_split", "overrides", "split_mode", "devices",
        "decode_tokens_per_s", "prefill_tokens_per_s", "load_seconds", "commands", "reasons", "warnings",
    } <= set(plan)  # fmt: skip
    assert {"capacity_bytes", "headroom_bytes"} <= set(plan["devices"][0])
    assert plan["fitcheck_version"]
    speed = plan["decode_tokens_per_s"]
    assert 0 < speed["low"] < speed["expected"] < speed["high"]
    assert sum(term["seconds"] for term in plan["decode_terms"]) == pytest.approx(1 / speed["expected"])
    assert plan["reasoning_minutes"] == pytest.approx(12_000 / speed["expected"] / 60)
    assert "llama-server" in plan["commands"]["llama-server"]
    assert "ollama" in plan["refused_by"]


def test_a_what_if_answer_does_not_depend_on_this_machine(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    from fitcheck import service

    def look() -> None:
        raise AssertionError("this machine was looked at")

    monkeypatch.setattr(service, "detect", look)

    plan = in_json(capsys, "plan", "70b", "-q", "Q4_K_M", "--gpu", "2x RTX 3090", "--ram", "64GiB")

    assert plan["verdict"] == "gpu"
    assert plan["devices"][0]["capacity_bytes"] == 23 * 2**30


def test_free_vram_and_margin_narrow_a_card(capsys: Out) -> None:
    card = ["--gpu", "RTX 4090", "--ram", "64GiB", "--free-vram", "20GiB", "--margin", "2GiB"]

    plan = in_json(capsys, "plan", "7b", "-q", "Q4_K_M", *card)

    assert plan["devices"][0]["capacity_bytes"] == 18 * 2**30


def test_the_matrix_has_a_row_a_model_and_a_column_a_common_type(capsys: Out) -> None:
    result = in_json(capsys, "matrix", *DESKTOP)

    assert len(result["cells"]) == 10 * 11
    assert len(in_json(capsys, "matrix", "--all", *DESKTOP)["cells"]) == 330
    assert {cell["verdict"] for cell in result["cells"]} <= set(VERDICTS)


def test_the_matrix_leaves_out_models_over_their_limit(capsys: Out) -> None:
    cells = in_json(capsys, "matrix", "-c", "160k", *DESKTOP)["cells"]

    assert {cell["model"] for cell in cells} == {
        "deepseek-r1-671b", "deepseek-r1-zero-671b", "deepseek-r1-0528-671b",
    }  # fmt: skip


def test_the_matrix_as_text_fits_the_json(capsys: Out) -> None:
    code, out = answered(capsys, "matrix", *LAPTOP)

    assert code == 0
    assert "Distill Qwen 1.5B" in out
    assert "runs in RAM" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fly"], "Accepted: scan"),
        (["fly"], "is not a command"),
        ([], "Accepted: scan"),
        (["plan"], "MODEL"),
        (["plan", "nope"], "Accepted: deepseek-r1-671b"),
        (["plan", "8b"], "may mean"),
        (["plan", "7b", "-q", "Q9"], "Accepted: F32"),
        (["plan", "7b", "-c", "200k"], "131072"),
        (["plan", "7b", "--no-gpu", "--ram", "-5GiB"], "'-5GiB' is not a size"),
        (["plan", "7b", "--no-gpu", "--ram", "64"], "name the unit"),
        (["plan", "7b", "-c", "long"], "4096, 16k, 128k"),
        (["plan", "7b", "--ram", "24 bananas"], "'24 bananas' is not a size"),
        (["plan", "7b", "--gpu", "RTX 4099", "--ram", "8g"], "Did you mean"),
        (["plan", "7b", "--no-gpu"], "--ram"),
        (["plan", "7b", "--gpu", "RTX 4090", "--no-gpu"], "contradict"),
        (["plan", "7b", "--machine", "/nowhere.json"], "cannot be read"),
        (["plan", "7b", "--type-k", "q3"], "Accepted: f32"),
        (["plan", "7b", "--no-g"], "--help"),
        (["plan", "7b", "--engine", "exllama"], "llama.cpp"),
        (["plan", "7b", "--type-v", "q8_0", "--flash-attn", "off", "--gpu", "RTX 4090"], "flash attention"),
        (["estimate", "7b", "--gpu-layers", "most"], "not a number of layers"),
        (["estimate", "7b", "--tensor-split", "a,b"], "not a split"),
        (["estimate", "7b", "--tensor-split", "nan,1"], "not a split"),
        (["estimate", "7b", "--ubatch", "9" * 5000], "not a whole number"),
        (["estimate", "7b", "-c", "9" * 5000], "not a number of tokens"),
        (["estimate", "7b", "-c", "0"], "not a number of tokens"),
        (["estimate", "7b", "--free-vram", "4GiB"], "--gpu"),
        (["estimate", "7b", "--gpu", "M2 Max"], "96GiB"),
        (["estimate", "7b", "--no-gpu", "--gpu-layers", "3"], "--no-gpu"),
        (["models", "two\nlines\x1b[31m"], "two\\nlines\\x1b[31m"),
        (["matrix", "-c", "300k", "--gpu", "RTX 4090"], "163840"),
        (["batch", "/nowhere.jsonl"], "cannot be read"),
        (["models", "--json", "--csv"], "not allowed"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_what_is_accepted(capsys: Out, arguments: list[str], words: str) -> None:
    assert words in refused(capsys, *arguments)


def test_context_0_asks_for_the_longest(capsys: Out) -> None:
    card = ["--gpu", "12GiB", "--ram", "32GiB"]

    plan = in_json(capsys, "plan", "7b", "-q", "Q8_0", "-c", "0", *card)

    assert plan["verdict"] == "gpu"
    assert 4096 < plan["context"] < 131072


def test_a_plan_as_a_spreadsheet_says_what_each_device_can_hold(capsys: Out) -> None:
    rows = list(csv.DictReader(io.StringIO(answered(capsys, "plan", "7b", "--csv", *DESKTOP)[1])))

    assert [row["device"] for row in rows] == ["GPU0", "host"]
    assert int(rows[0]["capacity_bytes"]) >= int(rows[0]["headroom_bytes"]) > 0


def test_the_matrix_says_which_models_it_leaves_out(capsys: Out) -> None:
    left_out = in_json(capsys, "matrix", "-c", "160k", *DESKTOP)["left_out"]
    _, out = answered(capsys, "matrix", "-c", "160k", *DESKTOP)

    assert len(left_out) == 7
    assert all(name in out for name in left_out)


def test_a_plan_says_how_much_of_the_one_memory_the_card_may_use(
    capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    chip = ("--gpu", "M3 Ultra 512GB")
    file = tmp_path / "mine.json"
    card = {"name": "APU", "memory_total_bytes": 64 * 2**30, "memory_free_bytes": 48 * 2**30, "unified": True}
    file.write_text(json.dumps({"gpus": [card], "ram_total_bytes": 64 * 2**30, "ram_available_bytes": 60 * 2**30}))

    imagined = answered(capsys, "plan", "7b", "-q", "Q4_K_M", *chip)[1]
    of_a_file = answered(capsys, "plan", "7b", "-q", "Q4_K_M", "--machine", str(file))[1]

    assert "three quarters of the memory, 384 GiB of 512 GiB" in imagined
    assert "APU shares the computer's memory and may use 48.0 GiB of 64.0 GiB." in of_a_file


def test_the_matrix_names_what_recommend_names(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    balanced = in_json(capsys, "recommend", *DESKTOP)["balanced"]

    first = answered(capsys, "matrix", *DESKTOP)[1].splitlines()[0]

    assert f"{find_model(balanced['model']).name} at {balanced['quant']} runs" in first


def test_a_matrix_in_which_nothing_runs_says_so(capsys: Out) -> None:
    code, out = answered(capsys, "matrix", "--no-gpu", "--ram", "1GiB")

    assert code == 1
    assert "no model runs." in out


def test_the_matrix_of_one_type_has_one_column(capsys: Out) -> None:
    cells = in_json(capsys, "matrix", "-q", "q4_k_m", *DESKTOP)["cells"]

    assert {cell["quant"] for cell in cells} == {"Q4_K_M"}


def test_text_keeps_within_the_terminals_width(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    _, out = answered(capsys, "matrix", "--all", *DESKTOP)

    assert max(map(len, out.splitlines())) <= 80
    assert out.count("R1 671B  ") > 1


def test_the_sheet_numbers_the_source_of_each_value(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    _, out = answered(capsys, "models", "7b")

    assert "Architecture [" in out
    assert "\n  [1] https://" in out


def test_an_estimate_says_where_the_layers_lie(capsys: Out) -> None:
    _, out = answered(capsys, "estimate", "r1", "--gpu-layers", "all", "--cpu-moe", "all")

    assert "62 of 62 layers" in out
    assert "first 61 layers lie in RAM" in out


def test_gb_and_gib_are_not_the_same(capsys: Out) -> None:
    sizes = [
        in_json(capsys, "plan", "1.5b", "-q", "Q4_K_M", "--no-gpu", "--ram", text)["devices"][-1]["capacity_bytes"]
        for text in ("8 gb", "8GiB")
    ]

    assert sizes == [8 * 10**9 - 2**30, 7 * 2**30]


def test_the_runtime_overhead_can_be_set(capsys: Out) -> None:
    estimate = in_json(capsys, "estimate", "7b", "--gpu-layers", "all", "--runtime-overhead", "600MiB")
    plan = in_json(capsys, "plan", "7b", "-q", "Q4_K_M", *DESKTOP, "--runtime-overhead", "2GiB")

    assert estimate["devices"][0]["runtime_bytes"] == 600 * 2**20
    assert plan["devices"][0]["runtime_bytes"] == 2 * 2**30


def test_recommend_names_a_choice_for_each_wish(capsys: Out) -> None:
    found = in_json(capsys, "recommend", "--gpu", "RTX 4090", "--ram", "64GiB", "-c", "16k")

    assert {"best_quality", "balanced", "fastest", "ranked"} <= set(found)
    assert found["balanced"]["repository"]
    assert found["balanced"]["decode_tokens_per_s"]["low"] < found["balanced"]["decode_tokens_per_s"]["high"]


def test_recommend_in_words_says_download_and_how_it_weighs(capsys: Out) -> None:
    code, out = answered(capsys, "recommend", "--gpu", "RTX 4090", "--ram", "64GiB", "--download-rate", "125MB/s")

    assert code == 0
    assert all(wish in out for wish in ("Best quality:", "Balanced:", "Fastest:"))
    assert "at 125 MB/s" in out
    assert "proposals of ours" in out


def test_gpus_lists_cards_with_their_count_and_ram(capsys: Out) -> None:
    found = in_json(capsys, "gpus", "32b", "-c", "16k")
    code, out = answered(capsys, "gpus", "32b", "-c", "16k")

    assert code == 0
    assert {"card", "count", "ram_bytes", "decode_tokens_per_s"} <= set(found["cards"][0])
    assert "1x GeForce RTX 4090" in out
    assert "1x GeForce RTX 3090" not in out
    assert "1x GeForce RTX 3090" in answered(capsys, "gpus", "32b", "-c", "16k", "--all")[1]
    assert "One card, the rest in RAM:" in out
    assert "two channels of DDR4-3200, 51.2 GB/s" in out


def test_cards_beside_more_ram_than_a_desktop_holds_are_priced_with_a_servers(capsys: Out) -> None:
    _, out = answered(capsys, "gpus", "r1")
    rows = in_json(capsys, "gpus", "r1")["cards"]

    assert "a server's 8x DDR4-3200, 205 GB/s" in out
    assert out.count("\n") < len(rows) / 2
    card = next(row for row in rows if row["card"] == "GeForce RTX 4090")
    machine = ["--gpu", "RTX 4090", "--ram", "400GiB", "--ram-bandwidth", "8x DDR4-3200"]
    planned = in_json(capsys, "plan", "r1", "-q", "Q4_K_M", *machine)
    assert card["decode_tokens_per_s"]["expected"] == pytest.approx(planned["decode_tokens_per_s"]["expected"], rel=0.1)


def test_a_plan_prints_the_command_of_the_engine_that_is_named(capsys: Out) -> None:
    card = ["--gpu", "RTX 4090", "--ram", "64GiB"]

    _, server = answered(capsys, "plan", "14b", "-q", "Q4_K_M", *card)
    _, ollama = answered(capsys, "plan", "14b", "-q", "Q4_K_M", *card, "--engine", "ollama")
    _, unable = answered(capsys, "plan", "14b", "-q", "Q4_K_M", *card, "--engine", "ktransformers")

    assert "llama-server" in server
    assert "PARAMETER num_ctx 4096" in ollama
    assert "this model has none" in unable


def test_what_is_pinned_of_a_plan_stands_even_where_it_does_not_fit(capsys: Out) -> None:
    card = ["--gpu", "RTX 4060", "--ram", "64GiB"]

    code, out = answered(capsys, "plan", "32b", "-q", "Q4_K_M", *card, "--gpu-layers", "all", "--json")

    plan = json.loads(out)
    assert code == 1
    assert plan["gpu_layers"] == 65
    assert plan["verdict"] == "no"
    assert plan["lacking_of"] == "VRAM"
    assert plan["decode_tokens_per_s"] is None

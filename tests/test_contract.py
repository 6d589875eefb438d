"""Requests and results in JSON: names, defaults, and one clear error for each wrong value."""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.contract.answers import answer, answer_line, answer_lines
from fitcheck.contract.requests import EstimateRequest, PlanRequest, read_request
from fitcheck.core.planner import VERDICTS
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError

GIB = 1 << 30
CARD = {"memory_total_bytes": 24 * GIB, "memory_free_bytes": 23 * GIB, "name": "card"}
MACHINE = {"gpus": [CARD], "ram_total_bytes": 64 * GIB, "ram_available_bytes": 60 * GIB}


def test_omitted_keys_take_the_contracts_defaults() -> None:
    asked = read_request({"do": "estimate", "model": "r1"})

    assert isinstance(asked, EstimateRequest)
    assert (asked.file_type.id, asked.imatrix, asked.workload) == ("Q4_K_M", True, Workload())
    assert (asked.placement.gpus, asked.placement.gpu_layers, asked.placement.cpu_moe_layers) == (0, 0, 0)


def test_with_cards_all_layers_go_there_unless_said() -> None:
    asked = read_request({"model": "r1", "gpus": 1, "cpu_moe_layers": "all"})

    assert isinstance(asked, EstimateRequest)
    assert (asked.placement.gpu_layers, asked.placement.cpu_moe_layers) == (62, 61)


def test_a_plan_takes_flash_attention_as_the_engine_chooses() -> None:
    asked = read_request({"do": "plan", "model": "r1", "machine": MACHINE})

    assert isinstance(asked, PlanRequest)
    assert (asked.workload.flash_attn, asked.file_type, asked.margin_bytes) == ("auto", None, GIB)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ([], "bad_request"),
        ({}, "bad_request"),
        ({"model": "nope"}, "unknown_model"),
        ({"model": "8b"}, "ambiguous_model"),
        ({"model": "7b", "quant": "Q9"}, "unknown_quant"),
        ({"model": "7b", "do": "fly"}, "bad_value"),
        ({"model": "7b", "surprise": 1}, "unknown_key"),
        ({"model": "7b", "context": "4k"}, "bad_value"),
        ({"model": "7b", "context": 0}, "bad_value"),
        ({"model": "7b", "context": 131073}, "context_over_limit"),
        ({"model": "7b", "gpus": True}, "bad_value"),
        ({"model": "7b", "gpus": -1}, "bad_value"),
        ({"model": "7b", "gpus": 1_000_000_000}, "bad_value"),
        ({"model": "7b", "ubatch": 1 << 63}, "bad_value"),
        ({"model": "7b", "gpus": 2, "tensor_split": [1e300, 1]}, "bad_value"),
        ({"model": "7b", "gpus": 2, "tensor_split": [1e-60, 0]}, "bad_value"),
        ({"model": "7b", "gpu_layers": "most"}, "bad_value"),
        ({"model": "7b", "gpus": 2, "tensor_split": [1]}, "bad_value"),
        ({"model": "7b", "gpus": 2, "tensor_split": [0, 0]}, "bad_value"),
        ({"model": "7b", "gpus": 1, "overrides": [["x"]]}, "bad_value"),
        ({"model": "7b", "gpus": 1, "overrides": [["(", "host"]]}, "bad_override"),
        ({"model": "7b", "gpus": 1, "overrides": [["x", "GPU7"]]}, "bad_override"),
        ({"model": "7b", "type_k": "q3_0"}, "unknown_kv_type"),
        ({"model": "7b", "flash_attn": "maybe"}, "bad_value"),
        ({"model": "7b", "flash_attn": "off", "type_v": "q8_0"}, "engine_rejected"),
        ({"model": "r1", "type_k": "q8_0"}, "engine_rejected"),
        ({"model": "7b", "imatrix": 1}, "bad_value"),
        ({"model": "7b", "do": "plan"}, "bad_machine"),
        ({"model": "7b", "do": "plan", "machine": {"gpus": 1}}, "bad_machine"),
        ({"model": "7b", "do": "plan", "machine": {"gpus": [CARD] * 65}}, "bad_machine"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "objective": "cheapest"}, "bad_value"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "engine": "exllama"}, "bad_value"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "backend": "opengl"}, "bad_value"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "split_mode": "row"}, "bad_value"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "split_mode": "tensor"}, "bad_value"),
        ({"model": "7b", "do": "plan", "machine": MACHINE, "decode_depth": -1}, "bad_value"),
    ],
)
def test_a_wrong_request_has_a_stable_code(request_: Any, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        answer(request_)

    assert caught.value.code == code
    assert caught.value.message


@pytest.mark.parametrize(
    ("good", "wrong"),
    [
        ({"parallel": 1}, {"parallel": True}), ({"kv_unified": True}, {"kv_unified": 1}),
        ({"ubatch": 512}, {"ubatch": 512.0}), ({"gpus": 1, "gpu_layers": 1}, {"gpus": True, "gpu_layers": 1}),
    ],
)  # fmt: skip
def test_what_was_asked_before_makes_no_wrong_value_right(good: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert good == wrong
    for _ in range(2):
        assert read_request({"model": "7b", **good})
        with pytest.raises(RequestError) as caught:
            read_request({"model": "7b", **wrong})
        assert caught.value.code == "bad_value"


def test_equal_requests_are_read_as_one_workload_and_one_placement() -> None:
    first, second = (read_request({"model": "7b", "quant": name, "gpus": 2}) for name in ("Q4_K_M", "Q8_0"))
    assert isinstance(first, EstimateRequest)
    assert isinstance(second, EstimateRequest)
    assert first.workload is second.workload
    assert first.placement is second.placement


def test_an_estimate_has_the_contracts_keys() -> None:
    result = answer({"model": "r1", "gpus": 1, "cpu_moe_layers": 61})

    assert set(result) == {
        "schema", "fitcheck_version", "model", "quant", "context", "weights_bytes", "kv_cache_bytes", "compute_bytes",
        "total_bytes", "devices",
    }  # fmt: skip
    assert result["schema"] == "fitcheck.estimate/1"
    assert [device["kind"] for device in result["devices"]] == ["gpu", "host"]


def test_an_engine_that_divides_layers_by_itself_may_be_told_to() -> None:
    result = answer({"do": "plan", "model": "7b", "machine": MACHINE, "engine": "vllm", "split_mode": "tensor"})

    assert (result["split_mode"], result["quant"], result["engine"]) == ("tensor", "BF16", "vllm")


def test_on_the_processor_a_plan_is_that_of_the_same_machine_without_cards() -> None:
    request = {"do": "plan", "model": "14b", "quant": "Q4_K_M", "backend": "cpu"}

    beside_cards = answer({**request, "machine": MACHINE})

    assert beside_cards == answer({**request, "machine": {**MACHINE, "gpus": []}})
    assert (beside_cards["verdict"], beside_cards["gpu_layers"]) == ("cpu", 0)
    assert "-dev none" in beside_cards["commands"]["llama-server"]


def test_context_0_asks_for_the_longest_that_keeps_the_verdict() -> None:
    request = {"do": "plan", "model": "14b", "quant": "Q4_K_M", "machine": MACHINE}

    longest = answer({**request, "context": 0})
    further = answer({**request, "context": longest["context"] + 256})

    assert longest["verdict"] == answer({**request, "context": 4096})["verdict"] == "gpu"
    assert longest["context"] % 256 == 0
    assert VERDICTS.index(further["verdict"]) > VERDICTS.index("gpu")


def test_an_id_of_any_kind_comes_back() -> None:
    for identity in (7, "seven", None, [1], {"a": 1}, 1.5, True, "\ud800", "中"):
        assert json.loads(answer_line(json.dumps({"id": identity, "model": "7b"})))["id"] == identity


@pytest.mark.parametrize("identity", [7, None, 'é"\\', [1, {"a": 2.5}]])
@pytest.mark.parametrize("gpus", [0, 3])
def test_an_estimate_is_written_as_the_json_module_would(identity: object, gpus: int) -> None:
    request = {"id": identity, "model": "7b", "gpus": gpus}

    assert answer_line(json.dumps(request)) == json.dumps({"id": identity, **answer(request)})


@pytest.mark.parametrize(
    "line",
    ["{", "NaN", '{"id": 1e999, "model": "7b"}', '{"id": 1, "context": NaN, "model": "7b"}', "[" * 100_000, '"text"'],
)
def test_a_line_that_is_no_request_gets_an_error_line(line: str) -> None:
    text = answer_line(line)
    result = json.loads(text)

    assert "Infinity" not in text
    assert result["error"]["code"] in ("bad_json", "bad_request")
    assert set(result["error"]) == {"code", "message", "accepted"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_no_value_breaks_the_batch(value: Any) -> None:
    result = json.loads(answer_line(json.dumps(value)))

    assert result["error"]["code"] != "internal"


KEYS = ("context", "ubatch", "parallel", "gpus", "gpu_layers", "type_k", "tensor_split", "imatrix", "quant")
NUMBERS = st.integers(-5, 300) | st.floats() | st.lists(st.integers(), max_size=3)


@given(st.dictionaries(st.sampled_from(KEYS), NUMBERS | st.none() | st.booleans() | st.text(max_size=5)))
def test_no_value_of_a_known_key_breaks_the_batch(values: dict[str, Any]) -> None:
    result = json.loads(answer_line(json.dumps({"model": "1.5b", **values})))

    assert result.get("error", {}).get("code") != "internal", result


def test_lines_leave_no_cycles_behind() -> None:
    placements: list[dict[str, Any]] = [{}, {"gpus": 1}, {"gpus": 2, "gpu_layers": 9, "flash_attn": "auto"}]
    asked = [{"model": model, "context": 5000, **placement} for model in ("1.5b", "r1") for placement in placements]
    asked += [{"do": "plan", "model": "7b", "machine": MACHINE}, {"do": "plan", "model": "8b"}, {"model": "9b"}]
    lines = [b"{", b"\xff", *[json.dumps(request).encode() for request in asked]]
    list(answer_lines(lines[:3]))
    gc.collect()

    answers = answer_lines(lines)
    next(answers)

    assert not gc.isenabled()
    assert len(list(answers)) == len(lines) - 1
    assert gc.isenabled()
    assert gc.collect() == 0

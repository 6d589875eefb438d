"""Every byte against the engine's own answers, device by device; what it refuses is refused."""

from __future__ import annotations

from typing import Any

import pytest

from fitcheck import service
from fitcheck.contract.requests import EstimateRequest, read_request
from fitcheck.core.estimate import Estimate, estimate
from fitcheck.core.model import MlaMoe, ModelSpec
from fitcheck.errors import RequestError

from ..engine_truth import RECORDS, other_architectures, records


def _priced(request: dict[str, Any]) -> Estimate:
    asked = read_request(request)
    assert isinstance(asked, EstimateRequest)
    return service.estimate(asked.model, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)


def _spec(architecture: dict[str, Any]) -> ModelSpec:
    moe = architecture["mla_moe"]
    return ModelSpec(**{**architecture, "id": "made-up", "mla_moe": MlaMoe(**moe) if moe else None})


def _assert_exact(answer: Estimate, request: dict[str, Any], result: dict[str, Any]) -> None:
    keys = ("name", "weights_bytes", "kv_cache_bytes", "compute_bytes")
    ours = [tuple(getattr(device, key) for key in keys) for device in answer.devices]
    assert ours == [tuple(device[key] for key in keys) for device in result["devices"]], request


@pytest.mark.parametrize("name", RECORDS)
def test_some_answers_are_exact_on_every_device(name: str) -> None:
    answers = [(request, result) for request, result in records(name) if "error" not in result][::10]

    assert len(answers) > 60
    for request, result in answers:
        _assert_exact(_priced(request), request, result)


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDS)
def test_all_answers_are_exact_on_every_device(name: str) -> None:
    answers = [(request, result) for request, result in records(name) if "error" not in result]

    assert len(answers) > 600
    for request, result in answers:
        _assert_exact(_priced(request), request, result)


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_engine_refuses_is_refused_and_nothing_else(name: str) -> None:
    refused = [request for request, result in records(name) if "error" in result]

    assert refused
    for request in refused:
        with pytest.raises(RequestError) as caught:
            _priced(request)
        assert caught.value.code == "engine_rejected"


def test_a_weight_fetched_from_a_card_is_kept_from_the_start_of_the_hosts_run_of_layers() -> None:
    answers = records("weights_on_other_devices")

    assert len(answers) == 70
    for request, result in answers:
        _assert_exact(_priced(request), request, result)


def test_whether_a_stream_is_long_enough_to_fetch_weights_for_does_not_depend_on_what_was_asked_before() -> None:
    # Of 64 tokens in four streams each has 16: too few for a card to fetch what attention multiplies with.
    by_ubatch = {64: [3111125632, 49812608, 37897248], 512: [3351775616, 398499968, 31465504]}
    request = {"model": "deepseek-r1-671b", "context": 8192, "parallel": 4, "kv_unified": False}
    placement = {"gpus": 2, "gpu_layers": 30}

    for ubatch, expected in by_ubatch.items():
        answer = _priced({**request, **placement, "ubatch": ubatch})
        assert [device.compute_bytes for device in answer.devices] == expected


def test_architectures_that_nobody_publishes_are_exact_too() -> None:
    compared = 0
    for record in other_architectures():
        spec, request = _spec(record["architecture"]), record["request"]
        asked = read_request({**request, "model": "deepseek-r1-671b"})
        assert isinstance(asked, EstimateRequest)
        if "error" in record["result"]:
            with pytest.raises(RequestError):
                estimate(spec, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)
            continue
        answer = estimate(spec, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)
        _assert_exact(answer, request, record["result"])
        compared += 1

    assert compared > 250

"""Weights, KV cache and refusals against the engine's own answers, device by device, to the byte."""

from __future__ import annotations

import pytest

from fitcheck import service
from fitcheck.contract.requests import EstimateRequest, read_request
from fitcheck.core.estimate import Estimate
from fitcheck.errors import RequestError

from ..engine_truth import RECORDS, records

CLOSE_SHARE = {"memory": 0.85, "random": 0.75, "random2": 0.70}
"""Part of the sample whose whole memory the closed form must get within 2 %; a floor under what was measured."""


def _priced(request: dict[str, object]) -> Estimate:
    asked = read_request(request)
    assert isinstance(asked, EstimateRequest)
    return service.estimate(asked.model, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)


@pytest.mark.parametrize("name", RECORDS)
def test_weights_and_kv_cache_are_exact_on_every_device(name: str) -> None:
    compared = 0
    for request, result in records(name):
        if "error" in result:
            continue
        answer = _priced(request)
        ours = [(one.name, one.weights_bytes, one.kv_cache_bytes) for one in answer.devices]
        theirs = [(one["name"], one["weights_bytes"], one["kv_cache_bytes"]) for one in result["devices"]]
        assert ours == theirs, request
        compared += len(theirs)
    assert compared > 1000


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_engine_refuses_is_refused_and_nothing_else(name: str) -> None:
    refused = [request for request, result in records(name) if "error" in result]

    assert refused
    for request in refused:
        with pytest.raises(RequestError) as caught:
            _priced(request)
        assert caught.value.code == "engine_rejected"


@pytest.mark.parametrize("name", RECORDS)
def test_all_memory_together_is_close(name: str) -> None:
    close = total = 0
    for request, result in records(name):
        if "error" not in result:
            truth = sum(result[key] for key in ("weights_bytes", "kv_cache_bytes", "compute_bytes"))
            answer = _priced(request)
            close += abs(answer.total_bytes - answer.runtime_bytes - truth) <= 0.02 * truth
            total += 1

    assert close / total >= CLOSE_SHARE[name]

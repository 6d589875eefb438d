"""Every byte against the engine's own answers, device by device; what it refuses is refused."""

from __future__ import annotations

from typing import Any

import pytest

from fitcheck import service
from fitcheck.contract.requests import EstimateRequest, read_request
from fitcheck.core.estimate import Estimate
from fitcheck.errors import RequestError

from ..engine_truth import RECORDS, records


def _priced(request: dict[str, Any]) -> Estimate:
    asked = read_request(request)
    assert isinstance(asked, EstimateRequest)
    return service.estimate(asked.model, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)


def _assert_exact(request: dict[str, Any], result: dict[str, Any]) -> None:
    keys = ("name", "weights_bytes", "kv_cache_bytes", "compute_bytes")
    ours = [tuple(getattr(device, key) for key in keys) for device in _priced(request).devices]
    assert ours == [tuple(device[key] for key in keys) for device in result["devices"]], request


@pytest.mark.parametrize("name", RECORDS)
def test_some_answers_are_exact_on_every_device(name: str) -> None:
    answers = [(request, result) for request, result in records(name) if "error" not in result][::10]

    assert len(answers) > 60
    for request, result in answers:
        _assert_exact(request, result)


@pytest.mark.slow
@pytest.mark.parametrize("name", RECORDS)
def test_all_answers_are_exact_on_every_device(name: str) -> None:
    answers = [(request, result) for request, result in records(name) if "error" not in result]

    assert len(answers) > 600
    for request, result in answers:
        _assert_exact(request, result)


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_engine_refuses_is_refused_and_nothing_else(name: str) -> None:
    refused = [request for request, result in records(name) if "error" in result]

    assert refused
    for request in refused:
        with pytest.raises(RequestError) as caught:
            _priced(request)
        assert caught.value.code == "engine_rejected"

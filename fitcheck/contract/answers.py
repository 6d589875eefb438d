"""One request line in, one result line out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fitcheck import service
from fitcheck.contract.requests import START_CONTEXT, PlanRequest, read_request
from fitcheck.contract.results import Object, error_object, estimate_object, plan_object
from fitcheck.core.kv_cache import CONTEXT_PADDING
from fitcheck.core.planner import VERDICTS, Plan
from fitcheck.errors import FitCheckError, RequestError


def answer_line(line: str) -> str:
    """The result of one JSON request as one line of JSON; a bad request gives an ``error`` and the batch goes on."""
    request: Any = None
    try:
        request = _parsed(line)
        result = answer(request)
    except FitCheckError as error:
        result = {"error": error_object(error)}
    except Exception as error:
        result = {"error": {"code": "internal", "message": f"{type(error).__name__}: {error}", "accepted": []}}
    identity = request.get("id") if isinstance(request, dict) else None
    return json.dumps({"id": identity, **result}, ensure_ascii=False)


def _parsed(line: str) -> Any:
    def refuse(name: str) -> float:
        raise RequestError("bad_json", f"The line is not JSON: {name} is no number.")

    try:
        return json.loads(line, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_json", f"The line is not JSON: {error}.") from error


def answer(request: Any) -> Object:
    """The result of one request (RequestError where it is wrong)."""
    asked = read_request(request)
    if isinstance(asked, PlanRequest):
        return plan_object(longest_plan(asked) if asked.longest else _plan(asked))
    return estimate_object(
        service.estimate(asked.model, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)
    )


def _plan(asked: PlanRequest) -> Plan:
    margin, imatrix = asked.margin_bytes, asked.imatrix
    if asked.file_type is None:
        return service.best_plan(asked.model, asked.workload, asked.machine, margin_bytes=margin, imatrix=imatrix)
    return service.plan(
        asked.model, asked.file_type, asked.workload, asked.machine, margin_bytes=margin, imatrix=imatrix
    )


def longest_plan(asked: PlanRequest) -> Plan:
    """The plan with the longest context, in steps of the engine's padding, that keeps the verdict of 4,096 tokens."""
    best = _plan(asked)
    asked = replace(asked, file_type=best.file_type)
    low, high = START_CONTEXT // CONTEXT_PADDING, asked.model.spec.context_limit // CONTEXT_PADDING
    while low < high:
        middle = (low + high + 1) // 2
        workload = replace(asked.workload, context=middle * CONTEXT_PADDING)
        candidate = _plan(replace(asked, workload=workload))
        if VERDICTS.index(candidate.verdict) <= VERDICTS.index(best.verdict):
            best, low = candidate, middle
        else:
            high = middle - 1
    return best

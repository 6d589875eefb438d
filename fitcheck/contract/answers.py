"""One request line in, one result line out."""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from fitcheck import service
from fitcheck.contract.requests import EstimateRequest, PlanRequest, read_request
from fitcheck.contract.results import Object, error_object, estimate_line, estimate_object, plan_object, refused_object
from fitcheck.contract.serving_plans import engine_of, serving_answer, serving_plan_object
from fitcheck.core.advice import Advice
from fitcheck.core.estimate import Estimate
from fitcheck.core.longest import longest_plan
from fitcheck.core.planner import Plan
from fitcheck.errors import FitCheckError, RequestError

BYTE_ORDER_MARK = "\ufeff"
"""What some Windows programs write before the first line."""


def answer_lines(lines: Iterable[bytes]) -> Iterator[str]:
    """The result of every line as soon as it is read; blank lines are passed over."""
    # No line leaves cycles behind (a test holds that): looking for some in all that is remembered takes a tenth longer.
    usual = gc.isenabled()
    gc.disable()
    try:
        for line in lines:
            if not line.isspace():
                yield answer_line(line)
    finally:
        if usual:
            gc.enable()


def answer_line(line: str | bytes) -> str:
    """The result of one JSON request as one line of ASCII JSON; a bad request gives an ``error``, never an exception.

    ``id`` comes back whatever it is; it is null where the line could not be read.
    """
    request: Any = None
    try:
        request = _parsed(line)
        asked = read_request(request)
        if isinstance(asked, EstimateRequest):
            return estimate_line(request.get("id"), _estimated(asked))
        result = _planned_object(asked)
    except FitCheckError as error:
        result = {"error": error_object(error)}
    except Exception as error:
        result = {"error": {"code": "internal", "message": f"{type(error).__name__}: {error}", "accepted": []}}
    identity = request.get("id") if isinstance(request, dict) else None
    # ASCII alone: no console and no half of a surrogate pair can spoil the line.
    return json.dumps({"id": identity, **result})


def _refuse(name: str) -> float:
    raise RequestError("bad_json", f"The line is not JSON: {name} is no number.")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _parsed(line: str | bytes) -> Any:
    try:
        text = line if isinstance(line, str) else line.decode()
        return _DECODER.decode(text.removeprefix(BYTE_ORDER_MARK))
    except UnicodeDecodeError as error:
        raise RequestError("bad_json", "The line is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_json", f"The line is not JSON: {error}.") from error


def answer(request: Any) -> Object:
    """The result of one request (RequestError where it is wrong)."""
    asked = read_request(request)
    if isinstance(asked, PlanRequest):
        return _planned_object(asked)
    return estimate_object(_estimated(asked))


def _planned_object(asked: PlanRequest) -> Object:
    engine = engine_of(asked)
    if engine is not None:
        return serving_plan_object(serving_answer(asked, engine))
    return planned_object(asked, planned(asked))


def planned_object(asked: PlanRequest, plan: Plan, advice: Iterable[Advice] | None = None) -> Object:
    """A plan as the runtime that was asked for can do it."""
    found = plan_object(plan, asked.model, advice)
    refuses = plan.verdict != "no" and asked.engine in found["refused_by"]
    return refused_object(found, asked.engine) if refuses else found


def _estimated(asked: EstimateRequest) -> Estimate:
    return service.estimate(asked.model, asked.file_type, asked.workload, asked.placement, imatrix=asked.imatrix)


def planned(asked: PlanRequest) -> Plan:
    """The plan that was asked for; where the longest context was, that which keeps the verdict of START_CONTEXT."""
    found = _plan(asked)
    if not asked.longest:
        return found
    asked = replace(asked, file_type=found.file_type)

    def plan_with(context: int) -> Plan:
        return _plan(replace(asked, workload=replace(asked.workload, context=context)))

    return longest_plan(plan_with, found, asked.model.spec.context_limit)


def _plan(asked: PlanRequest) -> Plan:
    margin, imatrix, wishes = asked.margin_bytes, asked.imatrix, asked.wishes
    if asked.file_type is None:
        return service.best_plan(
            asked.model, asked.workload, asked.machine, margin_bytes=margin, imatrix=imatrix, wishes=wishes
        )
    return service.plan(
        asked.model, asked.file_type, asked.workload, asked.machine, margin_bytes=margin, imatrix=imatrix, wishes=wishes
    )  # fmt: skip

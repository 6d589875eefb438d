"""What Verify measured on a real card, beside what the program says today of the same plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fitcheck import service
from fitcheck.catalog.published import file_type_for
from fitcheck.contract.answers import planned
from fitcheck.contract.requests import PlanRequest
from fitcheck.core.planner import MARGIN_BYTES
from fitcheck.core.wishes import NO_WISHES
from fitcheck.core.workload import Workload
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.verify.job import VerifyOptions, job_of, plan_name

FOLDER = Path(__file__).resolve().parent.parent / "data" / "verify"
RECORDS = {card: json.loads((FOLDER / f"{card}.json").read_text("utf-8")) for card in ("h200", "h100")}
WHOLE = [(card, one) for card, record in RECORDS.items() for one in record["verifications"] if not one["scaled"]]


def measured(record: dict[str, Any], component: str) -> dict[str, int]:
    return {
        one["device"]: one["measured_bytes"]
        for one in record["comparisons"]
        if one["component"] == component and one["measured_bytes"]
    }


@pytest.mark.parametrize(
    ("card", "record"), WHOLE, ids=[f"{card}-{one['model']}-{one['context']}" for card, one in WHOLE]
)
def test_todays_plan_takes_what_was_measured(card: str, record: dict[str, Any]) -> None:
    machine = machine_from_object(RECORDS[card]["machine"])
    model = service.find_model(record["model"])
    file_type = file_type_for(model.id, record["quant"])
    workload = Workload(record["context"])

    plan = planned(PlanRequest(model, file_type, True, workload, machine, MARGIN_BYTES, False, NO_WISHES))
    job = job_of(plan, model.details, VerifyOptions("thorough"))

    assert {plan_name(name): size for name, size in job.weights.items()} == measured(record, "weights")
    assert {plan_name(name): size for name, size in job.kv_cache.items()} == measured(record, "kv_cache")
    held = {plan_name(name): size for name, size in job.message["compute_bytes"].items()}
    assert held == measured(record, "compute")


def test_the_records_hold_whole_models_and_layers_of_r1_each_measured_as_planned() -> None:
    contexts = {(card, one["model"], one["context"]) for card in RECORDS for one in RECORDS[card]["verifications"]}

    assert len(WHOLE) == 12
    assert len(contexts) == 16
    assert all(one["exact"] for record in RECORDS.values() for one in record["verifications"])

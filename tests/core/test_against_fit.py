"""Plans beside what llama.cpp's own ``--fit`` chose on the same machines (``data/engine/fit.jsonl.gz``)."""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any

import pytest

from fitcheck.catalog.models import find_model
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan, plan
from fitcheck.core.prediction import Pace
from fitcheck.core.pricing import Candidate, Question
from fitcheck.core.quantization import find_file_type
from fitcheck.core.wishes import Objective, Wishes
from fitcheck.core.workload import Workload
from fitcheck.probe.machine_json import machine_from_object

from ..engine_truth import FOLDER

pytestmark = pytest.mark.slow


@cache
def _records() -> tuple[dict[str, Any], ...]:
    with gzip.open(FOLDER / "fit.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def _question(record: dict[str, Any]) -> Question:
    asked, chosen = record["request"], record["result"]
    workload = Workload(chosen["context"], outputs=asked["outputs"], flash_attn=asked["flash_attn"])
    machine = machine_from_object(asked["machine"])
    spec = find_model(asked["model"]).spec
    return Question(spec, find_file_type(asked["quant"]), workload, machine, asked["margin_bytes"])


def _chosen_by_fit(question: Question, result: dict[str, Any]) -> Candidate:
    free = tuple(card.memory_free_bytes or 0 for card in question.cards)
    split = tuple(result["tensor_split"]) if result["tensor_split"] else None
    overrides = tuple((pattern, device) for pattern, device in result["overrides"])
    return question.priced(Placement(len(free), result["gpu_layers"], 0, free, split, overrides))


def _ours(question: Question, objective: Objective) -> Plan:
    return plan(
        question.spec, question.file_type, question.workload, question.machine, margin_bytes=question.margin_bytes,
        wishes=Wishes(objective),
    )  # fmt: skip


def _fitting() -> list[tuple[Question, Candidate]]:
    """Where fit succeeded and kept its margin: a few of its own answers are over it."""
    found = [(question, _chosen_by_fit(question, record["result"])) for record, question in _successes()]
    fitting = [(question, chosen) for question, chosen in found if chosen.cards_fit]
    assert len(fitting) > 0.97 * len(found)
    return fitting


def _successes() -> list[tuple[dict[str, Any], Question]]:
    return [(record, _question(record)) for record in _records() if record["result"]["status"] == "success"]


def test_most_on_gpu_places_at_least_as_many_bytes_on_the_cards() -> None:
    fewer = [
        (question.spec.id, question.file_type.id)
        for question, chosen in _fitting()
        if _on_cards(_ours(question, "most_on_gpu")) < chosen.on_cards
    ]

    assert fewer == []


def test_fastest_is_never_predicted_slower() -> None:
    slower = []
    for question, chosen in _fitting():
        pace = Pace(question.spec, question.file_type, True, question.workload, question.machine)
        ours = _ours(question, "fastest")
        assert all(device.fits for device in ours.devices[:-1])
        if pace.decode(ours.placement).expected < pace.decode(chosen.placement).expected * (1 - 1e-12):
            slower.append((question.spec.id, question.file_type.id))

    assert slower == []


def _on_cards(answer: Plan) -> int:
    return sum(device.memory.weights_bytes for device in answer.devices[:-1])

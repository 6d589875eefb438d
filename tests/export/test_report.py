"""A report as data: its numbers are the plan's, it comes back from JSON as it was, and it tells nobody's name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from fitcheck import recommendations
from fitcheck.core.hardware import Disk, ModelFile
from fitcheck.core.layer_places import layer_places
from fitcheck.core.verification import Band, Comparison, Pace, Verification
from fitcheck.errors import RequestError
from fitcheck.export.compose import document
from fitcheck.export.html import html_text
from fitcheck.export.report_json import SCHEMA, report_from_text, report_text
from fitcheck.export.words import Words

from . import cases


@pytest.mark.parametrize("name", cases.CHOICES)
def test_the_numbers_of_a_choice_are_those_of_its_plan(name: str) -> None:
    plan, found = cases.plan_of(name), cases.report(name).choices[0]

    for told, device in zip(found.devices, plan.devices, strict=True):
        memory = device.memory
        assert (told.weights_bytes, told.kv_cache_bytes) == (memory.weights_bytes, memory.kv_cache_bytes)
        assert (told.compute_bytes, told.runtime_bytes) == (memory.compute_bytes, memory.runtime_bytes)
        assert (told.capacity_bytes, told.headroom_bytes) == (device.capacity_bytes, device.headroom_bytes)
    assert found.total_bytes == plan.estimate.total_bytes
    assert (found.verdict, found.lacking_bytes) == (plan.verdict, plan.lacking_bytes)
    assert found.reasons == plan.reasons
    if plan.verdict == "no":
        assert found.decode is None
    else:
        decode = plan.prediction.decode
        assert found.decode is not None
        assert (found.decode.low, found.decode.expected, found.decode.high) == (
            decode.low,
            decode.expected,
            decode.high,
        )


def test_the_point_of_the_context_in_use_needs_what_the_plan_needs() -> None:
    found = cases.report("r1").choices[0]

    here = next(point for point in found.points if point.context == found.context)

    assert here.needed_bytes == found.devices[found.watched].total_bytes
    assert here.verdict == found.verdict


def test_the_cells_of_a_matrix_are_those_of_its_plans() -> None:
    report, plans = cases.report("matrix"), cases.matrix_plans()

    told = [(one.model, one.quant, one.verdict, one.total_bytes, one.lacking_bytes) for one in report.cells]

    assert told == [
        (one.model_id, one.quantization, one.verdict, one.estimate.total_bytes, one.lacking_bytes) for one in plans
    ]
    pick = recommendations.among(plans).by_wish["balanced"]
    assert pick is not None
    assert report.best == plans.index(pick.plan)


@pytest.mark.parametrize("name", cases.NAMES)
def test_a_report_comes_back_from_json_as_it_was(name: str) -> None:
    report = cases.report(name)

    assert report_from_text(report_text(report), "a.json") == report


def test_a_verification_comes_back_with_its_report() -> None:
    report = cases.report("two cards")
    measured = Verification(
        "deepseek-r1-distill-llama-70b", "Q4_K_M", 16384, "quick", "fits", "By scaling it fits.", 80, 2, True,
        comparisons=(Comparison("GPU0", "weights", 5, 5), Comparison("host", "resident", None, 7, "not predicted")),
        pace=Pace(1.5, 20.0, None, Band(1.0, 2.0, 3.0), None),
    )  # fmt: skip
    report = replace(report, choices=(replace(report.choices[0], verification=measured),))

    assert report_from_text(report_text(report), "a.json") == report


def broken(change: Callable[[Any], object]) -> str:
    values = json.loads(report_text(cases.report("no")))
    change(values)
    return json.dumps(values)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", '{"schema": "fitcheck.plan/1"}', "[" * 100_000,
        broken(lambda values: values.update(kind="novel")),
        broken(lambda values: values.update(surprise=1)),
        broken(lambda values: values.pop("machine")),
        broken(lambda values: values["choices"][0].update(verdict="perhaps")),
        broken(lambda values: values["choices"][0].update(download_bytes="12")),
        broken(lambda values: values["choices"][0]["quality"].update(score_percent=float("nan"))),
        broken(lambda values: values.update(schema="fitcheck.report/2")),
        broken(lambda values: values.update(choices=[])),
        broken(lambda values: values.update(date="yesterday")),
        broken(lambda values: values["choices"][0].update(watched=9)),
        broken(lambda values: values["choices"][0]["origins"][0].update(component="soul")),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        report_from_text(text, "a.json")

    assert refused.value.code == "bad_report"
    assert "\n" not in refused.value.message


def test_a_report_of_a_newer_version_says_so() -> None:
    with pytest.raises(RequestError, match="newer FitCheck"):
        report_from_text(broken(lambda values: values.update(schema="fitcheck.report/2")), "a.json")


@pytest.mark.parametrize(
    "change",
    [
        lambda choice: choice["layers"][0].update(count=10**9),
        lambda choice: choice["layers"][0].update(shared=[["GPU7", 1.0]]),
        lambda choice: choice.update(parallel=0),
    ],
)
def test_a_report_whose_parts_do_not_belong_together_is_refused(change: Callable[[Any], object]) -> None:
    values = json.loads(report_text(cases.report("r1")))
    change(values["choices"][0])

    with pytest.raises(RequestError, match="do not belong together"):
        report_from_text(json.dumps(values), "a.json")


def places(values: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value but the whole."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in pairs:
        yield (*place, key)
        yield from places(value, (*place, key))


@pytest.mark.parametrize("name", ["r1", "comparison", "matrix"])
def test_a_report_that_was_changed_in_one_place_is_refused_or_shown(name: str) -> None:
    text, chance = report_text(cases.report(name)), random.Random(1)
    every = list(places(json.loads(text)))

    for _ in range(200):
        changed = json.loads(text)
        *way, last = chance.choice(every)
        here = reduce(lambda value, key: value[key], way, changed)
        here[last] = chance.choice([0, -1, 1e308, 10**30, None, "", [], {}, True, [["a", 1]]])
        try:
            report = report_from_text(json.dumps(changed), "a.json")
        except RequestError:
            continue
        assert html_text(document(report, Words("zh")))


def test_layers_lie_where_the_plan_puts_them() -> None:
    plan, found = cases.plan_of("r1"), cases.report("r1").choices[0]

    told = [run for run in found.layers for _ in range(run.count)]

    names = [one.memory.name for one in plan.devices]
    for run, place in zip(told, layer_places(plan), strict=True):
        assert run.shared == tuple((names[device], part) for device, part in place.shared)
        assert run.routed == tuple((names[device], part) for device, part in place.routed)
    assert found.n_experts == 256


def test_json_names_its_schema_and_version() -> None:
    head = list(json.loads(report_text(cases.report("no"))))[:2]

    assert head == ["schema", "fitcheck_version"]
    assert json.loads(report_text(cases.report("no")))["schema"] == SCHEMA


def test_no_name_of_a_person_and_no_serial_number_is_in_a_report() -> None:
    # Given a machine that tells who its owner is, with the model's file in the owner's home
    plan_bytes = cases.report_on(cases.machine_named("RTX 4090")).choices[0].download_bytes
    person = "adalovelace"
    path = f"/home/{person}/models/DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"
    machine = cases.machine_named(
        "RTX 4090", disk=Disk(f"/home/{person}/models", free_bytes=1),
        model_files=(ModelFile(path, plan_bytes, "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M"),),
        notes=("serial number: 1234567890ABC",),
    )  # fmt: skip
    machine = replace(machine, gpus=(replace(machine.gpus[0], uuid="GPU-5a4f7f9a-1f2b-4c3d-8e9f-0123456789ab"),))

    text = report_text(cases.report_on(machine))

    assert "~/models" in text
    for secret in (person, "1234567890ABC", "5a4f7f9a"):
        assert secret not in text

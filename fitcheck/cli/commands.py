"""Most of the commands: options in, text out, exit code back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from fitcheck import recommendations, service
from fitcheck.catalog.models import corrected_page, corrections
from fitcheck.catalog.published import file_type_for
from fitcheck.cli import inputs, words
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.serving import estimate_serving, plan_serving
from fitcheck.cli.tables import comma_separated, terminal_width, wrapped
from fitcheck.contract.answers import planned, planned_object
from fitcheck.contract.requests import LONGEST, PlanRequest, plan_file_type
from fitcheck.contract.results import estimate_object, matrix_object, models_object
from fitcheck.contract.serving_plans import engine_of, serving_answer
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.serving import SAFETENSORS_ENGINES
from fitcheck.core.workload import KV_TYPES
from fitcheck.errors import RequestError
from fitcheck.machine_words import machine_text
from fitcheck.probe.machine_json import machine_to_object


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


def _print_text(text: str, whole: Sequence[str] = ()) -> None:
    print(wrapped(text, terminal_width(), whole))


def scan(options: argparse.Namespace) -> int:
    """This machine, or a recorded one."""
    if options.machine is not None and options.record is not None:
        raise RequestError("bad_option", "--record keeps this machine; leave --machine out.")
    if options.machine is not None:
        machine = service.load_machine(options.machine)
    else:
        machine = service.detect() if options.record is None else service.record(options.record)
    if options.json:
        _print_json(machine_to_object(machine))
    else:
        print(machine_text(machine, terminal_width(), why=options.why))
    return RUNS


def models(options: argparse.Namespace) -> int:
    """The catalogue or one sheet."""
    found = service.models() if options.model is None else (service.find_model(options.model),)
    about_r1 = corrections() if any(model.spec.is_moe for model in found) else ()
    if options.json:
        _print_json(models_object(found, about_r1))
    elif options.csv:
        print(comma_separated(words.MODEL_HEAD, words.model_rows(found)))
    elif options.model is None:
        _print_text(words.models_text(found))
    else:
        _print_text(words.model_text(found[0], about_r1, corrected_page()))
    return RUNS


def estimate(options: argparse.Namespace) -> int:
    """Memory for one placement."""
    model = service.find_model(options.model)
    if options.engine in SAFETENSORS_ENGINES:
        return estimate_serving(options, model)
    if options.type_k == "fp8" or options.type_v == "fp8":
        raise RequestError("unknown_kv_type", "fp8 is a cache type of vLLM and SGLang.", KV_TYPES)
    file_type = file_type_for(model.id, options.quant or "Q4_K_M")
    placement = inputs.placement(options, model.spec)
    answer = service.estimate(
        model, file_type, inputs.workload(options, "on"), placement, imatrix=options.imatrix,
        runtime_bytes=inputs.runtime_bytes(options, placement.gpus),
    )  # fmt: skip
    if options.json:
        _print_json(estimate_object(answer))
    elif options.csv:
        print(comma_separated(words.ESTIMATE_HEAD, words.estimate_rows(answer)))
    else:
        _print_text(words.estimate_text(answer, placement, model.spec))
    return RUNS


def plan(options: argparse.Namespace) -> int:
    """The best placement on a machine."""
    model = service.find_model(options.model)
    workload = inputs.workload(options, "auto")
    service.check_context(model, workload)
    file_type = plan_file_type(model, options.quant, options.engine)
    machine, margin = inputs.machine(options), inputs.margin(options)
    longest = options.context == LONGEST
    wishes = inputs.wishes(options, model.spec)
    asked = PlanRequest(
        model, file_type, options.imatrix, workload, machine, margin, longest, wishes, options.engine
    )  # fmt: skip
    engine = engine_of(asked)
    if engine is not None:
        return plan_serving(options, serving_answer(asked, engine), machine)
    answer = planned(asked)
    advice = service.advice(answer, margin_bytes=margin)
    name = "llama-server" if options.engine == "llama.cpp" else options.engine
    command = service.commands(model, answer)[name] if answer.verdict != "no" else None
    refused = command is not None and bool(command.refusal)
    if options.json:
        _print_json(planned_object(asked, answer, advice))
    elif options.csv:
        print(comma_separated(words.PLAN_HEAD, () if refused else words.plan_rows(answer)))
    elif command is not None and refused:
        _print_text(words.refused_text(answer, model.name, command))
    else:
        text = words.plan_text(
            answer, model.name, advice=advice, reasoning_tokens=model.reasoning.tokens, command=command,
            here=service.file_here(model, answer),
        )  # fmt: skip
        _print_text(text, words.command_text(command).splitlines() if command else ())
    return RUNS if answer.runs and not refused else DOES_NOT_RUN


def matrix(options: argparse.Namespace) -> int:
    """Every model by file types."""
    workload = inputs.workload(options, "auto")
    rows = service.models()
    if all(workload.context > model.spec.context_limit for model in rows):
        longest = max(model.spec.context_limit for model in rows)
        raise RequestError("context_over_limit", f"No model takes {workload.context} tokens; {longest} is the most.")
    left_out = tuple(model for model in rows if workload.context > model.spec.context_limit)
    columns = tuple(one for one in FILE_TYPES if options.all or one.common)
    if options.quant is not None:
        columns = (find_file_type(options.quant),)
    machine = inputs.machine(options)
    plans = list(
        service.matrix(machine, workload, rows, columns, margin_bytes=inputs.margin(options), imatrix=options.imatrix)
    )
    if options.json:
        _print_json(matrix_object(plans, workload.context, machine_to_object(machine), left_out))
    elif options.csv:
        head = ("model", "quant", "verdict", "total_bytes", "download_bytes", "lacking_bytes", "lacking_of")
        cells = matrix_object(plans, workload.context, {})["cells"]
        print(comma_separated(head, ([cell[key] for key in head] for cell in cells)))
    else:
        names = {model.id: model.short_name for model in rows}
        best = recommendations.among(plans).by_wish["balanced"]
        _print_text(words.matrix_text(plans, columns, names, left_out, best, terminal_width()))
    return RUNS if any(one.runs for one in plans) else DOES_NOT_RUN

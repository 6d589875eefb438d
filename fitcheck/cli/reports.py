"""``fitcheck report``: a file to hand over."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from fitcheck import reporting, service
from fitcheck.catalog.published import file_type_for
from fitcheck.cli import inputs
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.contract.answers import planned
from fitcheck.contract.requests import LONGEST, PlanRequest
from fitcheck.contract.verification import verification_from_object
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.report import Report
from fitcheck.errors import RequestError
from fitcheck.export.files import check_target, read_report, write_report
from fitcheck.export.words import LANGUAGES

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.verification import Verification


def report(options: argparse.Namespace) -> int:
    """One choice, a comparison, the matrix, or a report that was written as JSON before."""
    check_target(options.output)
    if options.lang not in LANGUAGES:
        raise RequestError("unknown_language", f"'{options.lang}' is not a language of reports.", LANGUAGES)
    found = _found(options)
    write_report(found, options.output, language=options.lang, unit=options.units)
    verdicts = [*(one.verdict for one in found.choices), *(one.verdict for one in found.cells)]
    return RUNS if any(one in ("gpu", "offload", "cpu") for one in verdicts) else DOES_NOT_RUN


def _found(options: argparse.Namespace) -> Report:
    names: list[str] = options.what
    if options.verification is not None and (len(names) != 1 or names[0].lower().endswith(".json")):
        raise RequestError("bad_option", "--verification goes with one model.")
    if len(names) == 1 and names[0].lower().endswith(".json"):
        return read_report(Path(names[0]))
    margin = inputs.margin(options)
    if not names:
        return _matrix(options, inputs.machine(options), margin)
    asked = [_asked(name, options) for name in names]
    measured = None if options.verification is None else _verification(options.verification)
    machine = inputs.machine(options)
    pairs = [(model, _plan(options, model, quant, machine, margin)) for model, quant in asked]
    if len(pairs) > 1:
        return reporting.comparison_report(pairs, margin_bytes=margin)
    model, plan = pairs[0]
    if measured is not None:
        _check_same(measured, plan)
    return reporting.choice_report(
        model, plan, margin_bytes=margin, verification=measured, cards=not options.no_cards
    )  # fmt: skip


def _asked(name: str, options: argparse.Namespace) -> tuple[CatalogModel, str | None]:
    """``32b@Q5_K_M``, or a model with the quantization of ``--quant``; refused before the machine is looked at."""
    found, at, quant = name.partition("@")
    model = service.find_model(found)
    service.check_context(model, inputs.workload(options, "auto"))
    if at:
        file_type_for(model.id, quant)
    return model, quant if at else options.quant


def _plan(options: argparse.Namespace, model: CatalogModel, quant: str | None, machine: Machine, margin: int) -> Plan:
    file_type = None if quant is None else file_type_for(model.id, quant)
    workload, longest = inputs.workload(options, "auto"), options.context == LONGEST
    wishes = inputs.wishes(options, model.spec)
    return planned(PlanRequest(model, file_type, options.imatrix, workload, machine, margin, longest, wishes))


def _matrix(options: argparse.Namespace, machine: Machine, margin: int) -> Report:
    workload = inputs.workload(options, "auto")
    rows = [model for model in service.models() if workload.context <= model.spec.context_limit]
    if not rows:
        raise RequestError("context_over_limit", f"No model takes {workload.context} tokens.")
    columns = tuple(one for one in FILE_TYPES if options.all or one.common)
    plans = service.matrix(machine, workload, rows, columns, margin_bytes=margin, imatrix=options.imatrix)
    left_out = [model.id for model in service.models() if model not in rows]
    return reporting.matrix_report(plans, machine, workload.context, margin_bytes=margin, left_out=left_out)


def _verification(path: Path) -> Verification:
    try:
        return verification_from_object(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RequestError("bad_file", f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_verification", f"{path} is not JSON text: {error}.") from error


def _check_same(found: Verification, plan: Plan) -> None:
    measured = (found.model_id, found.quantization, found.context)
    asked = (plan.model_id, plan.quantization, plan.workload.context)
    if measured != asked:
        words = [f"{model} {quant} with {context} tokens" for model, quant, context in (measured, asked)]
        raise RequestError("bad_verification", f"The verification is of {words[0]}, the report of {words[1]}.")

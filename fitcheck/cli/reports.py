"""``fitcheck report``: a file to hand over."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fitcheck import reporting, service
from fitcheck.catalog.own_file import OwnFile
from fitcheck.catalog.published import file_type_for
from fitcheck.cli import inputs
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.contract.answers import planned
from fitcheck.contract.requests import LONGEST, PlanRequest
from fitcheck.contract.verification import verification_from_object
from fitcheck.core.longest import longest_plan
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.report import Report
from fitcheck.errors import RequestError
from fitcheck.export.files import check_target, is_report, read_report, write_report
from fitcheck.export.words import LANGUAGES

if TYPE_CHECKING:
    from fitcheck.core.hardware import Machine
    from fitcheck.core.planner import Plan
    from fitcheck.core.verification import Verification
    from fitcheck.reporting import Subject

_FILES = (".gguf", ".json")
"""Suffixes of what a person may have on this computer; no model is called so."""


def report(options: argparse.Namespace) -> int:
    """One choice, a comparison, the matrix, or a report that was written as JSON before."""
    check_target(options.output)
    if options.lang not in LANGUAGES:
        raise RequestError("unknown_language", f"'{options.lang}' is not a language of reports.", LANGUAGES)
    found = _found(options)
    write_report(found, options.output, language=options.lang, unit=options.units, paper=options.paper)
    verdicts = [*(one.verdict for one in found.choices), *(one.verdict for one in found.cells)]
    return RUNS if any(one in ("gpu", "offload", "cpu") for one in verdicts) else DOES_NOT_RUN


def _found(options: argparse.Namespace) -> Report:
    names: list[str] = options.what
    written_before = [name for name in names if is_report(Path(name))]
    if options.verification is not None and (len(names) != 1 or written_before):
        raise RequestError("bad_option", "--verification goes with one model.")
    if written_before:
        if len(names) > 1:
            raise RequestError("bad_option", f"{written_before[0]} is a report already; it is written anew by itself.")
        return read_report(Path(names[0]))
    margin = inputs.margin(options)
    if not names:
        return _matrix(options, inputs.machine(options), margin)
    asked = [_asked(name, options) for name in names]
    measured = None if options.verification is None else _verification(options.verification)
    machine = inputs.machine(options)
    pairs = [(subject, _plan(options, subject, quant, machine, margin)) for subject, quant in asked]
    if len(pairs) > 1:
        return reporting.comparison_report(pairs, margin_bytes=margin, cards=not options.no_cards)
    subject, plan = pairs[0]
    if measured is not None:
        _check_same(measured, plan)
    return reporting.choice_report(
        subject, plan, margin_bytes=margin, verification=measured, cards=not options.no_cards
    )  # fmt: skip


def _asked(name: str, options: argparse.Namespace) -> tuple[Subject, str | None]:
    """``32b@Q5_K_M``, a model with the quantization of ``--quant``, or a file; refused before the machine is looked at.

    A ``config.json`` is priced as a type that stands behind it, too.
    """
    path, at, quant = _parted(name)
    if path is not None:
        file = service.own_file(path)
        if file.file_type is not None and (at or options.quant):
            raise RequestError("bad_option", f"{path.name} has its types in it; a type is for a model or config.json.")
        return file, (quant if at else options.quant) or "Q4_K_M"
    found, at, quant = name.partition("@")
    model = service.find_model(found)
    service.check_context(model, inputs.workload(options, "auto"))
    if at:
        file_type_for(model.id, quant)
    return model, quant if at else options.quant


def _parted(name: str) -> tuple[Path | None, str, str]:
    """The file that is named, by its suffix, and the type behind it; an ``@`` may be part of the file's own name."""
    if name.lower().endswith(_FILES):
        return Path(name), "", ""
    found, at, quant = name.rpartition("@")
    return (Path(found), at, quant) if found.lower().endswith(_FILES) else (None, "", "")


def _plan(options: argparse.Namespace, subject: Subject, quant: str | None, machine: Machine, margin: int) -> Plan:
    workload, longest = inputs.workload(options, "auto"), options.context == LONGEST
    if isinstance(subject, OwnFile):
        return _own_plan(options, subject, quant, machine, margin)
    file_type = None if quant is None else file_type_for(subject.id, quant)
    wishes = inputs.wishes(options, subject.spec)
    return planned(PlanRequest(subject, file_type, options.imatrix, workload, machine, margin, longest, wishes))


def _own_plan(options: argparse.Namespace, file: OwnFile, quant: str | None, machine: Machine, margin: int) -> Plan:
    asked, file_type = inputs.workload(options, "auto"), file.file_type or find_file_type(quant or "")
    wishes = inputs.wishes(options, file.model.spec)

    def plan_with(context: int) -> Plan:
        workload = replace(asked, context=context)
        return service.plan_own(file, file_type, workload, machine, margin_bytes=margin, wishes=wishes)

    found = plan_with(asked.context)
    longest = options.context == LONGEST
    return longest_plan(plan_with, found, file.model.spec.context_limit) if longest else found


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

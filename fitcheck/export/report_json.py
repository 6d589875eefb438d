"""``fitcheck.report/1``: a report as JSON, and the same report again."""

from __future__ import annotations

import json
import re

from fitcheck.core.report import Report
from fitcheck.errors import RequestError
from fitcheck.export.compose import document
from fitcheck.export.document import NAME
from fitcheck.export.words import Words
from fitcheck.records import MismatchError, plain, read

SCHEMA = f"{NAME}1"

_MOST_LAYERS = 512
"""``LLAMA_MAX_LAYERS`` (llama.cpp src/llama-hparams.h)."""


def report_text(report: Report) -> str:
    """The report as JSON text."""
    values = plain(report)
    head = {"schema": SCHEMA, "fitcheck_version": values.pop("version")}
    return json.dumps({**head, **values}, indent=1, ensure_ascii=False) + "\n"


def report_from_text(text: str, name: str) -> Report:
    """The report in a JSON text (RequestError ``bad_report`` where it is none); ``name`` is that of its file."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_report", f"{name} is not JSON text: {error}.") from error
    schema = values.pop("schema", None) if isinstance(values, dict) else None
    if schema != SCHEMA and re.fullmatch(rf"{NAME}\d{{1,9}}", str(schema)):
        raise RequestError("bad_report", f"{name} was made by a newer FitCheck; this one cannot read it.", (SCHEMA,))
    if schema != SCHEMA:
        raise RequestError("bad_report", f"{name} is no report of FitCheck.", (SCHEMA,))
    values["version"] = values.pop("fitcheck_version", None)
    try:
        report = read(Report, values)
    except MismatchError as error:
        raise RequestError("bad_report", f"{name} is damaged at '{'.'.join(error.place)}': {error.message}.") from error
    if not _makes_sense(report):
        raise RequestError("bad_report", f"{name} is damaged: its numbers do not belong together.")
    return report


def _makes_sense(report: Report) -> bool:
    """Whether it can be shown: every device that is named is there, every place in a list exists, and so on."""
    if any(sum(run.count for run in one.layers) > _MOST_LAYERS + 1 for one in report.choices):
        return False
    try:
        document(report, Words())
    except (ArithmeticError, LookupError, ValueError):
        return False
    return True

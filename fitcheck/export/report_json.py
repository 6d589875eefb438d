"""``fitcheck.report/1``: a report as JSON, and the same report again."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fitcheck.core.report import Report
from fitcheck.errors import RequestError

SCHEMA = "fitcheck.report/1"


@cache
def _adapter() -> Any:
    # Imported late: defining the checks takes a tenth of a second.
    from pydantic import TypeAdapter

    return TypeAdapter(Report)


def report_text(report: Report) -> str:
    """The report as JSON text."""
    values = _adapter().dump_python(report, mode="json")
    head = {"schema": SCHEMA, "fitcheck_version": values.pop("version")}
    return json.dumps({**head, **values}, indent=1, ensure_ascii=False) + "\n"


def report_from_text(text: str, name: str) -> Report:
    """The report in a JSON text (RequestError ``bad_report`` where it is none); ``name`` is that of its file."""
    from pydantic import ValidationError

    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_report", f"{name} is not JSON text: {error}.") from error
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise RequestError("bad_report", f"{name} is no report of FitCheck.", (SCHEMA,))
    values.pop("schema")
    values["version"] = values.pop("fitcheck_version", None)
    try:
        report: Report = _adapter().validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise RequestError("bad_report", f"{name}: '{place}': {first['msg']}.") from error
    return report

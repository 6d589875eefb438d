"""A verification as JSON and back, for ``verify --json``, for reports and for whoever keeps results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import fitcheck
from fitcheck.core.verification import Band, Comparison, DeviceRate, Pace, PartTime, Verification
from fitcheck.errors import RequestError

SCHEMA = "fitcheck.verification/1"

_RENAMED = {"model_id": "model", "quantization": "quant"}
"""The contract's names for fields of ``Verification``."""


def verification_object(found: Verification) -> dict[str, Any]:
    """``fitcheck.verification/1``."""
    values = {_RENAMED.get(name, name): value for name, value in asdict(found).items()}
    comparisons = [{**asdict(one), "agrees": one.agrees} for one in found.comparisons]
    head = {"schema": SCHEMA, "fitcheck_version": fitcheck.__version__}
    return {**head, **values, "exact": found.exact, "comparisons": comparisons, "notes": list(found.notes)}


def verification_from_object(value: Any) -> Verification:
    """What ``verification_object`` wrote (RequestError ``bad_verification`` where it is none)."""
    try:
        if value["schema"] != SCHEMA:
            raise ValueError(f"its schema is {value['schema']}")
        names = [one.name for one in fields(Verification)]
        values = {name: value[_RENAMED.get(name, name)] for name in names}
        comparisons = tuple(
            Comparison(**{key: item for key, item in one.items() if key != "agrees"}) for one in value["comparisons"]
        )
        parts = {
            "comparisons": comparisons, "notes": tuple(value["notes"]), "pace": _pace(value["pace"]),
            "times": tuple(PartTime(**one) for one in value["times"]),
            "rates": tuple(DeviceRate(**one) for one in value["rates"]),
        }  # fmt: skip
        return Verification(**{**values, **parts})
    except (KeyError, TypeError, ValueError) as error:
        raise RequestError("bad_verification", f"This is no verification of FitCheck: {error}.") from error


def _pace(value: Mapping[str, Any] | None) -> Pace | None:
    if value is None:
        return None
    bands = {name: Band(**value[name]) if value[name] else None for name in ("predicted", "corrected")}
    return Pace(**{**value, **bands})

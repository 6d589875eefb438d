"""The recorded answers of the engine, ready to be compared with (see ``data/engine/README.md``)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fitcheck.catalog.models import find_model
from fitcheck.core.model import ModelSpec
from fitcheck.core.quantization import FileType, find_file_type
from fitcheck.core.workload import KvLayout

FOLDER = Path(__file__).resolve().parent / "data" / "engine"
RECORDS = ("memory", "random", "random2")

_LEGACY = "-legacy"
_IMATRIX = "+imatrix"


@cache
def records(name: str) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    """Requests and results of one file."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple((record["request"], record["result"]) for record in map(json.loads, lines))


def _whole(name: str) -> dict[str, Any]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content


def files() -> Iterator[tuple[ModelSpec, KvLayout, FileType, bool, list[str], list[str], dict[str, Any]]]:
    """Every quantized file: model, layout, file type, importance matrix, tensor names, their types, its sizes."""
    sizes = _whole("sizes.json.gz")
    for model, entry in _whole("tensor_types.json.gz").items():
        layout: KvLayout = "legacy" if model.endswith(_LEGACY) else "mla"
        spec = find_model(model.removesuffix(_LEGACY)).spec
        for quant, types in entry["types"].items():
            file_type = find_file_type(quant.removesuffix(_IMATRIX))
            yield spec, layout, file_type, quant.endswith(_IMATRIX), entry["tensors"], types, sizes[model][quant]

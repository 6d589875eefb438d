"""The recorded answers of the engine, ready to be compared with (see ``data/engine/README.md``)."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
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
    """Requests and results of one file of RECORDS, both in the form of FitCheck's own batch lines."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple((record["request"], record["result"]) for record in map(json.loads, lines))


@cache
def other_architectures() -> tuple[dict[str, Any], ...]:
    """Records with the ``architecture`` of a model that is not in the catalogue, in the fields of ModelSpec."""
    with gzip.open(FOLDER / "other_architectures.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(map(json.loads, lines))


def _whole(name: str) -> dict[str, Any]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    return content


@dataclass(frozen=True, slots=True)
class QuantizedFile:
    """One model in one file type as the engine's quantizer makes it.

    ``tensors`` are names in file order and ``types`` their ggml types; ``sizes`` has ``total_bytes`` (all tensors),
    ``gguf_data_bytes`` (with the padding of a file) and ``requires_imatrix``. ``name`` is the record's, with
    ``-legacy`` for R1 as older conversions stored it.
    """

    name: str
    spec: ModelSpec
    kv_layout: KvLayout
    file_type: FileType
    imatrix: bool
    tensors: tuple[str, ...]
    types: tuple[str, ...]
    sizes: dict[str, Any]


@cache
def files() -> tuple[QuantizedFile, ...]:
    """Every quantized file; those with an importance matrix only where it changes a type."""
    sizes = _whole("sizes.json.gz")
    found = []
    for name, entry in _whole("tensor_types.json.gz").items():
        layout: KvLayout = "legacy" if name.endswith(_LEGACY) else "mla"
        spec = find_model(name.removesuffix(_LEGACY)).spec
        names = tuple(entry["tensors"])
        for quant, types in entry["types"].items():
            file_type, imatrix = find_file_type(quant.removesuffix(_IMATRIX)), quant.endswith(_IMATRIX)
            found.append(QuantizedFile(name, spec, layout, file_type, imatrix, names, tuple(types), sizes[name][quant]))
    return tuple(found)

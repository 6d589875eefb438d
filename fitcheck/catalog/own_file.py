"""A person's own file, ready to be priced like a catalogue model."""

from __future__ import annotations

from pathlib import Path

from fitcheck.catalog.local_file import LocalModel, open_model
from fitcheck.core.own_types import TypeShare, file_type_of, type_shares
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import weight_table
from fitcheck.frozen import dataclass


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file and what is in it.

    ``file_type`` and ``imatrix`` are those whose every tensor is as in the file, or a mix of its own; None for a
    ``config.json``, which may be priced as any type. ``header_bytes`` is what the file holds besides tensors.
    """

    model: LocalModel
    file_type: FileType | None
    imatrix: bool
    types: tuple[TypeShare, ...]
    header_bytes: int


def read_own_file(path: Path) -> OwnFile:
    """A GGUF file or a ``config.json`` (RequestError as ``open_model`` raises)."""
    model = open_model(path)
    if not model.tensor_types:
        return OwnFile(model, None, True, (), 0)
    file_type, imatrix = file_type_of(model.spec, model.kv_layout, model.tensor_types)
    shares = type_shares(model.spec, model.kv_layout, model.tensor_types)
    data = weight_table(model.spec, file_type, imatrix, model.kv_layout).data_bytes
    return OwnFile(model, file_type, imatrix, shares, model.file_bytes - data)

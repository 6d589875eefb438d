"""A file's own tensor types: which file type they are, or what mix.

Makers publish mixes under names of their own; what counts is what is in the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, stored_name, tensors
from fitcheck.core.quantization import FILE_TYPES, FileType, OwnTypes, row_bytes
from fitcheck.core.workload import KvLayout
from fitcheck.frozen import dataclass


@dataclass(frozen=True, slots=True)
class TypeShare:
    """How much of a file one ggml type is: tensors, and their bytes."""

    ggml_type: str
    tensors: int
    bytes: int


def type_shares(spec: ModelSpec, kv_layout: KvLayout, types: Mapping[str, str]) -> tuple[TypeShare, ...]:
    """The types in a file, the one with most bytes first."""
    count: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for tensor in tensors(spec, kv_layout):
        if not tensor.duplicate:
            ggml_type = types[tensor.name]
            count[ggml_type] += 1
            size[ggml_type] += tensor.rows * row_bytes(ggml_type, tensor.row)
    return tuple(TypeShare(ggml_type, count[ggml_type], total) for ggml_type, total in size.most_common())


def file_type_of(spec: ModelSpec, kv_layout: KvLayout, types: Mapping[str, str]) -> tuple[FileType, bool]:
    """The file type with just these types, and whether with an importance matrix; otherwise a mix of its own."""
    found = tuple(types[stored_name(tensor)] for tensor in tensors(spec, kv_layout))
    most = type_shares(spec, kv_layout, types)[0].ggml_type
    present = set(found)
    for file_type in FILE_TYPES:
        if file_type.base_type in present:
            for imatrix in (True, False):
                if tensor_types(spec, file_type, imatrix, kv_layout) == found:
                    return file_type, imatrix
    like = next(file_type for file_type in FILE_TYPES if file_type.base_type == most)
    return OwnTypes(f"{most} mix", most, like.bits, tensor_types=dict(types)), True

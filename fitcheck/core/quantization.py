"""ggml types and llama.cpp file types: how many bytes a row takes, and what each file type is.

Block sizes and block bytes are those of ``ggml/src/ggml-common.h`` (llama.cpp v0.5.0); a test holds
the table against the ``gguf`` package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

GGML_TYPES: dict[str, tuple[int, int]] = {
    "F32": (1, 4), "F16": (1, 2), "BF16": (1, 2),
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210),
    "IQ1_S": (256, 50), "IQ1_M": (256, 56),
    "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74), "IQ2_S": (256, 82),
    "IQ3_XXS": (256, 98), "IQ3_S": (256, 110), "IQ4_NL": (32, 18), "IQ4_XS": (256, 136),
    "TQ1_0": (256, 54), "TQ2_0": (256, 66), "MXFP4": (32, 17),
}  # fmt: skip
"""ggml type -> (elements in a block, bytes in a block)."""


def row_bytes(ggml_type: str, elements: int) -> int:
    """Bytes of one row of ``elements`` values; the row must hold whole blocks."""
    block_elements, block_bytes = GGML_TYPES[ggml_type]
    blocks, rest = divmod(elements, block_elements)
    if rest:
        raise ValueError(f"a row of {elements} values does not hold whole {ggml_type} blocks")
    return blocks * block_bytes


def is_quantized(ggml_type: str) -> bool:
    """Whether values share scales in blocks (``ggml_is_quantized``)."""
    return GGML_TYPES[ggml_type][0] > 1


Bits = Literal[1, 2, 3, 4, 5, 6, 8, 16, 32]


@dataclass(frozen=True, slots=True)
class FileType:
    """One llama.cpp file type (``llama_ftype``).

    ``base_type`` is the ggml type most tensors get, ``bits`` the group it is shown under, ``common``
    whether people meet it every day.
    """

    id: str
    base_type: str
    bits: Bits
    common: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class OwnTypes(FileType):
    """The types of one file as it is: ``tensor_types`` by tensor name. Equal to nothing but itself."""

    tensor_types: Mapping[str, str] = field(default_factory=dict)

    # Said aloud, for the kind of type it extends has others: two mixes may bear one name.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


FILE_TYPES: tuple[FileType, ...] = (
    FileType("F32", "F32", 32),
    FileType("F16", "F16", 16, common=True),
    FileType("BF16", "BF16", 16),
    FileType("Q8_0", "Q8_0", 8, common=True),
    FileType("Q6_K", "Q6_K", 6, common=True),
    FileType("Q5_K_M", "Q5_K", 5, common=True),
    FileType("Q5_K_S", "Q5_K", 5),
    FileType("Q5_1", "Q5_1", 5),
    FileType("Q5_0", "Q5_0", 5),
    FileType("Q4_K_M", "Q4_K", 4, common=True),
    FileType("Q4_K_S", "Q4_K", 4),
    FileType("Q4_1", "Q4_1", 4),
    FileType("Q4_0", "Q4_0", 4),
    FileType("IQ4_NL", "IQ4_NL", 4),
    FileType("IQ4_XS", "IQ4_XS", 4, common=True),
    FileType("MXFP4_MOE", "MXFP4", 4),
    FileType("Q3_K_L", "Q3_K", 3),
    FileType("Q3_K_M", "Q3_K", 3, common=True),
    FileType("Q3_K_S", "Q3_K", 3),
    FileType("IQ3_M", "IQ3_S", 3),
    FileType("IQ3_S", "IQ3_S", 3),
    FileType("IQ3_XS", "IQ3_S", 3),
    FileType("IQ3_XXS", "IQ3_XXS", 3, common=True),
    FileType("Q2_K", "Q2_K", 2, common=True),
    FileType("Q2_K_S", "Q2_K", 2),
    FileType("IQ2_M", "IQ2_S", 2),
    FileType("IQ2_S", "IQ2_XS", 2),
    FileType("IQ2_XS", "IQ2_XS", 2),
    FileType("IQ2_XXS", "IQ2_XXS", 2, common=True),
    FileType("TQ2_0", "TQ2_0", 2),
    FileType("IQ1_M", "IQ1_M", 1),
    FileType("IQ1_S", "IQ1_S", 1, common=True),
    FileType("TQ1_0", "TQ1_0", 1),
)
"""The 33 file types, best first inside each group of bits."""

_BY_ID = {file_type.id: file_type for file_type in FILE_TYPES}


def find_file_type(name: str) -> FileType:
    """A file type by its llama.cpp name, case-insensitive (RequestError ``unknown_quant`` otherwise)."""
    found = _BY_ID.get(name.strip().upper())
    if found is None:
        raise RequestError("unknown_quant", f"'{name}' is not a quantization FitCheck knows.", tuple(_BY_ID))
    return found

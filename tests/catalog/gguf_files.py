"""Small GGUF files for tests: written value by value, so that every one of them can be wrong.

The form is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Tensor data are zeros, one hole in a
sparse file, so that a model takes hardly any room.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fitcheck.catalog.gguf_header import TYPE_NAMES
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.quantization import GGML_TYPES, find_file_type, row_bytes
from fitcheck.core.workload import KvLayout

Value = str | bool | int | float | Sequence[str] | Sequence[int]
TensorEntry = tuple[str, tuple[int, ...], str]

UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
ALIGNMENT = 32


def text(value: str | bytes) -> bytes:
    """A string: its length, then UTF-8."""
    encoded = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(encoded)) + encoded


def key_and_value(key: str | bytes, kind: int, value: bytes) -> bytes:
    """One entry of the metadata."""
    return text(key) + struct.pack("<I", kind) + value


def array(kind: int, count: int, values: bytes) -> bytes:
    """An array's own head and what follows, which need not agree."""
    return struct.pack("<IQ", kind, count) + values


def typed(key: str, value: Value) -> bytes:
    """One entry of the metadata, in the type that models use for such a value."""
    if isinstance(value, bool):
        return key_and_value(key, BOOL, struct.pack("<?", value))
    if isinstance(value, int):
        return key_and_value(key, UINT32, struct.pack("<I", value))
    if isinstance(value, float):
        return key_and_value(key, FLOAT32, struct.pack("<f", value))
    if isinstance(value, str):
        return key_and_value(key, STRING, text(value))
    parts = [text(one) if isinstance(one, str) else struct.pack("<i", one) for one in value]
    kind = STRING if value and isinstance(value[0], str) else INT32
    return key_and_value(key, ARRAY, array(kind, len(parts), b"".join(parts)))


def tensor_entry(name: str | bytes, shape: Sequence[int], number: int, offset: int = 0) -> bytes:
    """One entry of the tensor table."""
    sizes = struct.pack(f"<{len(shape)}Q", *shape)
    return text(name) + struct.pack("<I", len(shape)) + sizes + struct.pack("<IQ", number, offset)


def header(entries: Sequence[bytes] = (), table: Sequence[bytes] = (), version: int = 3) -> bytes:
    """A whole header, without data behind it."""
    counts = struct.pack("<IQQ", version, len(table), len(entries))
    return b"GGUF" + counts + b"".join(entries) + b"".join(table)


def write(path: Path, metadata: Mapping[str, Value], table: Sequence[TensorEntry]) -> Path:
    """A sound file with its data, all zeros; returns the path."""
    numbers = {name: number for number, name in TYPE_NAMES.items()}
    rows, offset = [], 0
    for name, shape, ggml_type in table:
        rows.append(tensor_entry(name, shape, numbers[ggml_type], offset))
        size = row_bytes(ggml_type, shape[0])
        for dimension in shape[1:]:
            size *= dimension
        offset += -(-size // ALIGNMENT) * ALIGNMENT
    front = header([typed(key, value) for key, value in metadata.items()], rows)
    with path.open("wb") as file:
        file.write(front)
        file.truncate(-(-len(front) // ALIGNMENT) * ALIGNMENT + offset)
    return path


def model_metadata(spec: ModelSpec, layout: KvLayout = "mla") -> dict[str, Value]:
    """The metadata llama.cpp's converter writes for a model, as far as memory depends on them."""
    values: dict[str, Value] = {
        "block_count": spec.n_layers, "context_length": spec.context_limit, "embedding_length": spec.hidden_size,
        "feed_forward_length": spec.intermediate_size, "attention.head_count": spec.n_attention_heads,
    }  # fmt: skip
    moe = spec.mla_moe
    if moe is None:
        values |= {"attention.head_count_kv": spec.n_kv_heads, "attention.key_length": spec.head_dim}
        values |= {"attention.value_length": spec.head_dim, "attention.layer_norm_rms_epsilon": 1e-5}
    else:
        full = "" if layout == "legacy" else "_mla"
        if layout == "mla":
            values |= {"attention.key_length": moe.kv_lora_rank + moe.qk_rope_head_dim, "attention.head_count_kv": 1}
            values |= {"attention.value_length": moe.kv_lora_rank}
        values |= {
            f"attention.key_length{full}": spec.head_dim, f"attention.value_length{full}": moe.v_head_dim,
            "attention.q_lora_rank": moe.q_lora_rank, "attention.kv_lora_rank": moe.kv_lora_rank,
            "rope.dimension_count": moe.qk_rope_head_dim, "leading_dense_block_count": moe.first_dense_layers,
            "expert_count": moe.n_routed_experts, "expert_used_count": moe.experts_per_token,
            "expert_shared_count": moe.n_shared_experts, "expert_feed_forward_length": moe.expert_intermediate_size,
            "expert_group_count": moe.n_expert_groups, "expert_group_used_count": moe.n_groups_per_token,
        }  # fmt: skip
    own = {f"{spec.gguf_arch}.{key}": value for key, value in values.items()}
    return {"general.architecture": spec.gguf_arch, "general.name": spec.id, **own}


def _plain_type(tensor: Tensor) -> str:
    return "F16" if tensor.quantizable else "F32"


def quantized(path: Path, spec: ModelSpec, type_id: str) -> Path:
    """A model's file as llama.cpp quantizes it, with holes where the numbers would be."""
    names = (tensor.name for tensor in tensors(spec))
    types = dict(zip(names, tensor_types(spec, find_file_type(type_id)), strict=True))
    return write(path, model_metadata(spec), model_tensors(spec, "mla", lambda tensor: types[tensor.name]))


def model_tensors(
    spec: ModelSpec, layout: KvLayout = "mla", type_of: Callable[[Tensor], str] = _plain_type
) -> list[TensorEntry]:
    """The tensor table of a model."""
    return [
        (tensor.name, (tensor.row, tensor.rows) if tensor.rows > 1 else (tensor.row,), type_of(tensor))
        for tensor in tensors(spec, layout)
        if not tensor.duplicate
    ]


def write_model(path: Path, spec: ModelSpec, layout: KvLayout = "mla") -> Path:
    """A whole model in F16 with F32 norms."""
    return write(path, model_metadata(spec, layout), model_tensors(spec, layout))


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "add_uint8": st.integers(0, 2**8 - 1), "add_int8": st.integers(-(2**7), 2**7 - 1),
    "add_uint16": st.integers(0, 2**16 - 1), "add_int16": st.integers(-(2**15), 2**15 - 1),
    "add_uint32": st.integers(0, 2**32 - 1), "add_int32": st.integers(-(2**31), 2**31 - 1),
    "add_uint64": st.integers(0, 2**64 - 1), "add_int64": st.integers(-(2**63), 2**63 - 1),
    "add_float32": st.floats(width=32, allow_nan=False), "add_float64": st.floats(allow_nan=False),
    "add_bool": st.booleans(), "add_string": st.text(min_size=1),
}  # fmt: skip
ARRAYS = st.one_of(
    st.lists(st.text(), min_size=1), st.lists(st.integers(-99, 99), min_size=1), st.lists(st.booleans(), min_size=1),
    st.lists(st.floats(allow_nan=False, width=32), min_size=1),
)  # fmt: skip
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ENTRIES = st.one_of(
    *(st.tuples(st.just(method), values) for method, values in SCALARS.items()), st.tuples(st.just("add_array"), ARRAYS)
)
SHAPES = st.lists(st.integers(1, 3), min_size=0, max_size=3)


def gguf_package() -> Any:
    """The ``gguf`` package, whose imports warn about themselves on some versions of Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import gguf
    return gguf


def write_with_gguf(
    path: Path,
    entries: Mapping[str, tuple[str, Any]],
    table: Mapping[str, tuple[list[int], str]],
    alignment: int | None,
) -> int:
    """A file written by the ``gguf`` package, each row one block; returns where its own reader finds the data."""
    import numpy as np

    gguf = gguf_package()
    writer = gguf.GGUFWriter(path, "llama")
    if alignment:
        writer.add_custom_alignment(alignment)
    for key, (method, value) in entries.items():
        getattr(writer, method)(key, value)
    for name, (rows, kind) in table.items():
        block, _ = GGML_TYPES[kind]
        data = np.zeros((*rows, row_bytes(kind, block)), dtype=np.uint8)
        writer.add_tensor(name, data, raw_dtype=gguf.GGMLQuantizationType[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return int(gguf.GGUFReader(path).data_offset)


KEY, TENSOR = typed("a.key", 1), tensor_entry("t", (32,), 8)

DAMAGED = {
    "cut in the magic": b"GG",
    "cut in the version": header()[:6],
    "cut in the counts": header()[:20],
    "no tensor table": header([KEY]) [:8] + struct.pack("<QQ", 1, 1) + KEY,
    "tensors beyond count": b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0),
    "keys beyond count": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**64 - 1),
    "key of absurd length": header([struct.pack("<Q", 2**63) + b"key"]),
    "key of 100 kB": header([typed("k" * 100_000, 1)]),
    "text of absurd length": header([text("k") + struct.pack("<IQ", STRING, 2**64 - 1) + b"value"]),
    "array of absurd length": header([key_and_value("k", ARRAY, array(UINT32, 2**62, b""))]),
    "texts of absurd number": header([key_and_value("k", ARRAY, array(STRING, 2**61, b""))]),
    "texts that end too soon": header([key_and_value("k", ARRAY, array(STRING, 2, text("a" * 20)))]),
    "a text out of all addresses": header(
        [key_and_value("k", ARRAY, array(STRING, 2, struct.pack("<QQ", 2**64 - 1, 0)))]
    ),
    "unknown metadata type": header([key_and_value("k", 13, b"\0" * 8)]),
    "unknown element type": header([key_and_value("k", ARRAY, array(99, 1, b"\0" * 8))]),
    "arrays of arrays": header([key_and_value("k", ARRAY, array(ARRAY, 1, array(4, 0, b"") * 99))]),
    "a key twice": header([KEY, KEY]),
    "a key that is not UTF-8": header([key_and_value(b"\xff\xfe", BOOL, b"\1")]),
    "a tensor's name that is not UTF-8": header([], [tensor_entry(b"\xff", (32,), 8)]) + bytes(64),
    "a tensor twice": header([], [TENSOR, TENSOR]) + bytes(99),
    "no dimensions": header([], [tensor_entry("t", (), 0)]) + bytes(64),
    "five dimensions": header([], [tensor_entry("t", (1,) * 5, 0)]) + bytes(64),
    "a dimension of 0": header([], [tensor_entry("t", (32, 0), 8)]) + bytes(64),
    "absurd dimensions": header([], [tensor_entry("t", (2**63,) * 4, 0)]) + bytes(64),
    "rows of part of a block": header([], [tensor_entry("t", (31,), 8)]) + bytes(64),
    "absurd offset": header([], [tensor_entry("t", (32,), 8, offset=2**64 - 1)]) + bytes(64),
    "no weights": header([], [TENSOR]),
    "alignment 0": header([typed("general.alignment", 0)]),
    "alignment 48": header([typed("general.alignment", 48)]),
    "alignment in words": header([typed("general.alignment", "32")]),
}  # fmt: skip
"""Files that claim what they do not hold."""

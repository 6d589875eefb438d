"""The header reader on files that real writers make, and on files that are anything else."""

from __future__ import annotations

import contextlib
import os
import random
import struct
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.catalog.gguf_header import MAX_HEADER_BYTES, TYPE_NAMES, GgufHeader, GgufTensor, read_header
from fitcheck.core.quantization import GGML_TYPES
from fitcheck.errors import RequestError
from tests.catalog import gguf_files as gf

QWEN_TOKENS, QWEN_MERGES = 152_064, 151_387

SOUND: dict[str, gf.Value] = {
    "general.architecture": "qwen2", "qwen2.block_count": 2, "general.alignment": 32, "a.flag": True, "a.share": 0.5,
    "tokenizer.ggml.tokens": ["a", "bc", "", "def"], "tokenizer.ggml.token_type": [1, 2, 3],
}  # fmt: skip
TABLE: list[gf.TensorEntry] = [("token_embd.weight", (256, 3), "Q4_K"), ("output_norm.weight", (256,), "F32")]


def read(content: bytes) -> GgufHeader:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.gguf")
        path.write_bytes(content)
        return read_header(path)


def refusal(content: bytes) -> RequestError:
    with pytest.raises(RequestError) as caught:
        read(content)
    assert "model.gguf" in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


def test_the_type_numbers_are_those_of_the_gguf_package() -> None:
    theirs = {int(kind): kind.name for kind in gf.gguf_package().GGMLQuantizationType if kind.name in GGML_TYPES}

    assert theirs == TYPE_NAMES
    assert set(TYPE_NAMES.values()) == set(GGML_TYPES)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    path = gf.write(tmp_path / "model.gguf", SOUND, TABLE)

    header = read_header(path)

    assert header.metadata == {key: value for key, value in SOUND.items() if not isinstance(value, list)}
    assert header.array_lengths == {"tokenizer.ggml.tokens": 4, "tokenizer.ggml.token_type": 3}
    assert header.tensors == tuple(GgufTensor(*entry) for entry in TABLE)
    assert header.file_bytes == path.stat().st_size
    assert header.file_bytes - header.header_bytes == 3 * 144 + 16 + 1024


def test_version_2_is_read_like_version_3() -> None:
    entries = [gf.typed("general.architecture", "llama")]

    assert read(gf.header(entries, version=2)) == read(gf.header(entries, version=3))


def test_tensor_data_begin_at_the_alignment_the_file_asks_for() -> None:
    assert read(gf.header([gf.typed("general.alignment", 4096)])).header_bytes == 4096


def test_a_vocabulary_of_152_000_tokens_is_stepped_over(tmp_path: Path) -> None:
    draw = random.Random(152)
    tokens = ["t" * draw.randint(1, 12) for _ in range(QWEN_TOKENS)]
    merges = ["ab cd" * draw.randint(1, 2) for _ in range(QWEN_MERGES)]
    values: dict[str, gf.Value] = {"tokenizer.ggml.tokens": tokens, "tokenizer.ggml.merges": merges}
    path = gf.write(tmp_path / "model.gguf", values | {"tokenizer.ggml.token_type": [1] * QWEN_TOKENS}, TABLE)
    del tokens, merges, values

    tracemalloc.start()
    header = read_header(path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert header.array_lengths["tokenizer.ggml.tokens"] == QWEN_TOKENS
    assert len(header.tensors) == len(TABLE)
    assert peak_bytes < 1_000_000


def test_a_text_of_a_tokenizers_length_is_passed_over_like_an_array() -> None:
    header = read(gf.header([gf.typed("tokenizer.huggingface.json", "x" * 7_000_000), gf.typed("last", 1)]))

    assert header.metadata == {"last": 1}
    assert header.array_lengths == {"tokenizer.huggingface.json": 7_000_000}


def test_a_text_that_is_not_utf_8_is_no_reason_to_refuse_a_model() -> None:
    entry = gf.key_and_value("general.name", gf.STRING, gf.text(b"R1 \xff"))

    assert read(gf.header([entry])).metadata["general.name"] == "R1 \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("content", gf.DAMAGED.values(), ids=gf.DAMAGED)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    assert refusal(content).code == "damaged_gguf"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty_file", "0 bytes"),
        (b"PK\3\4 zip", "not_gguf", "GGUF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "not_gguf", "GGUF"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big_endian_gguf", "big-endian"),
        (gf.header(version=1), "unsupported_gguf_version", "version 1"),
        (gf.header(version=4), "unsupported_gguf_version", "version 4"),
        (gf.header([], [gf.tensor_entry("blk.0.x", (256,), 139)]) + bytes(999), "unknown_tensor_type", "type 139"),
        (gf.header([], [gf.TENSOR]) + bytes(30), "damaged_gguf", "download did not finish"),
        (gf.header([gf.KEY, gf.KEY]), "damaged_gguf", "'a.key'"),
    ],
)
def test_the_sentence_says_what_is_wrong(content: bytes, code: str, words: str) -> None:
    error = refusal(content)

    assert error.code == code
    assert words in error.message


def test_a_foreign_name_cannot_break_the_sentence() -> None:
    name = "\n\x1b[31m" + "x" * 5000

    assert len(refusal(gf.header([gf.typed(name, 1)] * 2)).message) < 300


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("none.gguf", {"file_not_found"}), ("a file/model.gguf", {"file_not_found"}), ("\0", {"file_not_found"}),
        (".", {"not_a_file"}), ("x" * 5000, {"unreadable_file", "file_not_found"}),
    ],
    ids=["missing", "in a file", "null character", "directory", "name too long for the system"],
)  # fmt: skip
def test_what_is_no_file_is_refused(name: str, codes: set[str], tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"x")

    with pytest.raises(RequestError) as caught:
        read_header(tmp_path / name)

    assert caught.value.code in codes


if hasattr(os, "mkfifo"):

    def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "model.gguf")

        with pytest.raises(RequestError) as caught:
            read_header(tmp_path / "model.gguf")

        assert caught.value.code == "not_a_file"


@pytest.mark.parametrize(("kind", "count"), [(gf.STRING, 2**31), (gf.UINT32, MAX_HEADER_BYTES // 4)])
def test_a_header_without_end_is_given_up(kind: int, count: int, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    with path.open("wb") as file:
        file.write(gf.header([gf.key_and_value("k", gf.ARRAY, gf.array(kind, count, b""))]))
        file.truncate(MAX_HEADER_BYTES + 1_000_000)

    with pytest.raises(RequestError) as caught:
        read_header(path)

    assert caught.value.code == "damaged_gguf"


@settings(deadline=None)
@given(
    entries=st.dictionaries(gf.NAMES.filter(lambda name: not name.startswith("general.")), gf.ENTRIES, max_size=8),
    table=st.dictionaries(gf.NAMES, st.tuples(gf.SHAPES, st.sampled_from(sorted(GGML_TYPES))), min_size=1, max_size=5),
    alignment=st.sampled_from([None, 32, 64, 4096]),
)
def test_what_the_gguf_package_writes_is_read_back(
    entries: dict[str, tuple[str, Any]], table: dict[str, tuple[list[int], str]], alignment: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.gguf")
        data_offset = gf.write_with_gguf(path, entries, table, alignment)

        header = read_header(path)

        arrays = {key: len(values) for key, (method, values) in entries.items() if method == "add_array"}
        scalars = {key: value for key, (method, value) in entries.items() if method != "add_array"}
        own = {"general.architecture": "llama"} | ({"general.alignment": alignment} if alignment else {})
        assert header.metadata == own | scalars
        assert header.array_lengths == arrays
        assert [(one.name, one.shape, one.type) for one in header.tensors] == [
            (name, (GGML_TYPES[kind][0], *reversed(rows)), kind) for name, (rows, kind) in table.items()
        ]
        assert header.header_bytes == data_offset


with tempfile.TemporaryDirectory() as _folder:
    WHOLE = gf.write(Path(_folder, "model.gguf"), SOUND, TABLE).read_bytes()


def _reads_or_refuses(content: bytes) -> None:
    with contextlib.suppress(RequestError):
        assert read(content).file_bytes == len(content)


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(RequestError):
        read(WHOLE[:length])


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 420), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_changed_anywhere_give_a_header_or_a_sentence(changes: list[tuple[int, int]]) -> None:
    content = bytearray(WHOLE)
    for place, value in changes:
        content[place] = value

    _reads_or_refuses(bytes(content))


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
def test_anything_behind_the_magic_gives_a_header_or_a_sentence(rest: bytes) -> None:
    _reads_or_refuses(b"GGUF\3\0\0\0" + rest)

"""The header of a local GGUF file: its metadata and its tensor table, without the weights and the vocabulary.

152,000 tokens are 6 MB of strings that nothing here needs: arrays are stepped over, never built. The file may be
anything: counts and lengths are held against what is left of it before they are believed. Format, versions 2 and 3,
little endian: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path

from fitcheck.catalog.config_json import regular_file_bytes, shown, unreadable
from fitcheck.core.quantization import GGML_TYPES, row_bytes
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

TYPE_NAMES: dict[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0",
    10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 29: "IQ1_M", 30: "BF16",
    34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
}  # fmt: skip
"""``enum ggml_type`` (ggml/include/ggml.h) -> name, for the types of ``core.quantization``."""

DEFAULT_ALIGNMENT = 32  # bytes, GGUF_DEFAULT_ALIGNMENT (gguf.h)
# Bounds far above real files (1,100 tensors, 60 keys, 8 MB), so that none costs much memory, address space or time.
MAX_HEADER_BYTES = 32 * 1024**2
MAX_ENTRIES = MAX_TEXT_BYTES = 65_536
MAX_ALL_TEXT_BYTES = 4 * 1024**2

_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")
_STRING, _ARRAY = 8, 9
_SCALARS = {number: struct.Struct("<" + letter) for number, letter in enumerate("BbHhIif?..Qqd") if letter != "."}
"""``enum gguf_type`` (gguf.h) -> how a value of fixed size is stored."""


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """One entry of the tensor table: ``shape`` in ggml's order (a row's elements first), ``type`` as in ``Q4_K``."""

    name: str
    shape: tuple[int, ...]
    type: str


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What stands before the weights.

    ``metadata`` holds the scalars and strings; of arrays, and of texts above 64 KiB (whole tokenizers), only the length
    is kept, in ``array_lengths``. Tensor data begin at byte ``header_bytes`` of ``file_bytes``.
    """

    metadata: dict[str, int | float | bool | str]
    array_lengths: dict[str, int]
    tensors: tuple[GgufTensor, ...]
    header_bytes: int
    file_bytes: int


def read_header(path: Path) -> GgufHeader:
    """Metadata and tensor table of one GGUF file (one part of a split file).

    RequestError, a sentence with the file's name: those of ``regular_file_bytes``; ``not_gguf``; ``big_endian_gguf``;
    ``unsupported_gguf_version``; ``unknown_tensor_type``; ``damaged_gguf`` (absurd or cut short, also in the weights).
    """
    file_bytes = regular_file_bytes(path)
    front_bytes = min(file_bytes, MAX_HEADER_BYTES)
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), front_bytes, access=mmap.ACCESS_READ) as data:
            return _Reader(shown(path.name), data, file_bytes).header()
    except (OSError, ValueError) as error:  # ValueError: the file became shorter meanwhile
        raise unreadable(path, error) from error


class _Reader:
    """Reads the mapped front of a file step by step; ``at`` is the next byte, ``end`` the first not mapped."""

    def __init__(self, name: str, data: mmap.mmap, file_bytes: int) -> None:
        self.name, self.data, self.end, self.file_bytes = name, data, len(data), file_bytes
        self.at = self.text_bytes = 0
        self.metadata: dict[str, int | float | bool | str] = {}
        self.array_lengths: dict[str, int] = {}

    def header(self) -> GgufHeader:
        self._check_magic_and_version()
        tensor_count, key_count = self._number(_U64), self._number(_U64)
        self._check_count(tensor_count, 8 + 4 + 8 + 4 + 8, MAX_ENTRIES, "tensors")
        self._check_count(key_count, 8 + 4 + 1, MAX_ENTRIES, "metadata keys")
        for _ in range(key_count):
            self._read_key_and_value()
        tensors, data_bytes = dict[str, GgufTensor](), 0
        for _ in range(tensor_count):
            tensor, end = self._tensor()
            if tensor.name in tensors:
                raise self._damaged(f"it lists the tensor {shown(tensor.name)} twice")
            tensors[tensor.name] = tensor
            data_bytes = max(data_bytes, end)
        alignment = self.metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
            raise self._damaged(f"its alignment is {shown(str(alignment))}, not a power of two")
        header_bytes = -(-self.at // alignment) * alignment
        if tensors and (missing := header_bytes + data_bytes - self.file_bytes) > 0:
            raise self._damaged(f"{missing:,} bytes of its tensors are missing; perhaps a download did not finish")
        return GgufHeader(self.metadata, self.array_lengths, tuple(tensors.values()), header_bytes, self.file_bytes)

    def _damaged(self, why: str) -> RequestError:
        return RequestError("damaged_gguf", f"{self.name} is damaged or cut short: {why}.")

    def _check_magic_and_version(self) -> None:
        if self.data[:4] != b"GGUF"[: self.end]:
            raise RequestError("not_gguf", f"{self.name} is not a GGUF file: it does not begin with 'GGUF'.")
        self._step(4)
        version = self._number(_U32)
        if version and version & 0xFFFF == 0:
            raise RequestError("big_endian_gguf", f"{self.name} is a big-endian GGUF file; FitCheck reads the others.")
        if version not in (2, 3):
            why = f"{self.name} is GGUF version {version}; FitCheck reads versions 2 and 3."
            raise RequestError("unsupported_gguf_version", why, ("2", "3"))

    def _check_count(self, count: int, least_bytes: int, limit: int, of_what: str) -> None:
        """Before anything is walked or built: could that many be in the rest of the file at all?"""
        if count > limit or count * least_bytes > self.end - self.at:
            raise self._damaged(f"it claims {count:,} {of_what}, more than it can hold")

    def _step(self, length: int) -> None:
        if length > self.end - self.at:
            raise self._damaged(f"its header does not end within {self.end:,} bytes")
        self.at += length

    def _number(self, kind: struct.Struct) -> int:
        self._step(kind.size)
        value: int = kind.unpack_from(self.data, self.at - kind.size)[0]
        return value

    def _text(self, length: int, errors: str = "strict") -> str:
        self.text_bytes += length
        if length > MAX_TEXT_BYTES or self.text_bytes > MAX_ALL_TEXT_BYTES:
            raise self._damaged("it claims longer names and texts than any model has")
        self._step(length)
        try:
            return self.data[self.at - length : self.at].decode("utf-8", errors)
        except UnicodeDecodeError:
            raise self._damaged("a name in it is not UTF-8") from None

    def _read_key_and_value(self) -> None:
        key = self._text(self._number(_U64))
        if key in self.metadata or key in self.array_lengths:
            raise self._damaged(f"it holds the metadata key {shown(key)} twice")
        if (kind := self._number(_U32)) == _ARRAY:
            self.array_lengths[key] = self._skip_array(key)
        elif kind != _STRING:
            self.metadata[key] = self._number(self._scalar(key, kind))
        elif (length := self._number(_U64)) <= MAX_TEXT_BYTES:
            self.metadata[key] = self._text(length, errors="replace")
        else:
            self._step(length)
            self.array_lengths[key] = length

    def _scalar(self, key: str, kind: int) -> struct.Struct:
        if kind not in _SCALARS:
            raise self._damaged(f"the metadata key {shown(key)} holds values of the unknown type {kind}")
        return _SCALARS[kind]

    def _skip_array(self, key: str) -> int:
        """Step over an array; returns its length. Arrays of arrays are no model's: llama.cpp refuses them, too."""
        kind, count = self._number(_U32), self._number(_U64)
        if kind != _STRING:
            self._step(count * self._scalar(key, kind).size)
            return count
        self._check_count(count, 8, self.end, f"texts in {shown(key)}")
        # The one hot loop: 150,000 tokens and as many merges. Nothing but the lengths is looked at.
        at, data, unpack = self.at, self.data, _U64.unpack_from
        try:
            for _ in range(count):
                at += 8 + unpack(data, at)[0]
        except (struct.error, OverflowError):  # a length led out of the file, or out of all addresses
            at = self.end + 1
        self._step(at - self.at)
        return count

    def _tensor(self) -> tuple[GgufTensor, int]:
        """The next entry, and where its data end, counted from where tensor data begin."""
        name = self._text(self._number(_U64))
        dimensions = self._number(_U32)
        if not 1 <= dimensions <= 4:  # GGML_MAX_DIMS (ggml.h)
            raise self._damaged(f"the tensor {shown(name)} has {dimensions} dimensions")
        shape = tuple(self._number(_U64) for _ in range(dimensions))
        number, offset = self._number(_U32), self._number(_U64)
        ggml_type = TYPE_NAMES.get(number)
        if ggml_type is None:
            why = f"{self.name} stores {shown(name)} as tensor type {number}, which FitCheck does not know"
            raise RequestError("unknown_tensor_type", f"{why}; forks such as ik_llama.cpp have types of their own.")
        if 0 in shape or shape[0] % GGML_TYPES[ggml_type][0]:
            raise self._damaged(f"the tensor {shown(name)} cannot be {ggml_type} with the shape {list(shape)}")
        return GgufTensor(name, shape, ggml_type), offset + math.prod(shape[1:]) * row_bytes(ggml_type, shape[0])

"""Files that people download: their exact published sizes, and where they lie, with maker and source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from functools import cache, lru_cache
from typing import Annotated, Literal

from fitcheck.catalog.data import load
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.safetensors import CHECKPOINT_FORMATS
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass
from fitcheck.records import Between

Kind = Literal["file", "tag"]
Parts = Annotated[int, Between(1)]
PLACE: dict[Kind, re.Pattern[str]] = {
    "file": re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"),
    "tag": re.compile(r"[a-z0-9][\w.-]*:[a-z0-9][\w.-]*"),
}
"""How a place is written: ``owner/name`` at Hugging Face, ``name:tag`` in Ollama's library."""


@dataclass(frozen=True, kw_only=True)
class SizedFile:
    """One published file, ``bytes`` exact.

    ``kind`` ``tag`` is a whole Ollama tag: the file and 1 to 2 kB of template and licence. ``custom_mix``: the name
    of the type alone does not fix the size. ``imatrix`` None: the maker does not say.
    """

    model: str
    quant: str
    bytes: int
    maker: str
    source: str
    kind: Kind
    custom_mix: bool
    imatrix: bool | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where something can be downloaded: ``repository`` as in ``PLACE``, None where no source names it.

    ``parts`` is the number of files it is split into, None where that is not known.
    """

    repository: str | None = None
    parts: Parts | None = None
    kind: Kind = "file"

    def __post_init__(self) -> None:
        if self.repository is not None and not PLACE[self.kind].fullmatch(self.repository):
            raise ValueError(f"'{self.repository}' does not name a {self.kind}")


@dataclass(frozen=True, kw_only=True)
class PublishedFile(SizedFile, Placed):
    """A file of the model itself."""

    # Without the default of ``Placed``, as ``repository`` of ``HeldFiles``.
    kind: Kind = field()


@dataclass(frozen=True, kw_only=True)
class TwinFile(SizedFile):
    """A file of another model, ``twin``, whose tensors have the same sizes: it proves a size and is no download."""

    twin: str


@dataclass(frozen=True, kw_only=True)
class ListedFile(Placed):
    """A mix of a maker's own of which only a rounded size is known, as it was published: ``size`` in ``unit``."""

    model: str
    quant: str
    size: float
    unit: Literal["GB", "GiB", "GB or GiB"]
    maker: str
    source: str
    note: str = ""

    @property
    def about(self) -> str:
        """``about 140.2 GB``."""
        return f"about {self.size:g} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class HeldFiles(Placed):
    """Files that ``source`` shows in a repository; each of ``quants`` is split into ``parts``.

    ``custom_mix`` is True where the listed size is known to differ from llama.cpp's type of that name.
    """

    repository: str = field()
    model: str
    quants: tuple[str, ...]
    maker: str
    source: str
    custom_mix: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PublishedDocument:
    """``resources/catalog/published_files.json``."""

    about: str
    files: tuple[PublishedFile, ...]
    twins: tuple[TwinFile, ...]
    listed: tuple[ListedFile, ...]
    repositories: tuple[HeldFiles, ...]

    def __post_init__(self) -> None:
        held = [(one.model, one.repository, quant) for one in self.repositories for quant in one.quants]
        twice = {key for key in held if held.count(key) > 1}
        if twice:
            raise ValueError(f"shown more than once: {sorted(twice)}")


@dataclass(frozen=True, slots=True)
class Published:
    """One place where a model is published under the name of a quantization.

    ``bytes`` is the exact size, None where it is not known; ``custom_mix`` as in the record it comes from.
    """

    repository: str | None
    bytes: int | None
    parts: int | None
    maker: str
    source: str
    kind: Kind
    custom_mix: bool
    note: str


@cache
def _document() -> PublishedDocument:
    return load("published_files.json", PublishedDocument)


def published_files() -> tuple[PublishedFile, ...]:
    """All whose exact size is known."""
    return _document().files


def twin_files() -> tuple[TwinFile, ...]:
    """Exact sizes of other models' files with the same tensors."""
    return _document().twins


def listed_files() -> tuple[ListedFile, ...]:
    """Files known only by size; they cannot be priced by device until somebody has one."""
    return _document().listed


def repositories() -> tuple[HeldFiles, ...]:
    """What repositories hold of llama.cpp's file types without an exact size."""
    return _document().repositories


@lru_cache(maxsize=1024)
def file_type_for(model_id: str, name: str) -> FileType:
    """A file type by name.

    RequestError: ``known_by_size`` for a mix of which only the size is known, ``unknown_quant`` otherwise, with the way
    to a format that other engines read.
    """
    for file in listed_files():
        if (file.model, file.quant) == (model_id, name.strip().upper()):
            raise RequestError(
                "known_by_size",
                f"{file.quant} is a mix of {file.maker}'s own of which only the size is known, {file.about}; "
                "'fitcheck inspect FILE' prices the file by what is in it.",
            )
    if name.strip().upper() in CHECKPOINT_FORMATS and name.strip().upper() not in {one.id for one in FILE_TYPES}:
        raise RequestError(
            "unknown_quant",
            f"'{name}' is a format of safetensors files, which vLLM and SGLang read: 'fitcheck estimate --engine vllm' "
            "prices it. Here a GGUF file is meant.",
            tuple(one.id for one in FILE_TYPES),
        )
    return find_file_type(name)


def published_as(model_id: str, quant: str) -> tuple[PublishedFile, ...]:
    """What makers publish of a model under the name of a quantization; empty where no exact size is known."""
    return tuple(file for file in published_files() if (file.model, file.quant) == (model_id, quant))


def where_published(model_id: str, quant: str) -> tuple[Published, ...]:
    """Every known place of a quantization, exact sizes first and each repository once; empty: computed only."""
    found: dict[tuple[str, str | None], Published] = {}
    for place in _places(model_id, quant):
        found.setdefault((place.maker, place.repository), place)
    return tuple(found.values())


def _places(model_id: str, quant: str) -> Iterator[Published]:
    for file in published_as(model_id, quant):
        yield Published(
            file.repository, file.bytes, file.parts, file.maker, file.source, file.kind, file.custom_mix, file.note
        )
    for mix in listed_files():
        if (mix.model, mix.quant) == (model_id, quant):
            yield Published(mix.repository, None, mix.parts, mix.maker, mix.source, mix.kind, True, mix.note)
    for held in repositories():
        if held.model == model_id and quant in held.quants:
            yield Published(
                held.repository, None, held.parts, held.maker, held.source, held.kind, held.custom_mix, held.note
            )

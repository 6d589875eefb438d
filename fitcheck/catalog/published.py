"""Files that people download: their exact published sizes, with maker and source."""

from __future__ import annotations

from functools import cache
from typing import Literal

from fitcheck.catalog.data import Record, load
from fitcheck.core.quantization import FileType, find_file_type
from fitcheck.errors import RequestError


class PublishedFile(Record):
    """One published file, ``bytes`` exact.

    ``kind`` ``tag`` is a whole Ollama tag: the file and 1 to 2 kB of template and licence. ``custom_mix``: the name
    of the type alone does not fix the size. ``imatrix`` None: the maker does not say.
    """

    model: str
    quant: str
    bytes: int
    maker: str
    source: str
    kind: Literal["file", "tag"]
    custom_mix: bool
    imatrix: bool | None
    note: str = ""


class ListedFile(Record):
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


class PublishedDocument(Record):
    """``resources/catalog/published_files.json``."""

    about: str
    files: tuple[PublishedFile, ...]
    listed: tuple[ListedFile, ...]


@cache
def _document() -> PublishedDocument:
    return load("published_files.json", PublishedDocument)


def published_files() -> tuple[PublishedFile, ...]:
    """All of them."""
    return _document().files


def listed_files() -> tuple[ListedFile, ...]:
    """Files known only by size; they cannot be priced by device until somebody has one."""
    return _document().listed


def file_type_for(model_id: str, name: str) -> FileType:
    """A file type by name.

    RequestError: ``known_by_size`` for a mix of which only the size is known, ``unknown_quant`` otherwise.
    """
    for file in listed_files():
        if (file.model, file.quant) == (model_id, name.strip().upper()):
            raise RequestError(
                "known_by_size",
                f"{file.quant} is a mix of {file.maker}'s own of which only the size is known, {file.about}; "
                "'fitcheck inspect FILE' prices the file by what is in it.",
            )
    return find_file_type(name)


def published_as(model_id: str, quant: str) -> tuple[PublishedFile, ...]:
    """What makers publish of a model under the name of a quantization; empty where no exact size is known."""
    return tuple(file for file in published_files() if (file.model, file.quant) == (model_id, quant))

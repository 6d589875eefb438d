"""Files that people download: their exact published sizes, with maker and source."""

from __future__ import annotations

from functools import cache
from typing import Literal

from fitcheck.catalog.data import Record, load


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


class PublishedDocument(Record):
    """``resources/catalog/published_files.json``."""

    about: str
    files: tuple[PublishedFile, ...]


@cache
def published_files() -> tuple[PublishedFile, ...]:
    """All of them."""
    return load("published_files.json", PublishedDocument).files


def published_as(model_id: str, quant: str) -> tuple[PublishedFile, ...]:
    """What makers publish of a model under the name of a quantization; empty where no exact size is known."""
    return tuple(file for file in published_files() if (file.model, file.quant) == (model_id, quant))

"""Which of the model files on a computer is the one that a plan is for: its size and its name have to agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from fitcheck.catalog.models import CatalogModel, find_model
from fitcheck.core.hardware import ModelFile
from fitcheck.errors import RequestError

LARGEST_HEADER_BYTES = 16 << 20
"""A file is its tensors and a header: 5.95 to 7.86 MB in all published files of these models, more with a template of
one's own. Types of one model differ by far more than that."""


def found_file(
    model: CatalogModel, quantization: str, tensor_bytes: int, files: Sequence[ModelFile]
) -> ModelFile | None:
    """The first file of this model and type; None where there is none.

    Two things have to agree: the size is that of the tensors and a header, and the name is the model's (R1, R1-Zero and
    R1-0528 have equal sizes).
    """
    return next(
        (
            file for file in files
            if 0 <= file.size_bytes - tensor_bytes <= LARGEST_HEADER_BYTES and _is_named(file, model, quantization)
        ),
        None,
    )  # fmt: skip


def _is_named(file: ModelFile, model: CatalogModel, quantization: str) -> bool:
    if ":" in file.name:
        # Ollama's names are aliases of the catalogue's; a tag such as 32b-qwen-distill-q4_K_M begins with one.
        name, _, tag = file.name.rpartition("/")[2].partition(":")
        return any(_means(f"{name}:{one}", model) for one in (tag, tag.partition("-")[0]))
    stem = PurePosixPath(file.name).stem.lower()
    own = model.hf_id.rsplit("/", 1)[-1].lower()
    return re.search(rf"(^|[-_./]){re.escape(own)}[-_.]{re.escape(quantization.lower())}$", stem) is not None


def _means(name: str, model: CatalogModel) -> bool:
    try:
        return find_model(name).id == model.id
    except RequestError:
        return False

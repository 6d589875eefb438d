"""Predicted file sizes against what makers publish."""

from __future__ import annotations

import pytest

from fitcheck.catalog.models import catalogue, find_model, header_range
from fitcheck.catalog.published import (
    ListedFile,
    PublishedFile,
    file_type_for,
    listed_files,
    published_as,
    published_files,
)
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.weights import weight_table
from fitcheck.errors import RequestError

OLLAMA_EXTRAS_BYTES = 3000
"""Template, licence and parameters in a tag, 1 to 2 kB each."""

STANDARD = [file for file in published_files() if not file.custom_mix]


def _tensor_data(file: PublishedFile) -> int:
    return weight_table(find_model(file.model).spec, find_file_type(file.quant), True, "mla").data_bytes


def test_there_are_published_sizes_from_several_makers() -> None:
    assert len(STANDARD) >= 15
    assert len({file.maker for file in STANDARD}) >= 5


@pytest.mark.parametrize("file", STANDARD, ids=lambda file: f"{file.model} {file.quant} {file.maker}")
def test_a_published_file_is_the_tensors_and_its_header(file: PublishedFile) -> None:
    header = header_range(find_model(file.model).tokenizer)
    extras = OLLAMA_EXTRAS_BYTES if file.kind == "tag" else 0

    assert header.low_bytes <= file.bytes - _tensor_data(file) <= header.high_bytes + extras


def test_every_published_file_is_of_a_model_and_type_that_exist_unless_it_is_a_mix() -> None:
    models = {model.id for model in catalogue()}
    types = {file_type.id for file_type in FILE_TYPES}

    assert {file.model for file in published_files()} <= models
    assert {file.quant for file in STANDARD} <= types


def test_a_mix_of_its_own_says_what_differs() -> None:
    assert all(file.note for file in published_files() if file.custom_mix)


def test_the_files_of_one_model_and_type_come_from_several_makers() -> None:
    found = published_as("deepseek-r1-distill-qwen-32b", "Q4_K_M")

    assert {file.maker for file in found} == {"Ollama library", "Qwen", "unsloth"}


def test_a_type_that_nobody_published_exactly_has_no_files() -> None:
    assert published_as("deepseek-r1-671b", "Q4_K_M") == ()


def test_the_one_file_under_a_standard_name_that_is_a_mix_of_its_own_says_so() -> None:
    (odd,) = (file for file in published_files() if file.custom_mix and file.quant == "Q4_K_M")

    assert odd.model == "deepseek-r1-0528-qwen3-8b"
    assert round((odd.bytes - _tensor_data(odd)) / 1e6, 1) == 203.5
    assert "197.6 MB" in odd.note


@pytest.mark.parametrize("file", listed_files(), ids=lambda file: f"{file.model}-{file.quant}")
def test_a_file_known_only_by_size_is_a_mix_with_a_source_and_cannot_be_priced(file: ListedFile) -> None:
    assert file.quant not in {file_type.id for file_type in FILE_TYPES}
    assert len(file.source) > 10
    with pytest.raises(RequestError, match="only the size is known") as caught:
        file_type_for(file.model, file.quant.lower())
    assert caught.value.code == "known_by_size"


def test_other_names_are_file_types_or_unknown() -> None:
    assert file_type_for("deepseek-r1-671b", "q4_k_m").id == "Q4_K_M"
    with pytest.raises(RequestError) as caught:
        file_type_for("deepseek-r1-671b", "UD-NONSENSE")
    assert caught.value.code == "unknown_quant"

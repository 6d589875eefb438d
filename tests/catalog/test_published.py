"""Predicted file sizes against what makers publish."""

from __future__ import annotations

import pytest

from fitcheck.catalog.models import catalogue, find_model, header_range
from fitcheck.catalog.published import (
    PLACE,
    HeldFiles,
    ListedFile,
    Placed,
    PublishedDocument,
    SizedFile,
    file_type_for,
    listed_files,
    published_as,
    published_files,
    repositories,
    twin_files,
    where_published,
)
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.weights import weight_table
from fitcheck.errors import RequestError
from fitcheck.records import read

OLLAMA_EXTRAS_BYTES = 3000
"""Template, licence and parameters in a tag, 1 to 2 kB each."""

SIZED: tuple[SizedFile, ...] = (*published_files(), *twin_files())
STANDARD = [file for file in SIZED if not file.custom_mix]
PLACED: tuple[Placed, ...] = (*published_files(), *listed_files(), *repositories())
FILE_TYPE_IDS = {file_type.id for file_type in FILE_TYPES}


def _tensor_data(file: SizedFile) -> int:
    return weight_table(find_model(file.model).spec, find_file_type(file.quant), True, "mla").data_bytes


def test_there_are_published_sizes_from_several_makers() -> None:
    assert len(STANDARD) >= 15
    assert len({file.maker for file in STANDARD}) >= 5


@pytest.mark.parametrize("file", STANDARD, ids=lambda file: f"{file.model} {file.quant} {file.maker}")
def test_a_published_file_is_the_tensors_and_its_header(file: SizedFile) -> None:
    header = header_range(find_model(file.model).tokenizer)
    extras = OLLAMA_EXTRAS_BYTES if file.kind == "tag" else 0

    assert header.low_bytes <= file.bytes - _tensor_data(file) <= header.high_bytes + extras


def test_every_published_file_is_of_a_model_and_type_that_exist_unless_it_is_a_mix() -> None:
    models = {model.id for model in catalogue()}

    assert {file.model for file in SIZED} <= models
    assert {file.quant for file in STANDARD} <= FILE_TYPE_IDS


def test_a_mix_of_its_own_says_what_differs() -> None:
    assert all(file.note for file in published_files() if file.custom_mix)


def test_the_files_of_one_model_and_type_come_from_several_makers() -> None:
    found = published_as("deepseek-r1-distill-qwen-32b", "Q4_K_M")

    assert {file.maker for file in found} == {"Ollama library", "unsloth"}


def test_a_file_of_another_model_proves_a_size_and_is_no_download() -> None:
    (twin,) = (file for file in twin_files() if file.model == "deepseek-r1-distill-qwen-32b")

    assert twin.twin == "Qwen2.5-Coder-32B-Instruct"
    assert twin.maker not in {place.maker for place in where_published(twin.model, twin.quant)}


def test_a_type_that_nobody_published_exactly_has_no_files() -> None:
    assert published_as("deepseek-r1-671b", "Q4_K_M") == ()


def test_the_one_file_under_a_standard_name_that_is_a_mix_of_its_own_says_so() -> None:
    (odd,) = (file for file in published_files() if file.custom_mix and file.quant == "Q4_K_M")

    assert odd.model == "deepseek-r1-0528-qwen3-8b"
    assert round((odd.bytes - _tensor_data(odd)) / 1e6, 1) == 203.5
    assert "197.6 MB" in odd.note


@pytest.mark.parametrize("file", listed_files(), ids=lambda file: f"{file.model}-{file.quant}")
def test_a_file_known_only_by_size_is_a_mix_with_a_source_and_cannot_be_priced(file: ListedFile) -> None:
    assert file.quant not in FILE_TYPE_IDS
    assert len(file.source) > 10
    with pytest.raises(RequestError, match="only the size is known") as caught:
        file_type_for(file.model, file.quant.lower())
    assert caught.value.code == "known_by_size"


def test_other_names_are_file_types_or_unknown() -> None:
    assert file_type_for("deepseek-r1-671b", "q4_k_m").id == "Q4_K_M"
    with pytest.raises(RequestError) as caught:
        file_type_for("deepseek-r1-671b", "UD-NONSENSE")
    assert caught.value.code == "unknown_quant"


@pytest.mark.parametrize("place", PLACED, ids=lambda place: f"{place.model}-{place.repository}")
def test_a_repository_is_written_as_owner_and_name_or_as_a_tag(place: Placed) -> None:
    assert place.repository is None or PLACE[place.kind].fullmatch(place.repository)


@pytest.mark.parametrize(
    ("kind", "repository"),
    [
        ("file", "bartowski"),
        ("file", "https://huggingface.co/unsloth/DeepSeek-R1-GGUF"),
        ("file", "deepseek-r1:8b"),
        ("tag", "unsloth/DeepSeek-R1-GGUF"),
        ("tag", "deepseek-r1"),
    ],
)
def test_a_repository_in_another_form_is_refused(kind: str, repository: str) -> None:
    with pytest.raises(ValueError, match="does not name a"):
        read(Placed, {"kind": kind, "repository": repository})


@pytest.mark.parametrize("held", repositories(), ids=lambda held: f"{held.repository}-{held.parts}-{held.quants[0]}")
def test_a_repository_holds_known_types_of_a_known_model_by_a_source_that_shows_it(held: HeldFiles) -> None:
    assert held.model in {model.id for model in catalogue()}
    assert set(held.quants) <= FILE_TYPE_IDS
    assert "https://" in held.source or "public file id" in held.source


@pytest.mark.parametrize("held", repositories(), ids=lambda held: f"{held.repository}-{held.parts}-{held.quants[0]}")
def test_a_page_of_a_repository_is_of_that_repository(held: HeldFiles) -> None:
    at_hugging_face = held.source.startswith("https://huggingface.co/")

    assert not at_hugging_face or held.source.startswith(f"https://huggingface.co/{held.repository}")


def test_a_repository_that_shows_a_file_twice_is_refused() -> None:
    held = repositories()[0]

    with pytest.raises(ValueError, match="more than once"):
        PublishedDocument(about="", files=(), twins=(), listed=(), repositories=(held, held))


def test_every_model_can_be_downloaded_at_four_bits_from_a_named_place() -> None:
    homeless = [
        model.id for model in catalogue() if not any(place.repository for place in where_published(model.id, "Q4_K_M"))
    ]

    assert homeless == []


def test_the_places_of_a_file_come_with_exact_sizes_first_and_each_repository_once() -> None:
    places = where_published("deepseek-r1-distill-qwen-32b", "Q4_K_M")
    known = [place.bytes is not None for place in places]
    named = [place.repository for place in places]

    assert {(place.repository, place.bytes, place.parts) for place in places if place.bytes} == {
        ("deepseek-r1:32b", 19851337809, None),
        ("unsloth/DeepSeek-R1-Distill-Qwen-32B-GGUF", 19851335584, 1),
    }
    assert known == sorted(known, reverse=True)
    assert len(set(named)) == len(named)


def test_a_file_in_parts_says_how_many() -> None:
    parts = {place.repository: place.parts for place in where_published("deepseek-r1-671b", "Q4_K_M")}

    assert parts == {"unsloth/DeepSeek-R1-GGUF": 9, "bartowski/DeepSeek-R1-GGUF": 11}


def test_a_mix_known_only_by_size_has_a_place_too() -> None:
    (place,) = where_published("deepseek-r1-671b", "UD-IQ1_S")

    assert (place.repository, place.bytes, place.parts) == ("unsloth/DeepSeek-R1-GGUF", None, 3)
    assert place.custom_mix


def test_an_own_mix_under_a_standard_name_is_marked() -> None:
    marked = {place.maker: place.custom_mix for place in where_published("deepseek-r1-0528-671b", "Q6_K")}

    assert marked == {"bartowski": True}


def test_a_type_that_nobody_is_known_to_publish_is_computed_only() -> None:
    assert where_published("deepseek-r1-671b", "TQ2_0") == ()
    assert where_published("some-other-model", "Q4_K_M") == ()


@pytest.mark.parametrize("form", ["FP8", "AWQ-INT4", "gptq-int4"])
def test_a_format_of_other_engines_is_refused_with_the_way_to_it(form: str) -> None:
    with pytest.raises(RequestError, match="estimate --engine vllm") as refused:
        file_type_for("deepseek-r1-671b", form)

    assert refused.value.code == "unknown_quant"


def test_bf16_is_a_gguf_type_too() -> None:
    assert file_type_for("deepseek-r1-671b", "BF16").id == "BF16"

"""The table of types against the gguf package, and file types by name."""

from __future__ import annotations

import warnings

import pytest

from fitcheck.core.quantization import FILE_TYPES, GGML_TYPES, FileType, find_file_type, row_bytes
from fitcheck.errors import RequestError


def test_the_table_of_types_equals_that_of_the_gguf_package() -> None:
    with warnings.catch_warnings():
        # The package's imports warn about themselves on some versions of Python.
        warnings.simplefilter("ignore")
        import gguf

    sizes = {kind.name: size for kind, size in gguf.GGML_QUANT_SIZES.items()}

    assert {name: tuple(sizes[name]) for name in GGML_TYPES} == GGML_TYPES


def test_a_row_must_hold_whole_blocks() -> None:
    with pytest.raises(ValueError, match="whole Q4_K blocks"):
        row_bytes("Q4_K", 128)


def test_a_file_type_is_found_in_any_case() -> None:
    assert find_file_type(" q4_k_m ").id == "Q4_K_M"


def test_an_unknown_file_type_names_what_is_accepted() -> None:
    with pytest.raises(RequestError) as caught:
        find_file_type("Q9")

    assert caught.value.code == "unknown_quant"
    assert caught.value.accepted == tuple(one.id for one in FILE_TYPES)


def test_the_engines_33_file_types_are_there_once_each() -> None:
    assert len({one.id for one in FILE_TYPES}) == len(FILE_TYPES) == 33


@pytest.mark.parametrize("one", FILE_TYPES, ids=lambda one: one.id)
def test_every_file_type_is_made_of_a_type_in_the_table(one: FileType) -> None:
    assert one.base_type in GGML_TYPES

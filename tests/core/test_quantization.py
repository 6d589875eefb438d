"""The table of types against the gguf package, and the types of every tensor against the engine's own choice."""

from __future__ import annotations

import warnings

import pytest

from fitcheck.core.mixtures import requires_imatrix, tensor_bytes, tensor_types
from fitcheck.core.model import tensors
from fitcheck.core.quantization import FILE_TYPES, GGML_TYPES, find_file_type, row_bytes
from fitcheck.core.weights import weight_table
from fitcheck.errors import RequestError

from ..engine_truth import files


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


def test_every_tensor_of_every_file_has_the_engines_name_and_type() -> None:
    seen = 0
    for spec, layout, file_type, imatrix, names, types, sizes in files():
        inventory = tensors(spec, layout)
        assert [tensor.name for tensor in inventory] == names
        assert list(tensor_types(spec, file_type, imatrix, layout)) == types, (spec.id, file_type.id, imatrix)
        total = sum(tensor_bytes(tensor, kind) for tensor, kind in zip(inventory, types, strict=True))
        assert total == sizes["total_bytes"]
        assert weight_table(spec, file_type, imatrix, layout).data_bytes == sizes["gguf_data_bytes"]
        assert requires_imatrix(spec, file_type, imatrix, layout) == sizes["requires_imatrix"]
        seen += 1
    assert seen == 342


def test_an_importance_matrix_changes_exactly_five_file_types() -> None:
    changed = {file_type.id for _, _, file_type, imatrix, _, _, _ in files() if imatrix}

    assert changed == {"Q4_0", "Q5_0", "IQ4_NL", "IQ4_XS", "IQ3_XXS"}

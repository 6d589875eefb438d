"""The tensors of every file and their types against the engine's own quantizer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fitcheck.core.mixtures import requires_imatrix, tensor_bytes, tensor_types
from fitcheck.core.model import tensors
from fitcheck.core.weights import weight_table

from ..engine_truth import QuantizedFile, files

MODELS = 9
"""Seven dense models, and R1 in both layouts."""


def _of_each_model() -> Iterator[tuple[str, list[QuantizedFile]]]:
    names = dict.fromkeys(file.name for file in files())
    for name in names:
        yield name, [file for file in files() if file.name == name]


EACH_MODEL = pytest.mark.parametrize("known", [pytest.param(found, id=name) for name, found in _of_each_model()])


def test_the_record_has_every_model_in_every_file_type() -> None:
    assert [len(found) for _, found in _of_each_model()] == [38] * MODELS


@EACH_MODEL
def test_every_tensor_has_the_engines_name_in_the_engines_order(known: list[QuantizedFile]) -> None:
    one = known[0]

    assert [tensor.name for tensor in tensors(one.spec, one.kv_layout)] == list(one.tensors)


@EACH_MODEL
def test_every_tensor_of_every_file_type_has_the_engines_type(known: list[QuantizedFile]) -> None:
    for one in known:
        ours = tensor_types(one.spec, one.file_type, one.imatrix, one.kv_layout)

        different = [
            (name, mine, theirs)
            for name, mine, theirs in zip(one.tensors, ours, one.types, strict=True)
            if mine != theirs
        ]
        assert not different, (one.file_type.id, one.imatrix)


@EACH_MODEL
def test_an_importance_matrix_changes_nothing_where_the_engine_has_one_answer(known: list[QuantizedFile]) -> None:
    with_matrix = {one.file_type.id for one in known if one.imatrix}

    for one in known:
        if one.file_type.id not in with_matrix:
            assert tensor_types(one.spec, one.file_type, True, one.kv_layout) == one.types, one.file_type.id


@EACH_MODEL
def test_every_total_is_the_engines(known: list[QuantizedFile]) -> None:
    for one in known:
        inventory = tensors(one.spec, one.kv_layout)
        types = tensor_types(one.spec, one.file_type, one.imatrix, one.kv_layout)

        assert sum(map(tensor_bytes, inventory, types)) == one.sizes["total_bytes"], one.file_type.id


@EACH_MODEL
def test_the_data_of_every_file_with_its_padding_is_the_engines(known: list[QuantizedFile]) -> None:
    for one in known:
        table = weight_table(one.spec, one.file_type, one.imatrix, one.kv_layout)

        assert table.data_bytes == one.sizes["gguf_data_bytes"], one.file_type.id


@EACH_MODEL
def test_what_cannot_be_made_without_an_importance_matrix_is_what_the_engine_refuses(
    known: list[QuantizedFile],
) -> None:
    for one in known:
        needed = requires_imatrix(one.spec, one.file_type, one.imatrix, one.kv_layout)

        assert needed == one.sizes["requires_imatrix"], one.file_type.id


def test_an_importance_matrix_changes_exactly_five_file_types() -> None:
    changed = {file.file_type.id for file in files() if file.imatrix}

    assert changed == {"Q4_0", "Q5_0", "IQ4_NL", "IQ4_XS", "IQ3_XXS"}

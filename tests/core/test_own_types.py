"""Mixes of files that are no file type of llama.cpp."""

from __future__ import annotations

from fitcheck.core.estimate import estimate
from fitcheck.core.model import stored_name, tensors
from fitcheck.core.own_types import file_type_of
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType
from fitcheck.core.workload import Workload

from .specs import DENSE


def mix(odd: str) -> FileType:
    """Q4_K throughout, but one matrix of the first layer; vectors stay F32."""
    names = [(stored_name(one), one) for one in tensors(DENSE, "mla")]
    matrices = [name for name, one in names if one.quantizable]
    types = {name: "Q4_K" if one.quantizable else "F32" for name, one in names}
    types[matrices[1]] = odd
    return file_type_of(DENSE, "mla", types)[0]


def test_two_mixes_of_one_name_are_priced_each_by_its_own_types() -> None:
    first, second = mix("Q6_K"), mix("Q8_0")

    sizes = [estimate(DENSE, one, Workload(), Placement()).weights_bytes for one in (first, second)]

    assert first.id == second.id
    assert first != second
    assert sizes[0] < sizes[1]

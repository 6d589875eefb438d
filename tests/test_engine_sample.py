"""What the sample of the engine's answers must hold to be worth comparing with."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck.catalog.models import catalogue
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.workload import KV_TYPES

from .engine_truth import FOLDER, RECORDS, records

LARGEST_BYTES = 3_000_000


def _values(name: str, key: str) -> set[object]:
    return {request.get(key) for request, _ in records(name)}


@pytest.mark.parametrize("name", ["random", "random2"])
def test_every_model_and_every_file_type_is_asked_for(name: str) -> None:
    assert _values(name, "model") == {model.id for model in catalogue()}
    assert _values(name, "quant") == {file_type.id for file_type in FILE_TYPES}
    assert _values(name, "imatrix") == {True, False}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("key", ["type_k", "type_v"])
def test_every_cache_type_is_asked_for(name: str, key: str) -> None:
    assert _values(name, key) == set(KV_TYPES)


@pytest.mark.parametrize("name", RECORDS)
def test_every_way_to_run_is_asked_for(name: str) -> None:
    assert _values(name, "flash_attn") == {"on", "off", "auto"}
    assert _values(name, "kv_layout") == {"mla", "legacy"}
    assert _values(name, "gpus") >= {0, 1, 2, 4, 8}
    for switch in ("kv_unified", "kv_offload", "op_offload", "repack"):
        assert _values(name, switch) == {True, False}


@pytest.mark.parametrize("name", RECORDS)
def test_no_model_is_most_of_the_sample(name: str) -> None:
    models = [request["model"] for request, _ in records(name)]

    assert max(map(models.count, set(models))) < len(models) / 2


@pytest.mark.parametrize("key", ["overrides", "tensor_split", "gpu_free_bytes"])
def test_placements_by_hand_are_asked_for(key: str) -> None:
    assert sum(key in request for request, _ in records("random2")) >= 30


@pytest.mark.parametrize("name", RECORDS)
def test_refusals_are_in_the_sample(name: str) -> None:
    assert sum("error" in result for _, result in records(name)) >= 30


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in Path(FOLDER).iterdir() if path.is_file()) < LARGEST_BYTES

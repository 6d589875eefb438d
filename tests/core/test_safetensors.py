"""Checkpoints of safetensors engines against published sizes, and their division among cards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.catalog.models import catalogue, find_model
from fitcheck.core.model import parameter_count
from fitcheck.core.safetensors import CHECKPOINT_FORMATS, CheckpointFormat, checkpoint_bytes, matrices
from fitcheck.core.serving import (
    Division,
    cache_bytes_per_layer,
    longest_context,
    room_for_cache,
    stage_layers,
    stage_loads,
)
from fitcheck.core.units import GIB
from fitcheck.errors import RequestError

R1 = find_model("r1").spec
DISTILLS = [model for model in catalogue() if not model.spec.is_moe]

PUBLISHED_R1_BYTES = 688_586_727_753
"""All 163 files (gpustack tests/utils/test_hub.py)."""


def test_the_published_files_of_r1_are_its_tensors_and_their_headers() -> None:
    tensors = sum(matrix.count * (2 if matrix.quantized else 1) for matrix in matrices(R1, mtp=True))
    headers = PUBLISHED_R1_BYTES - checkpoint_bytes(R1, "FP8", mtp=True)

    assert tensors == 91_991
    # One JSON entry a tensor: name, type, shape and two offsets.
    assert 120 < headers / tensors < 135


def test_an_engine_that_does_not_speculate_leaves_the_prediction_layer_out() -> None:
    assert checkpoint_bytes(R1, "FP8") == 673_150_611_808
    assert checkpoint_bytes(R1, "FP8", mtp=True) == 688_574_839_360


@pytest.mark.parametrize("model", DISTILLS, ids=lambda model: model.id)
def test_bf16_takes_two_bytes_a_parameter(model: object) -> None:
    spec = model.spec  # type: ignore[attr-defined]
    factors = spec.head_dim // 2 if spec.rope_factors else 0

    assert checkpoint_bytes(spec, "BF16") == 2 * (parameter_count(spec) - factors)


def test_four_bits_are_a_little_over_a_quarter_of_sixteen() -> None:
    for model in catalogue():
        plain = checkpoint_bytes(model.spec, "BF16")
        assert 0.25 < checkpoint_bytes(model.spec, "AWQ-INT4") / plain < 0.5
        assert checkpoint_bytes(model.spec, "AWQ-INT4") < checkpoint_bytes(model.spec, "GPTQ-INT4")


def test_fp8_in_blocks_is_r1s_own_format() -> None:
    with pytest.raises(RequestError) as caught:
        checkpoint_bytes(find_model("7b").spec, "FP8")

    assert caught.value.code == "unknown_quant"


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.id)
def test_one_card_holds_the_whole_model(model: object) -> None:
    spec = model.spec  # type: ignore[attr-defined]

    assert stage_loads(spec, "BF16", Division())[0].weights_bytes == checkpoint_bytes(spec, "BF16")


def test_the_latent_cache_is_on_every_card_and_kv_heads_are_shared_out() -> None:
    qwen = find_model("32b").spec

    assert cache_bytes_per_layer(R1, 1) == cache_bytes_per_layer(R1, 8) == 1152
    assert 61 * cache_bytes_per_layer(R1, 8) == 70_272
    assert cache_bytes_per_layer(R1, 8, "fp8") == 576
    assert cache_bytes_per_layer(qwen, 1) == 8 * cache_bytes_per_layer(qwen, 8) == cache_bytes_per_layer(qwen, 16) * 8


@given(st.sampled_from([1, 2, 4, 8]), st.integers(1, 6), st.booleans(), st.sampled_from(CHECKPOINT_FORMATS))
def test_all_cards_together_hold_at_least_the_model(
    tensor: int, pipeline: int, expert_parallel: bool, form: CheckpointFormat
) -> None:
    division = Division(tensor, pipeline, expert_parallel)

    most = max(load.weights_bytes for load in stage_loads(R1, form, division))

    assert checkpoint_bytes(R1, form) / division.cards <= most <= checkpoint_bytes(R1, form)


@given(st.integers(1, 128), st.integers(1, 128))
def test_pipeline_stages_have_all_layers_and_differ_by_one(layers: int, stages: int) -> None:
    if stages > layers:
        return
    shares = stage_layers(layers, stages)

    assert sum(shares) == layers
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("division", "word"),
    [
        (Division(3), "heads"), (Division(32), "128"), (Division(1, 62), "stages"),
    ],
)  # fmt: skip
def test_what_the_engines_refuse_is_refused(division: Division, word: str) -> None:
    with pytest.raises(RequestError, match=word):
        stage_loads(R1, "FP8", division)


def test_eight_h200_have_room_for_a_long_context_and_eight_h100_have_none() -> None:
    load = stage_loads(R1, "FP8", Division(8))[0]

    assert longest_context(load, room_for_cache(load, 141 * GIB, "vllm"), "vllm") > R1.context_limit
    assert room_for_cache(load, 80 * GIB, "vllm") < 0


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_memory_never_shortens_the_context(one: int, other: int) -> None:
    load = stage_loads(find_model("32b").spec, "BF16", Division(2))[0]
    contexts = [
        longest_context(load, room_for_cache(load, size * GIB, "vllm"), "vllm") for size in sorted((one, other))
    ]

    assert contexts == sorted(contexts)
    assert all(context % 16 == 0 for context in contexts)

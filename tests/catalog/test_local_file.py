"""Local model files as something to price: whole and split ones, and those that are not what they seem."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.catalog.local_file import LocalModel, open_model
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import MlaMoe, ModelSpec, tensors
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import KvLayout
from fitcheck.errors import RequestError
from tests.catalog import gguf_files as gf

QWEN2 = ModelSpec("A Qwen 2", "qwen2", 3, 256, 512, 4, 2, 64, 320, 4096, qkv_bias=True)
QWEN3 = ModelSpec("A Qwen 3", "qwen3", 3, 256, 512, 4, 2, 128, 320, 4096, qk_norm=True)
LLAMA = ModelSpec("A Llama", "llama", 3, 256, 512, 4, 4, 64, 320, 4096, rope_factors=True)
MOE = MlaMoe(
    q_lora_rank=256, kv_lora_rank=256, qk_nope_head_dim=64, qk_rope_head_dim=32, v_head_dim=64,
    first_dense_layers=1, n_routed_experts=8, n_shared_experts=1, experts_per_token=2,
    expert_intermediate_size=256, n_expert_groups=4, n_groups_per_token=2,
)  # fmt: skip
TIED = dataclasses.replace(QWEN2, tied_embeddings=True)
R1 = ModelSpec("A small R1", "deepseek2", 4, 256, 512, 4, 4, 96, 320, 4096, mla_moe=MOE)


def refusal(path: Path) -> RequestError:
    with pytest.raises(RequestError) as caught:
        open_model(path)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 500
    return caught.value


def changed(tmp_path: Path, spec: ModelSpec, metadata: dict[str, gf.Value | None]) -> Path:
    """A model's file with other metadata; None leaves a key out."""
    values = gf.model_metadata(spec)
    for key, value in metadata.items():
        values.pop(key, None)
        if value is not None:
            values[key] = value
    return gf.write(tmp_path / "model.gguf", values, gf.model_tensors(spec))


@pytest.mark.parametrize(
    ("spec", "layout"), [(QWEN2, "mla"), (TIED, "mla"), (QWEN3, "mla"), (LLAMA, "mla"), (R1, "mla"), (R1, "legacy")]
)
def test_the_architecture_follows_from_the_file(spec: ModelSpec, layout: KvLayout, tmp_path: Path) -> None:
    path = gf.write_model(tmp_path / "model.gguf", spec, layout)

    model = open_model(path)

    stored = [tensor for tensor in tensors(spec, layout) if not tensor.duplicate]
    types = {tensor.name: "F16" if tensor.quantizable else "F32" for tensor in stored}
    assert model == LocalModel(spec, spec.id, layout, types, path.stat().st_size, (path,))


@pytest.mark.parametrize("layout", ["mla", "legacy"])
def test_every_tensor_keeps_the_type_the_file_gives_it(layout: KvLayout, tmp_path: Path) -> None:
    names = [tensor.name for tensor in tensors(R1, layout)]
    types = dict(zip(names, tensor_types(R1, find_file_type("IQ1_S"), True, layout), strict=True))
    types["blk.2.ffn_down_exps.weight"] = "Q6_K"  # a maker's own mix
    table = gf.model_tensors(R1, layout, lambda tensor: types[tensor.name])
    path = gf.write(tmp_path / "model.gguf", gf.model_metadata(R1, layout), table[::-1])

    assert open_model(path).tensor_types == types


def test_heads_have_the_usual_width_where_the_file_does_not_say(tmp_path: Path) -> None:
    unsaid: dict[str, gf.Value | None] = dict.fromkeys(("qwen2.attention.key_length", "qwen2.attention.value_length"))

    assert open_model(changed(tmp_path, QWEN2, unsaid)).spec == QWEN2


def test_a_file_without_a_name_is_called_after_itself(tmp_path: Path) -> None:
    assert open_model(changed(tmp_path, QWEN2, {"general.name": None})).name == "model"


def test_older_files_of_r1_do_not_speak_of_groups_of_experts(tmp_path: Path) -> None:
    path = changed(tmp_path, R1, {"deepseek2.expert_group_count": None, "deepseek2.expert_group_used_count": None})

    assert open_model(path).spec.mla_moe == dataclasses.replace(MOE, n_expert_groups=1, n_groups_per_token=1)


def test_layers_that_only_predict_further_tokens_are_left_out(tmp_path: Path) -> None:
    metadata = gf.model_metadata(R1) | {"deepseek2.block_count": 5, "deepseek2.nextn_predict_layers": 1}
    extra: list[gf.TensorEntry] = [
        ("blk.4.nextn.eh_proj.weight", (512, 256), "Q8_0"),
        ("blk.4.attn_q.weight", (32,), "F32"),
    ]
    path = gf.write(tmp_path / "model.gguf", metadata, [*gf.model_tensors(R1), *extra])

    model = open_model(path)

    assert model.spec == R1
    assert set(model.tensor_types) == {tensor.name for tensor in tensors(R1)}


def test_a_config_json_has_a_spec_and_no_tensors(tmp_path: Path) -> None:
    folder = tmp_path / "Some-Llama"
    folder.mkdir()
    config = {
        "model_type": "llama", "num_hidden_layers": 3, "hidden_size": 256, "intermediate_size": 512, "vocab_size": 320,
        "num_attention_heads": 4, "max_position_embeddings": 4096, "rope_scaling": {"rope_type": "llama3"},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    model = open_model(folder / "config.json")

    assert model.spec == dataclasses.replace(LLAMA, id="Some-Llama")
    assert (model.tensor_types, model.file_bytes) == ({}, 0)


def split(folder: Path, spec: ModelSpec, parts: int = 3) -> list[Path]:
    """A model in parts, as llama.cpp's splitter writes it: the metadata are in the first."""
    table = gf.model_tensors(spec)
    size = math.ceil(len(table) / parts)
    paths = []
    for number in range(parts):
        own = gf.model_metadata(spec) if number == 0 else {}
        own |= {"split.no": number, "split.count": parts}
        name = f"R1-{number + 1:05}-of-{parts:05}.gguf"
        paths.append(gf.write(folder / name, own, table[number * size : (number + 1) * size]))
    return paths


@pytest.mark.parametrize("number", [0, 1, 2])
def test_any_part_of_a_split_file_stands_for_the_whole(number: int, tmp_path: Path) -> None:
    paths = split(tmp_path, R1)

    model = open_model(paths[number])

    assert model.spec == R1
    assert len(model.tensor_types) == len(tensors(R1))
    assert model.paths == tuple(paths)
    assert model.file_bytes == sum(path.stat().st_size for path in paths)


def test_missing_parts_are_named(tmp_path: Path) -> None:
    paths = split(tmp_path, R1)
    paths[1].unlink()

    error = refusal(paths[0])

    assert error.code == "missing_parts"
    assert "'R1-00002-of-00003.gguf'" in error.message


def test_of_many_missing_parts_the_first_are_named(tmp_path: Path) -> None:
    path = gf.write_model(tmp_path / "R1-00001-of-00400.gguf", R1)

    assert "and 396 more" in refusal(path).message


@pytest.mark.parametrize(("number", "code"), [(0, "missing_parts"), (4, "missing_parts"), (2, "file_not_found")])
def test_a_part_that_cannot_be_is_refused(number: int, code: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / f"R1-{number:05}-of-00003.gguf").code == code


def test_a_part_whose_name_the_system_cannot_take_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / f"{'x' * 5000}-00001-of-00003.gguf").code in ("unreadable_file", "file_not_found")


def test_a_renamed_part_is_refused(tmp_path: Path) -> None:
    part = split(tmp_path, R1)[0].rename(tmp_path / "model.gguf")

    error = refusal(part)

    assert error.code == "missing_parts"
    assert "part '0' (from 0) of '3'" in error.message


def test_parts_of_two_models_are_not_one(tmp_path: Path) -> None:
    paths = split(tmp_path, R1)
    gf.write(paths[1], {"split.no": 1, "split.count": 3}, gf.model_tensors(R1)[:2])

    assert refusal(paths[0]).code == "damaged_gguf"


@pytest.mark.parametrize(
    ("spec", "metadata", "code", "words"),
    [
        (QWEN2, {"general.architecture": "gemma3"}, "unsupported_architecture", "'gemma3'"),
        (QWEN2, {"general.architecture": None}, "bad_metadata", "general.architecture"),
        (QWEN2, {"qwen2.block_count": None}, "bad_metadata", "does not say qwen2.block_count"),
        (QWEN2, {"qwen2.block_count": 2**32 - 1}, "bad_metadata", "qwen2.block_count"),
        (QWEN2, {"qwen2.attention.head_count_kv": [2, 2, 1]}, "bad_metadata", "'a list of 3'"),
        (QWEN2, {"qwen2.attention.head_count_kv": 3}, "bad_metadata", "4 attention heads"),
        (QWEN2, {"qwen2.attention.value_length": 32}, "bad_metadata", "not 64"),
        (QWEN2, {"qwen2.nextn_predict_layers": 3}, "bad_metadata", "nextn_predict_layers"),
        (QWEN2, {"qwen2.feed_forward_length": 1024}, "unsupported_model", "'blk.0.ffn_gate.weight' is 256x512"),
        (QWEN2, {"qwen2.block_count": 4}, "unsupported_model", "'blk.3.attn_norm.weight' is missing"),
        (QWEN2, {"qwen2.block_count": 2}, "unsupported_model", "'blk.2.attn_norm.weight' is one more"),
        (R1, {"deepseek2.attention.q_lora_rank": None}, "unsupported_model", "Lite"),
        (R1, {"deepseek2.rope.dimension_count": 96}, "bad_metadata", "rope.dimension_count"),
        (R1, {"deepseek2.expert_used_count": 9}, "bad_metadata", "from 1 to 8"),
        (R1, {"deepseek2.expert_group_count": 9}, "bad_metadata", "expert_group_count"),
    ],
)
def test_metadata_that_do_not_fit_are_refused_by_name(
    spec: ModelSpec, metadata: dict[str, gf.Value | None], code: str, words: str, tmp_path: Path
) -> None:
    error = refusal(changed(tmp_path, spec, metadata))

    assert error.code == code
    assert "'model.gguf'" in error.message
    assert words in error.message
    assert (error.accepted != ()) == (code == "unsupported_architecture")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([*gf.model_tensors(LLAMA), ("v.patch_embd.weight", (32, 32), "F16")], "'v.patch_embd.weight' is one more"),
        (gf.model_tensors(LLAMA)[1:], "no table of token embeddings"),
    ],
)
def test_other_tensors_than_the_architectures_are_refused(
    table: list[gf.TensorEntry], words: str, tmp_path: Path
) -> None:
    assert words in refusal(gf.write(tmp_path / "model.gguf", gf.model_metadata(LLAMA), table)).message


with tempfile.TemporaryDirectory() as _folder:
    WHOLE = gf.write_model(Path(_folder, "R1.gguf"), R1).read_bytes()
FRONT = WHOLE[: WHOLE.index(b"token_embd.weight") + 500]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(FRONT) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_bytes_changed_anywhere_give_a_model_or_a_sentence(changes: list[tuple[int, int]]) -> None:
    front = bytearray(FRONT)
    for place, value in changes:
        front[place] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.gguf")
        with path.open("wb") as file:
            file.write(front + WHOLE[len(front) : 20_000])
            file.truncate(len(WHOLE))

        with contextlib.suppress(RequestError):
            assert open_model(path).file_bytes == len(WHOLE)

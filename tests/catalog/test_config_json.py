"""Architectures out of the config.json that makers publish."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.catalog.config_json import MAX_CONFIG_BYTES, read_config
from fitcheck.catalog.models import CatalogModel, catalogue, find_model
from fitcheck.core.model import ModelSpec
from fitcheck.errors import RequestError

MODEL_TYPES = {"deepseek2": "deepseek_v3", "qwen2": "qwen2", "qwen3": "qwen3", "llama": "llama"}


def published(model: CatalogModel) -> dict[str, Any]:
    """What the maker's config.json says, written back from the catalogue."""
    spec, moe = model.spec, model.spec.mla_moe
    config: dict[str, Any] = {
        "architectures": [model.architecture.hf_architecture], "model_type": MODEL_TYPES[spec.gguf_arch],
        "num_hidden_layers": spec.n_layers, "hidden_size": spec.hidden_size,
        "intermediate_size": spec.intermediate_size, "num_attention_heads": spec.n_attention_heads,
        "num_key_value_heads": spec.n_kv_heads, "vocab_size": spec.vocab_size,
        "max_position_embeddings": spec.context_limit, "tie_word_embeddings": False, "torch_dtype": "bfloat16",
    }  # fmt: skip
    if spec.rope_factors:
        config["rope_scaling"] = {"factor": 8.0, "rope_type": "llama3", "original_max_position_embeddings": 8192}
    if spec.qk_norm:
        config |= {"head_dim": spec.head_dim, "attention_bias": False, "rope_scaling": {"rope_type": "yarn"}}
    if moe is not None:
        config |= {
            "q_lora_rank": moe.q_lora_rank, "kv_lora_rank": moe.kv_lora_rank, "v_head_dim": moe.v_head_dim,
            "qk_nope_head_dim": moe.qk_nope_head_dim, "qk_rope_head_dim": moe.qk_rope_head_dim,
            "first_k_dense_replace": moe.first_dense_layers, "n_routed_experts": moe.n_routed_experts,
            "n_shared_experts": moe.n_shared_experts, "num_experts_per_tok": moe.experts_per_token,
            "moe_intermediate_size": moe.expert_intermediate_size, "n_group": moe.n_expert_groups,
            "topk_group": moe.n_groups_per_token, "moe_layer_freq": 1, "num_nextn_predict_layers": 1,
            "rope_scaling": {"type": "yarn", "factor": 40},
        }  # fmt: skip
    return config


R1, QWEN, QWEN3, LLAMA = (published(find_model(name)) for name in ("r1", "7b", "qwen3-8b", "llama-8b"))


def read(tmp_path: Path, config: object) -> ModelSpec:
    path = tmp_path / "config.json"
    path.write_text(config if isinstance(config, str) else json.dumps(config), encoding="utf-8")
    return read_config(path)


def refusal(tmp_path: Path, config: object) -> RequestError:
    with pytest.raises(RequestError) as caught:
        read(tmp_path, config)
    assert caught.value.message.startswith("'config.json'")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300
    return caught.value


def test_one_table_may_be_embedding_and_output(tmp_path: Path) -> None:
    assert read(tmp_path, LLAMA | {"tie_word_embeddings": True}).tied_embeddings


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.id)
def test_the_ten_models_follow_from_their_configurations(model: CatalogModel, tmp_path: Path) -> None:
    folder = tmp_path / model.id
    folder.mkdir()

    assert read(folder, published(model)) == model.spec


def test_the_class_name_will_do_where_there_is_no_model_type(tmp_path: Path) -> None:
    config = {key: value for key, value in QWEN.items() if key != "model_type"}

    assert read(tmp_path, config).gguf_arch == "qwen2"


def test_heads_share_nothing_where_kv_heads_are_not_given(tmp_path: Path) -> None:
    config = {key: value for key, value in LLAMA.items() if key != "num_key_value_heads"}

    assert read(tmp_path, config).n_kv_heads == LLAMA["num_attention_heads"]


@pytest.mark.parametrize(
    ("change", "factors"),
    [
        ({"rope_scaling": None}, False), ({"rope_scaling": {"type": "linear", "factor": 2.0}}, False),
        ({"rope_scaling": "llama3"}, False), ({"rope_scaling": {"type": "llama3"}}, True),
        ({"rope_scaling": None, "rope_parameters": {"rope_type": "llama3"}}, True),
    ],
)  # fmt: skip
def test_llama_3_has_rope_factors_where_its_scaling_says_so(
    change: dict[str, Any], factors: bool, tmp_path: Path
) -> None:
    assert read(tmp_path, LLAMA | change).rope_factors is factors


@pytest.mark.parametrize(
    ("config", "code", "words"),
    [
        ("{", "bad_config", "not a JSON file"),
        ("[" * 100_000, "bad_config", "not a JSON file"),
        ('{"hidden_size": ' + "9" * 5000 + "}", "bad_config", "not a JSON file"),
        ([QWEN], "bad_config", "no JSON object"),
        ("{}", "bad_config", "neither model_type nor architectures"),
        ({"model_type": 7, "architectures": "Qwen2ForCausalLM"}, "bad_config", "neither"),
        ({"model_type": "gemma3"}, "unsupported_architecture", "'gemma3'"),
        ({"model_type": "line\nbreak"}, "unsupported_architecture", "architecture"),
        ({"model_type": "qwen2"}, "bad_config", "does not say hidden_size"),
        (QWEN | {"hidden_size": None}, "bad_config", "does not say hidden_size"),
        (QWEN | {"hidden_size": "3584"}, "bad_config", "'3584' for hidden_size"),
        (QWEN | {"hidden_size": 3584.0}, "bad_config", "hidden_size"),
        (QWEN | {"hidden_size": True}, "bad_config", "hidden_size"),
        (QWEN | {"hidden_size": [3584] * 999}, "bad_config", "a list for hidden_size"),
        (QWEN | {"hidden_size": -1}, "bad_config", "hidden_size"),
        (QWEN | {"hidden_size": 10**4000}, "bad_config", "hidden_size"),
        (QWEN | {"num_hidden_layers": 513}, "bad_config", "from 1 to 512"),
        (QWEN | {"num_attention_heads": 0}, "bad_config", "num_attention_heads"),
        (QWEN | {"num_key_value_heads": 3}, "bad_config", "28 attention heads"),
        (QWEN | {"num_attention_heads": 7000, "num_key_value_heads": 7}, "bad_config", "head_dim"),
        (LLAMA | {"attention_bias": True}, "unsupported_model", "attention_bias"),
        (LLAMA | {"mlp_bias": True}, "unsupported_model", "mlp_bias"),
        (R1 | {"q_lora_rank": None}, "unsupported_model", "Lite"),
        (R1 | {"moe_layer_freq": 2}, "unsupported_model", "moe_layer_freq"),
        (R1 | {"n_routed_experts": None}, "bad_config", "n_routed_experts"),
        (R1 | {"num_experts_per_tok": 257}, "bad_config", "from 1 to 256"),
        (R1 | {"first_k_dense_replace": 62}, "bad_config", "first_k_dense_replace"),
        (R1 | {"topk_group": 9}, "bad_config", "topk_group"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(config: object, code: str, words: str, tmp_path: Path) -> None:
    error = refusal(tmp_path, config)

    assert error.code == code
    assert words in error.message


def test_a_report_says_what_it_is_and_how_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r1.fitcheck.json"
    path.write_text('{"schema": "fitcheck.report/1"}', encoding="utf-8")

    with pytest.raises(RequestError, match="is a report; 'fitcheck report FILE"):
        read_config(path)


def test_an_unknown_architecture_lists_the_known_ones(tmp_path: Path) -> None:
    assert refusal(tmp_path, {"model_type": "mistral"}).accepted == tuple(MODEL_TYPES.values())


def test_a_file_of_over_a_megabyte_is_not_read(tmp_path: Path) -> None:
    assert "1,000,000 bytes" in refusal(tmp_path, json.dumps(QWEN) + " " * MAX_CONFIG_BYTES).message


def test_text_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes(b'{"model_type": "\xff\xfe\xfa"}')

    with pytest.raises(RequestError, match="not a JSON file"):
        read_config(tmp_path / "config.json")


@pytest.mark.parametrize(("name", "code"), [("none.json", "file_not_found"), (".", "not_a_file")])
def test_what_is_no_file_is_refused(name: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as caught:
        read_config(tmp_path / name)

    assert caught.value.code == code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(base=st.sampled_from([R1, QWEN, QWEN3, LLAMA]), data=st.data())
def test_any_value_in_any_place_gives_an_architecture_or_a_sentence(
    base: dict[str, Any], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = base | {data.draw(st.sampled_from(sorted(base))): data.draw(JSON)}
    folder = tmp_path_factory.mktemp("any")

    try:
        spec = read(folder, config)
    except RequestError:
        refusal(folder, config)
    else:
        assert all(value for value in dataclasses.astuple(spec)[:10])

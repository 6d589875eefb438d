"""The catalogue as people ask it, and as data that may be damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fitcheck import resources
from fitcheck.catalog.data import load
from fitcheck.catalog.models import CatalogModel, Correction, ModelDocument, catalogue, corrections, find_model
from fitcheck.core.model import parameter_count, tensors
from fitcheck.errors import EnvironmentLacksError, RequestError

IDS = (
    "deepseek-r1-671b", "deepseek-r1-zero-671b", "deepseek-r1-0528-671b", "deepseek-r1-distill-llama-70b",
    "deepseek-r1-distill-qwen-32b", "deepseek-r1-distill-qwen-14b", "deepseek-r1-distill-llama-8b",
    "deepseek-r1-0528-qwen3-8b", "deepseek-r1-distill-qwen-7b", "deepseek-r1-distill-qwen-1.5b",
)  # fmt: skip


def test_the_ten_models_are_there() -> None:
    assert tuple(model.id for model in catalogue()) == IDS


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("r1", IDS[0]), ("R1", IDS[0]), ("671b", IDS[0]), ("deepseek-r1", IDS[0]), ("deepseek-r1:671b", IDS[0]),
        ("deepseek-ai/DeepSeek-R1", IDS[0]), ("r1-zero", IDS[1]), ("deepseek-ai/DeepSeek-R1-Zero", IDS[1]),
        ("r1-0528", IDS[2]), ("deepseek-ai/deepseek-r1-0528", IDS[2]), ("70b", IDS[3]), ("deepseek-r1:70b", IDS[3]),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", IDS[3]), ("32b", IDS[4]), ("deepseek-r1:32b", IDS[4]),
        ("14b", IDS[5]), ("llama-8b", IDS[6]), ("qwen3-8b", IDS[7]), ("deepseek-r1:8b", IDS[7]), ("7b", IDS[8]),
        ("1.5b", IDS[9]), (" 1.5B ", IDS[9]),
    ],
)  # fmt: skip
def test_a_model_is_found_by_any_of_its_names(name: str, model_id: str) -> None:
    assert find_model(name).id == model_id


def test_a_name_of_two_models_lists_both() -> None:
    with pytest.raises(RequestError) as caught:
        find_model("8b")

    assert (caught.value.code, caught.value.accepted) == ("ambiguous_model", (IDS[6], IDS[7]))


def test_an_unknown_name_lists_what_is_accepted_and_the_nearest() -> None:
    with pytest.raises(RequestError, match="Did you mean qwen-32b") as caught:
        find_model("qwen-33b")

    assert (caught.value.code, caught.value.accepted) == ("unknown_model", IDS)


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.id)
def test_every_value_has_a_source(model: CatalogModel) -> None:
    sources = (*model.architecture_sources, *model.parameter_sources, model.tokenizer_source, model.licence_source)

    assert all(len(source) > 10 for source in sources)
    assert model.release_date_note


def test_r1_holds_what_its_configuration_says() -> None:
    spec = find_model("r1").spec

    assert spec.mla_moe is not None
    assert (spec.mla_moe.n_routed_experts, spec.mla_moe.experts_per_token, spec.hidden_size) == (256, 8, 7168)
    assert parameter_count(spec) == 671_026_419_200


def test_the_legacy_conversion_stores_the_up_projections_once_more() -> None:
    spec = find_model("r1").spec
    names = {tensor.name for tensor in tensors(spec, "legacy")} ^ {tensor.name for tensor in tensors(spec, "mla")}

    assert {name.split(".")[2] for name in names} == {"attn_kv_b", "attn_k_b", "attn_v_b"}


@pytest.mark.parametrize(
    ("field", "claimed"),
    [
        ("Number of experts", "64"), ("Active experts", "6"), ("Hidden dimension size", "2048"),
        ("Total expert parameters", "37.0B"), ("Release date", "27 Dec 2024"),
        ("Attention structure", "Multi-Layer Attention"),
    ],
)  # fmt: skip
def test_wrong_figures_in_circulation_are_corrected_with_a_source(field: str, claimed: str) -> None:
    found = {one.field: one for one in corrections()}[field]

    assert found.claimed == claimed
    assert found.correct
    assert found.correct != claimed
    assert found.source


@pytest.mark.parametrize("one", corrections(), ids=lambda one: one.field)
def test_every_correction_is_explained_in_a_sentence(one: Correction) -> None:
    assert len(one.note.split()) > 8
    assert one.note.endswith(".")


def _damaged(place: str, value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EnvironmentLacksError:
    document = json.loads((resources.root() / "catalog" / "models.json").read_text(encoding="utf-8"))
    *path, last = place.split(".")
    inner = document
    for step in path:
        inner = inner[int(step) if step.isdigit() else step]
    inner[last] = value
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "models.json").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    with pytest.raises(EnvironmentLacksError) as caught:
        load("models.json", ModelDocument)
    return caught.value


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("models.0.architecture.n_layers", "many", "models.0.architecture.n_layers"),
        ("models.0.architecture.n_layers", "61", "models.0.architecture.n_layers"),
        ("models.0.architecture.context_limit", 0, "context_limit"),
        ("models.0.architecture.hidden_size", 2048, "parameters"),
        ("models.0.parameters.total", 671_026_419_201, "parameters"),
        ("models.0.parameters.active", 671_026_419_201, "active"),
        ("models.0.architecture.surprise", 1, "surprise"),
        ("models.0.architecture.mla_moe", None, "deepseek2"),
        ("models.3.architecture.gguf_arch", "deepseek2", "deepseek2"),
        ("models.0.architecture.head_dim", 128, "head_dim"),
        ("models.0.architecture_sources", [], "architecture_sources"),
        ("models.0.id", "deepseek-r1-zero-671b", "share an id"),
        ("models.0.aliases", ["70b"], "70b"),
        ("models.0.tokenizer", "unheard-of", "unheard-of"),
        ("models.0.release_date", "20 Jan 2025", "release_date"),
        ("ambiguous_aliases", [], "8b"),
        ("corrections.0.note", "", "corrections.0.note"),
        ("file_headers.qwen.low_bytes", 5_990_000, "low_bytes"),
    ],
)
def test_damaged_data_is_refused_with_file_and_place(
    place: str, value: Any, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = _damaged(place, value, tmp_path, monkeypatch)

    assert "models.json is damaged" in error.message
    assert words in error.message
    assert "\n" not in error.message
    assert error.exit_code == 3


def test_a_catalogue_that_is_cut_short_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (resources.root() / "catalog" / "models.json").read_bytes()
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "models.json").write_bytes(whole[:1000])
    monkeypatch.setattr(resources, "root", lambda: tmp_path)

    with pytest.raises(EnvironmentLacksError, match=r"models\.json is damaged"):
        load("models.json", ModelDocument)


def test_a_missing_catalogue_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "root", lambda: tmp_path)

    with pytest.raises(EnvironmentLacksError, match=r"models\.json cannot be read"):
        load("models.json", ModelDocument)

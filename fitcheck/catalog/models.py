"""The ten DeepSeek-R1 models: architecture, names and origin of every value."""

from __future__ import annotations

import difflib
from functools import cache, cached_property
from typing import Any

from pydantic import model_validator

from fitcheck.catalog.data import Record, load
from fitcheck.core.model import GgufArchitecture, MlaMoe, ModelSpec, parameter_count
from fitcheck.errors import RequestError


class LatentAttentionAndExperts(Record):
    """``core.model.MlaMoe`` as data."""

    q_lora_rank: int
    kv_lora_rank: int
    qk_nope_head_dim: int
    qk_rope_head_dim: int
    v_head_dim: int
    first_dense_layers: int
    n_routed_experts: int
    n_shared_experts: int
    experts_per_token: int
    expert_intermediate_size: int


class Architecture(Record):
    """``core.model.ModelSpec`` as data; sizes in elements, ``context_limit`` in tokens."""

    gguf_arch: GgufArchitecture
    hf_architecture: str
    n_layers: int
    hidden_size: int
    intermediate_size: int
    n_attention_heads: int
    n_kv_heads: int
    head_dim: int
    vocab_size: int
    context_limit: int
    qkv_bias: bool
    qk_norm: bool
    rope_factors: bool
    mla_moe: LatentAttentionAndExperts | None = None

    @model_validator(mode="after")
    def _latent_attention_belongs_to_deepseek2(self) -> Architecture:
        if (self.mla_moe is not None) != (self.gguf_arch == "deepseek2"):
            raise ValueError("latent attention and experts belong to the deepseek2 architecture, and only to it")
        return self


class Parameters(Record):
    """Weights in values: all, and those that one token passes through."""

    total: int
    active: int
    note: str


class CatalogModel(Record):
    """One model. ``family`` is shared by variants that are one row of a matrix (R1, R1-Zero, R1-0528)."""

    id: str
    name: str
    short_name: str
    family: str
    aliases: tuple[str, ...]
    hf_id: str
    architecture: Architecture
    architecture_sources: tuple[str, ...]
    details: dict[str, Any]
    parameters: Parameters
    parameter_sources: tuple[str, ...]
    native_dtype: str
    published_context: str | None = None
    context_note: str | None = None
    tokenizer: str
    tokenizer_source: str
    licence: str
    licence_source: str
    release_date: str
    release_date_note: str
    base_model: str | None = None

    @cached_property
    def spec(self) -> ModelSpec:
        """What the core computes with."""
        values = self.architecture.model_dump(exclude={"hf_architecture", "mla_moe"})
        moe = self.architecture.mla_moe
        return ModelSpec(id=self.id, mla_moe=MlaMoe(**moe.model_dump()) if moe else None, **values)

    @property
    def header_bytes(self) -> int:
        """Metadata of a GGUF file, mostly the vocabulary: the upper end of its range."""
        return _document().file_headers[self.tokenizer].high_bytes

    @model_validator(mode="after")
    def _parameters_follow_from_the_architecture(self) -> CatalogModel:
        # llama.cpp's rope factors and the router's correction biases are no published parameters.
        moe = self.architecture.mla_moe
        routers = (self.spec.n_layers - moe.first_dense_layers) * moe.n_routed_experts if moe else 0
        factors = self.spec.head_dim // 2 if self.spec.rope_factors else 0
        counted = parameter_count(self.spec) - factors
        if self.parameters.total not in (counted, counted - routers):
            raise ValueError(f"{self.id}: {self.parameters.total} parameters, but its tensors hold {counted}")
        return self


class Correction(Record):
    """One wrong figure in circulation: what a page claims, what is true, and how that is known."""

    field: str
    claimed: str
    correct: str
    source: str
    note: str


class FileHeader(Record):
    """Size of a GGUF file's metadata with one tokenizer: the range seen in published files, in bytes."""

    low_bytes: int
    high_bytes: int
    source: str


class ModelDocument(Record):
    """``resources/catalog/models.json``."""

    about: str
    models: tuple[CatalogModel, ...]
    corrections_of: str
    corrections: tuple[Correction, ...]
    file_headers: dict[str, FileHeader]

    @model_validator(mode="after")
    def _names_are_told_apart(self) -> ModelDocument:
        ids = [model.id for model in self.models]
        if len(set(ids)) != len(ids):
            raise ValueError("two models share an id")
        missing = {model.tokenizer for model in self.models} - set(self.file_headers)
        if missing:
            raise ValueError(f"no header size for the tokenizers {sorted(missing)}")
        return self


@cache
def _document() -> ModelDocument:
    return load("models.json", ModelDocument)


def catalogue() -> tuple[CatalogModel, ...]:
    """All models, biggest first."""
    return _document().models


def corrections() -> tuple[Correction, ...]:
    """Figures about R1 in circulation that are wrong, with what is true."""
    return _document().corrections


def corrected_page() -> str:
    """The page that ``corrections`` are about."""
    return _document().corrections_of


def header_range(tokenizer: str) -> FileHeader:
    """How large the metadata of a file with this tokenizer is."""
    return _document().file_headers[tokenizer]


@cache
def _by_name() -> dict[str, tuple[CatalogModel, ...]]:
    names: dict[str, tuple[CatalogModel, ...]] = {}
    for model in catalogue():
        for name in dict.fromkeys(text.lower() for text in (model.id, *model.aliases)):
            names[name] = (*names.get(name, ()), model)
    return names


def find_model(name: str) -> CatalogModel:
    """A model by id or alias, case-insensitive.

    Raises RequestError: ``unknown_model`` with what is accepted, ``ambiguous_model`` with the candidates.
    """
    wanted = name.strip().lower()
    found = _by_name().get(wanted, ())
    if len(found) == 1:
        return found[0]
    if found:
        candidates = tuple(model.id for model in found)
        raise RequestError("ambiguous_model", f"'{name}' may mean {' or '.join(candidates)}.", candidates)
    close = difflib.get_close_matches(wanted, _by_name(), n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise RequestError(
        "unknown_model", f"'{name}' is not a model FitCheck knows.{hint}", tuple(model.id for model in catalogue())
    )

"""The ten DeepSeek-R1 models: architecture, names and origin of every value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from typing import Annotated

from fitcheck.catalog.data import load
from fitcheck.core.model import GgufArchitecture, MlaMoe, ModelSpec, parameter_count
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass
from fitcheck.records import AtLeast, Between, plain

Size = Annotated[int, Between(1)]
Text = Annotated[str, AtLeast(1)]
Sources = Annotated[tuple[Text, ...], AtLeast(1)]
Plain = str | int | float | bool | None
Detail = Plain | dict[str, Plain | dict[str, Plain]]
"""What the sheet shows and nothing computes with, such as the parameters of the position encoding."""


@dataclass(frozen=True, kw_only=True)
class LatentAttentionAndExperts:
    """``core.model.MlaMoe`` as data."""

    q_lora_rank: Size
    kv_lora_rank: Size
    qk_nope_head_dim: Size
    qk_rope_head_dim: Size
    v_head_dim: Size
    first_dense_layers: Size
    n_routed_experts: Size
    n_shared_experts: Size
    experts_per_token: Size
    expert_intermediate_size: Size
    n_expert_groups: Size
    n_groups_per_token: Size


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """``core.model.ModelSpec`` as data; sizes in elements, ``context_limit`` in tokens."""

    gguf_arch: GgufArchitecture
    hf_architecture: str
    n_layers: Size
    hidden_size: Size
    intermediate_size: Size
    n_attention_heads: Size
    n_kv_heads: Size
    head_dim: Size
    vocab_size: Size
    context_limit: Size
    qkv_bias: bool
    qk_norm: bool
    rope_factors: bool
    mla_moe: LatentAttentionAndExperts | None = None

    def __post_init__(self) -> None:
        if (self.mla_moe is not None) != (self.gguf_arch == "deepseek2"):
            raise ValueError("latent attention and experts belong to the deepseek2 architecture, and only to it")
        moe = self.mla_moe
        if moe is not None and self.head_dim != moe.qk_nope_head_dim + moe.qk_rope_head_dim:
            raise ValueError("head_dim is not the sum of qk_nope_head_dim and qk_rope_head_dim")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Weights in values: all, and those that one token passes through."""

    total: Size
    active: Size
    note: Text


@dataclass(frozen=True, kw_only=True)
class Reasoning:
    """Tokens that a typical answer to a hard question takes, thinking included; ``note`` where it is not its own."""

    tokens: Size
    source: Text
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Benchmarks:
    """Published scores of one source, each under the benchmark's name with how it was counted.

    ``verified`` False: second hand. ``note`` says what the scores depend on, or what is odd about them.
    """

    values: Annotated[dict[Text, float], AtLeast(1)]
    source: Text
    verified: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CatalogModel:
    """One model. ``family`` is shared by variants that are one row of a matrix (R1, R1-Zero, R1-0528)."""

    id: str
    name: str
    short_name: str
    family: str
    description: Text
    aliases: tuple[str, ...]
    hf_id: str
    architecture: Architecture
    architecture_sources: Sources
    details: dict[str, Detail]
    parameters: Parameters
    parameter_sources: Sources
    native_dtype: str
    published_context: str | None = None
    context_note: str | None = None
    tokenizer: str
    tokenizer_source: Text
    licence: Text
    licence_source: Text
    reasoning: Reasoning
    benchmarks: tuple[Benchmarks, ...]
    not_recommended: Text | None = None
    release_date: date
    release_date_note: Text
    base_model: str | None = None

    @cached_property
    def spec(self) -> ModelSpec:
        """What the core computes with."""
        values, moe = plain(self.architecture), self.architecture.mla_moe
        del values["hf_architecture"], values["mla_moe"]
        return ModelSpec(id=self.id, mla_moe=MlaMoe(**plain(moe)) if moe else None, **values)

    @property
    def header_bytes(self) -> int:
        """Metadata of a GGUF file, mostly the vocabulary: the upper end of its range."""
        return _document().file_headers[self.tokenizer].high_bytes

    def __post_init__(self) -> None:
        # llama.cpp's rope factors are no published parameters.
        factors = self.spec.head_dim // 2 if self.spec.rope_factors else 0
        counted = parameter_count(self.spec) - factors
        if self.parameters.total != counted:
            raise ValueError(f"{self.id} has {self.parameters.total} parameters, but its tensors hold {counted}")
        if self.parameters.active > self.parameters.total:
            raise ValueError(f"{self.id} has more active parameters than parameters")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One wrong figure in circulation: what a page claims, what is true, and how that is known."""

    field: Text
    claimed: Text
    correct: Text
    source: Text
    note: Text


@dataclass(frozen=True, kw_only=True)
class FileHeader:
    """Size of a GGUF file's metadata with one tokenizer: the range seen in published files, in bytes."""

    low_bytes: Size
    high_bytes: Size
    source: Text

    def __post_init__(self) -> None:
        if self.low_bytes > self.high_bytes:
            raise ValueError("low_bytes is above high_bytes")


@dataclass(frozen=True, kw_only=True)
class ModelDocument:
    """``resources/catalog/models.json``. ``ambiguous_aliases`` are those that several models share on purpose."""

    about: str
    models: tuple[CatalogModel, ...]
    ambiguous_aliases: tuple[str, ...]
    corrections_of: str
    corrections: tuple[Correction, ...]
    file_headers: dict[str, FileHeader]

    def __post_init__(self) -> None:
        ids = [model.id for model in self.models]
        if len(set(ids)) != len(ids):
            raise ValueError("two models share an id")
        shared = {name for name, models in models_by_name(self.models).items() if len(models) > 1}
        if shared != set(self.ambiguous_aliases):
            odd = sorted(shared ^ set(self.ambiguous_aliases))
            raise ValueError(f"ambiguous_aliases and the names that models share differ: {odd}")
        missing = {model.tokenizer for model in self.models} - set(self.file_headers)
        if missing:
            raise ValueError(f"no header size for the tokenizers {sorted(missing)}")


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


def models_by_name(models: Iterable[CatalogModel]) -> dict[str, tuple[CatalogModel, ...]]:
    """Every id and alias in lower case, with the models that answer to it."""
    names: dict[str, tuple[CatalogModel, ...]] = {}
    for model in models:
        for name in dict.fromkeys(text.lower() for text in (model.id, *model.aliases)):
            names[name] = (*names.get(name, ()), model)
    return names


@cache
def _names() -> dict[str, tuple[CatalogModel, ...]]:
    return models_by_name(catalogue())


def find_model(name: str) -> CatalogModel:
    """A model by id or alias, case-insensitive.

    Raises RequestError: ``unknown_model`` with what is accepted, ``ambiguous_model`` with the candidates.
    """
    wanted = name.strip().lower()
    found = _names().get(wanted, ())
    if len(found) == 1:
        return found[0]
    if found:
        candidates = tuple(model.id for model in found)
        raise RequestError("ambiguous_model", f"'{name}' may mean {' or '.join(candidates)}.", candidates)
    # Only a name that nobody has needs it.
    import difflib

    close = difflib.get_close_matches(wanted, _names(), n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise RequestError(
        "unknown_model", f"'{name}' is not a model FitCheck knows.{hint}", tuple(model.id for model in catalogue())
    )

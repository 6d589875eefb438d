"""The architecture of a model in its makers' own names, and its tensors derived from that.

Nothing is stored per model: the inventory follows from the architecture, in the order and with the
names of a GGUF file (gguf-py ``tensor_mapping`` and llama.cpp ``src/models``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import lru_cache
from typing import Literal

from fitcheck.core.hashed_once import HashedOnce, hashed_once
from fitcheck.core.workload import KvLayout
from fitcheck.frozen import dataclass

GgufArchitecture = Literal["deepseek2", "qwen2", "qwen3", "llama"]


@dataclass(frozen=True, slots=True)
class MlaMoe:
    """What only DeepSeek-V3 and R1 have: latent attention (MLA) and routed experts.

    Names are those of the published ``config.json``, ``n_group`` and ``topk_group`` written out. The latent cache
    holds ``kv_lora_rank + qk_rope_head_dim`` values a token and layer.
    """

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
    n_expert_groups: int
    n_groups_per_token: int


@hashed_once
@dataclass(frozen=True, slots=True)
class ModelSpec(HashedOnce):
    """One model's architecture. Sizes are in elements; ``context_limit`` in tokens.

    ``head_dim`` and ``n_kv_heads`` describe grouped-query attention; with ``mla_moe`` the cache holds a
    latent vector instead, unless the file uses the legacy layout. ``context_limit`` is
    ``max_position_embeddings``. Specs of one architecture are equal whatever their ids, so that what was computed for
    one of R1, Zero and 0528 holds for all. ``tied_embeddings``: the token embedding is the output matrix too.
    """

    id: str = field(compare=False)
    gguf_arch: GgufArchitecture
    n_layers: int
    hidden_size: int
    intermediate_size: int
    n_attention_heads: int
    n_kv_heads: int
    head_dim: int
    vocab_size: int
    context_limit: int
    qkv_bias: bool = False
    qk_norm: bool = False
    rope_factors: bool = False
    tied_embeddings: bool = False
    mla_moe: MlaMoe | None = None

    @property
    def is_moe(self) -> bool:
        """Whether most weights are routed experts."""
        return self.mla_moe is not None

    @property
    def gqa_factor(self) -> int:
        """Query heads that share one KV head (llama.cpp ``n_gqa``)."""
        return self.n_attention_heads // self.n_kv_heads

    def kv_layout(self, asked: KvLayout) -> KvLayout:
        """The layout a file of this model really has: only latent attention knows a legacy one."""
        return asked if self.mla_moe is not None else "mla"


Role = Literal[
    "token_embd", "output", "attn_q", "attn_k", "attn_v", "attn_kv_b", "attn_output",
    "ffn_gate", "ffn_up", "ffn_down", "rope_factors", "other",
]  # fmt: skip
"""What llama.cpp's quantizer takes a tensor for (``tensor_category`` in src/llama-quant.cpp)."""

Expert = Literal["routed", "shared"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor: its GGUF name, ``row`` elements a row, ``rows`` rows over all further dimensions.

    ``quantizable`` is False for what always stays F32: norms, biases, the router. ``layer`` is None
    outside the repeating layers. ``expert`` says which kind of expert it belongs to, if any;
    ``stacked`` that it has a third dimension (one matrix an expert or head). ``duplicate``: no tensor of its own but
    the token embedding once more, as the output matrix of a model that ties both.
    """

    name: str
    row: int
    rows: int
    role: Role
    quantizable: bool
    layer: int | None = None
    expert: Expert | None = None
    stacked: bool = False
    duplicate: bool = False

    @property
    def elements(self) -> int:
        """Number of values."""
        return self.row * self.rows


@lru_cache(maxsize=64)
def tensors(spec: ModelSpec, kv_layout: KvLayout = "mla") -> tuple[Tensor, ...]:
    """Every tensor of a model in file order, for the current or the legacy conversion of MLA."""
    inventory = [Tensor("token_embd.weight", spec.hidden_size, spec.vocab_size, "token_embd", True)]
    if spec.rope_factors:
        inventory.append(Tensor("rope_freqs.weight", spec.head_dim // 2, 1, "rope_factors", False))
    for layer in range(spec.n_layers):
        inventory.extend(_layer_tensors(spec, layer, spec.kv_layout(kv_layout)))
    inventory.append(Tensor("output_norm.weight", spec.hidden_size, 1, "other", False))
    tied = spec.tied_embeddings
    inventory.append(Tensor("output.weight", spec.hidden_size, spec.vocab_size, "output", True, duplicate=tied))
    return tuple(inventory)


def stored_name(tensor: Tensor) -> str:
    """The tensor of a file that holds these values."""
    return "token_embd.weight" if tensor.duplicate else tensor.name


@lru_cache(maxsize=64)
def parameter_count(spec: ModelSpec) -> int:
    """Weights of a model in values, the router's correction biases and rope factors included."""
    return sum(tensor.elements for tensor in tensors(spec) if not tensor.duplicate)


def _layer_tensors(spec: ModelSpec, layer: int, kv_layout: KvLayout) -> Iterator[Tensor]:
    moe = spec.mla_moe
    yield _float32(layer, "attn_norm.weight", spec.hidden_size)
    if moe is None:
        yield from _grouped_query_attention(spec, layer)
    else:
        yield from _latent_attention(spec, moe, layer, kv_layout)
    yield _float32(layer, "ffn_norm.weight", spec.hidden_size)
    if moe is None or layer < moe.first_dense_layers:
        yield from _feed_forward(layer, spec.hidden_size, spec.intermediate_size)
    else:
        yield from _experts(spec.hidden_size, moe, layer)


def _weight(
    layer: int,
    name: str,
    row: int,
    rows: int,
    role: Role = "other",
    expert: Expert | None = None,
    stacked: bool = False,
) -> Tensor:
    return Tensor(f"blk.{layer}.{name}.weight", row, rows, role, True, layer, expert, stacked)


def _float32(layer: int, name: str, row: int, rows: int = 1, role: Role = "other") -> Tensor:
    return Tensor(f"blk.{layer}.{name}", row, rows, role, False, layer)


def _grouped_query_attention(spec: ModelSpec, layer: int) -> Iterator[Tensor]:
    query_width = spec.n_attention_heads * spec.head_dim
    kv_width = spec.n_kv_heads * spec.head_dim
    yield _weight(layer, "attn_q", spec.hidden_size, query_width, "attn_q")
    yield _weight(layer, "attn_k", spec.hidden_size, kv_width, "attn_k")
    yield _weight(layer, "attn_v", spec.hidden_size, kv_width, "attn_v")
    if spec.qkv_bias:
        yield _float32(layer, "attn_q.bias", query_width)
        yield _float32(layer, "attn_k.bias", kv_width)
        yield _float32(layer, "attn_v.bias", kv_width)
    if spec.qk_norm:
        yield _float32(layer, "attn_q_norm.weight", spec.head_dim)
        yield _float32(layer, "attn_k_norm.weight", spec.head_dim)
    yield _weight(layer, "attn_output", query_width, spec.hidden_size, "attn_output")


def _latent_attention(spec: ModelSpec, moe: MlaMoe, layer: int, kv_layout: KvLayout) -> Iterator[Tensor]:
    heads = spec.n_attention_heads
    key_head_dim = moe.qk_nope_head_dim + moe.qk_rope_head_dim
    yield _weight(layer, "attn_q_a", spec.hidden_size, moe.q_lora_rank)
    yield _float32(layer, "attn_q_a_norm.weight", moe.q_lora_rank)
    yield _weight(layer, "attn_q_b", moe.q_lora_rank, heads * key_head_dim)
    yield _weight(layer, "attn_kv_a_mqa", spec.hidden_size, moe.kv_lora_rank + moe.qk_rope_head_dim)
    yield _float32(layer, "attn_kv_a_norm.weight", moe.kv_lora_rank)
    if kv_layout == "legacy":
        # One joint up-projection: what files had before the latent cache was supported.
        yield _weight(
            layer, "attn_kv_b", moe.kv_lora_rank, heads * (moe.qk_nope_head_dim + moe.v_head_dim), "attn_kv_b"
        )
    else:
        yield _weight(layer, "attn_k_b", moe.qk_nope_head_dim, moe.kv_lora_rank * heads, stacked=True)
        yield _weight(layer, "attn_v_b", moe.kv_lora_rank, moe.v_head_dim * heads, stacked=True)
    yield _weight(layer, "attn_output", heads * moe.v_head_dim, spec.hidden_size, "attn_output")


def _feed_forward(layer: int, hidden: int, intermediate: int) -> Iterator[Tensor]:
    yield _weight(layer, "ffn_gate", hidden, intermediate, "ffn_gate")
    yield _weight(layer, "ffn_down", intermediate, hidden, "ffn_down")
    yield _weight(layer, "ffn_up", hidden, intermediate, "ffn_up")


def _experts(hidden: int, moe: MlaMoe, layer: int) -> Iterator[Tensor]:
    routed, width = moe.n_routed_experts, moe.expert_intermediate_size
    shared_width = width * moe.n_shared_experts
    yield _float32(layer, "ffn_gate_inp.weight", hidden, routed)
    yield _float32(layer, "exp_probs_b.bias", routed)
    yield _weight(layer, "ffn_gate_exps", hidden, width * routed, "ffn_gate", "routed", stacked=True)
    yield _weight(layer, "ffn_down_exps", width, hidden * routed, "ffn_down", "routed", stacked=True)
    yield _weight(layer, "ffn_up_exps", hidden, width * routed, "ffn_up", "routed", stacked=True)
    yield _weight(layer, "ffn_gate_shexp", hidden, shared_width, "ffn_gate", "shared")
    yield _weight(layer, "ffn_down_shexp", shared_width, hidden, "ffn_down", "shared")
    yield _weight(layer, "ffn_up_shexp", hidden, shared_width, "ffn_up", "shared")

"""Checkpoints of safetensors engines: every tensor of a model and its bytes in FP8, BF16, AWQ and GPTQ INT4.

Shapes follow from the architecture. Layouts: DeepSeek's ``README_WEIGHTS.md`` (FP8 with one F32 scale for each block of
128x128), AutoAWQ ``WQLinear_GEMM`` and AutoGPTQ ``QuantLinear`` (INT4 in groups of 128, F16 scales). Which matrices a
maker leaves unquantized is a convention: here router, embedding, head, norms and biases stay BF16, the correction
biases of the router F32.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from fitcheck.core.model import MlaMoe, ModelSpec
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

CheckpointFormat: TypeAlias = Literal["FP8", "BF16", "AWQ-INT4", "GPTQ-INT4"]
CHECKPOINT_FORMATS: tuple[CheckpointFormat, ...] = get_args(CheckpointFormat)

Division: TypeAlias = Literal["outputs", "inputs", "experts", "whole"]
"""What tensor parallelism divides a matrix by: its outputs (column parallel), its inputs (row parallel), or nothing."""

FP8_BLOCK = 128
"""Rows and columns that share a scale (``weight_block_size`` in R1's ``config.json``)."""

GROUP = 128
"""Inputs that share a scale and a zero point in INT4 (``q_group_size``, ``group_size``)."""

_BF16, _F32, _F16 = 2, 4, 2


@dataclass(frozen=True, slots=True)
class Matrix:
    """``count`` matrices (one an expert) of ``outputs`` x ``inputs`` values.

    ``heads`` is the number of units that its outputs cannot be divided below, such as KV heads. ``quantized`` tells
    whether INT4 and FP8 apply, ``value_bytes`` are those of a value otherwise. ``layer`` is None outside the layers.
    """

    name: str
    outputs: int
    inputs: int
    division: Division
    layer: int | None = None
    count: int = 1
    heads: int | None = None
    quantized: bool = True
    value_bytes: int = _BF16

    def bytes_as(self, form: CheckpointFormat) -> int:
        """Bytes of all ``count`` matrices, scales and zero points included."""
        return self.count * matrix_bytes(self, form, self.outputs, self.inputs)


def matrix_bytes(matrix: Matrix, form: CheckpointFormat, outputs: int, inputs: int) -> int:
    """Bytes of one matrix, or of a part of it with fewer outputs or inputs."""
    values = outputs * inputs
    if form == "BF16" or not matrix.quantized:
        return values * matrix.value_bytes
    if form == "FP8":
        return values + _F32 * -(-outputs // FP8_BLOCK) * -(-inputs // FP8_BLOCK)
    groups = -(-inputs // GROUP)
    packed = values // 2 + groups * outputs // 2 + _F16 * groups * outputs
    # GPTQ names the group of every input.
    return packed + (_F32 * inputs if form == "GPTQ-INT4" else 0)


@lru_cache(maxsize=32)
def matrices(spec: ModelSpec, *, mtp: bool = False) -> tuple[Matrix, ...]:
    """Every tensor of a checkpoint; ``mtp``: with the layer for multi-token prediction that R1 ships."""
    found = [_table("embed_tokens", spec, None)]
    for layer in range(spec.n_layers):
        found.extend(_layer(spec, layer))
    found.append(_vector("norm", spec.hidden_size, None))
    if not spec.tied_embeddings:
        found.append(_table("lm_head", spec, None))
    if mtp and spec.mla_moe is not None:
        found.extend(_prediction_layer(spec))
    return tuple(found)


def checkpoint_bytes(spec: ModelSpec, form: CheckpointFormat, *, mtp: bool = False) -> int:
    """Bytes of all tensors. The files add their JSON headers, about 130 bytes a tensor: 11.9 MB for R1.

    RequestError ``unknown_quant`` where the model has no such checkpoint.
    """
    check_format(spec, form)
    return sum(matrix.bytes_as(form) for matrix in matrices(spec, mtp=mtp))


def check_format(spec: ModelSpec, form: CheckpointFormat) -> None:
    """FP8 in blocks is what R1's makers publish; the distills are BF16."""
    if form == "FP8" and spec.mla_moe is None:
        raise RequestError(
            "unknown_quant",
            f"{spec.id} is published in BF16; FP8 in blocks is R1's own format.",
            CHECKPOINT_FORMATS[1:],
        )


def _table(name: str, spec: ModelSpec, layer: int | None) -> Matrix:
    return Matrix(name, spec.vocab_size, spec.hidden_size, "outputs", layer, quantized=False)


def _vector(name: str, size: int, layer: int | None, value_bytes: int = _BF16) -> Matrix:
    return Matrix(name, 1, size, "whole", layer, quantized=False, value_bytes=value_bytes)


def _layer(spec: ModelSpec, layer: int) -> Iterator[Matrix]:
    moe = spec.mla_moe
    yield _vector("input_layernorm", spec.hidden_size, layer)
    yield from _grouped_queries(spec, layer) if moe is None else _latent(spec, moe, layer)
    yield _vector("post_attention_layernorm", spec.hidden_size, layer)
    if moe is None or layer < moe.first_dense_layers:
        yield from _feed_forward("mlp", spec.hidden_size, spec.intermediate_size, layer)
        return
    width, routed = moe.expert_intermediate_size, moe.n_routed_experts
    yield Matrix("mlp.gate", routed, spec.hidden_size, "whole", layer, quantized=False)
    yield _vector("mlp.gate.e_score_correction_bias", routed, layer, _F32)
    yield from _feed_forward("mlp.shared_experts", spec.hidden_size, width * moe.n_shared_experts, layer)
    for name, outputs, inputs in _gate_up_down(spec.hidden_size, width):
        yield Matrix(f"mlp.experts.{name}", outputs, inputs, "experts", layer, count=routed)


def _gate_up_down(hidden: int, width: int) -> tuple[tuple[str, int, int], ...]:
    return ("gate_proj", width, hidden), ("up_proj", width, hidden), ("down_proj", hidden, width)


def _feed_forward(prefix: str, hidden: int, width: int, layer: int) -> Iterator[Matrix]:
    for name, outputs, inputs in _gate_up_down(hidden, width):
        yield Matrix(f"{prefix}.{name}", outputs, inputs, "inputs" if name == "down_proj" else "outputs", layer)


def _grouped_queries(spec: ModelSpec, layer: int) -> Iterator[Matrix]:
    for name, heads in (("q", spec.n_attention_heads), ("k", spec.n_kv_heads), ("v", spec.n_kv_heads)):
        width = heads * spec.head_dim
        yield Matrix(f"self_attn.{name}_proj", width, spec.hidden_size, "outputs", layer, heads=heads)
        if spec.qkv_bias:
            yield Matrix(f"self_attn.{name}_proj.bias", width, 1, "outputs", layer, heads=heads, quantized=False)
    if spec.qk_norm:
        yield _vector("self_attn.q_norm", spec.head_dim, layer)
        yield _vector("self_attn.k_norm", spec.head_dim, layer)
    yield Matrix("self_attn.o_proj", spec.hidden_size, spec.n_attention_heads * spec.head_dim, "inputs", layer)


def _latent(spec: ModelSpec, moe: MlaMoe, layer: int) -> Iterator[Matrix]:
    """The projections down to the latent vectors are on every device; what comes after them divides by heads."""
    heads, key = spec.n_attention_heads, moe.qk_nope_head_dim + moe.qk_rope_head_dim
    latent, both = moe.kv_lora_rank, moe.qk_nope_head_dim + moe.v_head_dim
    yield Matrix("self_attn.q_a_proj", moe.q_lora_rank, spec.hidden_size, "whole", layer)
    yield _vector("self_attn.q_a_layernorm", moe.q_lora_rank, layer)
    yield Matrix("self_attn.q_b_proj", heads * key, moe.q_lora_rank, "outputs", layer, heads=heads)
    yield Matrix("self_attn.kv_a_proj_with_mqa", latent + moe.qk_rope_head_dim, spec.hidden_size, "whole", layer)
    yield _vector("self_attn.kv_a_layernorm", latent, layer)
    yield Matrix("self_attn.kv_b_proj", heads * both, latent, "outputs", layer, heads=heads)
    yield Matrix("self_attn.o_proj", spec.hidden_size, heads * moe.v_head_dim, "inputs", layer)


def _prediction_layer(spec: ModelSpec) -> Iterator[Matrix]:
    """One more layer with experts, its projection, and embedding and head once more (``README_WEIGHTS.md``)."""
    layer, hidden = spec.n_layers, spec.hidden_size
    yield from _layer(spec, layer)
    yield _table("embed_tokens", spec, layer)
    yield _table("shared_head.head", spec, layer)
    for name in ("enorm", "hnorm", "shared_head.norm"):
        yield _vector(name, hidden, layer)
    yield Matrix("eh_proj", hidden, 2 * hidden, "whole", layer, quantized=False)

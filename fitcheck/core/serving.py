"""vLLM and SGLang: what each card holds of a safetensors model, and how long a context the rest has room for.

Weights and cache bytes a token are exact. What activations, CUDA graphs and communication take is a margin: both
engines measure it when they start. Division as in vLLM's ``deepseek_v2.py``, ``linear.py`` and
``fused_moe/layer.py``, which SGLang's models follow.
"""

from __future__ import annotations

from typing import Literal, get_args

from fitcheck.core.model import ModelSpec
from fitcheck.core.safetensors import FP8_BLOCK, CheckpointFormat, Matrix, check_format, matrices, matrix_bytes
from fitcheck.core.units import GIB
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

ServingEngine = Literal["vllm", "sglang"]
SAFETENSORS_ENGINES: tuple[ServingEngine, ...] = get_args(ServingEngine)
CacheType = Literal["auto", "fp8"]

MEMORY_SHARE = 0.9
"""Of a card's whole memory: the default of vLLM's ``--gpu-memory-utilization`` and of SGLang's
``--mem-fraction-static`` (their documentation of engine arguments)."""

ACTIVATION_MARGIN_BYTES = 2 * GIB
"""A margin for activations and CUDA graphs inside vLLM's share, not a measurement: both engines measure at start."""

BLOCK_TOKENS = {"vllm": 16, "sglang": 1}
"""Tokens that the cache is given out in (vLLM ``--block-size``, SGLang ``--page-size``)."""


@dataclass(frozen=True, slots=True)
class Division:
    """How a model is divided among cards.

    ``tensor`` and ``pipeline`` are counts of cards; with ``expert_parallel`` the cards of one stage share out whole
    experts instead of a part of each.
    """

    tensor: int = 1
    pipeline: int = 1
    expert_parallel: bool = False

    @property
    def cards(self) -> int:
        """How many cards that takes."""
        return self.tensor * self.pipeline


@dataclass(frozen=True, slots=True)
class CardLoad:
    """What each card of one pipeline stage holds; ``layers`` are the stage's."""

    weights_bytes: int
    cache_bytes_per_token: int
    layers: int


def stage_loads(
    spec: ModelSpec, form: CheckpointFormat, division: Division, cache_type: CacheType = "auto", *, mtp: bool = False
) -> tuple[CardLoad, ...]:
    """What each card of every pipeline stage holds.

    Raises RequestError where the model cannot be divided so (``bad_division``) or has no such checkpoint. ``mtp``: with
    the layer for multi-token prediction, which the engines load only to speculate.
    """
    check_format(spec, form)
    check_division(spec, form, division)
    stages = stage_layers(spec.n_layers, division.pipeline)
    sizes = [0] * division.pipeline
    for matrix in matrices(spec, mtp=mtp):
        sizes[_stage_of(matrix, stages)] += part_bytes(matrix, form, division)
    per_layer = cache_bytes_per_layer(spec, division.tensor, cache_type)
    return tuple(CardLoad(size, per_layer * layers, layers) for size, layers in zip(sizes, stages, strict=True))


def check_division(spec: ModelSpec, form: CheckpointFormat, division: Division) -> None:
    """Refuse what the engines refuse when they load a model."""
    tensor, moe = division.tensor, spec.mla_moe
    if spec.n_attention_heads % tensor:
        raise RequestError("bad_division", f"{spec.n_attention_heads} attention heads do not divide by {tensor} cards.")
    if division.pipeline > spec.n_layers:
        raise RequestError("bad_division", f"{spec.n_layers} layers do not fill {division.pipeline} stages.")
    widths = {spec.intermediate_size} if moe is None else {spec.intermediate_size, moe.expert_intermediate_size}
    if moe is not None and division.expert_parallel:
        widths = {spec.intermediate_size}
        if moe.n_routed_experts % tensor:
            raise RequestError("bad_division", f"{moe.n_routed_experts} experts do not divide by {tensor} cards.")
    for width in widths:
        if width % tensor or (form == "FP8" and width // tensor % FP8_BLOCK):
            blocks = f" in blocks of {FP8_BLOCK}" if form == "FP8" else ""
            raise RequestError("bad_division", f"{width} values of a layer{blocks} do not divide by {tensor} cards.")


def part_bytes(matrix: Matrix, form: CheckpointFormat, division: Division) -> int:
    """Bytes of a matrix on each card of its stage."""
    tensor, outputs, inputs, count = division.tensor, matrix.outputs, matrix.inputs, matrix.count
    if matrix.division == "experts" and division.expert_parallel:
        return count // tensor * matrix_bytes(matrix, form, outputs, inputs)
    if matrix.division == "inputs" or (matrix.division == "experts" and matrix.name.endswith("down_proj")):
        inputs = -(-inputs // tensor)
    elif matrix.division in ("outputs", "experts"):
        # KV heads are repeated where there are more cards than heads.
        units = min(tensor, matrix.heads) if matrix.heads else tensor
        outputs = -(-outputs // units)
    return count * matrix_bytes(matrix, form, outputs, inputs)


def stage_layers(n_layers: int, stages: int) -> tuple[int, ...]:
    """Layers of each pipeline stage; what is left over goes to the last ones but the very last, which has the head.

    Source: vLLM ``get_pp_indices`` (vllm/distributed/utils.py).
    """
    layers, left = [n_layers // stages] * stages, n_layers % stages
    for index in range(2, left + 2):
        layers[-index if stages > 1 else -1] += 1
    return tuple(layers)


def _stage_of(matrix: Matrix, stages: tuple[int, ...]) -> int:
    if matrix.layer is None:
        return 0 if matrix.name == "embed_tokens" else len(stages) - 1
    begin = 0
    for stage, layers in enumerate(stages):
        begin += layers
        if matrix.layer < begin:
            return stage
    return len(stages) - 1


def cache_bytes_per_layer(spec: ModelSpec, tensor: int, cache_type: CacheType = "auto") -> int:
    """Cache bytes a token and layer on one card: the latent vector is on every card, KV heads are shared out."""
    value = 1 if cache_type == "fp8" else 2
    if spec.mla_moe is not None:
        return (spec.mla_moe.kv_lora_rank + spec.mla_moe.qk_rope_head_dim) * value
    return 2 * -(-spec.n_kv_heads // tensor) * spec.head_dim * value


def room_for_cache(
    load: CardLoad,
    memory_total_bytes: int,
    engine: ServingEngine,
    *,
    share: float = MEMORY_SHARE,
    margin_bytes: int = ACTIVATION_MARGIN_BYTES,
) -> int:
    """Bytes for the cache on the fullest card; below zero: that much is missing for the weights alone.

    vLLM's share includes activations, SGLang's is for weights and cache only.
    """  # fmt: skip
    inside = margin_bytes if engine == "vllm" else 0
    return int(memory_total_bytes * share) - load.weights_bytes - inside


def longest_context(load: CardLoad, room_bytes: int, engine: ServingEngine) -> int:
    """Tokens of all chats together that the cache has room for, in whole blocks."""
    block = BLOCK_TOKENS[engine]
    return max(0, room_bytes // load.cache_bytes_per_token) // block * block

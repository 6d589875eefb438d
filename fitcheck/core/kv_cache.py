"""Bytes of the KV cache on every device: GQA, MLA and legacy MLA, any cache type.

Rules of llama.cpp's src/llama-context.cpp (padding of the context) and src/llama-kv-cache.cpp (one K and one V
tensor a layer, on the layer's device). For R1 the cache holds one latent vector of 576 values a token and
layer and no V; files of the legacy layout hold 128 full heads, 71 times as much.
"""

from __future__ import annotations

from functools import lru_cache

from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement, layer_spans_of_cards
from fitcheck.core.quantization import is_quantized, row_bytes
from fitcheck.core.weights import HOST_ALIGNMENT, gpu_tensor_bytes, padded
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError

CONTEXT_PADDING = 256
"""Tokens, ``GGML_PAD(n_ctx, 256)`` in src/llama-context.cpp."""


def allocated_context(workload: Workload) -> int:
    """Tokens the cache holds: padded to 256, each sequence by itself where the cache is split."""
    whole = padded(workload.context, CONTEXT_PADDING)
    if workload.kv_unified:
        return whole
    return workload.parallel * padded(whole // workload.parallel, CONTEXT_PADDING)


def cache_widths(spec: ModelSpec, *, legacy: bool) -> tuple[int, int]:
    """Values a token and layer in K and in V (0: there is no V), in a file of the current or the legacy layout."""
    moe = spec.mla_moe
    if moe is None:
        width = spec.n_kv_heads * spec.head_dim
        return width, width
    if legacy:
        heads = spec.n_attention_heads
        return heads * (moe.qk_nope_head_dim + moe.qk_rope_head_dim), heads * moe.v_head_dim
    return moe.kv_lora_rank + moe.qk_rope_head_dim, 0


def check_cache_types(spec: ModelSpec, workload: Workload) -> None:
    """Refuse what the engine refuses, with its reason (RequestError ``engine_rejected``).

    Sources: ``llama_init_from_model`` in src/llama-context.cpp.
    """
    latent = spec.mla_moe is not None and workload.kv_layout == "mla"
    if latent and workload.type_k != workload.type_v:
        raise RequestError(
            "engine_rejected",
            f"llama.cpp does not support different K ({workload.type_k}) and V ({workload.type_v}) cache types "
            "for this model: latent attention (MLA) keeps one cache for both.",
        )
    if workload.flash_attn == "off" and is_quantized(workload.type_v.upper()):
        raise RequestError(
            "engine_rejected",
            f"llama.cpp needs flash attention for a quantized V cache ({workload.type_v}): turn flash attention on "
            "or take f16 for V.",
        )


def layer_bytes(spec: ModelSpec, workload: Workload, *, on_gpu: bool) -> int:
    """Bytes of one layer's cache on a card or on the host."""
    widths = cache_widths(spec, legacy=workload.kv_layout == "legacy")
    return _layer_bytes(widths, (workload.type_k, workload.type_v), allocated_context(workload))[on_gpu]


@lru_cache(maxsize=1024)
def _layer_bytes(widths: tuple[int, int], cache_types: tuple[str, str], context: int) -> tuple[int, int]:
    """Bytes on the host and on a card."""
    on_host = on_card = 0
    for width, cache_type in zip(widths, cache_types, strict=True):
        if width:
            ggml_type = cache_type.upper()
            on_host += padded(context * row_bytes(ggml_type, width), HOST_ALIGNMENT)
            on_card += gpu_tensor_bytes(ggml_type, width, context)
    return on_host, on_card


def kv_cache_by_device(spec: ModelSpec, workload: Workload, placement: Placement) -> list[int]:
    """Bytes of KV cache on each card in order, then on the host."""
    amounts = [0] * (placement.gpus + 1)
    on_host = layer_bytes(spec, workload, on_gpu=False)
    if not workload.kv_offload or not placement.gpus:
        amounts[HOST_INDEX] = spec.n_layers * on_host
        return amounts
    on_gpu = layer_bytes(spec, workload, on_gpu=True)
    spans = layer_spans_of_cards(spec.n_layers, placement)
    for card, (begin, end) in enumerate(spans):
        if begin < end:
            # The output layer has no cache.
            amounts[card] = (min(end, spec.n_layers) - begin) * on_gpu
    amounts[HOST_INDEX] = min(spans[0][0], spec.n_layers) * on_host
    return amounts

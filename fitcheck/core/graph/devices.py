"""What each device can compute, what it borrows, and how many bytes a tensor takes there.

A card is what llama.cpp's CUDA backend says for compute capability 8.9 (ggml/src/ggml-cuda/ggml-cuda.cu
``ggml_backend_cuda_device_supports_op``, fattn.cu); the processor computes everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from fitcheck.core.graph.tensor import Node, row_size
from fitcheck.core.quantization import GGML_TYPES, is_quantized
from fitcheck.core.weights import GPU_ALIGNMENT, GPU_ROW_PADDING, HOST_ALIGNMENT, NO_GPU_KERNEL

WIDE_ROWS_ONLY = frozenset(("IQ4_NL", "MXFP4"))
"""Types whose rows a card can pick only where they are multiples of 256."""

_F16_BYTES = 2

OFFLOAD_MIN_BATCH = 32
"""Rows from which a card borrows weights of the host (``op_offload_min_batch_size``)."""

_QUANTIZED = frozenset(kind for kind in GGML_TYPES if is_quantized(kind))
_FLASH_TYPES = frozenset(("F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"))
_SET_ROWS_TYPES = _FLASH_TYPES | {"IQ4_NL"}
_VECTOR_TYPES = frozenset((("F16", "F16"), ("BF16", "BF16"), ("Q4_0", "Q4_0"), ("Q8_0", "Q8_0")))
"""(K, V) types that the vector kernels of a default build read without a copy."""


def card_computes(card: int, node: Node) -> bool:
    """Whether a card can compute an operation: it knows it, and no operand lies on another card."""
    for source in node.src:
        if source.home is not None and source.home >= 0 and source.home != card:
            return False
    op = node.op
    if op in ("MUL_MAT", "MUL_MAT_ID"):
        left, right = node.src[0], node.src[1]
        if right.type == "F16" and left.type != "F16":
            return False
        return left.type not in NO_GPU_KERNEL
    if op == "GET_ROWS":
        table = node.src[0]
        if table.type in WIDE_ROWS_ONLY:
            return table.ne[0] % 256 == 0
        return table.type not in NO_GPU_KERNEL
    if op == "SET_ROWS":
        return node.type in _SET_ROWS_TYPES
    if op == "FLASH_ATTN_EXT":
        return flash_kernel(node) is not None
    return True


def borrows(node: Node) -> bool:
    """Whether the batch is large enough for a card to fetch weights of the host (``offload_op``)."""
    if node.op == "GET_ROWS":
        return False
    if node.op == "MUL_MAT":
        return node.ne[1] >= OFFLOAD_MIN_BATCH
    if node.op in ("MUL_MAT_ID", "ROPE"):
        return node.ne[2] >= OFFLOAD_MIN_BATCH
    return node.ne[1] * node.ne[2] * node.ne[3] >= OFFLOAD_MIN_BATCH


class Scratch(IntEnum):
    """What the kernel of an operation needs besides its result: F16 copies of a cache, K alone where V lies in it."""

    NOTHING = 0
    K_COPY = 1
    K_AND_V_COPY = 2


def scratch(node: Node) -> Scratch:
    """What kind of memory a fused attention needs besides its result on a card."""
    keys, values = node.src[1], node.src[2]
    same_view = values.view_src is keys.view_src and values.view_offset == keys.view_offset
    values_are_keys = values.view_src is not None and (values.view_src is keys or same_view)
    return Scratch.K_COPY if values_are_keys else Scratch.K_AND_V_COPY


def alignment(*, on_card: bool) -> int:
    """What sizes in a buffer are rounded up to."""
    return GPU_ALIGNMENT if on_card else HOST_ALIGNMENT


def parts_in_buffer(
    node: Node, *, on_card: bool, needs: Scratch = Scratch.NOTHING, converts: bool | None = None
) -> Iterator[int]:
    """Bytes that a buffer sets aside for a tensor; each part is aligned together with those before it.

    ``converts`` tells whether the kernel converts caches to F16, where that was found out already.
    """
    size = node.bytes
    if on_card and needs is not Scratch.NOTHING and (reads_f16(node) if converts is None else converts):
        for cache in node.src[1 : 1 + needs.value]:
            if cache.type != "F16":
                yield size
                size = _F16_BYTES * cache.elements
    if on_card and node.type in _QUANTIZED and node.ne[0] % GPU_ROW_PADDING:
        size += row_size(node.type, GPU_ROW_PADDING - node.ne[0] % GPU_ROW_PADDING)
    yield size


def flash_kernel(node: Node) -> str | None:
    """``vector`` or ``tensor_core``: the kernel that computes this attention; None where there is none."""
    query, keys, values, mask = node.src[:4]
    shared = _queries_share_keys(query, keys, values, mask)
    if not _flash_known(query, keys, values, shared):
        return None
    head_dim = query.ne[0]
    if head_dim > 256 or head_dim % 64 or head_dim == 192 or keys.ne[1] % 256:
        return "tensor_core"
    if keys.type in _QUANTIZED or values.type in _QUANTIZED:
        if query.ne[1] <= 2:
            return "vector"
    elif query.ne[1] == 1 and query.ne[3] == 1:
        ratio = query.ne[2] // keys.ne[2]
        if not (ratio > 4 and (head_dim >= 256 or keys.ne[1] >= 8192)):
            return "vector"
    if not shared and query.ne[1] == 1:
        return "vector"
    return "tensor_core"


def _queries_share_keys(query: Node, keys: Node, values: Node, mask: Node) -> bool:
    """Whether several query heads may share one pass over a KV head (``gqa_opt_applies``)."""
    if query.ne[2] // keys.ne[2] < 2 or keys.ne[1] % 256:
        return False
    return not any(
        operand.type not in _QUANTIZED and any(stride % 16 for stride in operand.nb[1:])
        for operand in (query, keys, values, mask)
    )


def _flash_known(query: Node, keys: Node, values: Node, shared: bool) -> bool:
    key_dim, value_dim, ratio = keys.ne[0], values.ne[0], query.ne[2] // keys.ne[2]
    if key_dim in (40, 64, 72, 80, 96, 112, 128, 256):
        known = value_dim == key_dim
    elif key_dim == 192:
        known = value_dim == 128 and shared and ratio % 8 == 0
    elif key_dim == 320:
        known = value_dim == 256 and shared and ratio % 32 == 0
    else:
        known = key_dim in (512, 576) and value_dim == 512 and shared
    return known and keys.type in _FLASH_TYPES and values.type in _FLASH_TYPES


def reads_f16(node: Node) -> bool:
    """Whether the kernel reads K and V as F16 and converts other types first."""
    kernel = flash_kernel(node)
    types = (node.src[1].type, node.src[2].type)
    return kernel == "tensor_core" or (kernel == "vector" and types not in _VECTOR_TYPES)

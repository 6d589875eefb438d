"""Attention: grouped queries, latent (MLA) and the legacy conversion of it.

Rules of src/llama-graph.cpp (``build_attn``, ``build_attn_mha``), src/llama-kv-cache.cpp (``cpy_k`` … ``get_v``) and
src/models/deepseek2.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass

from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.tensor import (
    Node,
    get_rows,
    given,
    like,
    mul_mat,
    reshape,
    row_size,
    set_rows,
    shape,
    swap_1_2,
    transpose,
    view,
)

TOKENS, EMBEDDINGS, POSITIONS, K_INDEX, V_INDEX, MASK, K_ROTATION, V_ROTATION, ROWS = range(9)
"""Numbers of the inputs."""


@dataclass(slots=True)
class Inputs:
    """What the program fills in before each batch.

    Tokens or their ``embeddings``, their positions, where to write in the cache, who may look at whom, the rows whose
    logits are asked for.
    """

    tokens: Node
    embeddings: Node
    positions: Node
    rows: Node
    k_index: Node
    v_index: Node | None
    mask: Node
    k_rotation: Node | None = None
    v_rotation: Node | None = None


def make_inputs(setting: Setting) -> Inputs:
    """The inputs of a graph."""
    tokens, streams, spec = setting.tokens, setting.streams, setting.spec
    mask_type = "F16" if setting.flash_attn else "F32"
    inputs = Inputs(
        given(TOKENS, "I32", tokens), given(EMBEDDINGS, "F32", spec.hidden_size, tokens),
        given(POSITIONS, "I32", tokens), given(ROWS, "I32", setting.outputs), given(K_INDEX, "I64", tokens), None,
        given(MASK, mask_type, setting.cells, tokens // streams, 1, streams),
    )  # fmt: skip
    if not setting.is_latent:
        width = (setting.caches[0][1] or setting.caches[0][0]).ne[0]
        inputs.v_index = given(V_INDEX, "I64", tokens * width if setting.v_transposed else tokens)
        if setting.rotates_k:
            size = 64
            while spec.head_dim % (2 * size) == 0:
                size *= 2
            inputs.k_rotation = given(K_ROTATION, "F32", size, size)
        if setting.rotates_v:
            inputs.v_rotation = given(V_ROTATION, "F32", 64, 64)
    return inputs


def norm(setting: Setting, node: Node, weight: Node, layer: int) -> Node:
    """RMS norm and its weights; the engine may pin the first of the two to the layer's device."""
    normed = like(node, "RMS_NORM")
    if layer >= 0 and setting.norm_devices is not None:
        normed.backend = setting.norm_devices[layer]
    return like(normed, "MUL", weight)


def rope(setting: Setting, node: Node, positions: Node, layer: int) -> Node:
    """Rotary position embedding."""
    factors = setting.rope_factors[layer]
    return like(node, "ROPE", positions, *([factors] if factors is not None else []))


def grouped_queries(setting: Setting, node: Node, inputs: Inputs, layer: int) -> Node:
    """Attention of the dense models, from the normed input to the output projection."""
    spec, tokens, positions = setting.spec, setting.tokens, inputs.positions
    heads = {"q": spec.n_attention_heads, "k": spec.n_kv_heads, "v": spec.n_kv_heads}
    flat = {}
    for name in heads:
        flat[name] = mul_mat(setting.weight(layer, f"attn_{name}.weight"), node)
        if spec.qkv_bias:
            flat[name] = like(flat[name], "ADD", setting.weight(layer, f"attn_{name}.bias"))
    q, k, v = (reshape(flat[name], spec.head_dim, count, tokens) for name, count in heads.items())
    if spec.qk_norm:
        q = rope(setting, norm(setting, q, setting.weight(layer, "attn_q_norm.weight"), layer), positions, layer)
        k = rope(setting, norm(setting, k, setting.weight(layer, "attn_k_norm.weight"), layer), positions, layer)
    else:
        q, k = rope(setting, q, positions, layer), rope(setting, k, positions, layer)
    return _cached(setting, q, k, v, inputs, layer)


def latent(setting: Setting, node: Node, inputs: Inputs, layer: int) -> Node:
    """Attention of R1 from the normed input to the output projection, in either conversion."""
    moe = setting.spec.mla_moe
    assert moe is not None
    heads, tokens, lora, rotary = setting.spec.n_attention_heads, setting.tokens, moe.kv_lora_rank, moe.qk_rope_head_dim
    plain = moe.qk_nope_head_dim
    q = mul_mat(setting.weight(layer, "attn_q_a.weight"), node)
    q = norm(setting, q, setting.weight(layer, "attn_q_a_norm.weight"), layer)
    q = reshape(mul_mat(setting.weight(layer, "attn_q_b.weight"), q), plain + rotary, heads, tokens)
    both = mul_mat(setting.weight(layer, "attn_kv_a_mqa.weight"), node)
    row = row_size("F32", lora + rotary)
    compressed = view(both, shape(lora, tokens), (4, row, row * tokens, row * tokens))
    k_rotary = view(both, shape(rotary, 1, tokens), (4, row, row, row * tokens), row_size("F32", lora))
    k_rotary = rope(setting, k_rotary, inputs.positions, layer)
    compressed = norm(setting, compressed, setting.weight(layer, "attn_kv_a_norm.weight"), layer)
    if setting.legacy:
        return _decompressed(setting, q, k_rotary, compressed, inputs, layer)
    q_plain = view(q, shape(plain, heads, tokens), (4, q.nb[1], q.nb[2], q.nb[2] * tokens))
    q_rotary = view(q, shape(rotary, heads, tokens), (4, q.nb[1], q.nb[2], q.nb[2] * tokens), row_size("F32", plain))
    q_rotary = rope(setting, q_rotary, inputs.positions, layer)
    absorbed = swap_1_2(mul_mat(setting.weight(layer, "attn_k_b.weight"), swap_1_2(q_plain)))
    query = Node("F32", shape(lora + rotary, heads, tokens), "CONCAT", (absorbed, q_rotary))
    compressed = reshape(compressed, lora, 1, tokens)
    key = Node("F32", shape(lora + rotary, 1, tokens), "CONCAT", (compressed, k_rotary))
    for part in (query, compressed, key):
        setting.graph.expand(part)
    cache = setting.caches[layer][0]
    setting.graph.expand(_write_k(setting, key, inputs, cache))
    k = _read_k(setting, cache, lora + rotary, 1)
    v = view(k, (lora, k.ne[1], k.ne[2], k.ne[3]), k.nb)
    done = _heads(setting, query, k, v, inputs.mask, setting.weight(layer, "attn_v_b.weight"))
    return mul_mat(setting.weight(layer, "attn_output.weight"), done)


def _decompressed(setting: Setting, q: Node, k_rotary: Node, compressed: Node, inputs: Inputs, layer: int) -> Node:
    """The legacy conversion: every head's keys and values are written out in full."""
    moe = setting.spec.mla_moe
    assert moe is not None
    heads, tokens, rotary = setting.spec.n_attention_heads, setting.tokens, moe.qk_rope_head_dim
    plain, wide = moe.qk_nope_head_dim, moe.qk_nope_head_dim + moe.v_head_dim
    both = mul_mat(setting.weight(layer, "attn_kv_b.weight"), compressed)
    row = row_size("F32", wide)
    strides = (4, row, row * heads, row * heads * tokens)
    k_plain = view(both, shape(plain, heads, tokens), strides)
    v = view(both, shape(moe.v_head_dim, heads, tokens), strides, row_size("F32", plain))
    v = like(v, "CONT")
    query = rope(setting, q, inputs.positions, layer)
    repeated = Node("F32", shape(rotary, heads, tokens), "REPEAT", (k_rotary,))
    key = Node("F32", shape(plain + rotary, heads, tokens), "CONCAT", (k_plain, repeated))
    return _cached(setting, query, key, v, inputs, layer)


def _cached(setting: Setting, q: Node, k: Node, v: Node, inputs: Inputs, layer: int) -> Node:
    """Write K and V into the cache, attend over all of it, project (``build_attn`` with a full cache)."""
    if inputs.k_rotation is not None:
        q, k = _rotated(q, inputs.k_rotation), _rotated(k, inputs.k_rotation)
    if inputs.v_rotation is not None:
        v = _rotated(v, inputs.v_rotation)
    for part in (q, v, k):
        setting.graph.expand(part)
    k_cache, v_cache = setting.caches[layer]
    assert v_cache is not None
    setting.graph.expand(_write_k(setting, k, inputs, k_cache))
    setting.graph.expand(_write_v(setting, v, inputs, v_cache))
    keys = _read_k(setting, k_cache, k.ne[0], k.ne[1])
    values = _read_v(setting, v_cache, v.ne[0], v.ne[1])
    done = _heads(setting, q, keys, values, inputs.mask, None)
    if inputs.v_rotation is not None:
        done = _rotated(done, inputs.v_rotation)
    return mul_mat(setting.weight(layer, "attn_output.weight"), done)


def _rotated(node: Node, rotation: Node) -> Node:
    """Quantized caches hold rotated values (``llama_mul_mat_hadamard``)."""
    size = rotation.ne[0]
    rows = node.elements // size
    flat = reshape(node, size, rows) if node.is_contiguous else Node(node.type, shape(size, rows), "CONT", (node,))
    return reshape(mul_mat(rotation, flat), *node.ne)


def _write_k(setting: Setting, k: Node, inputs: Inputs, cache: Node) -> Node:
    width = k.ne[0] * k.ne[1]
    flat = view(k, shape(width, k.ne[2]), (k.nb[0], k.nb[2], k.nb[2] * k.ne[2], k.nb[2] * k.ne[2]))
    return set_rows(_all_streams(setting, cache), flat, inputs.k_index)


def _write_v(setting: Setting, v: Node, inputs: Inputs, cache: Node) -> Node:
    assert inputs.v_index is not None
    width, tokens = v.ne[0] * v.ne[1], v.ne[2]
    if not setting.v_transposed:
        flat = view(v, shape(width, tokens), (v.nb[0], v.nb[2], v.nb[2] * tokens, v.nb[2] * tokens))
        return set_rows(_all_streams(setting, cache), flat, inputs.v_index)
    if row_size(v.type, width) == v.nb[2]:
        flat = reshape(v, width, tokens)
    else:
        flat = Node(v.type, shape(width, tokens), "CONT", (v,))
    # Each value is a row of its own, because the transposed cache scatters them.
    return set_rows(reshape(cache, 1, cache.elements), reshape(flat, 1, flat.elements), inputs.v_index)


def _all_streams(setting: Setting, cache: Node) -> Node:
    if setting.streams == 1:
        return cache
    return reshape(cache, cache.ne[0], cache.ne[1] * setting.streams)


def _read_k(setting: Setting, cache: Node, head: int, heads: int) -> Node:
    kind, whole = cache.type, row_size(cache.type, cache.ne[0])
    strides = (cache.nb[0], row_size(kind, head), whole, whole * setting.cells)
    return view(cache, (head, heads, setting.cells, setting.streams), strides)


def _read_v(setting: Setting, cache: Node, head: int, heads: int) -> Node:
    if not setting.v_transposed:
        return _read_k(setting, cache, head, heads)
    kind, cells = cache.type, setting.cells
    strides = (
        cache.nb[0], row_size(kind, cells * head), row_size(kind, cells), row_size(kind, cells * cache.ne[0]),
    )  # fmt: skip
    return view(cache, (cells, heads, head, setting.streams), strides)


def _heads(setting: Setting, q: Node, k: Node, v: Node, mask: Node, decompress: Node | None) -> Node:
    """All heads at once (``build_attn_mha``)."""
    transposed = v.nb[1] > v.nb[2]
    streams = k.ne[3]
    each = q.ne[2] // streams
    q = view(q, (q.ne[0], q.ne[1], each, streams), (q.nb[0], q.nb[1], q.nb[2], q.nb[2] * each))
    q, k, v = swap_1_2(q), swap_1_2(k), swap_1_2(v)
    if setting.flash_attn:
        done = _fused(q, k, transpose(v) if transposed else v, mask, decompress)
    else:
        scores = like(mul_mat(k, q), "SOFT_MAX", mask)
        if not transposed:
            v = like(transpose(v), "CONT")
        done = mul_mat(v, scores)
        if decompress is not None:
            done = mul_mat(decompress, done)
        done = swap_1_2(done)
        done = Node("F32", shape(done.ne[0] * done.ne[1], done.ne[2] * done.ne[3]), "CONT", (done,))
    setting.graph.expand(done)
    return done


def _fused(q: Node, k: Node, v: Node, mask: Node, decompress: Node | None) -> Node:
    k, v = _as_f16(k), _as_f16(v)
    done = Node("F32", (v.ne[0], q.ne[2], q.ne[1], q.ne[3]), "FLASH_ATTN_EXT", (q, k, v, mask))
    if decompress is not None:
        done = like(swap_1_2(mul_mat(decompress, swap_1_2(done))), "CONT")
    return reshape(done, done.ne[0] * done.ne[1], done.ne[2] * done.ne[3])


def _as_f16(node: Node) -> Node:
    if node.type != "F32":
        return node
    # The engine makes the result an operand of itself, too, which changes nothing but to tie the graph in a knot.
    return Node("F16", node.ne, "CPY", (node,))


def pick_outputs(node: Node, rows: Node) -> Node:
    """Only the rows whose logits are asked for go on."""
    return get_rows(node, rows)

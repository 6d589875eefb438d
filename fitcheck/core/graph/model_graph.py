"""The graph of a whole model for one batch. Rules of src/models/{qwen2,qwen3,llama,deepseek2}.cpp."""

from __future__ import annotations

from fitcheck.core.graph.attention import attention_inputs, grouped_queries, latent, norm, pick_outputs
from fitcheck.core.graph.experts import feed_forward, mixture
from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.tensor import BEFORE_LAYERS, Node, get_rows, given, like, mul_mat


def build(setting: Setting) -> list[Node]:
    """Fill ``setting.graph``; returns the attention results whose device decides about flash attention."""
    spec, graph, tokens = setting.spec, setting.graph, setting.tokens
    hidden = get_rows(setting.weights.outside("token_embd.weight"), given("I32", tokens))
    graph.expand(hidden)
    # Batches of embeddings instead of tokens come in here; the engine keeps room for both.
    graph.expand(given("F32", spec.hidden_size, tokens))
    graph.end_part(BEFORE_LAYERS, 0)
    positions, inputs, rows = given("I32", tokens), attention_inputs(setting), given("I32", setting.outputs)
    count = len(setting.caches)
    for layer in range(count):
        before = hidden
        normed = norm(setting, hidden, setting.weight(layer, "attn_norm.weight"), layer)
        attend = latent if spec.mla_moe is not None else grouped_queries
        attended = attend(setting, normed, positions, inputs, layer)
        if layer == count - 1:
            attended, before = pick_outputs(attended, rows), pick_outputs(before, rows)
        middle = like(attended, "ADD", before)
        normed = norm(setting, middle, setting.weight(layer, "ffn_norm.weight"), layer)
        forward = mixture if setting.with_experts[layer] else feed_forward
        hidden = like(forward(setting, normed, layer), "ADD", middle)
        graph.expand(hidden)
        if layer < count - 1:
            graph.end_part(setting.kinds[layer], layer)
    final = norm(setting, hidden, setting.weights.outside("output_norm.weight"), -1)
    logits = mul_mat(setting.weights.outside("output.weight"), final)
    final.is_output = logits.is_output = True
    graph.expand(logits)
    graph.end_part(setting.kinds[-1], count - 1)
    return [node for node in graph.nodes if node.op == "FLASH_ATTN_EXT"]

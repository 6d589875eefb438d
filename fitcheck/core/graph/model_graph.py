"""The graph of one batch, for a whole model or for a layer of it.

Rules of src/models/{qwen2,qwen3,llama,deepseek2}.cpp.
"""

from __future__ import annotations

from fitcheck.core.graph.attention import grouped_queries, latent, make_inputs, norm, pick_outputs
from fitcheck.core.graph.experts import feed_forward, mixture
from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.tensor import Node, get_rows, like, mul_mat


def build(setting: Setting, passed_on: Node | None = None, *, to_the_end: bool = True) -> Node:
    """Fill ``setting.graph`` with the layers of the setting; returns what they give, the logits at the end of a model.

    ``passed_on`` is what the layer before them gives; None: they begin with the model's first layer.
    """
    spec, graph, inputs = setting.spec, setting.graph, make_inputs(setting)
    hidden = passed_on
    if hidden is None:
        hidden = get_rows(setting.weights.outside("token_embd.weight"), inputs.tokens)
        graph.expand(hidden)
        # Batches of embeddings instead of tokens come in here; the engine keeps room for both.
        graph.expand(inputs.embeddings)
        graph.begin_layers(hidden)
    count = len(setting.caches)
    for layer in range(count):
        before = hidden
        normed = norm(setting, hidden, setting.weight(layer, "attn_norm.weight"), layer)
        attend = latent if spec.mla_moe is not None else grouped_queries
        attended = attend(setting, normed, inputs, layer)
        if to_the_end and layer == count - 1:
            attended, before = pick_outputs(attended, inputs.rows), pick_outputs(before, inputs.rows)
        middle = like(attended, "ADD", before)
        normed = norm(setting, middle, setting.weight(layer, "ffn_norm.weight"), layer)
        forward = mixture if setting.with_experts[layer] else feed_forward
        hidden = like(forward(setting, normed, layer), "ADD", middle)
        graph.expand(hidden)
    if not to_the_end:
        return hidden
    final = norm(setting, hidden, setting.weights.outside("output_norm.weight"), -1)
    logits = mul_mat(setting.weights.outside("output.weight"), final)
    final.is_output = logits.is_output = True
    graph.expand(logits)
    return logits

"""Feed-forward layers: dense, and R1's routed experts with their router. Rules of src/llama-graph.cpp."""

from __future__ import annotations

from fitcheck.core.graph.setting import Setting
from fitcheck.core.graph.tensor import Node, get_rows, like, mul_mat, reshape, set_rows, shape, view
from fitcheck.core.model import MlaMoe


def feed_forward(setting: Setting, node: Node, layer: int, suffix: str = "") -> Node:
    """Gate, up and down (``build_ffn`` with SwiGLU)."""
    up = mul_mat(setting.weight(layer, f"ffn_up{suffix}.weight"), node)
    gate = mul_mat(setting.weight(layer, f"ffn_gate{suffix}.weight"), node)
    return mul_mat(setting.weight(layer, f"ffn_down{suffix}.weight"), like(gate, "GLU", up))


def mixture(setting: Setting, node: Node, layer: int) -> Node:
    """Routed experts and the shared one."""
    moe = setting.spec.mla_moe
    assert moe is not None
    routed = _routed(setting, node, moe, layer)
    shared = feed_forward(setting, node, layer, "_shexp")
    return like(routed, "ADD", shared)


def _routed(setting: Setting, node: Node, moe: MlaMoe, layer: int) -> Node:
    graph, tokens, used = setting.graph, node.ne[1], moe.experts_per_token
    scores = like(mul_mat(setting.weight(layer, "ffn_gate_inp.weight"), node), "UNARY")
    chosen = _chosen(setting, scores, moe, tokens, layer)
    weights = get_rows(reshape(scores, 1, moe.n_routed_experts, tokens), chosen)
    weights = reshape(weights, used, tokens)
    total = like(Node("F32", shape(1, tokens), "SUM_ROWS", (weights,)), "CLAMP")
    weights = like(reshape(like(weights, "DIV", total), 1, used, tokens), "SCALE")
    graph.expand(weights)
    single = reshape(node, node.ne[0], 1, tokens)
    up = _by_expert(setting.weight(layer, "ffn_up_exps.weight"), single, chosen)
    gate = _by_expert(setting.weight(layer, "ffn_gate_exps.weight"), single, chosen)
    each = _by_expert(setting.weight(layer, "ffn_down_exps.weight"), like(gate, "GLU", up), chosen)
    each = like(each, "MUL", weights)
    graph.expand(each)
    strides = (4, each.nb[2], each.nb[2] * tokens, each.nb[2] * tokens)
    parts = [view(each, shape(node.ne[0], tokens), strides, index * each.nb[1]) for index in range(used)]
    for part in parts:
        graph.expand(part)
    total_out = parts[0]
    for part in parts[1:]:
        total_out = like(total_out, "ADD", part)
        graph.expand(total_out)
    return total_out


def _chosen(setting: Setting, scores: Node, moe: MlaMoe, tokens: int, layer: int) -> Node:
    """Indices of the experts of each token: the best groups first, then the best experts in them."""
    biased = like(scores, "ADD", setting.weight(layer, "exp_probs_b.bias"))
    if moe.n_expert_groups == 1:
        return _top(biased, moe.experts_per_token)
    groups, in_group = moe.n_expert_groups, moe.n_routed_experts // moe.n_expert_groups
    by_group = reshape(biased, in_group, groups, tokens)
    best_two = _top(by_group, 2)
    each = get_rows(reshape(by_group, 1, in_group, groups, tokens), best_two)
    sums = Node("F32", shape(1, groups, tokens), "SUM_ROWS", (reshape(each, 2, groups, tokens),))
    best_groups = _top(reshape(sums, groups, tokens), moe.n_groups_per_token)
    kept = get_rows(by_group, best_groups)
    masked = set_rows(like(by_group, "FILL"), kept, best_groups)
    return _top(reshape(masked, moe.n_routed_experts, tokens), moe.experts_per_token)


def _top(node: Node, count: int) -> Node:
    """Indices of the largest ``count`` values of each row (``ggml_argsort_top_k``)."""
    order = Node("I32", node.ne, "ARGSORT", (node,))
    return view(order, (count, *node.ne[1:]), order.nb)


def _by_expert(weight: Node, node: Node, chosen: Node) -> Node:
    ne = (weight.ne[1], chosen.ne[0], node.ne[2], 1)
    return Node("F32", ne, "MUL_MAT_ID", (weight, node, chosen))

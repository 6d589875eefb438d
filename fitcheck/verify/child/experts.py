"""Feed-forward parts: the plain one, and DeepSeek-V3's routed and shared experts.

The router after DeepSeek-V3's inference/model.py (``Gate``): sigmoid scores, chosen with a correction bias and limited
to the best groups, weighted without it.
"""

from __future__ import annotations

from typing import Any, Dict, Tuple

import torch
from torch import Tensor
from torch.nn.functional import silu

from .weights import Packed


class FeedForward:
    """The feed-forward part of one layer (T x D to T x D), with experts where the layer has them."""

    def __init__(self, architecture: Dict[str, Any], weights: Dict[str, Packed]) -> None:
        self.sizes, self.weights = architecture, weights

    @property
    def routed(self) -> bool:
        """Whether the layer has experts."""
        return "ffn_gate_inp.weight" in self.weights

    def __call__(self, x_TD: Tensor) -> Tensor:
        """Apply it."""
        if not self.routed:
            return self._gated("", x_TD)
        return self._experts(x_TD) + self._gated("_shexp", x_TD)

    def _gated(self, suffix: str, x_TD: Tensor) -> Tensor:
        gate, up, down = self._matrices(suffix)
        return down.times(silu(gate.times(x_TD)) * up.times(x_TD))

    def _matrices(self, suffix: str) -> Tuple[Packed, Packed, Packed]:
        gate, up, down = (self.weights[f"ffn_{name}{suffix}.weight"] for name in ("gate", "up", "down"))
        return gate, up, down

    def _experts(self, x_TD: Tensor) -> Tensor:
        """Each expert that any token chose; only those are unpacked."""
        chosen_TE, weight_TE = self.choose(x_TD)
        gate, up, down = self._matrices("_exps")
        each, count = chosen_TE.shape[1], self.sizes["n_routed_experts"]
        expert_P = chosen_TE.flatten()
        hidden = silu(gate.times_each(x_TD, expert_P, count, each)) * up.times_each(x_TD, expert_P, count, each)
        result_PD = down.times_each(hidden, expert_P, count)
        return (result_PD.view(*chosen_TE.shape, -1) * weight_TE.unsqueeze(-1)).sum(1)

    def choose(self, x_TD: Tensor) -> Tuple[Tensor, Tensor]:
        """The experts of each token and their weights, T x experts a token."""
        sizes = self.sizes
        scores = self.weights["ffn_gate_inp.weight"].times(x_TD).sigmoid()
        rated = scores + self.weights["exp_probs_b.bias"].values().view(-1).to(scores.device)
        if sizes["n_expert_groups"] > 1:
            by_group = rated.view(len(x_TD), sizes["n_expert_groups"], -1)
            best = by_group.topk(2, -1).values.sum(-1).topk(sizes["n_groups_per_token"], -1).indices
            left_out = torch.ones(by_group.shape[:2], dtype=torch.bool, device=scores.device).scatter_(1, best, False)
            rated = by_group.masked_fill(left_out.unsqueeze(-1), float("-inf")).flatten(1)
        chosen = rated.topk(sizes["experts_per_token"], -1).indices
        weight = scores.gather(1, chosen)
        if sizes["norm_topk_prob"]:
            weight = weight / (weight.sum(-1, keepdim=True) + 1e-20)
        return chosen, weight * sizes["routed_scaling_factor"]

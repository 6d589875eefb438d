"""Attention of the four architectures: grouped queries, latent (MLA, absorbed) and its legacy conversion.

After DeepSeek-V3's inference/model.py (``MLA``, ``attn_impl = "absorb"`` and ``"naive"``) and llama.cpp's
src/models/deepseek2.cpp, with the tensor names of a GGUF file.
"""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import torch
from torch import Tensor

from .cache import Cache
from .rotary import Rotary, magnitude
from .weights import Packed

Weights = Dict[str, Packed]
Angles = Tuple[Tensor, Tensor]


def rms_norm(x: Tensor, weight: Packed, epsilon: float) -> Tensor:
    """Each row divided by the root of its mean square, times the weights."""
    scaled = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon)
    return scaled * weight.values().view(-1).to(x.device)


class Attention:
    """The attention of one layer from the normed input to the output projection (T x D to T x D)."""

    def __init__(self, architecture: Dict[str, Any], weights: Weights, cache: Cache, rotary: Rotary) -> None:
        self.sizes, self.weights, self.cache, self.rotary = architecture, weights, cache, rotary
        self.heads, self.epsilon = architecture["n_attention_heads"], architecture["rms_norm_eps"]

    def __call__(self, x_TD: Tensor, first: int, angles: Angles) -> Tensor:
        """Attend for T tokens from the position ``first`` on; they enter the cache."""
        if "attn_kv_a_mqa.weight" not in self.weights:
            mixed = self._grouped(x_TD, first, angles)
        elif "attn_kv_b.weight" in self.weights:
            mixed = self._legacy(x_TD, first, angles)
        else:
            mixed = self._absorbed(x_TD, first, angles)
        return self.weights["attn_output.weight"].times(mixed)

    def _grouped(self, x_TD: Tensor, first: int, angles: Angles) -> Tensor:
        groups, width = self.sizes["n_kv_heads"], self.sizes["head_dim"]
        q = self._turned("attn_q", x_TD, self.heads, angles)
        k = self._turned("attn_k", x_TD, groups, angles)
        v = self._projected("attn_v", x_TD)
        assert self.cache.values is not None
        self.cache.keys.write(first, k.flatten(1))
        self.cache.values.write(first, v)
        count = first + len(x_TD)
        k_CGK = self.cache.keys.read(count).view(count, groups, width)
        v_CGK = self.cache.values.read(count).view(count, groups, width)
        q = q.view(len(x_TD), groups, self.heads // groups, width).to(self.cache.device)
        scores = torch.einsum("tgrk,cgk->tgrc", q, k_CGK) * width**-0.5
        mixed = torch.einsum("tgrc,cgk->tgrk", _attended(scores, first), v_CGK)
        return mixed.reshape(len(x_TD), -1).to(x_TD.device)

    def _projected(self, name: str, x_TD: Tensor) -> Tensor:
        product = self.weights[f"{name}.weight"].times(x_TD)
        bias = self.weights.get(f"{name}.bias")
        return product if bias is None else product + bias.values().view(-1).to(product.device)

    def _turned(self, name: str, x_TD: Tensor, heads: int, angles: Angles) -> Tensor:
        projected = self._projected(name, x_TD).view(len(x_TD), heads, -1)
        norm = self.weights.get(f"{name}_norm.weight")
        return self.rotary.turn(projected if norm is None else rms_norm(projected, norm, self.epsilon), angles)

    def _latent_parts(self, x_TD: Tensor, angles: Angles) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        """Queries without and with a position (T x H x K), the latent vector (T x L) and the shared key (T x K)."""
        plain, rank = self.sizes["qk_nope_head_dim"], self.sizes["kv_lora_rank"]
        compressed = rms_norm(
            self.weights["attn_q_a.weight"].times(x_TD), self.weights["attn_q_a_norm.weight"], self.epsilon
        )
        q = self.weights["attn_q_b.weight"].times(compressed).view(len(x_TD), self.heads, -1)
        both = self.weights["attn_kv_a_mqa.weight"].times(x_TD)
        latent = rms_norm(both[:, :rank], self.weights["attn_kv_a_norm.weight"], self.epsilon)
        k_turned = self.rotary.turn(both[:, rank:].unsqueeze(1), angles).squeeze(1)
        return q[..., :plain], self.rotary.turn(q[..., plain:], angles), latent, k_turned

    @property
    def _latent_scale(self) -> float:
        """One over the root of a head's width, with YaRN's magnitude for queries and keys."""
        rope = self.sizes["rope"]
        size = magnitude(rope.get("factor") or 1.0, rope.get("mscale_all_dim", 0.0))
        width: int = self.sizes["qk_nope_head_dim"] + self.sizes["qk_rope_head_dim"]
        return float(width**-0.5 * size * size)

    def _absorbed(self, x_TD: Tensor, first: int, angles: Angles) -> Tensor:
        """The keys' up-projection is applied to the queries, so that the latent cache is read as it is."""
        q_plain, q_turned, latent, k_turned = self._latent_parts(x_TD, angles)
        self.cache.keys.write(first, torch.cat((latent, k_turned), 1))
        cells_CL = self.cache.keys.read(first + len(x_TD))
        q_latent = self._for_each_head("attn_k_b.weight", q_plain)
        query = torch.cat((q_latent, q_turned), -1).to(self.cache.device)
        scores = torch.einsum("thl,cl->thc", query, cells_CL) * self._latent_scale
        mixed = torch.einsum("thc,cl->thl", _attended(scores, first), cells_CL[:, : self.sizes["kv_lora_rank"]])
        return self._for_each_head("attn_v_b.weight", mixed.to(x_TD.device)).flatten(1)

    def _for_each_head(self, name: str, x_THK: Tensor) -> Tensor:
        """Every head by its own matrix of a stacked tensor."""
        tokens = len(x_THK)
        head_P = torch.arange(self.heads, device=x_THK.device).repeat(tokens)
        return self.weights[name].times_each(x_THK.flatten(0, 1), head_P, self.heads).view(tokens, self.heads, -1)

    def _legacy(self, x_TD: Tensor, first: int, angles: Angles) -> Tensor:
        """Full keys and values for every head are made and cached, as older files make a runtime do."""
        q_plain, q_turned, latent, k_turned = self._latent_parts(x_TD, angles)
        plain, tokens = self.sizes["qk_nope_head_dim"], len(x_TD)
        up = self.weights["attn_kv_b.weight"].times(latent).view(tokens, self.heads, -1)
        key = torch.cat((up[..., :plain], k_turned.unsqueeze(1).expand(-1, self.heads, -1)), -1)
        assert self.cache.values is not None
        self.cache.keys.write(first, key.flatten(1))
        self.cache.values.write(first, up[..., plain:].flatten(1))
        count = first + tokens
        k_CHK = self.cache.keys.read(count).view(count, self.heads, -1)
        v_CHK = self.cache.values.read(count).view(count, self.heads, -1)
        query = torch.cat((q_plain, q_turned), -1).to(self.cache.device)
        scores = torch.einsum("thk,chk->thc", query, k_CHK) * self._latent_scale
        return torch.einsum("thc,chk->thk", _attended(scores, first), v_CHK).flatten(1).to(x_TD.device)


def _attended(scores: Tensor, first: int) -> Tensor:
    """Softmax over the cached tokens (last dimension), none of which may be later than the token that looks."""
    tokens, cells = scores.shape[0], scores.shape[-1]
    if tokens > 1:
        position = torch.arange(first, first + tokens, device=scores.device)
        later = torch.arange(cells, device=scores.device) > position.unsqueeze(1)
        scores = scores.masked_fill(later.view(tokens, *[1] * (scores.dim() - 2), cells), float("-inf"))
    return scores.softmax(-1)


def rope_divisors(weights: Optional[Packed]) -> Optional[Tensor]:
    """The rope factors of a file, if it has any."""
    return None if weights is None else weights.values().view(-1)

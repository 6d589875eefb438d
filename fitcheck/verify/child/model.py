"""The forward pass: embedding, the layers that are there, head."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Optional, Set

import torch
from torch import Tensor

from .attention import Attention, rms_norm, rope_divisors
from .cache import Cache
from .experts import FeedForward
from .rotary import Rotary
from .weights import Packed

Timer = Callable[[str, Callable[[], Tensor], Optional[torch.device]], Tensor]
"""Called with a part's name, what computes it, and the card where all of it happens, if one; returns that result."""


def untimed(_name: str, compute: Callable[[], Tensor], _card: Optional[torch.device]) -> Tensor:
    """Compute and nothing else."""
    return compute()


def _card(devices: Set[torch.device]) -> Optional[torch.device]:
    """The card that is the only device."""
    only = next(iter(devices))
    return only if len(devices) == 1 and only.type == "cuda" else None


class Layer:
    """One repeating layer. ``weights`` are named without ``blk.N.``; it works on the device of its attention norm."""

    def __init__(self, architecture: Dict[str, Any], weights: Dict[str, Packed], cache: Cache, rotary: Rotary) -> None:
        self.weights, self.epsilon = weights, architecture["rms_norm_eps"]
        self.device = weights["attn_norm.weight"].device
        self.card = _card({cache.device, *(one.device for one in weights.values())})
        self.attention = Attention(architecture, weights, cache, rotary)
        self.feed_forward = FeedForward(architecture, weights)
        self.rotary = rotary

    def __call__(self, x_TD: Tensor, first: int, divisors: Optional[Packed]) -> Tensor:
        """T tokens, on the layer's device, through the layer; the first of them at the position ``first``."""
        positions = torch.arange(first, first + len(x_TD), device=self.device)
        angles = self.rotary.angles(positions, rope_divisors(divisors))
        x_TD = x_TD + self.attention(rms_norm(x_TD, self.weights["attn_norm.weight"], self.epsilon), first, angles)
        return x_TD + self.feed_forward(rms_norm(x_TD, self.weights["ffn_norm.weight"], self.epsilon))


class Model:
    """The layers that were allocated, between the embedding and the head.

    ``architecture`` holds the names of ``config.json``, ``rope`` (see ``rotary``) and ``rms_norm_eps``. ``outer`` are
    the tensors outside the layers; the rope factors of a device are ``rope_freqs.weight@device``.
    """

    def __init__(self, architecture: Dict[str, Any], outer: Dict[str, Packed]) -> None:
        self.architecture, self.outer = architecture, outer
        self.rotary = Rotary(architecture.get("qk_rope_head_dim") or architecture["head_dim"], architecture["rope"])
        self.layers: List[Layer] = []

    def add_layer(self, weights: Dict[str, Packed], cache: Cache) -> None:
        """One more layer after those that are there."""
        self.layers.append(Layer(self.architecture, weights, cache, self.rotary))

    def logits(self, tokens_T: Tensor, first: int = 0, timer: Timer = untimed, last_only: bool = False) -> Tensor:
        """Scores of the next token, T x vocabulary (1 x vocabulary with ``last_only``), on the head's device."""
        x_TD = timer("embedding", lambda: self.outer["token_embd.weight"].chosen(tokens_T), None)
        for index, layer in enumerate(self.layers):
            work = partial(layer, x_TD.to(layer.device), first, self._divisors(layer))
            x_TD = timer(f"layer {index}", work, layer.card)
        norm, output = self.outer["output_norm.weight"], self._output()
        x_TD = (x_TD[-1:] if last_only else x_TD).to(norm.device)
        return timer("head", partial(self._head, x_TD), _card({norm.device, output.device}))

    def _divisors(self, layer: Layer) -> Optional[Packed]:
        return self.outer.get(f"rope_freqs.weight@{layer.device}")

    def _output(self) -> Packed:
        return self.outer.get("output.weight", self.outer["token_embd.weight"])

    def _head(self, x_TD: Tensor) -> Tensor:
        normed = rms_norm(x_TD, self.outer["output_norm.weight"], self.architecture["rms_norm_eps"])
        return self._output().times(normed)

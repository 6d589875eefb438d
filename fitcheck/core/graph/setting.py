"""What one graph is built for: the model, its weights with their places, the batch, the caches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fitcheck.core.graph.tensor import Graph, Node
from fitcheck.core.model import ModelSpec


class Weights(Protocol):
    """The weights as leaves."""

    def __call__(self, position: int, name: str) -> Node:
        """The weight of the layer at this position of the graph."""

    def outside(self, name: str) -> Node:
        """A weight outside the layers."""


@dataclass(slots=True)
class Setting:
    """Inputs of the graph builder.

    ``is_latent``: attention runs on the latent cache. ``tokens`` in the batch, ``outputs`` rows of logits, ``streams``
    caches that are kept apart, ``cells`` tokens each
    of them holds. ``flash_attn`` is what is built; ``v_transposed`` what the cache was laid out for (both differ where
    the engine turned flash attention off afterwards). The lists have an entry for each layer of the graph: ``caches``
    K and V (V None: latent attention), ``rope_factors`` a leaf where there are any, ``with_experts`` whether the
    feed-forward part is a mixture, ``norm_devices`` what the engine wishes for norms.
    """

    spec: ModelSpec
    legacy: bool
    is_latent: bool
    tokens: int
    outputs: int
    streams: int
    cells: int
    flash_attn: bool
    v_transposed: bool
    weights: Weights
    caches: list[tuple[Node, Node | None]]
    rope_factors: list[Node | None]
    with_experts: list[bool]
    graph: Graph
    rotates_k: bool = False
    rotates_v: bool = False
    norm_devices: list[int] | None = None

    def weight(self, layer: int, name: str) -> Node:
        """A weight of a layer of the graph."""
        return self.weights(layer, name)

"""What the sizes of tensors depend on, and the graph's leaves: weights, caches, rope factors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fitcheck.core.graph.setting import Setting, Weights
from fitcheck.core.graph.tensor import Graph, Name, Node, Shape, shape
from fitcheck.core.kv_cache import cache_widths
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.quantization import is_quantized
from fitcheck.core.weights import layer_spans
from fitcheck.core.workload import KvLayout

HEAD_MULTIPLE = 64
"""Head sizes whose quantized caches are rotated (``attn_rot_k`` in src/llama-kv-cache.cpp)."""


class Shapes(NamedTuple):
    """``tokens`` in the batch, ``outputs`` rows of logits, ``streams`` caches kept apart, ``cells`` tokens in each.

    ``v_transposed``: the cache was laid out before flash attention ``auto`` was decided. Types are ggml's.
    """

    spec: ModelSpec
    legacy: bool
    tokens: int
    outputs: int
    streams: int
    cells: int
    v_transposed: bool
    type_k: str
    type_v: str

    @property
    def kv_layout(self) -> KvLayout:
        """The layout of the file."""
        return "legacy" if self.legacy else "mla"

    @property
    def is_latent(self) -> bool:
        """Whether attention runs on the latent cache."""
        return self.spec.mla_moe is not None and not self.legacy

    def setting(
        self,
        with_experts: Sequence[bool],
        homes: Sequence[int],
        weights: Weights,
        *,
        flash_attn: bool,
        kv_offload: bool = True,
    ) -> Setting:
        """The inputs of the graph builder for layers on these devices, with or without experts."""
        spec = self.spec
        value_head = spec.mla_moe.v_head_dim if spec.mla_moe is not None else spec.head_dim
        return Setting(
            spec=spec,
            legacy=self.legacy,
            is_latent=self.is_latent,
            tokens=self.tokens,
            outputs=self.outputs,
            streams=self.streams,
            cells=self.cells,
            flash_attn=flash_attn,
            v_transposed=self.v_transposed,
            weights=weights,
            caches=[self._cache(home if kv_offload else HOST_INDEX) for home in homes],
            rope_factors=[None] * len(homes),
            with_experts=list(with_experts),
            graph=Graph(),
            rotates_k=is_quantized(self.type_k) and spec.head_dim % HEAD_MULTIPLE == 0,
            rotates_v=is_quantized(self.type_v) and value_head % HEAD_MULTIPLE == 0,
        )

    def _cache(self, home: int) -> tuple[Node, Node | None]:
        """K and V of a layer; latent attention has no V."""
        made: list[Node | None] = []
        for kind, width in zip((self.type_k, self.type_v), cache_widths(self.spec, legacy=self.legacy), strict=True):
            cache = Node(kind, shape(width, self.cells, self.streams)) if width else None
            if cache is not None:
                cache.home = home
            made.append(cache)
        assert made[0] is not None
        return made[0], made[1]


def experts_from(spec: ModelSpec) -> int:
    """The first layer whose feed-forward part is a mixture of experts."""
    return spec.mla_moe.first_dense_layers if spec.mla_moe is not None else spec.n_layers


def leaf(kind: str, ne: Shape, home: int, name: Name | None = None) -> Node:
    """A weight in memory."""
    made = Node(kind, ne)
    made.home, made.is_weight, made.name = home, True, name
    return made


def weight_shape(spec: ModelSpec, tensor: Tensor) -> Shape:
    """Rows of a stacked tensor belong to experts or heads."""
    if not tensor.stacked or spec.mla_moe is None:
        return shape(tensor.row, tensor.rows)
    count = spec.mla_moe.n_routed_experts if tensor.expert == "routed" else spec.n_attention_heads
    return shape(tensor.row, tensor.rows // count, count)


def outside_shape(spec: ModelSpec, name: str) -> Shape:
    """The final norm is a vector, embedding and output are matrices of the vocabulary."""
    return shape(spec.hidden_size) if name == "output_norm.weight" else shape(spec.hidden_size, spec.vocab_size)


@lru_cache(maxsize=1024)
def layer_tensors(spec: ModelSpec, kv_layout: KvLayout, layer: int) -> dict[str, tuple[int, Tensor]]:
    """A layer's tensors by the name without its number, each with its place in the layer."""
    start, end = layer_spans(spec, kv_layout)[layer]
    found = tensors(spec, kv_layout)[start:end]
    return {tensor.name.split(".", 2)[2]: (place, tensor) for place, tensor in enumerate(found)}

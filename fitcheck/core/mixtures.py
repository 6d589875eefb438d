"""Which ggml type each tensor gets in each llama.cpp file type: the quantizer's rule book.

A file type such as Q4_K_M is a mixture: most tensors get its base type, the sensitive ones more bits.
The rules are those of ``llama_tensor_get_type_impl`` in src/llama-quant.cpp (llama.cpp v0.5.0), reduced
to the four architectures of the catalogue. An importance matrix changes five file types.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from fitcheck.core.model import ModelSpec, Tensor, stored_name, tensors
from fitcheck.core.quantization import GGML_TYPES, FileType, OwnTypes, row_bytes
from fitcheck.core.workload import KvLayout
from fitcheck.frozen import dataclass

_UNQUANTIZED = frozenset(("F32", "F16", "BF16"))

_TINY = frozenset(("IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ1_S", "IQ1_M"))
"""File types of one to two bits, which follow their own short list of exceptions."""

_FALLBACK = {
    **dict.fromkeys(("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ4_XS"), "IQ4_NL"),
    **dict.fromkeys(("Q2_K", "Q3_K", "TQ1_0", "TQ2_0"), "Q4_0"),
    "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0",
}  # fmt: skip
"""Type with blocks of 256 -> what a tensor gets whose rows do not hold whole blocks of 256."""

_TOKEN_EMBEDDING = {
    **dict.fromkeys(("IQ2_XXS", "IQ2_XS", "IQ1_S", "IQ1_M"), "Q2_K"),
    **dict.fromkeys(("IQ2_S", "IQ2_M", "IQ3_XXS"), "IQ3_S"),
    **dict.fromkeys(("TQ1_0", "TQ2_0"), "Q4_K"),
}  # fmt: skip

_ATTENTION_OUTPUT = {
    "Q2_K": "Q3_K", "IQ3_XXS": "IQ3_S", "Q3_K_M": "Q4_K", "Q3_K_L": "Q5_K", "IQ3_M": "Q4_K",
    "IQ1_S": "IQ2_XXS", "IQ1_M": "IQ2_XXS", "IQ2_S": "IQ3_S", "IQ2_M": "IQ3_S",
}  # fmt: skip

_QUERY_AND_KEY = {"IQ3_XS": "IQ3_XXS", "IQ3_XXS": "IQ2_S"}

_MANY_QUERIES_A_VALUE = {
    "Q2_K": "Q4_K", "Q2_K_S": "Q4_K", "IQ3_XXS": "Q4_K", "IQ3_XS": "Q4_K", "IQ3_S": "Q4_K",
    "IQ4_NL": "Q5_K", "IQ4_XS": "Q5_K",
}  # fmt: skip
"""attn_v where at least four query heads share it: it is small then, and more bits cost little."""


@dataclass(frozen=True, slots=True)
class _Mixture:
    """What the rules look at, apart from the tensor itself."""

    id: str
    base: str
    imatrix: bool
    n_layers: int
    gqa_factor: int
    n_experts: int
    first_dense_layers: int
    is_70b: bool

    def more_bits(self, layer: int) -> bool:
        """First and last eighth of the layers, and every third between (``use_more_bits``)."""
        eighth = self.n_layers // 8
        return layer < eighth or layer >= 7 * self.n_layers // 8 or (layer - eighth) % 3 == 2

    def in_first(self, part: int, layer: int) -> bool:
        """Whether a layer is in the first ``1 / part`` of them."""
        return layer < self.n_layers // part

    def down_ordinal(self, tensor: Tensor, layer: int) -> int:
        """How many ffn_down tensors come before this one; a MoE layer has two."""
        if tensor.expert is None:
            return layer
        behind = 2 * (layer - self.first_dense_layers)
        return self.first_dense_layers + behind + (1 if tensor.expert == "shared" else 0)


@lru_cache(maxsize=1024)
def tensor_types(
    spec: ModelSpec, file_type: FileType, imatrix: bool = True, kv_layout: KvLayout = "mla"
) -> tuple[str, ...]:
    """The ggml type of every tensor, in the order of ``model.tensors``."""
    if isinstance(file_type, OwnTypes):
        return tuple(file_type.tensor_types[stored_name(tensor)] for tensor in tensors(spec, kv_layout))
    moe = spec.mla_moe
    mixture = _Mixture(
        id=file_type.id,
        base=file_type.base_type,
        imatrix=imatrix,
        n_layers=spec.n_layers,
        gqa_factor=_gqa_factor(spec, kv_layout),
        n_experts=moe.n_routed_experts if moe else 0,
        first_dense_layers=moe.first_dense_layers if moe else spec.n_layers,
        is_70b=_is_70b(spec),
    )
    inventory = tensors(spec, kv_layout)
    types = [_type_of(mixture, tensor) for tensor in inventory]
    if spec.tied_embeddings:
        # The one table counts as the output, which is the last tensor.
        types[0] = types[-1]
    return tuple(types)


_NEEDS_IMATRIX = frozenset(("IQ3_XXS", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_M", "IQ1_S"))


def requires_imatrix(spec: ModelSpec, file_type: FileType, imatrix: bool = True, kv_layout: KvLayout = "mla") -> bool:
    """Whether llama.cpp refuses to write this file without an importance matrix (``tensor_requires_imatrix``)."""
    needing = _NEEDS_IMATRIX | {"Q2_K"} if file_type.id == "Q2_K_S" else _NEEDS_IMATRIX
    types = tensor_types(spec, file_type, imatrix, kv_layout)
    return any(
        ggml_type in needing and tensor.role not in ("token_embd", "output")
        for tensor, ggml_type in zip(tensors(spec, kv_layout), types, strict=True)
    )


def _gqa_factor(spec: ModelSpec, kv_layout: KvLayout) -> int:
    """Query heads for each KV head as the file says it: current MLA files say one KV head."""
    if spec.mla_moe is not None:
        return 1 if spec.kv_layout(kv_layout) == "legacy" else spec.n_attention_heads
    return spec.gqa_factor


def _is_70b(spec: ModelSpec) -> bool:
    """llama.cpp's LLM_TYPE_70B: 80 layers, and for llama grouped queries (src/models)."""
    if spec.gguf_arch == "llama":
        return spec.n_layers == 80 and spec.gqa_factor > 1
    return spec.gguf_arch == "qwen2" and spec.n_layers == 80


def _type_of(mixture: _Mixture, tensor: Tensor) -> str:
    if not tensor.quantizable:
        return "F32"
    if mixture.base in _UNQUANTIZED:
        return mixture.base
    return _fitting(_chosen(mixture, tensor), tensor.row)


def _fitting(ggml_type: str, row: int) -> str:
    """The type itself, or its fallback where a row does not hold whole blocks."""
    if row % GGML_TYPES[ggml_type][0] == 0:
        return ggml_type
    fallback = _FALLBACK.get(ggml_type, ggml_type)
    return fallback if row % GGML_TYPES[fallback][0] == 0 else "F16"


def _chosen(mixture: _Mixture, tensor: Tensor) -> str:
    if tensor.role == "output":
        return _output(mixture, tensor)
    if mixture.id == "MXFP4_MOE":
        # Every stacked tensor counts as experts here, the per-head projections of MLA too.
        return "MXFP4" if tensor.stacked else "Q8_0"
    if tensor.role == "token_embd":
        return _TOKEN_EMBEDDING.get(mixture.id, mixture.base)
    if tensor.layer is None:
        return mixture.base
    rule = (_TINY_RULES if mixture.id in _TINY else _RULES).get(tensor.role)
    return rule(mixture, tensor, tensor.layer) if rule else mixture.base


def _output(mixture: _Mixture, tensor: Tensor) -> str:
    if mixture.id == "MXFP4_MOE" or tensor.row % GGML_TYPES[mixture.base][0]:
        return "Q8_0"
    if mixture.id in _TINY or mixture.id == "IQ3_XXS":
        return "Q5_K"
    return "Q8_0" if mixture.base == "Q8_0" else "Q6_K"


def _value(mixture: _Mixture, _tensor: Tensor, layer: int) -> str:
    """attn_v and attn_kv_b."""
    chosen = _value_before_70b(mixture, layer)
    # Eight query heads share one small attn_v in the 70B: more bits are nearly free.
    return "Q5_K" if mixture.is_70b and chosen in ("Q3_K", "Q4_K") else chosen


def _value_before_70b(mixture: _Mixture, layer: int) -> str:
    name = mixture.id
    if mixture.gqa_factor >= 4 and name in _MANY_QUERIES_A_VALUE:
        return _MANY_QUERIES_A_VALUE[name]
    if name == "Q2_K":
        return "Q3_K"
    if name == "IQ3_XXS":
        return "IQ3_XXS" if mixture.imatrix else "IQ3_S"
    if name == "IQ3_M":
        return "Q4_K"
    if name == "Q3_K_M":
        return "Q5_K" if layer < 2 else "Q4_K"
    if name == "Q3_K_L":
        return "Q5_K"
    if name in ("Q4_K_M", "Q5_K_M") and mixture.more_bits(layer):
        return "Q6_K"
    if name == "Q4_K_S" and layer < 4:
        return "Q5_K"
    return mixture.base


def _query_or_key(mixture: _Mixture, _tensor: Tensor, _layer: int) -> str:
    return _QUERY_AND_KEY.get(mixture.id, mixture.base)


def _attention_output(mixture: _Mixture, _tensor: Tensor, _layer: int) -> str:
    return _ATTENTION_OUTPUT.get(mixture.id, mixture.base)


def _down(mixture: _Mixture, _tensor: Tensor, layer: int) -> str:
    """ffn_down, the most sensitive of the feed-forward matrices."""
    name, early = mixture.id, mixture.in_first(8, layer)
    if name in ("Q4_K_M", "Q5_K_M"):
        return "Q6_K" if mixture.more_bits(layer) else mixture.base
    if name == "Q2_K":
        return "Q3_K"
    if name == "Q3_K_L":
        return "Q5_K"
    if name == "Q3_K_M":
        return "Q5_K" if mixture.in_first(16, layer) else "Q4_K"
    if name == "IQ3_XXS" and not mixture.imatrix:
        return "Q4_K" if early else "Q3_K"
    if early:
        return _down_early(mixture)
    return mixture.base


def _down_early(mixture: _Mixture) -> str:
    """ffn_down in the first eighth of the layers, for file types that treat it apart."""
    name = mixture.id
    if name in ("Q2_K_S", "IQ3_M"):
        return "Q4_K"
    if name == "Q4_K_S" or (name in ("IQ4_NL", "IQ4_XS") and not mixture.imatrix):
        return "Q5_K"
    if name in ("Q4_0", "Q5_0") and mixture.imatrix:
        return "Q4_1" if name == "Q4_0" else "Q5_1"
    return mixture.base


def _gate_or_up(mixture: _Mixture, _tensor: Tensor, layer: int) -> str:
    middle = mixture.n_layers // 8 <= layer < 7 * mixture.n_layers // 8
    return "IQ3_XXS" if mixture.id == "IQ3_XS" and middle else mixture.base


def _tiny_value(mixture: _Mixture, _tensor: Tensor, _layer: int) -> str:
    if mixture.gqa_factor >= 4 or mixture.n_experts >= 4:
        return "Q4_K"
    return _tiny_step_up(mixture)


def _tiny_down(mixture: _Mixture, tensor: Tensor, layer: int) -> str:
    # Counted in tensors, not layers, and compared with an eighth of the layers: llama.cpp does so.
    early = mixture.down_ordinal(tensor, layer) < mixture.n_layers // 8
    return _tiny_step_up(mixture) if early else mixture.base


def _tiny_step_up(mixture: _Mixture) -> str:
    return "IQ3_S" if mixture.id in ("IQ2_S", "IQ2_M") else "Q2_K"


_Rule = Callable[[_Mixture, Tensor, int], str]

_RULES: dict[str, _Rule] = {
    "attn_v": _value, "attn_kv_b": _value, "attn_k": _query_or_key, "attn_q": _query_or_key,
    "attn_output": _attention_output, "ffn_down": _down, "ffn_gate": _gate_or_up, "ffn_up": _gate_or_up,
}  # fmt: skip

_TINY_RULES: dict[str, _Rule] = {
    "attn_v": _tiny_value, "attn_kv_b": _tiny_value, "attn_output": _attention_output, "ffn_down": _tiny_down,
}  # fmt: skip


def tensor_bytes(tensor: Tensor, ggml_type: str) -> int:
    """Bytes of a tensor in a file: rows times row bytes, without any device's padding."""
    return tensor.rows * row_bytes(ggml_type, tensor.row)

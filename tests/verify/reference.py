"""Tiny models of Hugging Face's transformers with random weights, and the same weights as tensors of a GGUF file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import (
    DeepseekV3Config,
    DeepseekV3ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from fitcheck.verify.child.cache import Cache, CachedRows
from fitcheck.verify.child.model import Model
from fitcheck.verify.child.weights import Packed, Shape

CELLS = 256
DEVICES = ("cpu", *(["cuda:0"] if torch.cuda.is_available() else []))
"""Where the child's arithmetic is tested: here and, where there is one, on the first card."""

SIZES: dict[str, Any] = {"vocab_size": 96, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 3}
YARN = {
    "rope_type": "yarn", "rope_theta": 10000.0, "factor": 8.0, "original_max_position_embeddings": 32,
    "beta_fast": 32, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 0.7,
}  # fmt: skip


@dataclass
class Reference:
    """A model of transformers, the architecture as the child is told it, and the tensors of a file of it."""

    model: Any
    architecture: dict[str, Any]
    tensors: dict[str, Tensor]
    widths: tuple[int, int]

    def ours(self, type_k: str = "F32", type_v: str = "F32", device: str = "cpu") -> Model:
        """The child's model with these weights and an empty cache, all on one device."""
        packed = {name: packed_float32(name, values.to(device)) for name, values in self.tensors.items()}
        outer = {name: one for name, one in packed.items() if not name.startswith("blk.")}
        if "rope_freqs.weight" in outer:
            outer[f"rope_freqs.weight@{device}"] = outer["rope_freqs.weight"]
        model = Model(self.architecture, outer)
        for layer in range(self.architecture["n_layers"]):
            prefix = f"blk.{layer}."
            weights = {name[len(prefix) :]: one for name, one in packed.items() if name.startswith(prefix)}
            model.add_layer(weights, empty_cache(self.widths, type_k, type_v, device))
        return model


def packed_float32(name: str, values: Tensor) -> Packed:
    rows = values.reshape(-1, values.shape[-1]).contiguous()
    return Packed(Shape(name, "F32", rows.shape[1], rows.shape[0]), rows.view(torch.uint8).flatten())


def empty_cache(widths: tuple[int, int], type_k: str, type_v: str, device: str) -> Cache:
    from fitcheck.verify.child.blocks import row_bytes

    def rows(kind: str, width: int) -> CachedRows:
        held = torch.zeros(CELLS * row_bytes(kind, width), dtype=torch.uint8, device=device)
        return CachedRows(kind, width, held, CELLS)

    keys, values = widths
    return Cache(rows(type_k, keys), rows(type_v, values) if values else None)


def _randomized(model: Any) -> Any:
    torch.manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("norm.weight"):
                parameter.copy_(1 + 0.1 * torch.randn_like(parameter))
            else:
                parameter.copy_(torch.randn_like(parameter) * 0.15)
        for name, buffer in model.named_buffers():
            if name.endswith("e_score_correction_bias"):
                buffer.copy_(torch.randn_like(buffer) * 0.2)
    return model.eval()


def _common(state: dict[str, Tensor]) -> dict[str, Tensor]:
    names = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    found = {ours: state[theirs] for theirs, ours in names.items()}
    return {**found, "output.weight": state["lm_head.weight"]}


def _neighbours(weights: Tensor, heads: int) -> Tensor:
    """Rows of each head so that the pairs which turn together are neighbours, as llama files have them."""
    return weights.reshape(heads, 2, -1, *weights.shape[1:]).transpose(1, 2).reshape(weights.shape)


_DENSE = {
    "self_attn.q_proj.weight": "attn_q.weight", "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight", "self_attn.o_proj.weight": "attn_output.weight",
    "self_attn.q_proj.bias": "attn_q.bias", "self_attn.k_proj.bias": "attn_k.bias",
    "self_attn.v_proj.bias": "attn_v.bias", "self_attn.q_norm.weight": "attn_q_norm.weight",
    "self_attn.k_norm.weight": "attn_k_norm.weight", "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight", "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight", "mlp.down_proj.weight": "ffn_down.weight",
    "self_attn.q_a_proj.weight": "attn_q_a.weight", "self_attn.q_a_layernorm.weight": "attn_q_a_norm.weight",
    "self_attn.q_b_proj.weight": "attn_q_b.weight", "self_attn.kv_a_proj_with_mqa.weight": "attn_kv_a_mqa.weight",
    "self_attn.kv_a_layernorm.weight": "attn_kv_a_norm.weight", "mlp.gate.weight": "ffn_gate_inp.weight",
    "mlp.gate.e_score_correction_bias": "exp_probs_b.bias", "mlp.experts.down_proj": "ffn_down_exps.weight",
    "mlp.shared_experts.gate_proj.weight": "ffn_gate_shexp.weight",
    "mlp.shared_experts.up_proj.weight": "ffn_up_shexp.weight",
    "mlp.shared_experts.down_proj.weight": "ffn_down_shexp.weight",
}  # fmt: skip


def _layers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    found = _common(state)
    for theirs, values in state.items():
        if theirs.startswith("model.layers."):
            _, _, layer, name = theirs.split(".", 3)
            if name in _DENSE:
                found[f"blk.{layer}.{_DENSE[name]}"] = values
            elif name == "mlp.experts.gate_up_proj":
                gate, up = values.chunk(2, 1)
                found[f"blk.{layer}.ffn_gate_exps.weight"] = gate
                found[f"blk.{layer}.ffn_up_exps.weight"] = up
            else:
                found[theirs] = values
    return found


def grouped(name: str, rope: dict[str, Any] | None = None) -> Reference:
    """Llama, Qwen2 (biases) or Qwen3 (norms of queries and keys)."""
    parts = {"llama": (LlamaConfig, LlamaForCausalLM), "qwen2": (Qwen2Config, Qwen2ForCausalLM)}
    configuration, kind = parts.get(name, (Qwen3Config, Qwen3ForCausalLM))
    config: Any = configuration(
        **SIZES, num_attention_heads=4, num_key_value_heads=2, head_dim=16, max_position_embeddings=256,
        rms_norm_eps=1e-6, tie_word_embeddings=False, attn_implementation="eager",
        rope_parameters=rope or {"rope_type": "default", "rope_theta": 10000.0},
    )  # fmt: skip
    model = _randomized(kind(config))
    tensors = _layers(dict(model.state_dict()))
    if name == "llama":
        for key in [key for key in tensors if ".attn_q." in key or ".attn_k." in key]:
            tensors[key] = _neighbours(tensors[key], 4 if ".attn_q." in key else 2)
        if rope is not None:
            plain = 1.0 / 10000.0 ** (torch.arange(0, 16, 2).float() / 16)
            tensors["rope_freqs.weight"] = plain / model.model.rotary_emb.inv_freq
    yarn = rope if rope and rope["rope_type"] == "yarn" else None
    architecture = {
        "n_layers": 3, "n_attention_heads": 4, "n_kv_heads": 2, "head_dim": 16, "rms_norm_eps": 1e-6,
        "rope": _rope(yarn, interleaved=name == "llama"),
    }  # fmt: skip
    return Reference(model, architecture, tensors, (32, 32))


def _rope(yarn: dict[str, Any] | None, interleaved: bool) -> dict[str, Any]:
    if yarn is None:
        return {"theta": 10000.0, "interleaved": interleaved}
    kept: dict[str, Any] = {
        key: yarn[key] for key in ("factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim") if key in yarn
    }
    context = yarn["original_max_position_embeddings"]
    return {"theta": yarn["rope_theta"], "interleaved": interleaved, "original_context": context, **kept}


def latent(legacy: bool = False, yarn: bool = True) -> Reference:
    """DeepSeek-V3 with one dense layer and two with experts, in the current or the legacy conversion."""
    heads, nope, turned, value, rank = 4, 16, 8, 12, 32
    configuration: Any = DeepseekV3Config
    config = configuration(
        **SIZES, moe_intermediate_size=24, num_attention_heads=heads, num_key_value_heads=heads, n_shared_experts=1,
        n_routed_experts=16, routed_scaling_factor=2.5, kv_lora_rank=rank, q_lora_rank=20, qk_rope_head_dim=turned,
        v_head_dim=value, qk_nope_head_dim=nope, n_group=4, topk_group=2, num_experts_per_tok=3, norm_topk_prob=True,
        first_k_dense_replace=1, max_position_embeddings=256, rms_norm_eps=1e-6, attn_implementation="eager",
        tie_word_embeddings=False, rope_parameters=YARN if yarn else {"rope_type": "default", "rope_theta": 10000.0},
    )  # fmt: skip
    model = _randomized(DeepseekV3ForCausalLM(config))
    tensors = _layers(dict(model.state_dict()))
    for layer in range(3):
        both = tensors.pop(f"model.layers.{layer}.self_attn.kv_b_proj.weight")
        if legacy:
            tensors[f"blk.{layer}.attn_kv_b.weight"] = both
        else:
            by_head = both.view(heads, nope + value, rank)
            tensors[f"blk.{layer}.attn_k_b.weight"] = by_head[:, :nope].transpose(1, 2)
            tensors[f"blk.{layer}.attn_v_b.weight"] = by_head[:, nope:]
    architecture = {
        "n_layers": 3, "n_attention_heads": heads, "n_kv_heads": heads, "rms_norm_eps": 1e-6, "kv_lora_rank": rank,
        "qk_nope_head_dim": nope, "qk_rope_head_dim": turned, "v_head_dim": value, "n_routed_experts": 16,
        "experts_per_token": 3, "n_expert_groups": 4, "n_groups_per_token": 2, "routed_scaling_factor": 2.5,
        "norm_topk_prob": True, "rope": _rope(YARN if yarn else None, interleaved=True),
    }  # fmt: skip
    widths = (heads * (nope + turned), heads * value) if legacy else (rank + turned, 0)
    return Reference(model, architecture, tensors, widths)

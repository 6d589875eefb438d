"""Two small made-up architectures for tests that are about rules, not about real models."""

from __future__ import annotations

from fitcheck.core.model import MlaMoe, ModelSpec

DENSE = ModelSpec(
    "dense", "qwen2", n_layers=8, hidden_size=1024, intermediate_size=4096, n_attention_heads=8, n_kv_heads=2,
    head_dim=128, vocab_size=32000, context_limit=131072, qkv_bias=True,
)  # fmt: skip

LATENT = ModelSpec(
    "latent", "deepseek2", n_layers=6, hidden_size=1024, intermediate_size=4096, n_attention_heads=16,
    n_kv_heads=16, head_dim=192, vocab_size=32000, context_limit=163840,
    mla_moe=MlaMoe(
        q_lora_rank=512, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128,
        first_dense_layers=1, n_routed_experts=16, n_shared_experts=1, experts_per_token=4,
        expert_intermediate_size=512, n_expert_groups=4, n_groups_per_token=2,
    ),
)  # fmt: skip

"""The forward pass against Hugging Face's implementations with the same random weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from .reference import DEVICES, YARN, Reference, grouped, latent

QWEN_YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32}
QWEN_YARN = {**QWEN_YARN, "beta_fast": 32, "beta_slow": 1}
LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}  # fmt: skip
CASES: dict[str, Callable[[], Reference]] = {
    "deepseek": latent,
    "deepseek without yarn": lambda: latent(yarn=False),
    "deepseek legacy": lambda: latent(legacy=True),
    "llama": lambda: grouped("llama"),
    "llama with factors": lambda: grouped("llama", LLAMA3),
    "qwen2": lambda: grouped("qwen2"),
    "qwen3": lambda: grouped("qwen3"),
    "qwen3 with yarn": lambda: grouped("qwen3", QWEN_YARN),
}
SHORT_OF_YARN, OVER_YARN = 20, 200
TOLERANCE = 1e-4


@pytest.fixture(scope="module", params=CASES, ids=str)
def reference(request: pytest.FixtureRequest) -> Reference:
    return CASES[request.param]()


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def some_tokens(count: int) -> torch.Tensor:
    return torch.randint(0, 96, (count,), generator=torch.Generator().manual_seed(count))


def expected(reference: Reference, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        logits: torch.Tensor = reference.model(tokens.unsqueeze(0)).logits[0]
    return logits


def worst(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return (found.cpu() - wanted).abs().max().item()


@pytest.mark.parametrize("length", [1, SHORT_OF_YARN, OVER_YARN])
def test_a_prompt_gives_the_same_logits(reference: Reference, length: int, device: str) -> None:
    tokens = some_tokens(length)

    found = reference.ours(device=device).logits(tokens)

    assert worst(found, expected(reference, tokens)) < TOLERANCE


@pytest.mark.parametrize("prompt", [SHORT_OF_YARN, OVER_YARN])
def test_decoding_step_by_step_gives_the_same_logits(reference: Reference, prompt: int, device: str) -> None:
    tokens, steps = some_tokens(prompt + 12), 12
    wanted = expected(reference, tokens)[prompt:]
    model = reference.ours(device=device)

    model.logits(tokens[:prompt])
    found = torch.cat([model.logits(tokens[prompt + step : prompt + step + 1], prompt + step) for step in range(steps)])

    assert worst(found, wanted) < TOLERANCE


def test_a_prompt_in_pieces_gives_the_same_logits(reference: Reference, device: str) -> None:
    tokens = some_tokens(48)
    model = reference.ours(device=device)

    found = torch.cat([model.logits(tokens[first : first + 16], first) for first in (0, 16, 32)])

    assert worst(found, expected(reference, tokens)) < TOLERANCE


def test_only_the_last_row_of_logits_can_be_asked_for(reference: Reference) -> None:
    tokens = some_tokens(9)

    found = reference.ours().logits(tokens, last_only=True)

    assert worst(found, expected(reference, tokens)[-1:]) < TOLERANCE


def test_yarn_makes_a_difference() -> None:
    tokens = some_tokens(OVER_YARN)
    with_yarn, without = latent(), latent(yarn=False)

    assert worst(expected(with_yarn, tokens), expected(without, tokens)) > 100 * TOLERANCE
    assert int(str(YARN["original_max_position_embeddings"])) < OVER_YARN


@pytest.mark.parametrize(
    ("name", "kind", "tolerance"),
    [
        ("deepseek", "F16", 0.02), ("deepseek legacy", "F16", 0.02), ("qwen2", "F16", 0.02),
        ("deepseek", "BF16", 0.2), ("deepseek legacy", "BF16", 0.2), ("qwen2", "Q8_0", 0.2),
    ],
)  # fmt: skip
def test_a_smaller_cache_changes_the_logits_little(name: str, kind: str, tolerance: float) -> None:
    reference = CASES[name]()
    tokens = some_tokens(40)

    found = reference.ours(kind, kind).logits(tokens)

    assert 0 < worst(found, expected(reference, tokens)) < tolerance


def test_the_router_keeps_to_the_best_groups() -> None:
    reference = latent()
    layer: Any = reference.ours().layers[1].feed_forward
    tokens = torch.randn(50, 64, generator=torch.Generator().manual_seed(3))

    chosen, weight = layer.choose(tokens)

    assert all(len({int(expert) // 4 for expert in row}) <= 2 for row in chosen)
    assert torch.allclose(weight.sum(1), torch.full((50,), 2.5))

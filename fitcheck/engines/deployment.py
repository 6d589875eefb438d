"""How vLLM and SGLang would run the makers' own checkpoint on the machine of a plan.

They read safetensors, not GGUF, so that nothing of the plan's quantization or placement carries over: only its machine,
its context and its chats. What fits is what ``fitcheck.core.serving`` says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitcheck.core.hardware import Gpu
from fitcheck.core.model import ModelSpec
from fitcheck.core.planner import Plan
from fitcheck.core.safetensors import CheckpointFormat
from fitcheck.core.serving import (
    MEMORY_SHARE,
    CacheType,
    Division,
    ServingEngine,
    longest_context,
    room_for_cache,
    stage_loads,
)
from fitcheck.core.units import format_bytes, format_tokens
from fitcheck.engines.devices import check_backend, usable_cards
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

BACKENDS = ("cuda", "rocm")
"""Cards that the two are run on here; both also know others."""

BF16_FROM = (8, 0)
"""The lowest compute capability that vLLM takes bfloat16 with (``check_if_supports_dtype`` in its cuda platform)."""

FP8_FROM = (8, 9)
"""The lowest compute capability that multiplies in FP8 (vLLM's documentation of FP8 W8A8)."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A checkpoint divided among equal cards, at their ``positions`` in the machine.

    ``share`` is the part of ``memory_bytes`` of each card that the engine may take. ``missing_bytes`` above zero: the
    fullest card lacks that much for the weights and the context.
    """

    card: Gpu
    positions: tuple[int, ...]
    division: Division
    form: CheckpointFormat
    cache_type: CacheType
    memory_bytes: int
    share: float
    missing_bytes: int
    room_tokens: int

    @property
    def dtype(self) -> str:
        """What ``--dtype`` should be: R1's own, else bfloat16 where the card knows it."""
        if self.form == "FP8":
            return "auto"
        return "float16" if _older_than(self.card, BF16_FROM) else "bfloat16"

    @property
    def lacks_fp8(self) -> bool:
        """Whether the card is known not to multiply in the checkpoint's own type."""
        return self.form == "FP8" and _older_than(self.card, FP8_FROM)


def deploy(plan: Plan, engine: ServingEngine, title: str, backend: str) -> Deployment | str:
    """The best way to run it, or one sentence why there is none."""
    best = nearest(plan, engine, title, backend)
    return best if isinstance(best, str) or not best.missing_bytes else _too_small(plan, title, best)


def nearest(plan: Plan, engine: ServingEngine, title: str, backend: str) -> Deployment | str:
    """The best way to run it, or of those that are too large the one that lacks least; a sentence: there is none."""
    check_backend(backend)
    if backend not in BACKENDS:
        return f"{title} is run on cards of NVIDIA or AMD here, not on {backend}."
    groups = _equal_cards(plan, backend)
    if not groups:
        return f"{title} keeps everything on cards, and there is none that can be planned for."
    found = [one for positions in groups for one in _deployments(plan, engine, positions)]
    if not found:
        return f"{title} cannot divide this model among so many cards."
    # Of those that fit the first: the largest group of cards, and in it the most tensor parallelism.
    return next((one for one in found if not one.missing_bytes), min(found, key=lambda one: one.missing_bytes))


def _too_small(plan: Plan, title: str, deployment: Deployment) -> str:
    count, name = len(deployment.positions), deployment.card.name
    return (
        f"{title} keeps everything on cards: {format_bytes(deployment.missing_bytes)} are missing on "
        f"{f'each of {count}x {name}' if count > 1 else name} for the {deployment.form} checkpoint and "
        f"{format_tokens(plan.workload.context)} tokens."
    )


def notes(deployment: Deployment, title: str) -> Iterator[str]:
    """What is the same for both engines."""
    yield f"{title} reads the makers' {deployment.form} checkpoint, not a GGUF file."
    yield f"There is room for {deployment.room_tokens:,} tokens of all chats together."
    if deployment.cache_type == "fp8":
        yield "The cache is kept in 8 bits: finer types of llama.cpp have no equal here."
    if deployment.dtype == "float16":
        yield f"{deployment.card.name} has no bfloat16; float16 takes as much memory."
    if deployment.lacks_fp8:
        yield f"{deployment.card.name} does not multiply in FP8; {title} may refuse it or run slower."
    yield f"{title} runs on Linux; on Windows use it inside WSL."


def context_of_each(plan: Plan) -> int:
    """Tokens that one chat may reach."""
    workload = plan.workload
    return workload.context if workload.kv_unified else max(1, workload.context // workload.parallel)


def _equal_cards(plan: Plan, backend: str) -> list[tuple[int, ...]]:
    """Positions of the cards of one kind, the kind with most memory first."""
    groups: dict[tuple[str, int], list[int]] = {}
    for position, card in usable_cards(plan.machine, backend).items():
        groups.setdefault((card.name, _memory(card)), []).append(position)
    by_memory = sorted(groups.items(), key=lambda group: group[0][1] * len(group[1]), reverse=True)
    return [tuple(positions) for _, positions in by_memory]


def _deployments(plan: Plan, engine: ServingEngine, positions: tuple[int, ...]) -> Iterator[Deployment]:
    """All ways to divide the model among all these cards, from pure tensor to pure pipeline parallelism."""
    cards = [plan.machine.gpus[position] for position in positions]
    spec, workload = plan.model, plan.workload
    form: CheckpointFormat = "FP8" if spec.is_moe else "BF16"
    plain = {workload.type_k, workload.type_v} <= {"f32", "f16", "bf16"}
    cache_type: CacheType = "auto" if plain else "fp8"
    memory, share = _memory_and_share(cards, engine)
    for division in _divisions(spec, len(cards)):
        try:
            loads = stage_loads(spec, form, division, cache_type)
        except RequestError:
            # The engines refuse this division; the next one is coarser.
            continue
        rooms = [room_for_cache(load, memory, engine, share=share) for load in loads]
        pairs = list(zip(loads, rooms, strict=True))
        missing = max(workload.context * load.cache_bytes_per_token - room for load, room in pairs)
        tokens = min(longest_context(load, room, engine) for load, room in pairs)
        if tokens < workload.context:
            # The cache is given out in whole blocks, so that a few bytes may be missing where none seem to be.
            missing = max(missing, 1)
        yield Deployment(cards[0], positions, division, form, cache_type, memory, share, max(0, missing), tokens)


def _divisions(spec: ModelSpec, cards: int) -> Iterator[Division]:
    for tensor in range(cards, 0, -1):
        # KV heads are shared out evenly or repeated evenly (vLLM ``QKVParallelLinear``).
        heads = spec.n_kv_heads
        if not cards % tensor and (spec.is_moe or not heads % tensor or not tensor % heads):
            yield Division(tensor, cards // tensor)


def _memory_and_share(cards: list[Gpu], engine: ServingEngine) -> tuple[int, float]:
    """What the share is taken of, in bytes, and the share itself.

    vLLM takes it of all memory and refuses to start where less is free (``request_memory`` in vllm/v1/worker/utils.py);
    SGLang takes it of what is free when it starts (``profile_max_num_token`` in its ``model_runner.py``).
    """
    frees = [card.memory_free_bytes or 0 for card in cards]
    total = _memory(cards[0])
    if engine == "sglang":
        return min(total, *frees), MEMORY_SHARE
    return total, min(MEMORY_SHARE, math.floor(min(frees) / max(1, total) * 100) / 100)


def _memory(card: Gpu) -> int:
    return card.memory_total_bytes or card.memory_free_bytes or 0


def _older_than(card: Gpu, lowest: tuple[int, int]) -> bool:
    """Whether a card's compute capability is known and lower."""
    parts = (card.compute_capability or "").split(".")
    return all(part.isdigit() for part in parts) and tuple(map(int, parts)) < lowest

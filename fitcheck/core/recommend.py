"""The best choice among plans for one machine, and the sentence that says it.

Without a speed model the order is: the largest model that runs wholly on cards at four bits or more,
then one that runs with little enough left in RAM to stay usable, then the smallest that runs at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fitcheck.core.model import parameter_count
from fitcheck.core.planner import VERDICTS, Plan
from fitcheck.core.units import GIB, format_bytes, format_tokens

GOOD_BITS = 4
"""Below four bits models lose answers noticeably (llama.cpp tools/quantize/README.md, perplexity table)."""

USABLE_HOST_BYTES = 8 * GIB
"""Weights read from RAM for each token that still answer in a conversation's pace.

A desktop's two channels of DDR4-3200 move 51.2 GB/s at most (JEDEC JESD79-4), so 8 GiB take about a fifth of a
second a token or more. Where the machine's own bandwidth is known, that fifth of a second counts instead. A
threshold for choosing, not a predicted speed.
"""
USABLE_TOKENS_PER_S = 5


@dataclass(frozen=True, slots=True)
class Pick:
    """The chosen plan, ``sentence`` that names it, and ``reason`` why not another."""

    plan: Plan
    sentence: str
    reason: str


def recommend(plans: Iterable[Plan], name_of: Callable[[str], str] = str) -> Pick | None:
    """Choose among the plans of one machine and context; None where nothing runs.

    ``name_of`` turns a model id into the name that the sentence uses.
    """
    running = [plan for plan in plans if plan.runs]
    if not running:
        return None
    chosen = max(running, key=_rank)
    return Pick(chosen, _sentence(chosen, name_of(chosen.model_id)), _reason(chosen, running))


def best_file(plans: Iterable[Plan]) -> Plan:
    """Among the file types of one model: the best verdict, then the most bits up to eight, then the nearest miss.

    Above eight bits nothing is gained that people notice, so sixteen come last.
    """
    return max(plans, key=_file_rank)


def _file_rank(plan: Plan) -> tuple[int, bool, int]:
    if not plan.runs:
        return -VERDICTS.index(plan.verdict), False, -plan.lacking_bytes
    return -VERDICTS.index(plan.verdict), plan.file_type.bits <= 8, plan.estimate.weights_bytes


def host_bytes_per_token(plan: Plan) -> int:
    """Weights read from RAM for one token: all that lie there, of routed experts the active ones."""
    host = plan.devices[-1].memory.weights_bytes
    moe = plan.model.mla_moe
    if moe is None:
        return host
    # What lies in RAM of such a model is nearly all routed experts.
    return host * moe.experts_per_token // moe.n_routed_experts


def _rank(plan: Plan) -> tuple[int, int, int]:
    """Tier, then size of the model, then bits (fewer where every byte is read from RAM)."""
    size = parameter_count(plan.model)
    good = plan.file_type.bits >= GOOD_BITS and plan.file_type.common
    if plan.verdict == "gpu" and good:
        # Above eight bits nothing is gained, so more bits do not count as better.
        return 3, size, plan.estimate.weights_bytes if plan.file_type.bits <= 8 else 0
    bandwidth = plan.machine.ram_bandwidth_bytes_per_s
    usable = USABLE_HOST_BYTES if bandwidth is None else bandwidth // USABLE_TOKENS_PER_S
    if good and host_bytes_per_token(plan) <= usable:
        return 2, size, -plan.estimate.weights_bytes
    return 1, -plan.estimate.weights_bytes, 0


def _sentence(plan: Plan, name: str) -> str:
    where = {
        "gpu": "entirely on the GPU" if _cards_used(plan) == 1 else f"on {_cards_used(plan)} GPUs",
        "offload": "on GPU and RAM together",
        "cpu": "in RAM, on the processor",
    }[plan.verdict]
    return f"{name} at {plan.quantization} runs {where}."


def _cards_used(plan: Plan) -> int:
    return sum(device.memory.weights_bytes > 0 for device in plan.devices[:-1])


def _reason(chosen: Plan, running: list[Plan]) -> str:
    takes = format_bytes(chosen.estimate.total_bytes)
    context = format_tokens(chosen.workload.context)
    first = f"It takes {takes} with a context of {context}."
    if chosen.verdict == "gpu":
        return f"{first} It is the largest model that runs wholly on the GPU with {GOOD_BITS} bits or more."
    if any(plan.verdict == "gpu" for plan in running):
        return f"{first} What fits on the GPU alone is smaller or has fewer than {GOOD_BITS} bits."
    return f"{first} No model fits on a GPU alone here."

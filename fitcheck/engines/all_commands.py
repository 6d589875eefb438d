"""A plan's commands for every runtime at once."""

from __future__ import annotations

from fitcheck.core.planner import Plan
from fitcheck.engines.command import Command, ModelNames, ModelSource
from fitcheck.engines.ktransformers import ktransformers
from fitcheck.engines.llama_cpp import llama_cli, llama_server
from fitcheck.engines.lm_studio import lm_studio
from fitcheck.engines.ollama import ollama
from fitcheck.engines.sglang import sglang
from fitcheck.engines.vllm import vllm

TITLES = {
    "llama-server": "llama-server",
    "llama-cli": "llama-cli",
    "ollama": "Ollama",
    "lm-studio": "LM Studio",
    "vllm": "vLLM",
    "sglang": "SGLang",
    "ktransformers": "KTransformers",
}
"""Runtime -> its name as its makers write it, in the order shown."""


def commands(plan: Plan, source: ModelSource, *, backend: str = "cuda", names: ModelNames) -> dict[str, Command]:
    """Text for every runtime, keyed as ``TITLES``; a refusal where one cannot do the plan.

    A plan that does not run at all (verdict ``no``) is refused by all. RequestError ``bad_value`` for an unknown
    backend.
    """
    if plan.verdict == "no":
        return {engine: Command(engine, title, refusal=plan.reasons[0]) for engine, title in TITLES.items()}
    found = (
        llama_server(plan, source, names, backend),
        llama_cli(plan, source, names, backend),
        ollama(plan, source, names, backend),
        lm_studio(plan, source, names),
        vllm(plan, names, backend),
        sglang(plan, names, backend),
        ktransformers(plan, source, names, backend),
    )
    return {command.engine: command for command in found}

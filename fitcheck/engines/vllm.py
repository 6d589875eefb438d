"""vLLM. Options: docs/configuration/conserving_memory.md and the engine arguments of its documentation."""

from __future__ import annotations

from fitcheck.core.planner import Plan
from fitcheck.engines.command import Command, ModelNames, sh_text
from fitcheck.engines.deployment import context_of_each, deploy, notes
from fitcheck.engines.devices import only_cards

_TITLE = "vLLM"


def vllm(plan: Plan, names: ModelNames, backend: str = "cuda") -> Command:
    """The server, with the makers' checkpoint on all cards of one kind."""
    if names.hugging_face is None:
        return Command("vllm", _TITLE, refusal="vLLM needs a safetensors checkpoint, and none is known of this model.")
    found = deploy(plan, "vllm", _TITLE, backend)
    if isinstance(found, str):
        return Command("vllm", _TITLE, refusal=found)
    tensor, pipeline = str(found.division.tensor), str(found.division.pipeline)
    lines = (
        ("vllm", "serve", names.hugging_face),
        ("--tensor-parallel-size", tensor),
        ("--pipeline-parallel-size", pipeline),
        ("--dtype", found.dtype, "--kv-cache-dtype", found.cache_type),
        ("--max-model-len", str(context_of_each(plan)), "--max-num-seqs", str(plan.workload.parallel)),
        ("--gpu-memory-utilization", f"{found.share:.2f}"),
    )
    environment = only_cards(plan.machine, backend, found.positions)
    return Command("vllm", _TITLE, sh_text(lines, environment), notes=tuple(notes(found, _TITLE)))

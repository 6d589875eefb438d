"""Ollama: a Modelfile, the variables of its server, and what it cannot do.

Sources in ollama/ollama: docs/modelfile.mdx, docs/faq.mdx, docs/gpu.mdx, and llm/llama_server.go, which starts
llama-server with ``-c num_ctx x parallel``, ``-b`` and ``-ub`` both ``num_batch``, ``-ngl num_gpu``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitcheck.core.planner import Plan
from fitcheck.engines.command import (
    Command,
    Environment,
    Line,
    ModelNames,
    ModelSource,
    file_path,
    powershell_text,
    sh_text,
    source_notes,
)
from fitcheck.engines.devices import cards_of_free_split, check_backend, only_cards

CACHE_TYPES = ("f16", "q8_0", "q4_0")
"""What ``OLLAMA_KV_CACHE_TYPE`` takes (docs/faq.mdx)."""

_TITLE = "Ollama"


def ollama(plan: Plan, source: ModelSource, names: ModelNames, backend: str = "cuda") -> Command:
    """Writes a Modelfile, starts the server with its variables, and chats."""
    check_backend(backend)
    refusal = _refusal(plan, source)
    if refusal:
        return Command("ollama", _TITLE, refusal=refusal)
    environment = _environment(plan, backend)
    return Command(
        "ollama",
        _TITLE,
        _sh(plan, source, names, environment),
        _powershell(plan, source, names, environment),
        (*source_notes(source), *_notes(plan, source)),
    )


def context_of_each(plan: Plan) -> int:
    """Tokens for one chat, rounded up: ``num_ctx`` is for each, and the server multiplies it by their number."""
    return -(-plan.workload.context // plan.workload.parallel)


def _refusal(plan: Plan, source: ModelSource) -> str:
    placement, workload = plan.placement, plan.workload
    if plan.verdict == "disk":
        return "Ollama refuses to load a model that is larger than the free memory."
    if placement.overrides or (placement.cpu_moe_layers and plan.model.is_moe):
        return "Ollama moves whole layers only: it cannot keep experts or single tensors in RAM."
    if cards_of_free_split(plan) is None:
        return "Ollama has no tensor split: it shares layers among cards by their free memory alone."
    if workload.type_k != workload.type_v or workload.type_k not in CACHE_TYPES:
        types = " and ".join(dict.fromkeys((workload.type_k, workload.type_v)))
        return f"Ollama keeps K and V in one type, {', '.join(CACHE_TYPES)}, not {types}."
    if workload.type_k != "f16" and workload.flash_attn == "off":
        return f"Ollama keeps the cache in {workload.type_k} only with flash attention."
    for is_default, what in _switches(plan):
        if not is_default:
            return f"Ollama has no switch to {what}."
    if source.path is None and source.repository is not None and source.shards > 1:
        return "Hugging Face does not hand split files to Ollama (ollama issue 5245): download the parts first."
    return ""


def _switches(plan: Plan) -> tuple[tuple[bool, str], ...]:
    workload = plan.workload
    return (
        (workload.kv_offload, "keep the KV cache in RAM"),
        (workload.op_offload, "turn op offload off"),
        (workload.repack, "turn repacking off"),
    )


def _environment(plan: Plan, backend: str) -> Environment:
    workload, cards = plan.workload, cards_of_free_split(plan) or ()
    flash = {"on": "1", "off": "0", "auto": "1" if workload.type_k != "f16" else ""}[workload.flash_attn]
    variables = [
        ("OLLAMA_FLASH_ATTENTION", flash),
        ("OLLAMA_KV_CACHE_TYPE", workload.type_k),
        ("OLLAMA_NUM_PARALLEL", str(workload.parallel)),
        ("OLLAMA_CONTEXT_LENGTH", str(context_of_each(plan))),
        ("OLLAMA_SCHED_SPREAD", "1" if len(cards) > 1 else ""),
    ]
    hidden = only_cards(plan.machine, backend, cards)
    return (*((name, value) for name, value in variables if value), *hidden)


def _modelfile(plan: Plan, source: ModelSource, names: ModelNames) -> Iterator[str]:
    workload = plan.workload
    layers = min(plan.placement.gpu_layers, plan.model.n_layers + 1) if plan.placement.gpus else 0
    if source.path is None and source.repository is not None:
        yield f"FROM hf.co/{source.repository}:{plan.quantization}"
    else:
        # The rest of the line is the path, spaces and quotes included (parser/parser_test.go).
        yield f"FROM {file_path(plan, source, names)}"
    yield f"PARAMETER num_ctx {context_of_each(plan)}"
    yield f"PARAMETER num_gpu {layers}"
    yield f"PARAMETER num_batch {min(workload.batch, workload.ubatch)}"


def _own_name(plan: Plan) -> str:
    """A name that no library model has, in the signs that Ollama allows."""
    return "fitcheck-" + re.sub(r"[^a-z0-9._-]+", "-", f"{plan.model_id}-{plan.quantization}".lower())


def _after_start(plan: Plan) -> tuple[Line, ...]:
    name = _own_name(plan)
    return ("ollama", "create", name, "-f", "Modelfile"), ("ollama", "run", name)


def _sh(plan: Plan, source: ModelSource, names: ModelNames, environment: Environment) -> str:
    return "\n".join(
        (
            "cat > Modelfile <<'EOF'",
            *_modelfile(plan, source, names),
            "EOF",
            sh_text([("ollama", "serve")], environment) + " > ollama.log 2>&1 &",
            "until ollama list > /dev/null 2>&1; do sleep 1; done",
            *(sh_text([line]) for line in _after_start(plan)),
        )
    )


def _powershell(plan: Plan, source: ModelSource, names: ModelNames, environment: Environment) -> str:
    return "\n".join(
        (
            "@'",
            *_modelfile(plan, source, names),
            "'@ | Set-Content -Encoding utf8 Modelfile",
            powershell_text([("Start-Process", "ollama", "serve")], environment),
            "do { Start-Sleep 1; ollama list *> $null } until ($LASTEXITCODE -eq 0)",
            *(powershell_text([line]) for line in _after_start(plan)),
        )
    )


def _notes(plan: Plan, source: ModelSource) -> Iterator[str]:
    yield "Quit a running Ollama first: its server reads these variables only when it starts."
    if plan.workload.parallel > 1:
        yield (
            f"Each of the {plan.workload.parallel} chats gets {context_of_each(plan)} tokens of its own; "
            "Ollama does not share a cache among them."
        )
    if plan.workload.batch > plan.workload.ubatch:
        yield f"Ollama has one batch size, so that {plan.workload.ubatch} stands for both of llama.cpp's."
    if len(cards_of_free_split(plan) or ()) > 1:
        yield "Ollama shares the layers among the cards by the memory that is free when the model is loaded."
    if source.shards > 1:
        yield "Split files are joined by recent versions of ollama create only."

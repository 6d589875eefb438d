"""LM Studio: what its command line can set, and the rest as values for its sliders.

Sources: lmstudio-ai/docs 3_cli/0_local-models/load.md and import.md; names and types of the load settings in
lmstudio-ai/lmstudio-js ``LLMLoadModelConfig.ts``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fitcheck.core.placement import HOST, HOST_INDEX
from fitcheck.core.planner import Plan
from fitcheck.core.units import format_bytes
from fitcheck.core.weights import weights_by_device
from fitcheck.engines.command import Command, Line, ModelNames, ModelSource, powershell_text, sh_text
from fitcheck.engines.devices import cards_of_free_split, plan_positions

CACHE_TYPES = ("f32", "f16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")
"""``LLMLlamaCacheQuantizationType``: llama.cpp's without bf16."""

_TITLE = "LM Studio"


def lm_studio(plan: Plan, source: ModelSource, names: ModelNames) -> Command:
    """Gets the file into LM Studio where it is known, and loads it."""
    refusal = _refusal(plan)
    if refusal:
        return Command("lm-studio", _TITLE, refusal=refusal)
    commands = [[line] for line in _lines(plan, source, names)]
    return Command(
        "lm-studio",
        _TITLE,
        "\n".join(map(sh_text, commands)),
        "\n".join(map(powershell_text, commands)),
        tuple(_notes(plan, source)),
    )


def gpu_ratio(plan: Plan) -> str:
    """What ``--gpu`` takes: ``max``, ``off`` or the part of the layers, to three digits."""
    everything = plan.model.n_layers + 1
    layers = _layers(plan)
    if layers in (0, everything):
        return "max" if layers else "off"
    return f"{layers / everything:.3f}"


def _layers(plan: Plan) -> int:
    return min(plan.placement.gpu_layers, plan.model.n_layers + 1) if plan.placement.gpus else 0


def _refusal(plan: Plan) -> str:
    placement, workload = plan.placement, plan.workload
    if plan.verdict == "disk":
        return "LM Studio does not load a model that is larger than the free memory."
    if placement.overrides and not _does_without_overrides(plan):
        return "LM Studio cannot place single tensors."
    if cards_of_free_split(plan) is None:
        return "LM Studio has no tensor split: it shares layers among cards by itself."
    for cache_type in (workload.type_k, workload.type_v):
        if cache_type not in CACHE_TYPES:
            return f"LM Studio does not offer {cache_type} for the KV cache, only {', '.join(CACHE_TYPES)}."
    for is_default, what in ((workload.op_offload, "op offload"), (workload.repack, "repacking")):
        if not is_default:
            return f"LM Studio has no switch to turn {what} off."
    return ""


def _does_without_overrides(plan: Plan) -> bool:
    """Whether they only bring experts onto cards that RAM has room for as well."""
    headroom = plan.devices[-1].headroom_bytes
    only_cards = all(device != HOST for _, device in plan.placement.overrides)
    return only_cards and (headroom is None or headroom >= _more_in_ram(plan))


def _more_in_ram(plan: Plan) -> int:
    """Bytes of weights that overrides keep out of RAM."""
    without = replace(plan.placement, overrides=())
    layout = plan.model.kv_layout(plan.workload.kv_layout)
    weights = weights_by_device(plan.model, plan.file_type, plan.imatrix, layout, without)
    return weights[HOST_INDEX] - plan.devices[-1].memory.weights_bytes


def _lines(plan: Plan, source: ModelSource, names: ModelNames) -> Iterator[Line]:
    if source.path is not None and source.shards == 1:
        # Without the option the file would be moved.
        yield "lms", "import", "--symbolic-link", source.path
    elif source.path is None and source.repository is not None:
        yield "lms", "get", f"{source.repository}@{plan.quantization.lower()}"
    model = names.hugging_face.rsplit("/", 1)[-1] if names.hugging_face else plan.model_id
    yield "lms", "load", model.lower(), "--gpu", gpu_ratio(plan), "--context-length", str(plan.workload.context)


def _notes(plan: Plan, source: ModelSource) -> Iterator[str]:
    placement, workload = plan.placement, plan.workload
    yield "lms ls shows the key under which LM Studio knows the file; put it after lms load if it differs."
    if source.path is not None and source.shards > 1:
        yield f"Put the {source.shards} parts into one folder of LM Studio's models folder, as publisher/model."
    elif source.path is not None:
        yield "Where symbolic links are not allowed (Windows without developer mode), import with --copy."
    yield "The command line sets no more than this: set the rest first, under My Models, at the gear of the model."
    yield f"GPU offload: {_layers(plan)} of {plan.model.n_layers + 1} layers, the output layer counted as one."
    if placement.cpu_moe_layers and plan.model.is_moe:
        kept = min(placement.cpu_moe_layers, plan.model.n_layers)
        yield f"Number of layers for which to force MoE weights onto CPU: {kept}."
    yield f"Evaluation batch size: {workload.ubatch}."
    yield f"Flash attention: {workload.flash_attn}."
    yield f"K cache quantization type: {workload.type_k}; V cache quantization type: {workload.type_v}."
    if not workload.kv_offload:
        yield "Offload KV cache to GPU memory: off."
    if workload.parallel > 1:
        unified = "on" if workload.kv_unified else "off"
        yield f"Concurrent predictions: {workload.parallel}, unified KV cache {unified}."
    yield "CPU threads stay as they are: they change no memory."
    if placement.overrides:
        more = format_bytes(_more_in_ram(plan))
        yield f"The single tensors that this plan puts on cards stay in RAM here, {more} more."
    cards = cards_of_free_split(plan) or ()
    for position in plan_positions(plan):
        if position not in cards:
            yield f"Turn {plan.machine.gpus[position].name} off among LM Studio's GPUs."
    if len(cards) > 1:
        yield "LM Studio shares the layers among the cards by itself."

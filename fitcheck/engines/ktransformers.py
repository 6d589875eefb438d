"""KTransformers: R1's attention on a card, all of its routed experts in RAM.

Source: kvcache-ai/ktransformers doc/en/DeepseekR1_V3_tutorial.md (the server of v0.2.4, its options), doc/en/FAQ.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath, PureWindowsPath

from fitcheck.core.hardware import Machine, SameMachine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement
from fitcheck.core.planner import Plan
from fitcheck.core.units import GB, format_bytes
from fitcheck.core.weights import weights_by_device
from fitcheck.core.wishes import Wishes
from fitcheck.engines.command import Command, Line, ModelNames, ModelSource, file_path, sh_text, source_notes
from fitcheck.engines.devices import check_backend, only_cards, usable_cards
from fitcheck.errors import RequestError

CARD_BYTES = 14 * GB
"""``at least 14GB VRAM`` (the tutorial's memory consumption)."""

THREADS_LEFT = 2
"""Cores that are not given to the experts: the tutorial runs v0.2.4 with 62 of 64."""

CHUNK_TOKENS = 256
"""Prompt tokens worked on at once, the tutorial's value."""

RULES = "ktransformers/optimize/optimize_rules/DeepSeek-V3-Chat-serve.yaml"
"""What goes where, in the project's own folder: experts on the CPU, the rest on ``cuda:0``."""

_TITLE = "KTransformers"


def ktransformers(plan: Plan, source: ModelSource, names: ModelNames, backend: str = "cuda") -> Command:
    """The server for several chats."""
    check_backend(backend)
    refusal = _refusal(plan, names, backend)
    if refusal:
        return Command("ktransformers", _TITLE, refusal=refusal)
    sizes = _card_sizes(plan.machine)
    largest = max(sizes, key=sizes.__getitem__)
    environment = only_cards(plan.machine, backend, (largest,))
    return Command(
        "ktransformers",
        _TITLE,
        sh_text(tuple(_lines(plan, source, names)), environment),
        notes=(*source_notes(source), *_notes(plan)),
    )


def on_its_card(machine: Machine, wishes: Wishes, spec: ModelSpec) -> tuple[Machine, Wishes]:
    """What it is planned with: every layer on its one card, all routed experts in RAM.

    Both as they are where it refuses the model or has no card. RequestError ``bad_option`` where another placement is
    pinned.
    """
    if not spec.is_moe or not _card_sizes(machine):
        return machine, wishes
    its = replace(wishes, gpu_layers=spec.n_layers + 1, cpu_moe_layers=spec.n_layers, tensor_split=None)
    if wishes.pinned and wishes != its:
        raise RequestError("bad_option", "KTransformers keeps all routed experts in RAM: its placement is not pinned.")
    return _with_one_card(SameMachine(machine)), its


@lru_cache(maxsize=16)
def _with_one_card(same: SameMachine) -> Machine:
    machine, sizes = same.machine, _card_sizes(same.machine)
    largest = max(sizes, key=sizes.__getitem__)
    others = {position for position, card in enumerate(machine.gpus) if card.plannable and position != largest}
    if not others:
        return machine
    why = "KTransformers uses one CUDA card, that with most free memory."
    cards = tuple(
        replace(card, memory_free_bytes=None, unknown={**card.unknown, "memory_free_bytes": why})
        if position in others
        else card
        for position, card in enumerate(machine.gpus)
    )
    return replace(machine, gpus=cards)


def host_bytes(plan: Plan) -> int:
    """Weights in RAM with all routed experts there."""
    everything = Placement(1, plan.model.n_layers + 1, cpu_moe_layers=plan.model.n_layers)
    layout = plan.model.kv_layout(plan.workload.kv_layout)
    return weights_by_device(plan.model, plan.file_type, plan.imatrix, layout, everything)[HOST_INDEX]


def _refusal(plan: Plan, names: ModelNames, backend: str) -> str:
    if not plan.model.is_moe:
        return "KTransformers shares R1's experts between RAM and card; this model has none."
    if names.hugging_face is None:
        return "KTransformers needs the makers' configuration, and none is known of this model."
    if backend != "cuda":
        return f"KTransformers is run on CUDA here, not on {backend}."
    if not _card_sizes(plan.machine):
        return f"KTransformers needs one CUDA card with {format_bytes(CARD_BYTES, 'GB')} free."
    if plan.verdict == "gpu":
        return "KTransformers keeps the experts in RAM, and here all of them fit on cards."
    available = plan.machine.ram_available_bytes
    if available is not None and available < host_bytes(plan):
        missing = format_bytes(host_bytes(plan) - available)
        return f"KTransformers keeps all experts in RAM, where {missing} are missing."
    return ""


def _card_sizes(machine: Machine) -> dict[int, int]:
    """Free bytes of the cards that are large enough, by position in the machine."""
    cards = usable_cards(machine, "cuda")
    sizes = {position: card.memory_free_bytes or 0 for position, card in cards.items()}
    return {position: size for position, size in sizes.items() if size >= CARD_BYTES}


def _lines(plan: Plan, source: ModelSource, names: ModelNames) -> Iterator[Line]:
    workload = plan.workload
    yield "python", "ktransformers/server/main.py", "--backend_type", "balance_serve"
    yield "--model_path", names.hugging_face or "", "--gguf_path", _folder(file_path(plan, source, names))
    yield "--optimize_config_path", RULES
    if plan.machine.cpu_cores is not None:
        yield "--cpu_infer", str(max(1, plan.machine.cpu_cores - THREADS_LEFT))
    yield "--cache_lens", str(workload.context), "--max_batch_size", str(workload.parallel)
    yield "--chunk_size", str(CHUNK_TOKENS)


def _folder(path: str) -> str:
    """The folder of a file, of whichever system."""
    return str(PureWindowsPath(path).parent if "\\" in path else PurePosixPath(path).parent)


def _notes(plan: Plan) -> Iterator[str]:
    yield "Run it in a clone of ktransformers v0.2.4 or later; since then the rules have moved to its folder archive."
    yield f"All routed experts are in RAM, {format_bytes(host_bytes(plan))} with what else stays there."
    yield "The folder must hold this file and its parts alone, and its name must not end in .gguf."
    if plan.workload.kv_layout == "mla":
        yield "Files without attn_kv_b (the newer conversion) were refused by it (ktransformers issues 1195 and 1333)."
    if (plan.workload.type_k, plan.workload.type_v) != ("f16", "f16"):
        yield "It keeps the cache in its own type, whatever the plan says."
    yield "KTransformers runs on Linux; on Windows use it inside WSL."

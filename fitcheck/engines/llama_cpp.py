"""llama.cpp: every value that the estimate assumed, spelled out, so that the real machine does the same.

Options and their rules: common/arg.cpp, common/fit.cpp and tools/server/README.md of llama.cpp v0.5.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitcheck.core.planner import Plan
from fitcheck.core.units import MIB, format_bytes
from fitcheck.engines.command import (
    Command,
    Line,
    ModelNames,
    ModelSource,
    file_path,
    powershell_text,
    sh_text,
    source_notes,
)
from fitcheck.engines.devices import (
    DEVICE_NAMES,
    bus_order,
    card_numbers,
    check_backend,
    layers_by_card,
    visible_positions,
)

PROMPT_CACHE_BYTES = 8192 * MIB
"""RAM that the server may fill with old prompts: the default of ``-cram`` (``cache_ram_mib`` in common/common.h)."""

MOST_CARDS = 15
"""``-ts`` refuses 16 or more shares (``llama_max_devices`` in common/arg.cpp)."""

_CUT = re.compile(r"\\(?P<escaped>.)|[,=]", re.DOTALL)
_NEEDS_THE_SIGN = re.compile(r"\{\d*,|\(\?<?=|\(\?P=")


def llama_server(plan: Plan, source: ModelSource, names: ModelNames, backend: str = "cuda") -> Command:
    """The server, which the estimate's number of output rows is that of."""
    return _command("llama-server", plan, source, names, backend)


def llama_cli(plan: Plan, source: ModelSource, names: ModelNames, backend: str = "cuda") -> Command:
    """The chat in a terminal; it starts the same server inside, for one person."""
    if plan.workload.parallel > 1 and plan.workload.kv_unified:
        refusal = "llama-cli has no --kv-unified: several chats that share one cache need llama-server."
        return Command("llama-cli", "llama-cli", refusal=refusal)
    return _command("llama-cli", plan, source, names, backend)


def override_pattern(pattern: str) -> str | None:
    """A pattern without the signs at which ``-ot`` cuts its value, ``,`` and ``=``; None where it cannot do without."""
    if _NEEDS_THE_SIGN.search(pattern):
        return None

    def coded(found: re.Match[str]) -> str:
        sign = found["escaped"] or found.group()
        return f"\\x{ord(sign):02X}" if sign in ",=" else found.group()

    return _CUT.sub(coded, pattern)


def _command(program: str, plan: Plan, source: ModelSource, names: ModelNames, backend: str) -> Command:
    check_backend(backend)
    refusal = _refusal(plan, backend)
    if refusal:
        return Command(program, program, refusal=refusal)
    lines = tuple(_lines(program, plan, source, names, backend))
    environment = bus_order(plan.machine, backend) if plan.placement.gpus else ()
    return Command(
        program,
        program,
        sh_text(lines, environment),
        powershell_text(lines, environment),
        (*source_notes(source), *_notes(program, plan, source, backend)),
    )


def _refusal(plan: Plan, backend: str) -> str:
    if plan.placement.gpus > MOST_CARDS:
        return f"llama.cpp takes {MOST_CARDS} cards at most, not {plan.placement.gpus}."
    for card, number in zip(plan.machine.plannable_gpus, card_numbers(plan, backend), strict=False):
        if backend == "cpu" or number is None:
            return f"A build for {backend} does not see {card.name}, which this plan uses."
    for pattern, _ in plan.placement.overrides:
        if override_pattern(pattern) is None:
            return f"llama.cpp cuts -ot at ',' and '=', and '{pattern}' cannot be written without them."
    return ""


def _lines(program: str, plan: Plan, source: ModelSource, names: ModelNames, backend: str) -> Iterator[Line]:
    workload = plan.workload
    yield (program,)
    if source.path is None and source.repository is not None:
        yield "-hf", f"{source.repository}:{plan.quantization}"
    else:
        yield "-m", file_path(plan, source, names)
    yield "-c", str(workload.context), "-b", str(workload.batch), "-ub", str(workload.ubatch)
    chats: Line = ("-np", str(workload.parallel))
    # llama-cli does not know the option (set_examples in common/arg.cpp).
    yield (*chats, "-kvu" if workload.kv_unified else "-no-kvu") if program == "llama-server" else chats
    yield "-fa", workload.flash_attn, "-ctk", workload.type_k, "-ctv", workload.type_v
    yield from _placement_lines(plan, backend)
    yield from _switch_lines(plan)


def _placement_lines(plan: Plan, backend: str) -> Iterator[Line]:
    placement = plan.placement
    layers = min(placement.gpu_layers, plan.model.n_layers + 1) if placement.gpus else 0
    # --fit on gives up where -ngl or -ot is set, and -ot goes before -ncmoe, because the first match wins.
    yield "-ngl", str(layers), "-fit", "off"
    devices = _device_option(plan, backend)
    if devices:
        yield "-dev", devices
    if placement.gpus > 1:
        split: Line = ("-ts", ",".join(map(str, layers_by_card(plan)))) if layers else ()
        yield ("-sm", "layer", *split)
    if placement.overrides:
        yield "-ot", ",".join(_overrides(plan, backend))
    if placement.cpu_moe_layers:
        yield "-ncmoe", str(min(placement.cpu_moe_layers, plan.model.n_layers))


def _switch_lines(plan: Plan) -> Iterator[Line]:
    workload = plan.workload
    if not workload.kv_offload:
        yield ("-nkvo",)
    if not workload.op_offload:
        yield ("--no-op-offload",)
    if plan.verdict == "disk":
        # Repacked weights are a copy in RAM; only mapped ones can be dropped and read again.
        yield "-nr", "-lm", "mmap"
    elif not workload.repack:
        yield ("-nr",)
    if not _room_for_prompts(plan):
        yield "-cram", "0"


def _device_option(plan: Plan, backend: str) -> str:
    """Which cards to take, where the engine would otherwise take others too."""
    if not plan.placement.gpus:
        return "none"
    if plan.placement.gpus == len(visible_positions(plan.machine, backend)):
        return ""
    return ",".join(_card_names(plan, backend))


def _card_names(plan: Plan, backend: str) -> list[str]:
    return [f"{DEVICE_NAMES[backend]}{number}" for number in card_numbers(plan, backend)]


def _overrides(plan: Plan, backend: str) -> Iterator[str]:
    """``pattern=buffer``, in order."""
    devices = {"host": "CPU"}
    if plan.placement.gpus:
        devices |= {f"GPU{index}": name for index, name in enumerate(_card_names(plan, backend))}
    for pattern, device in plan.placement.overrides:
        yield f"{override_pattern(pattern)}={devices[device]}"


def _room_for_prompts(plan: Plan) -> bool:
    headroom = plan.devices[-1].headroom_bytes
    return headroom is not None and headroom >= PROMPT_CACHE_BYTES


def _notes(program: str, plan: Plan, source: ModelSource, backend: str) -> Iterator[str]:
    placement, workload = plan.placement, plan.workload
    if plan.verdict == "disk":
        yield "The weights do not fit in memory: they stay mapped (-nr, -lm mmap) and stream from the disk."
    if source.path is None and source.repository is not None:
        yield f"-hf downloads {format_bytes(plan.download_bytes)} on first use."
    if placement.gpus > 1 and placement.gpu_layers:
        cards = zip(layers_by_card(plan), _card_names(plan, backend), plan.machine.plannable_gpus, strict=False)
        split = ", ".join(f"{name} ({card.name}) {layers}" for layers, name, card in cards)
        yield f"-ts counts layers: {split}."
    if placement.overrides or (placement.gpus and _device_option(plan, backend)):
        yield f"Cards are named as in a build for {backend}; {program} --list-devices shows the names of yours."
    if placement.overrides and placement.cpu_moe_layers:
        yield "-ot stands before -ncmoe on purpose: the first match wins."
    if workload.outputs not in (None, workload.parallel):
        yield f"{program} reserves {workload.parallel} rows of output, the estimate counted with {_rows(plan)}."
    if workload.kv_layout == "legacy" and plan.model.is_moe:
        yield "This is for a file of the older conversion, with attn_kv_b; others keep a far smaller cache."
    if not _room_for_prompts(plan):
        cache = format_bytes(PROMPT_CACHE_BYTES)
        if plan.devices[-1].headroom_bytes is None:
            yield f"-cram 0: the prompt cache may take {cache} of RAM, and how much is free is not known."
        else:
            yield f"-cram 0: the prompt cache may take {cache} of RAM, which is not free here."


def _rows(plan: Plan) -> str:
    return str(plan.workload.outputs) if plan.workload.outputs else "one for every token of a batch"

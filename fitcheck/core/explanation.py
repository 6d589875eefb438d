"""Why a plan is as it is, in sentences; computed only when somebody reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitcheck.core.hardware import Machine
from fitcheck.core.kv_cache import cache_widths
from fitcheck.core.mixtures import requires_imatrix
from fitcheck.core.model import ModelSpec
from fitcheck.core.units import format_bytes

if TYPE_CHECKING:
    from fitcheck.core.planner import DevicePlan, Plan


def reasons(plan: Plan) -> tuple[str, ...]:
    """The verdict's reason first, then what decided it."""
    sentences = {"gpu": _all_on_cards, "offload": _shared, "cpu": _in_ram, "disk": _from_disk, "no": _not_at_all}
    return tuple(sentences[plan.verdict](plan))


def warnings(plan: Plan) -> tuple[str, ...]:
    """What the person should know although it does not change the verdict."""
    return tuple(_warnings(plan))


def _all_on_cards(plan: Plan) -> Iterator[str]:
    yield f"All {plan.model.n_layers} layers and the KV cache fit on {_cards(plan)}, {_spare(plan)} to spare."


def _shared(plan: Plan) -> Iterator[str]:
    layers, on_host = plan.model.n_layers, plan.placement.cpu_moe_layers
    host = format_bytes(plan.devices[-1].memory.weights_bytes)
    if plan.model.is_moe and plan.placement.gpu_layers > layers:
        yield (
            f"Attention and shared weights of all {layers} layers fit on {_cards(plan)}; the routed experts of "
            f"{_experts(plan, on_host)} stay in RAM ({host}){_single_tensors(plan)}."
        )
    else:
        yield (
            f"{min(plan.placement.gpu_layers, layers + 1)} of {layers + 1} layers (the output layer counts as one) "
            f"fit on {_cards(plan)}; {host} of weights stay in RAM."
        )
    yield f"The tightest card keeps {_spare(plan)} beyond its margin."


def _single_tensors(plan: Plan) -> str:
    """What fills the room that whole layers leave."""
    count = sum(pattern.count("|") + 1 for pattern, _ in plan.placement.overrides)
    if not count:
        return ""
    return f", but for {'one' if count == 1 else count} of their tensors on what is left of the cards"


def _experts(plan: Plan, on_host: int) -> str:
    moe = plan.model.mla_moe
    first = moe.first_dense_layers if moe else 0
    return "every layer" if on_host >= plan.model.n_layers else f"layers {first} to {on_host - 1}"


def _in_ram(plan: Plan) -> Iterator[str]:
    why = "No card holds enough of it to make it faster"
    if not plan.machine.plannable_gpus:
        why = "No card was named" if plan.machine.what_if and not plan.machine.gpus else "No card can be planned for"
    if plan.wishes.asked.backend == "cpu":
        why = "Only the processor was asked for"
    host = plan.devices[-1]
    yield f"{why}; everything fits in RAM ({format_bytes(host.memory.total_bytes)})."


def _from_disk(plan: Plan) -> Iterator[str]:
    yield (
        f"The weights do not fit: {format_bytes(plan.lacking_bytes)} of RAM are missing, so they would be read from "
        "the disk again for every token."
    )


def _not_at_all(plan: Plan) -> Iterator[str]:
    host = plan.devices[-1]
    missing = format_bytes(plan.lacking_bytes)
    if plan.lacking_of == "VRAM":
        names = " and ".join(device.memory.name for device in plan.devices[:-1] if not device.fits)
        yield f"What was fixed of the placement is too large for {names}: {missing} are missing."
    elif plan.lacking_of == "disk":
        yield (
            f"The weights do not fit in memory, and the disk lacks {missing} for the file of "
            f"{format_bytes(plan.download_bytes)}."
        )
    else:
        needed = format_bytes(host.memory.total_bytes - host.memory.weights_bytes)
        yield f"Even without the weights, {needed} are needed in RAM; {missing} are missing in all."


def _warnings(plan: Plan) -> Iterator[str]:
    machine = plan.machine
    if machine.ram_available_bytes is None:
        yield "The free RAM is unknown, so what stays in RAM is not checked."
    free = machine.disk.free_bytes if machine.disk else None
    if free is not None and plan.verdict != "no" and free < plan.download_bytes:
        yield (
            f"The file is {format_bytes(plan.download_bytes)}; {machine.disk.path if machine.disk else ''} has "
            f"{format_bytes(free)} free."
        )
    if plan.wishes.asked.split_mode == "tensor":
        yield (
            "Memory is counted for the GGUF file in llama.cpp; an engine that divides every layer reads the makers' "
            "checkpoint instead, which estimate --engine prices."
        )
    yield from _cards_left_out(machine)
    if plan.workload.kv_layout == "legacy" and plan.model.is_moe:
        yield older_conversion(plan.model)
    if requires_imatrix(plan.model, plan.file_type):
        yield f"{plan.file_type.id} files exist only with an importance matrix."


def older_conversion(model: ModelSpec) -> str:
    """What it costs that a file holds R1's attention as older converters wrote it (``kv_cache.py``)."""
    times = sum(cache_widths(model, legacy=True)) / sum(cache_widths(model, legacy=False))
    return (
        f"Files of the older conversion (attn_kv_b) need {times:.0f} times the KV cache of current ones; a current "
        "file is worth its download."
    )


def _cards_left_out(machine: Machine) -> Iterator[str]:
    for card in machine.gpus:
        if card.integrated:
            yield f"{card.name} shares the computer's RAM and is not planned for."
    dropped = [card for card in machine.gpus if not card.integrated and card.memory_free_bytes is None]
    alike = Counter(
        (card.name, card.unknown.get("memory_free_bytes", "its free memory is unknown")) for card in dropped
    )
    for (name, why), count in alike.items():
        cards = f"{count}x {name}" if count > 1 else name
        yield f"{cards} is left out: {why}"


def _cards(plan: Plan) -> str:
    names = [card.name for card in plan.machine.plannable_gpus]
    used = [
        name for name, device in zip(names, plan.devices[:-1], strict=False) if device.memory.weights_bytes
    ]  # fmt: skip
    return " + ".join(f"{used.count(name)}x {name}" if used.count(name) > 1 else name for name in dict.fromkeys(used))


def _spare(plan: Plan) -> str:
    return format_bytes(min(_headroom(device) for device in plan.devices[:-1] if device.memory.weights_bytes))


def _headroom(device: DevicePlan) -> int:
    return device.headroom_bytes or 0

"""Options -> workload, machine and placement."""

from __future__ import annotations

import argparse
from dataclasses import replace

from fitcheck import service
from fitcheck.contract.requests import LONGEST, START_CONTEXT
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.pricing import runtime_overhead_bytes
from fitcheck.core.wishes import Wishes, asked_of
from fitcheck.core.workload import FlashAttention, Workload
from fitcheck.errors import RequestError


def workload(options: argparse.Namespace, flash_attn: FlashAttention) -> Workload:
    """What was asked for; ``flash_attn`` is the command's default."""
    return Workload(
        context=START_CONTEXT if options.context == LONGEST else options.context,
        ubatch=options.ubatch,
        batch=options.batch,
        parallel=options.parallel,
        outputs=options.outputs,
        flash_attn=options.flash_attn or flash_attn,
        type_k=options.type_k,
        type_v=options.type_v,
        kv_layout=options.kv_layout,
        kv_offload=not options.no_kv_offload,
        op_offload=not options.no_op_offload,
        repack=not options.no_repack,
    )


def wishes(options: argparse.Namespace, spec: ModelSpec) -> Wishes:
    """What the plan shall be best at, and what of it the options fix."""
    everything = spec.n_layers + 1
    asked = asked_of(options.engine, depth=options.depth, prompt_tokens=options.prompt)
    return Wishes(
        options.objective, asked,
        everything if options.gpu_layers == "all" else options.gpu_layers,
        spec.n_layers if options.cpu_moe == "all" else options.cpu_moe, options.tensor_split,
    )  # fmt: skip


def margin(options: argparse.Namespace) -> int:
    """Bytes that stay free on every device."""
    return service.MARGIN_BYTES if options.margin is None else int(options.margin)


def machine(options: argparse.Namespace) -> Machine:
    """The machine to plan for, with the runtime overhead that the options name."""
    found = _machine(options)
    overhead = options.runtime_overhead
    if overhead is None:
        return found
    return replace(found, gpus=tuple(replace(card, runtime_overhead_bytes=overhead) for card in found.gpus))


def runtime_bytes(options: argparse.Namespace, gpus: int) -> tuple[int, ...]:
    """The runtime overhead of each card, where the options or a recorded machine name it."""
    if options.runtime_overhead is not None:
        return (options.runtime_overhead,) * gpus
    cards = named_cards(options) or ()
    return tuple(map(runtime_overhead_bytes, cards[:gpus]))


def _machine(options: argparse.Namespace) -> Machine:
    """The machine to plan for: a file's, an imagined one (never mixed with this computer), or this one."""
    imagined = bool(options.gpu or options.no_gpu or options.ram is not None)
    if options.gpu and options.no_gpu:
        raise RequestError("bad_option", "--gpu and --no-gpu contradict each other.")
    if options.machine is not None:
        return _changed(service.load_machine(options.machine), options)
    if imagined:
        if not options.gpu and options.ram is None:
            raise RequestError("bad_option", "A machine without a card needs its RAM: add --ram 64GiB or the like.")
        return service.what_if_machine(
            options.gpu or (),
            ram_bytes=options.ram,
            ram_bandwidth_bytes_per_s=options.ram_bandwidth,
            free_vram_bytes=options.free_vram,
        )
    return _changed(service.detect(), options)


def _changed(base: Machine, options: argparse.Namespace) -> Machine:
    """A known machine with what the options say otherwise."""
    changed = base
    if options.ram is not None:
        changed = replace(changed, ram_total_bytes=options.ram, ram_available_bytes=options.ram, what_if=True)
    if options.gpu or options.no_gpu:
        imagined = service.what_if_machine(options.gpu or (), ram_bytes=options.ram, free_vram_bytes=options.free_vram)
        changed = replace(changed, gpus=imagined.gpus, unified=imagined.unified, what_if=True)
        if imagined.unified:
            changed = replace(
                changed, ram_total_bytes=imagined.ram_total_bytes, ram_available_bytes=imagined.ram_available_bytes,
                ram_bandwidth_bytes_per_s=imagined.ram_bandwidth_bytes_per_s, notes=(*changed.notes, *imagined.notes),
            )  # fmt: skip
    if options.free_vram is not None:
        changed = service.with_free_vram(changed, options.free_vram)
    if options.ram_bandwidth is not None:
        changed = replace(changed, ram_bandwidth_bytes_per_s=options.ram_bandwidth)
    return changed


def placement(options: argparse.Namespace, spec: ModelSpec) -> Placement:
    """Cards from the machine that was named, else one for each part of the split, else one if layers go there."""
    everything = spec.n_layers + 1
    cards = named_cards(options)
    if options.no_gpu and (options.gpu_layers or options.tensor_split):
        raise RequestError("bad_option", "--no-gpu leaves no card for --gpu-layers or --tensor-split.")
    if cards is not None:
        gpus = len(cards)
    elif options.tensor_split:
        gpus = len(options.tensor_split)
    else:
        gpus = int(not options.no_gpu and (options.gpu_layers is not None or options.cpu_moe is not None))
    free = tuple(card.memory_free_bytes or 0 for card in cards or ())
    layers = (everything if gpus else 0) if options.gpu_layers is None else options.gpu_layers
    experts = 0 if options.cpu_moe is None else options.cpu_moe
    return Placement(
        gpus=gpus,
        gpu_layers=everything if layers == "all" else layers,
        cpu_moe_layers=spec.n_layers if experts == "all" else experts,
        gpu_free_bytes=free if any(free) else None,
        tensor_split=options.tensor_split,
    )


def named_cards(options: argparse.Namespace) -> tuple[Gpu, ...] | None:
    """The cards of the machine that the options name; None where they name none."""
    if options.machine is None and not options.gpu:
        if options.free_vram is not None:
            raise RequestError("bad_option", "--free-vram needs cards: add --gpu or --machine.")
        return None
    return machine(options).plannable_gpus

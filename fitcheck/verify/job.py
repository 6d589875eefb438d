"""From a plan to the job that the child carries out: which parts, in which types, on which devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from fitcheck.core.kv_cache import allocated_context, cache_widths, layer_bytes
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST, HOST_INDEX, layer_devices
from fitcheck.core.planner import MARGIN_BYTES, Plan
from fitcheck.core.units import GIB
from fitcheck.core.verification import VerifyMode
from fitcheck.core.weights import layer_spans, tensor_devices, weight_file
from fitcheck.frozen import dataclass

PROMPT_TOKENS = 8
"""A short prompt: of R1's 256 experts about sixty are chosen by one of eight tokens."""

QUICK_TOKENS, THOROUGH_TOKENS = 4, 8
QUICK_BYTES = 2 * GIB
"""Up to here quick runs all layers: as much as an old computer writes and reads a few times in 60 seconds."""

QUICK_PASS_SECONDS = 30.0
"""After so long in the pass quick decodes no further token; starting, allocating and the prompt come besides."""

INTERLEAVED = frozenset(("llama", "deepseek2"))
"""Architectures whose rotary pairs are neighbours (``llama_model_rope_type`` in llama.cpp's src/llama-model.cpp)."""

YARN_BETAS = (32, 1)
"""Fast and slow where a configuration names none: the paper's own values (arXiv 2309.00071)."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """How to verify: ``layers`` at most (None: as the mode says), ``tokens`` to decode, bytes that stay free.

    ``growth_limit_bytes`` forbids the child to take more than that (Linux); ``host_bytes`` is the RAM that this
    program may use in all, where the system's own number does not know of a container's limit.
    """

    mode: VerifyMode = "quick"
    layers: int | None = None
    tokens: int | None = None
    margin_bytes: int = MARGIN_BYTES
    growth_limit_bytes: int | None = None
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What the child is told (``message``, plain JSON), and what the answer is laid beside.

    ``run`` are the layers that run, ``uuids`` the cards' by the plan's names. ``weights`` and ``kv_cache`` are the
    predicted bytes of these parts by device.
    """

    plan: Plan
    options: VerifyOptions
    message: dict[str, Any]
    run: tuple[int, ...]
    weights: Mapping[str, int]
    kv_cache: Mapping[str, int]
    uuids: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every layer runs."""
        return len(self.run) == self.plan.model.n_layers


def torch_name(device: int) -> str:
    """What torch calls a device of a placement."""
    return "cpu" if device == HOST_INDEX else f"cuda:{device}"


def plan_name(device: str) -> str:
    """What plans call a device of torch."""
    return HOST if device == "cpu" else f"GPU{device.removeprefix('cuda:')}"


def architecture(spec: ModelSpec, details: Mapping[str, Any]) -> dict[str, Any]:
    """The sizes and numbers that the forward pass needs; ``details`` are a catalogue sheet's."""
    rope = details["rope"]
    turning: dict[str, Any] = {"theta": float(rope["theta"]), "interleaved": spec.gguf_arch in INTERLEAVED}
    if rope.get("type") == "yarn":
        fast, slow = YARN_BETAS
        turning |= {
            "factor": float(rope["factor"]), "original_context": rope["original_context"],
            "beta_fast": rope.get("beta_fast", fast), "beta_slow": rope.get("beta_slow", slow),
        }  # fmt: skip
        turning |= {name: rope[name] for name in ("mscale", "mscale_all_dim") if name in rope}
    sizes: dict[str, Any] = {
        "n_attention_heads": spec.n_attention_heads, "n_kv_heads": spec.n_kv_heads, "head_dim": spec.head_dim,
        "rms_norm_eps": details["rms_norm_eps"], "rope": turning,
    }  # fmt: skip
    moe = spec.mla_moe
    if moe is not None:
        names = (
            "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "n_routed_experts",
            "experts_per_token", "n_expert_groups", "n_groups_per_token",
        )  # fmt: skip
        sizes |= {name: getattr(moe, name) for name in names}
        sizes |= {name: details["router"][name] for name in ("routed_scaling_factor", "norm_topk_prob")}
    return sizes


class _Parts:
    """The tensors of a plan's file by part, with device and bytes."""

    def __init__(self, plan: Plan) -> None:
        self.plan, workload = plan, plan.workload
        spec, self.layout = plan.model, plan.model.kv_layout(workload.kv_layout)
        self.file = weight_file(spec, plan.file_type, plan.imatrix, self.layout)
        self.homes = tensor_devices(spec, plan.file_type, plan.imatrix, self.layout, plan.placement)
        self.spans = layer_spans(spec, self.layout)
        self.devices = layer_devices(spec.n_layers, plan.placement)

    def held(self, index: int, device: int) -> int:
        """Bytes of a tensor on a device."""
        return self.file.host_bytes[index] if device == HOST_INDEX else self.file.gpu_bytes[index]

    def _entry(self, index: int, device: int, suffix: str = "") -> dict[str, Any]:
        tensor = self.file.tensors[index]
        return {
            "name": tensor.name + suffix, "type": self.file.types[index], "row": tensor.row, "rows": tensor.rows,
            "device": torch_name(device), "bytes": self.held(index, device),
        }  # fmt: skip

    def outside(self, indices: range) -> list[dict[str, Any]]:
        """Tensors before or after the layers; the rope factors once for each device that has layers."""
        entries = []
        for index in indices:
            tensor, home = self.file.tensors[index], self.homes[index]
            if tensor.role == "rope_factors":
                entries += [
                    self._entry(index, device, f"@{torch_name(device)}") for device in sorted(set(self.devices[:-1]))
                ]
            elif not (tensor.duplicate and home == HOST_INDEX):
                entries.append(self._entry(index, home))
        return entries

    def layer(self, layer: int) -> dict[str, Any]:
        """One repeating layer with its cache."""
        workload, spec = self.plan.workload, self.plan.model
        device = self.devices[layer] if workload.kv_offload and self.plan.placement.gpus else HOST_INDEX
        widths = cache_widths(spec, legacy=self.layout == "legacy")
        kinds = (workload.type_k.upper(), workload.type_v.upper())
        return {
            "name": f"layer {layer}", "layer": layer,
            "tensors": [self._entry(index, self.homes[index]) for index in range(*self.spans[layer])],
            "cache": {
                "device": torch_name(device), "cells": allocated_context(workload),
                "rows": [[kind, width] for kind, width in zip(kinds, widths, strict=True) if width],
                "bytes": layer_bytes(spec, workload, on_gpu=device != HOST_INDEX),
            },
        }  # fmt: skip

    def kind(self, layer: int) -> tuple[tuple[str, int], ...]:
        """What makes two layers alike: the names of their tensors, and where each is."""
        names = (self.file.tensors[index].name.split(".", 2)[2] for index in range(*self.spans[layer]))
        return tuple(zip(names, (self.homes[index] for index in range(*self.spans[layer])), strict=True))

    def bytes(self, layer: int) -> int:
        """Weights of a layer."""
        return sum(self.held(index, self.homes[index]) for index in range(*self.spans[layer]))


def layer_kinds(plan: Plan) -> list[list[int]]:
    """The layers of a plan, those that are alike together."""
    parts = _Parts(plan)
    kinds: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for layer in range(plan.model.n_layers):
        kinds.setdefault(parts.kind(layer), []).append(layer)
    return list(kinds.values())


def chosen_layers(plan: Plan, options: VerifyOptions) -> tuple[int, ...]:
    """Which layers run: all (thorough, or where a quick look has time for all), else the smallest of each kind.

    A number of layers adds the first ones to those, or takes away the last ones of them.
    """
    total, parts = plan.model.n_layers, _Parts(plan)
    everything = tuple(range(total))
    if options.layers is None:
        small = options.mode == "quick" and sum(map(parts.bytes, everything)) <= QUICK_BYTES
        if small or options.mode == "thorough":
            return everything
    kinds = sorted(min(kind, key=parts.bytes) for kind in layer_kinds(plan))
    others = [layer for layer in everything if layer not in kinds]
    return tuple(sorted([*kinds, *others][: options.layers or len(kinds)]))


def job_of(plan: Plan, details: Mapping[str, Any], options: VerifyOptions) -> Job:
    """The job for a plan; ``details`` are those of the model's sheet (position encoding, router)."""
    parts, spans = _Parts(plan), layer_spans(plan.model, plan.model.kv_layout(plan.workload.kv_layout))
    run = chosen_layers(plan, options)
    before, after = range(spans[0][0]), range(*spans[-1])
    listed = [
        {"name": "the input", "tensors": parts.outside(before)}, *map(parts.layer, run),
        {"name": "the output", "tensors": parts.outside(after)},
    ]  # fmt: skip
    weights: dict[str, int] = {}
    cached: dict[str, int] = {}
    for part in listed:
        for tensor in part["tensors"]:
            weights[tensor["device"]] = weights.get(tensor["device"], 0) + tensor["bytes"]
        if cache := part.get("cache"):
            cached[cache["device"]] = cached.get(cache["device"], 0) + cache["bytes"]
    names = sorted({*weights, *cached}, key=lambda name: (name == "cpu", name))
    cards = plan.machine.plannable_gpus
    uuids = {f"GPU{index}": card.uuid for index, card in enumerate(cards) if card.uuid}
    message = {
        "architecture": architecture(plan.model, details), "parts": listed, "devices": names,
        "bytes": sum(weights.values()) + sum(cached.values()),
        "prompt_tokens": max(1, min(PROMPT_TOKENS, plan.workload.context - 1)),
        "decode_tokens": _tokens(plan, options), "compute_bytes": _compute(plan, options, names),
        "card_uuids": {torch_name(int(name.removeprefix("GPU"))): uuid for name, uuid in uuids.items()},
        "limits": {
            "reserve_bytes": options.margin_bytes, "host_bytes": plan.machine.ram_available_bytes,
            "pass_seconds": QUICK_PASS_SECONDS if options.mode == "quick" else None,
            "growth_bytes": options.growth_limit_bytes, "threads": options.threads,
        },
    }  # fmt: skip
    return Job(plan, options, message, run, weights, cached, uuids)


def _tokens(plan: Plan, options: VerifyOptions) -> int:
    tokens = options.tokens or (QUICK_TOKENS if options.mode == "quick" else THOROUGH_TOKENS)
    return max(1, min(tokens, plan.workload.context - PROMPT_TOKENS))


def _compute(plan: Plan, options: VerifyOptions, names: list[str]) -> dict[str, int]:
    """The compute buffers that thorough takes beside all else, to see that they fit."""
    if options.mode == "quick":
        return {}
    sizes = {torch_name(index): one.memory.compute_bytes for index, one in enumerate(plan.devices[:-1])}
    sizes["cpu"] = plan.devices[-1].memory.compute_bytes
    return {name: sizes[name] for name in names if sizes[name]}

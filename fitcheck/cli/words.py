"""Answers as text for people."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fitcheck.catalog.models import CatalogModel, Correction
from fitcheck.catalog.published import listed_files, published_files
from fitcheck.catalog.source_numbers import SourceNumbers
from fitcheck.cli.tables import table
from fitcheck.core.advice import Advice
from fitcheck.core.choices import Choice
from fitcheck.core.estimate import DeviceMemory, Estimate
from fitcheck.core.hardware import Machine, ModelFile
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan, Verdict
from fitcheck.core.quantization import FileType
from fitcheck.core.speed_sentences import band, duration, speed_sentences
from fitcheck.core.units import format_bytes, format_tokens, in_unit
from fitcheck.engines.command import Command
from fitcheck.records import plain

VERDICT_WORDS: dict[Verdict, str] = {
    "gpu": "runs on the GPU",
    "offload": "runs on GPU and RAM together",
    "cpu": "runs in RAM, on the processor",
    "disk": "would stream from the disk",
    "no": "does not run",
}
_SIGNS: dict[Verdict, str] = {"gpu": "#", "offload": "+", "cpu": "o", "disk": "~", "no": "-"}


MODEL_HEAD = ("id", "name", "parameters", "active", "context", "layers")


def model_rows(models: Iterable[CatalogModel]) -> list[Sequence[object]]:
    """One row a model, values as numbers."""
    return [
        (one.id, one.name, one.parameters.total, one.parameters.active, one.spec.context_limit, one.spec.n_layers)
        for one in models
    ]


def models_text(models: Sequence[CatalogModel]) -> str:
    """The catalogue as a table with the shortest name that finds each model and no other."""
    answering = Counter(name.lower() for one in models for name in one.aliases)
    rows = [
        (
            one.id, min((name for name in one.aliases if answering[name.lower()] == 1), key=len),
            f"{one.parameters.total / 1e9:.1f} B", f"{one.parameters.active / 1e9:.1f} B",
            format_tokens(one.spec.context_limit), one.spec.n_layers,
        )
        for one in models
    ]  # fmt: skip
    return table(("id", "short", "parameters", "active", "context", "layers"), rows, left=2)


def model_text(model: CatalogModel, corrections: Sequence[Correction], page: str) -> str:
    """One model's sheet; numbers in brackets name the source of each value."""
    sources = SourceNumbers()
    parameters = model.parameters
    lines = [model.name, "=" * len(model.name), model.description, ""]
    lines += [f"id         {model.id}", f"also       {', '.join(model.aliases)}"]
    lines.append(
        f"parameters {parameters.total:,} in all, {parameters.active:,} for a token ({parameters.note}) "
        f"{sources.mark(*model.parameter_sources)}"
    )
    published = ", ".join(text for text in (model.published_context, model.context_note) if text)
    note = f" (published: {published})" if published else ""
    lines.append(f"context    {format_tokens(model.spec.context_limit)} tokens{note}")
    lines.append(f"weights    {model.native_dtype}")
    if model.base_model is not None:
        lines.append(f"made from  {model.base_model}")
    lines.append(f"tokenizer  {model.tokenizer} {sources.mark(model.tokenizer_source)}")
    lines.append(f"licence    {model.licence} {sources.mark(model.licence_source)}")
    lines.append(f"released   {model.release_date} ({model.release_date_note})")
    values: dict[str, Any] = plain(model.architecture)
    values.update(values.pop("mla_moe") or {})
    values.update(_flat(model.details))
    lines += ["", f"Architecture {sources.mark(*model.architecture_sources)}"]
    lines += [f"  {key:24} {value}" for key, value in values.items()]
    lines += ["", "Benchmarks", *_benchmarks(model, sources)]
    lines += _published(model.id, sources)
    if corrections:
        lines += ["", f"Corrections of {page}"]
    for one in corrections:
        claimed = "" if one.claimed == "-" else f" (not {one.claimed})"
        lines.append(f"  {one.field}: {one.correct}{claimed} {sources.mark(one.source)}")
    lines += ["", "Sources", *(f"  [{number}] {source}" for number, source in sources.listed())]
    return "\n".join(lines)


def _benchmarks(model: CatalogModel, sources: SourceNumbers) -> Iterator[str]:
    """Published scores with their source, and what they depend on."""
    for one in model.benchmarks:
        mark = sources.mark(one.source)
        yield from (f"  {name:28} {value:,g} {mark}" for name, value in one.values.items())
        notes = ("" if one.verified else "second hand", one.note)
        yield from (f"  {mark} {note}" for note in notes if note)


def _published(model_id: str, sources: SourceNumbers) -> list[str]:
    """Files that people download: exact sizes, and mixes of which only a rounded size is known."""
    exact = [
        f"  {file.quant:10} {file.bytes:,} bytes, {file.maker} {sources.mark(file.source)}"
        for file in published_files()
        if file.model == model_id
    ]
    listed = [
        f"  {file.quant:10} {file.about}, {file.maker}, known only by size "
        f"{sources.mark(file.source)}{f' ({file.note})' if file.note else ''}"
        for file in listed_files()
        if file.model == model_id
    ]
    return ["", "Published files", *exact, *listed] if exact or listed else []


def _flat(details: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Nested values with their path as name: ``rope.theta``."""
    for key, value in details.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


ESTIMATE_HEAD = ("device", "weights_bytes", "kv_cache_bytes", "compute_bytes", "runtime_bytes", "total_bytes")


def estimate_rows(answer: Estimate) -> list[Sequence[object]]:
    """One row a device, in bytes."""
    return [
        (one.name, one.weights_bytes, one.kv_cache_bytes, one.compute_bytes, one.runtime_bytes, one.total_bytes)
        for one in answer.devices
    ]


def estimate_text(answer: Estimate, placement: Placement, model: ModelSpec) -> str:
    """What lies where, then one row a device and the total, in GiB."""
    head = f"{answer.model_id} {answer.quantization}, context {format_tokens(answer.context)}, in GiB"
    return f"{head}\n{_where(placement, model)}\n\n{estimate_table(answer)}"


def estimate_table(answer: Estimate) -> str:
    """One row a device and the total, in GiB."""
    sums = ("total", *_parts(answer), answer.total_bytes)
    rows = [[row[0], *(in_unit(int(str(cell))) for cell in row[1:])] for row in (*estimate_rows(answer), sums)]
    return table(("device", "weights", "KV cache", "compute", "runtime", "total"), rows)


def _where(placement: Placement, model: ModelSpec) -> str:
    layers = min(placement.gpu_layers, model.n_layers + 1) if placement.gpus else 0
    if not layers:
        return "Everything lies in RAM; --gpu-layers, --gpu or --machine put layers on cards."
    cards = "one card" if placement.gpus == 1 else f"{placement.gpus} cards"
    experts = ""
    if placement.cpu_moe_layers and model.is_moe:
        experts = f"; routed experts of the first {min(placement.cpu_moe_layers, model.n_layers)} layers lie in RAM"
    return f"{layers} of {model.n_layers + 1} layers (the output layer counts as one) lie on {cards}{experts}."


PLAN_HEAD = (*ESTIMATE_HEAD, "capacity_bytes", "headroom_bytes")


def plan_rows(plan: Plan) -> list[Sequence[object]]:
    """One row a device, in bytes; empty where unknown."""
    return [
        (*row, device.capacity_bytes, device.headroom_bytes)
        for row, device in zip(estimate_rows(plan.estimate), plan.devices, strict=True)
    ]


def plan_text(
    plan: Plan,
    name: str,
    *,
    download: bool = True,
    advice: Iterable[Advice] = (),
    reasoning_tokens: int | None = None,
    command: Command | None = None,
    here: ModelFile | None = None,
) -> str:
    """The verdict as a sentence, then memory by device, why, how fast, what to type, and what there is to download."""
    context = format_tokens(plan.workload.context)
    head = f"{name} at {plan.quantization} {VERDICT_WORDS[plan.verdict]} (context {context})."
    notes = [*plan.reasons, *(f"Note: {warning}" for warning in plan.warnings)]
    if plan.verdict != "no":
        prediction = plan.prediction
        notes += ["", *speed_sentences(plan, prediction, reasoning_tokens)]
        notes += [f"Note: {one}" for one in prediction.assumptions]
    if changes := [one.sentence for one in advice]:
        notes += ["", "What would change it:", *(f"  {sentence}" for sentence in changes)]
    size = f"Download: {format_bytes(plan.download_bytes)} ({format_bytes(plan.download_bytes, 'GB')})."
    if here is not None:
        size = f"Nothing to download: {here.name} is here ({format_bytes(here.size_bytes)})."
    typed = ["", *command_lines(command)] if command else []
    return "\n".join(
        [
            head,
            f"On {machine_words(plan.machine)}.",
            *_shares_of_one_memory(plan.machine),
            "",
            _plan_table(plan),
            "",
            *notes,
            *([size] if download else ()),
            *typed,
        ]
    )


def _plan_table(plan: Plan) -> str:
    rows = []
    for device in plan.devices:
        memory = device.memory
        spare = "unknown" if device.headroom_bytes is None else _signed(device.headroom_bytes)
        rows.append((memory.name, *map(in_unit, (*_parts(memory), memory.total_bytes)), spare))
    rows.append(("total", *map(in_unit, (*_parts(plan.estimate), plan.estimate.total_bytes)), ""))
    return table(("GiB on", "weights", "KV cache", "compute", "runtime", "total", "to spare"), rows)


def _parts(memory: Estimate | DeviceMemory) -> tuple[int, int, int, int]:
    return memory.weights_bytes, memory.kv_cache_bytes, memory.compute_bytes, memory.runtime_bytes


def command_text(command: Command) -> str:
    """What to type in this system's shell."""
    return command.text(windows=os.name == "nt")


def command_lines(command: Command) -> Iterator[str]:
    """A command for this system's shell, with its notes; or why there is none."""
    yield f"{command.title}:"
    if command.refusal:
        yield f"  {command.refusal}"
        return
    yield command_text(command)
    yield from (f"  {note}" for note in command.notes)


def machine_words(machine: Machine, *, ram: bool = True) -> str:
    """``2x GeForce RTX 3090 and 64.0 GiB of RAM``: the cards that are planned for, with the RAM or without."""
    names = Counter(card.name for card in machine.plannable_gpus)
    cards = ", ".join(f"{count}x {name}" if count > 1 else name for name, count in names.items()) or "no card"
    available = machine.ram_available_bytes
    size = "an unknown amount of RAM" if available is None else f"{format_bytes(available)} of RAM available"
    return f"{cards} and {size}" if ram else cards


def _best(best: Choice | None, plans: Iterable[Plan]) -> str:
    if best is None:
        runs = any(plan.runs for plan in plans)
        return "nothing published runs at a token a second or more." if runs else "no model runs."
    return (
        f"{best.facts.name} at {best.plan.quantization} {VERDICT_WORDS[best.plan.verdict]}, about {band(best.decode)}. "
        f"Of these it is the best balance of quality and time; a reasoning answer takes {duration(best.minutes * 60)}."
    )


def _shares_of_one_memory(machine: Machine) -> Iterator[str]:
    """How much of the computer's own memory a card may use, where both have one."""
    for card in machine.plannable_gpus:
        if card.unified:
            usable = format_bytes(card.memory_free_bytes or 0)
            total = machine.ram_total_bytes or card.memory_total_bytes
            of_all = "" if total is None else f" of {format_bytes(total)}"
            plain = f"{card.name} shares the computer's memory and may use {usable}{of_all}."
            shares = (note for note in machine.notes if machine.what_if and note.startswith(card.name))
            yield next(shares, plain)


def _signed(size: int) -> str:
    return in_unit(size) if size >= 0 else f"-{in_unit(-size)}"


def matrix_text(
    plans: Sequence[Plan],
    columns: Sequence[FileType],
    names: Mapping[str, str],
    left_out: Sequence[CatalogModel],
    best: Choice | None,
    limit: int | None,
) -> str:
    """The best pick, then models by file types with a sign for the verdict and GiB, ``limit`` columns wide."""
    cells: dict[str, dict[str, str]] = {}
    for plan in plans:
        size = in_unit(plan.estimate.total_bytes)
        cells.setdefault(plan.model_id, {})[plan.quantization] = f"{_SIGNS[plan.verdict]} {size}"
    rows = [[names[model_id], *(row[column.id] for column in columns)] for model_id, row in cells.items()]
    context = format_tokens(plans[0].workload.context)
    head = f"On {machine_words(plans[0].machine)}, context {context}: {_best(best, plans)}"
    legend = [", ".join(f"{sign} {VERDICT_WORDS[verdict]}" for verdict, sign in _SIGNS.items())]
    legend.append("GiB: all that it takes, on cards and in RAM together.")
    if left_out:
        legend.append(f"Left out, because {context} is over their limit: {', '.join(one.id for one in left_out)}.")
    return "\n".join([head, "", table(("GiB", *(column.id for column in columns)), rows, limit=limit), "", *legend])

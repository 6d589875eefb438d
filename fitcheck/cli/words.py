"""Answers as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fitcheck.catalog.models import CatalogModel, Correction
from fitcheck.cli.tables import table
from fitcheck.core.estimate import Estimate
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan, Verdict
from fitcheck.core.quantization import FileType
from fitcheck.core.units import format_bandwidth, format_bytes, format_tokens, in_unit

VERDICT_WORDS: dict[Verdict, str] = {
    "gpu": "runs on the GPU",
    "offload": "runs on GPU and RAM together",
    "cpu": "runs in RAM, on the processor",
    "disk": "would stream from the disk",
    "no": "does not run",
}
_SIGNS: dict[Verdict, str] = {"gpu": "#", "offload": "+", "cpu": "o", "disk": "~", "no": "-"}


def _or_unknown(value: str | None, reason: str | None) -> str:
    return value if value is not None else f"unknown ({reason or 'not reported'})"


def machine_text(machine: Machine) -> str:
    """What was found; what is unknown says why."""
    lines: list[str] = []
    for number, card in enumerate(machine.gpus):
        lines.extend(_card_lines(number, card))
    total, available = machine.ram_total_bytes, machine.ram_available_bytes
    ram = None if total is None else format_bytes(total)
    free = "" if available is None else f", {format_bytes(available)} available"
    lines.append(f"RAM    {_or_unknown(ram, machine.unknown.get('ram_total_bytes'))}{free}")
    cores = "" if machine.cpu_cores is None else f", {machine.cpu_cores} cores"
    threads = "" if machine.cpu_threads is None else f", {machine.cpu_threads} threads"
    lines.append(f"CPU    {_or_unknown(machine.cpu_name, machine.unknown.get('cpu_name'))}{cores}{threads}")
    disk = machine.disk
    space = None if disk is None or disk.free_bytes is None else f"{format_bytes(disk.free_bytes)} free in {disk.path}"
    lines.append(f"Disk   {_or_unknown(space, machine.unknown.get('disk_free_bytes'))}")
    lines.append(f"System {machine.os_name or 'unknown'}")
    if machine.driver_version:
        lines.append(f"Driver {machine.driver_version} (CUDA {machine.cuda_version or 'unknown'})")
    lines.extend(f"Note   {note}" for note in machine.notes)
    return "\n".join(lines)


def _card_lines(number: int, card: Gpu) -> Iterator[str]:
    total = None if card.memory_total_bytes is None else format_bytes(card.memory_total_bytes)
    free = "" if card.memory_free_bytes is None else f", {format_bytes(card.memory_free_bytes)} free"
    yield f"GPU{number}   {card.name}: {_or_unknown(total, card.unknown.get('memory_total_bytes'))}{free}"
    speed = None if card.bandwidth_bytes_per_s is None else format_bandwidth(card.bandwidth_bytes_per_s)
    link = "" if card.pcie_generation is None else f", PCIe {card.pcie_generation} x{card.pcie_width}"
    capability = "" if card.compute_capability is None else f", compute capability {card.compute_capability}"
    yield f"       bandwidth {_or_unknown(speed, card.unknown.get('bandwidth_bytes_per_s'))}{link}{capability}"


MODEL_HEAD = ("id", "name", "parameters", "active", "context", "layers")


def model_rows(models: Iterable[CatalogModel]) -> list[Sequence[object]]:
    """One row a model, values as numbers."""
    return [
        (one.id, one.name, one.parameters.total, one.parameters.active, one.spec.context_limit, one.spec.n_layers)
        for one in models
    ]


def models_text(models: Sequence[CatalogModel]) -> str:
    """The catalogue as a table with the shortest name that finds each model."""
    rows = [
        (
            one.id, min((name for name in one.aliases if name != "8b"), key=len), f"{one.parameters.total / 1e9:.1f} B",
            f"{one.parameters.active / 1e9:.1f} B", format_tokens(one.spec.context_limit), one.spec.n_layers,
        )
        for one in models
    ]  # fmt: skip
    return table(("id", "short", "parameters", "active", "context", "layers"), rows, left=2)


def model_text(model: CatalogModel, corrections: Sequence[Correction], page: str) -> str:
    """One model's sheet; every group of values names its source."""
    lines = [model.name, "=" * len(model.name), f"id         {model.id}", f"also       {', '.join(model.aliases)}"]
    parameters = model.parameters
    lines.append(f"parameters {parameters.total:,} in all, {parameters.active:,} for a token ({parameters.note})")
    lines.append(f"context    {format_tokens(model.spec.context_limit)} tokens")
    lines.append(f"weights    {model.native_dtype}")
    lines.append(f"licence    {model.licence}")
    lines.append(f"released   {model.release_date} ({model.release_date_note})")
    values = model.architecture.model_dump(exclude={"mla_moe"})
    if model.architecture.mla_moe is not None:
        values.update(model.architecture.mla_moe.model_dump())
    lines += ["", "Architecture", *(f"  {key:24} {value}" for key, value in values.items())]
    sources = dict.fromkeys(
        (*model.architecture_sources, *model.parameter_sources, model.licence_source, model.tokenizer_source)
    )
    lines += ["", "Sources", *(f"  {source}" for source in sources)]
    if corrections:
        lines += ["", f"Corrections of {page}"]
        lines += [f"  {one.field}: {one.correct} (not {one.claimed})" for one in corrections]
    return "\n".join(lines)


ESTIMATE_HEAD = ("device", "weights_bytes", "kv_cache_bytes", "compute_bytes", "runtime_bytes", "total_bytes")


def estimate_rows(answer: Estimate) -> list[Sequence[object]]:
    """One row a device, in bytes."""
    return [
        (one.name, one.weights_bytes, one.kv_cache_bytes, one.compute_bytes, one.runtime_bytes, one.total_bytes)
        for one in answer.devices
    ]


def estimate_text(answer: Estimate) -> str:
    """One row a device and the total, in GiB."""
    parts = (answer.weights_bytes, answer.kv_cache_bytes, answer.compute_bytes, answer.runtime_bytes)
    sums = ("total", *parts, answer.total_bytes)
    rows = [[row[0], *(in_unit(int(str(cell))) for cell in row[1:])] for row in (*estimate_rows(answer), sums)]
    head = f"{answer.model_id} {answer.quantization}, context {format_tokens(answer.context)}, in GiB"
    return f"{head}\n\n{table(('device', 'weights', 'KV cache', 'compute', 'runtime', 'total'), rows)}"


def plan_text(plan: Plan, name: str) -> str:
    """The verdict as a sentence, then memory by device, then why."""
    head = (
        f"{name} at {plan.quantization} {VERDICT_WORDS[plan.verdict]} (context {format_tokens(plan.workload.context)})."
    )
    rows = []
    for device in plan.devices:
        memory = device.memory
        spare = "unknown" if device.headroom_bytes is None else _signed(device.headroom_bytes)
        parts = (memory.weights_bytes, memory.kv_cache_bytes, memory.compute_bytes, memory.runtime_bytes)
        rows.append((memory.name, *map(in_unit, parts), spare))
    memory_table = table(("GiB on", "weights", "KV cache", "compute", "runtime", "to spare"), rows)
    placement = plan.placement
    settings = f"llama.cpp: gpu_layers {placement.gpu_layers}"
    if placement.cpu_moe_layers:
        settings += f", cpu_moe_layers {placement.cpu_moe_layers}"
    if placement.tensor_split:
        settings += f", tensor_split {','.join(f'{share / 2**30:.1f}' for share in placement.tensor_split)}"
    download = f"Download: {format_bytes(plan.download_bytes)} ({format_bytes(plan.download_bytes, 'GB')})."
    notes = [*plan.reasons, *(f"Note: {warning}" for warning in plan.warnings)]
    return "\n".join([head, "", memory_table, "", *notes, settings, download])


def _signed(size: int) -> str:
    return in_unit(size) if size >= 0 else f"-{in_unit(-size)}"


def matrix_text(plans: Sequence[Plan], columns: Sequence[FileType], names: dict[str, str]) -> str:
    """Models by file types: a sign for the verdict and GiB."""
    cells: dict[str, dict[str, str]] = {}
    for plan in plans:
        size = in_unit(plan.estimate.total_bytes)
        cells.setdefault(plan.model_id, {})[plan.quantization] = f"{_SIGNS[plan.verdict]} {size}"
    rows = [
        [names[model_id], *(row.get(column.id, "") for column in columns)] for model_id, row in cells.items()
    ]  # fmt: skip
    legend = ", ".join(f"{sign} {VERDICT_WORDS[verdict]}" for verdict, sign in _SIGNS.items())
    return f"{table(('GiB', *(column.id for column in columns)), rows)}\n\n{legend}"

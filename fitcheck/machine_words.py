"""A machine as text for people: what was found in groups, what is unknown with its reason."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from fitcheck.catalog.cards import with_known_rates
from fitcheck.core.hardware import Disk, Gpu, Machine, SourceReport
from fitcheck.core.units import GIB, MIB, format_bandwidth, format_bytes
from fitcheck.probe.reports import title

Row = tuple[str, str]
"""A label and what stands beside it."""

LABEL_COLUMNS = 15
LARGEST_WIDTH = 100
"""Columns of a text that goes into a file; a terminal's width counts where there is one."""

MOST_PROCESSES = 5
MOST_FILES = 20

_FIELDS = {
    "memory_total_bytes": "memory", "memory_free_bytes": "free memory", "memory_used_bytes": "used memory",
    "memory_reserved_bytes": "the driver's own memory", "bandwidth_bytes_per_s": "bandwidth", "processes": "programs",
    "memory_bus_bits": "bus width", "memory_clock_max_hz": "memory clock", "pcie_generation": "PCIe generation",
    "pcie_width": "PCIe lanes", "pcie_generation_max": "highest PCIe generation", "pcie_width_max": "most PCIe lanes",
    "bar1_total_bytes": "resizable BAR", "compute_capability": "compute capability", "ecc": "ECC", "uuid": "number",
    "display_attached": "display", "power_state": "power state", "driver_model": "driver model",
    "compute_units": "compute units", "pci_address": "bus address", "shared_memory_bytes": "shared memory",
    "ram_total_bytes": "RAM", "ram_available_bytes": "available RAM", "ram_bandwidth_bytes_per_s": "speed of RAM",
    "cpu_name": "processor", "cpu_cores": "cores", "cpu_threads": "threads", "disk_free_bytes": "free disk space",
    "disk_read_bytes_per_s": "reading speed of the disk", "memory_channels": "memory channels",
    "driver_version": "version of the driver", "cuda_version": "version of CUDA", "cpu_features": "instruction sets",
}  # fmt: skip
"""Keys of a record as a person says them."""

_STATES = {"failed": "failed", "late": "late", "seen": "seen", "nothing": "nothing", "absent": "not here"}
"""How it went with a source, what a person looks for first."""


def machine_text(machine: Machine, width: int | None = None, *, why: bool = False) -> str:
    """What was found. ``why`` adds what each source tried and saw, as does a machine without a usable card."""
    limit = width or LARGEST_WIDTH
    groups: list[tuple[str, Iterable[Row]]] = [
        *_card_groups(machine.gpus),
        *(() if machine.gpus else [("No graphics card was found.", ())]),
        ("RAM", _ram_rows(machine)),
        ("CPU", _processor_rows(machine)),
        ("Disks", _disk_rows(machine)),
        ("Runtimes", ((one.name, _runtime(one.version, one.path)) for one in machine.runtimes)),
        ("Models that are here", _file_rows(machine)),
        ("System", _system_rows(machine)),
    ]
    parts = [_group(head, list(rows), limit) for head, rows in groups]
    missing = [f"{what}: {reason}" for what, reason in _unknown_rows(machine.unknown, _SHOWN_OF_MACHINE)]
    parts += [
        "\n".join([head, *(_folded("  - ", text, 4, limit) for text in texts)])
        for head, texts in (("Unknown", missing), ("Notes", machine.notes))
        if texts
    ]
    if machine.sources and (why or not machine.plannable_gpus):
        ordered = sorted(machine.sources, key=lambda one: list(_STATES).index(one.state))
        parts.append("\n".join(["What was asked", *(_source(one, limit) for one in ordered)]))
    return "\n\n".join(part for part in parts if part)


def _group(head: str, rows: Sequence[Row], limit: int) -> str:
    """A heading with rows below it; empty where a heading promises rows and there are none."""
    if not rows and not head.endswith("."):
        return ""
    return "\n".join([head, *(_row(label, value, limit) for label, value in rows)])


def _row(label: str, value: str, limit: int) -> str:
    """Label and value, the value's further lines below its first one."""
    first = f"  {label:{LABEL_COLUMNS}} " if len(label) <= LABEL_COLUMNS else f"  {label}  "
    return _folded(first, value, LABEL_COLUMNS + 3, limit)


_SIZE = re.compile(r"(?<=\d) (?=[KMGT]i?B|MT/s)")
_KEPT_BLANK = "\u00a0"


def _folded(first: str, text: str, indent: int, limit: int) -> str:
    """Lines of at most ``limit`` columns, the further ones indented; a number stays with its unit."""
    folded = textwrap.fill(
        _SIZE.sub(_KEPT_BLANK, text), max(limit, indent + 20), initial_indent=first, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return folded.replace(_KEPT_BLANK, " ")


def _card_groups(cards: Sequence[Gpu]) -> Iterator[tuple[str, Iterable[Row]]]:
    """Cards that tell the same stand together: a server's eight equal ones take the room of one."""
    told = [(card.name, _kinds(card), tuple(_card_rows(card))) for card in cards]
    for (name, kinds, rows), members in groupby(enumerate(cards), key=lambda member: told[member[0]]):
        numbers, equal = zip(*members, strict=True)
        which = f"GPU{numbers[0]}" if len(numbers) == 1 else f"GPU{numbers[0]} to GPU{numbers[-1]}"
        places = [card.pci_address for card in equal if card.pci_address]
        row = [("bus address", ", ".join(dict.fromkeys(places)))] if places else []
        yield f"{which}  {name}{f' ({kinds})' if kinds else ''}", [*rows, *row]


def _kinds(card: Gpu) -> str:
    kinds = [
        "integrated" if card.integrated else "",
        "shares the computer's memory" if card.unified else "",
        f"slice {card.mig_profile}" if card.mig_profile and card.mig_profile not in card.name else "",
        "asleep" if card.asleep else "",
    ]
    return ", ".join(kind for kind in kinds if kind)


def _card_rows(card: Gpu) -> Iterator[Row]:
    yield "memory", _memory(card)
    if card.processes is not None:
        yield "used by", _users(card)
    elif reason := card.unknown.get("processes"):
        yield "used by", f"unknown: {reason}"
    if speed := _card_speed(card):
        yield "bandwidth", speed
    if link := _link(card):
        yield "PCIe", link
    if bar := _bar(card):
        yield "resizable BAR", bar
    if card.nvlink_links:
        rate = "" if card.nvlink_bytes_per_s is None else f", {format_bandwidth(card.nvlink_bytes_per_s)} each way"
        yield "NVLink", f"{card.nvlink_links} link{'s' * (card.nvlink_links > 1)}{rate}"
    if more := _more_of_card(card):
        yield "more", more
    used = {"memory_used_bytes"} if card.memory_total_bytes is None else set()
    for what, reason in _unknown_rows(card.unknown, _SHOWN_OF_CARD | used):
        yield "unknown", f"{what}: {reason}"


def _card_speed(card: Gpu) -> str:
    """What the driver tells, else what is known of the card's name; empty where neither is."""
    if card.bandwidth_bytes_per_s is not None:
        return format_bandwidth(card.bandwidth_bytes_per_s)
    known = with_known_rates(card).bandwidth_bytes_per_s
    if known is not None:
        return f"{format_bandwidth(known)}, by its name"
    reason = card.unknown.get("bandwidth_bytes_per_s")
    return f"unknown: {reason}" if reason else ""


def _memory(card: Gpu) -> str:
    if card.memory_total_bytes is None:
        return _or_unknown(None, card.unknown.get("memory_total_bytes"))
    total = format_bytes(card.memory_total_bytes)
    if card.unified and card.memory_free_bytes is not None:
        return f"it may use {format_bytes(card.memory_free_bytes)} of the computer's {total}"
    if card.memory_free_bytes is None:
        return f"{total}; free: {_or_unknown(None, card.unknown.get('memory_free_bytes'))}"
    kept = card.memory_reserved_bytes
    driver = f"; the driver keeps {format_bytes(kept)}" if kept else ""
    shared = card.shared_memory_bytes
    lent = f"; the system lends it up to {format_bytes(shared)} of RAM" if shared else ""
    return f"{format_bytes(card.memory_free_bytes)} free of {total}{driver}{lent}"


def _users(card: Gpu) -> str:
    """The programs that hold most of the card's memory."""
    processes = sorted(card.processes or (), key=lambda one: -(one.memory_bytes or 0))
    if not processes:
        return "no program"
    shown = [
        f"{one.name} {'(size not told)' if one.memory_bytes is None else format_bytes(one.memory_bytes)}"
        for one in processes[:MOST_PROCESSES]
    ]
    more = len(processes) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def _link(card: Gpu) -> str:
    now = _lanes(card.pcie_generation, card.pcie_width)
    most = _lanes(card.pcie_generation_max, card.pcie_width_max)
    if now and most and now != most:
        return f"{now} now, {most} at most"
    return now or (most and f"{most} at most")


def _lanes(generation: int | None, width: int | None) -> str:
    parts = (f"generation {generation}" if generation else "", f"x{width}" if width else "")
    return " ".join(part for part in parts if part)


def _bar(card: Gpu) -> str:
    """Whether the processor sees all of the card's memory (less what the driver keeps of it)."""
    window, total = card.bar1_total_bytes, card.memory_total_bytes
    if window is None or total is None:
        return ""
    if window >= total - 512 * MIB:
        return "on"
    seen = format_bytes(window) if window >= GIB else f"{window // MIB} MiB"
    return f"off: the processor sees {seen} at a time"


def _more_of_card(card: Gpu) -> str:
    parts = (
        f"compute capability {card.compute_capability}" if card.compute_capability else "",
        f"{card.compute_units} compute units" if card.compute_units else "",
        f"driver model {card.driver_model}" if card.driver_model else "",
        "" if card.ecc is None else f"ECC {'on' if card.ecc else 'off'}",
        "" if card.display_attached is None else f"display {'attached' if card.display_attached else 'not attached'}",
        f"power state {card.power_state}" if card.power_state else "",
    )
    return ", ".join(part for part in parts if part)


_SHOWN_OF_CARD = frozenset(("memory_total_bytes", "memory_free_bytes", "bandwidth_bytes_per_s", "processes"))
_SHOWN_OF_MACHINE = frozenset(
    ("ram_total_bytes", "ram_bandwidth_bytes_per_s", "cpu_name", "disk_free_bytes", "disk_read_bytes_per_s")
)
"""What says its reason in its own row."""


def _unknown_rows(unknown: Mapping[str, str], shown: frozenset[str]) -> Iterator[Row]:
    """What nobody told, together where the reason is the same."""
    reasons: dict[str, list[str]] = {}
    for key, reason in unknown.items():
        if key not in shown:
            reasons.setdefault(reason, []).append(_FIELDS.get(key, key.replace("_", " ")))
    for reason, names in reasons.items():
        yield ", ".join(dict.fromkeys(names)), reason


def _ram_rows(machine: Machine) -> Iterator[Row]:
    total, available = machine.ram_total_bytes, machine.ram_available_bytes
    size = _or_unknown(None if total is None else format_bytes(total), machine.unknown.get("ram_total_bytes"))
    yield "size", size if available is None else f"{format_bytes(available)} available of {size}"
    yield "speed", _ram_speed(machine)
    for label, size_bytes, free in (
        ("swap", machine.swap_total_bytes, machine.swap_free_bytes),
        ("huge pages", machine.huge_pages_total_bytes, machine.huge_pages_free_bytes),
    ):
        if size_bytes:
            left = "" if free is None else f", {format_bytes(free)} free"
            yield label, f"{format_bytes(size_bytes)}{left}"
    if (machine.numa_nodes or 0) > 1:
        yield "NUMA nodes", f"{machine.numa_nodes}"


def _ram_speed(machine: Machine) -> str:
    speed = machine.ram_bandwidth_bytes_per_s
    if speed is None:
        return _or_unknown(None, machine.unknown.get("ram_bandwidth_bytes_per_s"))
    modules = [
        f"{machine.memory_channels} channels" if machine.memory_channels else "",
        machine.memory_type or "",
        f"{machine.memory_transfers_per_s // 10**6:,} MT/s" if machine.memory_transfers_per_s else "",
    ]
    said = " ".join(part for part in modules if part)
    known = ", ".join(part for part in (machine.ram_bandwidth_from, said) if part)
    return f"{format_bandwidth(speed)}{f' ({known})' if known else ''}"


def _processor_rows(machine: Machine) -> Iterator[Row]:
    yield "name", _or_unknown(machine.cpu_name, machine.unknown.get("cpu_name"))
    counts = [
        f"{number} {what}"
        for number, what in ((machine.cpu_cores, "cores"), (machine.cpu_threads, "threads"))
        if number is not None
    ]
    if counts:
        yield "cores", ", ".join(counts)
    if machine.cpu_features:
        yield "instructions", ", ".join(machine.cpu_features)


def _disk_rows(machine: Machine) -> Iterator[Row]:
    models = machine.disk
    if models is not None:
        yield "for models", f"{models.path}: {_disk(models, machine.unknown.get('disk_free_bytes'))}"
    elif reason := machine.unknown.get("disk_free_bytes"):
        yield "for models", _or_unknown(None, reason)
    for disk in machine.disks:
        if models is None or disk.path != models.path:
            yield "", f"{disk.path}: {_disk(disk, None)}"


def _disk(disk: Disk, reason: str | None) -> str:
    free = None if disk.free_bytes is None else f"{format_bytes(disk.free_bytes)} free"
    total = "" if disk.total_bytes is None else f" of {format_bytes(disk.total_bytes)}"
    rate = disk.read_bytes_per_s
    speed = "reading speed unknown" if rate is None else f"reads {format_bandwidth(rate)}"
    return ", ".join(part for part in (f"{_or_unknown(free, reason)}{total}", disk.kind or "", speed) if part)


def _runtime(version: str | None, path: str | None) -> str:
    return ", ".join(part for part in (version, path) if part) or "installed"


def _file_rows(machine: Machine) -> Iterator[Row]:
    files = sorted(machine.model_files, key=lambda one: -one.size_bytes)
    for file in files[:MOST_FILES]:
        parts = f" in {file.parts} parts" if file.parts > 1 else ""
        runtime = f" ({file.runtime})" if file.runtime else ""
        yield format_bytes(file.size_bytes), f"{file.name}{parts}{runtime}"
    if len(files) > MOST_FILES:
        yield "", f"{len(files) - MOST_FILES} smaller ones"


def _system_rows(machine: Machine) -> Iterator[Row]:
    yield "name", machine.os_name or "unknown"
    if machine.runs_in:
        yield "runs in", machine.runs_in
    if machine.driver_version:
        cuda = "" if machine.cuda_version is None else f", CUDA {machine.cuda_version}"
        yield "NVIDIA driver", f"{machine.driver_version}{cuda}"


def _source(source: SourceReport, limit: int) -> str:
    """One source: how it went, what it tried, and below that what it saw."""
    asked = f"{title(source.name)}: {source.tried}" if source.tried else title(source.name)
    return f"{_row(_STATES.get(source.state, source.state), asked, limit)}\n{_row('', source.saw, limit)}"


def _or_unknown(value: str | None, reason: str | None) -> str:
    return value if value is not None else f"unknown: {reason or 'It was not told.'}"

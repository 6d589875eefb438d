"""A machine as a JSON object and back: what ``scan --json`` writes and what requests carry.

Checked by hand rather than by annotations, because a batch may bring a machine with every line. Absent and null
both mean unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import fitcheck
from fitcheck.core.hardware import MOST_CARDS, Disk, Gpu, GpuProcess, Machine, ModelFile, Runtime, SourceReport
from fitcheck.errors import RequestError

SCHEMA = "fitcheck.machine/1"
RECORDING_SCHEMA = "fitcheck.recording/1"
"""A machine with the raw facts it was made from (``recording``)."""

LARGEST_FILE_BYTES = 16 << 20
LARGEST_NUMBER = 1 << 60

_Check = Callable[[str, Any], Any]


def _wrong(key: str, expected: str) -> RequestError:
    return RequestError("bad_machine", f"The machine's '{key}' must be {expected}.")


def _is_number(value: Any) -> bool:
    """Whether it is a number that any machine may have; also keeps out infinity, not-a-number and true."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST_NUMBER


def _count(key: str, value: Any) -> int:
    if not _is_number(value) or value != int(value):
        raise _wrong(key, "a whole number from 0 to 2^60, or null")
    return int(value)


def _rate(key: str, value: Any) -> float:
    if not _is_number(value):
        raise _wrong(key, "a number from 0 to 2^60, or null")
    return float(value)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(key, "text, or null")
    return value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "true or false")
    return value


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(key, "a list of texts")
    return tuple(value)


def _reasons(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _wrong(key, "an object of texts")
    return dict(value)


def _listed(kind: type[Any], known: Mapping[str, _Check], needed: tuple[str, ...]) -> _Check:
    """A check of a list of objects, each of which becomes a ``kind``."""

    def check(key: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(key, "a list of objects")
        found = []
        for index, one in enumerate(value):
            if not isinstance(one, dict):
                raise _wrong(f"{key}[{index}]", "an object")
            checked = _checked(one, known, f"{key}[{index}].")
            for name in needed:
                if name not in checked:
                    raise _wrong(f"{key}[{index}].{name}", "there")
            found.append(kind(**checked))
        return tuple(found)

    return check


_PROCESS: dict[str, _Check] = {"name": _text, "memory_bytes": _count, "kind": _text, "pid": _count}
_GPU: dict[str, _Check] = {
    "name": _text, "vendor": _text, "uuid": _text, "source": _text, "pci_address": _text,
    "memory_total_bytes": _count, "memory_free_bytes": _count,
    "memory_used_bytes": _count, "memory_reserved_bytes": _count, "shared_memory_bytes": _count,
    "bandwidth_bytes_per_s": _count, "runtime_overhead_bytes": _count,
    "memory_bus_bits": _count, "memory_clock_max_hz": _count, "fp16_flops": _rate,
    "multiprocessors": _count, "compute_units": _count, "compute_capability": _text,
    "pcie_generation": _count, "pcie_width": _count, "pcie_generation_max": _count, "pcie_width_max": _count,
    "pcie_bytes_per_s": _count, "bar1_total_bytes": _count, "nvlink_links": _count, "nvlink_bytes_per_s": _count,
    "driver_model": _text, "display_attached": _flag, "ecc": _flag, "power_state": _text, "asleep": _flag,
    "mig_profile": _text, "mig_parent_uuid": _text, "processes": _listed(GpuProcess, _PROCESS, ("name",)),
    "integrated": _flag, "unified": _flag, "unknown": _reasons,
}  # fmt: skip
_DISK_KEYS: dict[str, _Check] = {
    "path": _text, "total_bytes": _count, "free_bytes": _count, "read_bytes_per_s": _count, "kind": _text,
    "device": _text,
}  # fmt: skip
_RUNTIME: dict[str, _Check] = {"name": _text, "version": _text, "path": _text}
_MODEL_FILE: dict[str, _Check] = {
    "path": _text, "size_bytes": _count, "name": _text, "runtime": _text, "parts": _count,
}  # fmt: skip
_SOURCE: dict[str, _Check] = {"name": _text, "state": _text, "tried": _text, "saw": _text}
_MACHINE: dict[str, _Check] = {
    "ram_total_bytes": _count, "ram_available_bytes": _count, "ram_bandwidth_bytes_per_s": _count,
    "ram_bandwidth_from": _text, "memory_channels": _count, "memory_transfers_per_s": _count, "memory_type": _text,
    "swap_total_bytes": _count, "swap_free_bytes": _count, "huge_pages_total_bytes": _count,
    "huge_pages_free_bytes": _count, "numa_nodes": _count, "cpu_name": _text,
    "cpu_cores": _count, "cpu_threads": _count, "cpu_features": _texts, "os_name": _text, "runs_in": _text,
    "driver_version": _text, "cuda_version": _text, "unified": _flag, "what_if": _flag, "notes": _texts,
    "unknown": _reasons, "disks": _listed(Disk, _DISK_KEYS, ("path",)),
    "runtimes": _listed(Runtime, _RUNTIME, ("name",)),
    "model_files": _listed(ModelFile, _MODEL_FILE, ("path", "size_bytes", "name")),
    "sources": _listed(SourceReport, _SOURCE, ("name", "state", "tried", "saw")),
}  # fmt: skip
_DISK: dict[str, _Check] = {f"disk_{key}": check for key, check in _DISK_KEYS.items()}
_ASIDE = frozenset(("schema", "fitcheck_version", "gpus"))


def machine_from_object(value: Any) -> Machine:
    """Read a machine's JSON object.

    Raises RequestError (``bad_machine``) that names the first key that is wrong and what it takes.
    """
    if not isinstance(value, dict):
        raise RequestError("bad_machine", "A machine is a JSON object.", tuple(sorted({*_MACHINE, *_DISK, "gpus"})))
    schema = value.get("schema", SCHEMA)
    if schema != SCHEMA:
        raise RequestError("bad_machine", f"'{schema}' is not a machine that this version reads.", (SCHEMA,))
    known = {**_MACHINE, **_DISK}
    found = _checked({key: one for key, one in value.items() if key not in _ASIDE}, known, "")
    cards = value.get("gpus", [])
    if not isinstance(cards, list):
        raise _wrong("gpus", "a list of cards")
    if len(cards) > MOST_CARDS:
        raise RequestError("bad_machine", f"A machine has {MOST_CARDS} cards at most, not {len(cards)}.")
    _check_part(found, "ram_available_bytes", "ram_total_bytes", "")
    disk = {key.removeprefix("disk_"): found.pop(key) for key in _DISK if key in found}
    return Machine(
        gpus=tuple(_card(index, card) for index, card in enumerate(cards)),
        disk=Disk(**{"path": "", **disk}) if disk else None,
        **found,
    )


def _checked(value: Mapping[str, Any], known: Mapping[str, _Check], prefix: str) -> dict[str, Any]:
    """Known keys with their values checked; null is left out, which means unknown."""
    found = {}
    for key, one in value.items():
        check = known.get(key)
        if check is None:
            raise RequestError("bad_machine", f"A machine has no '{prefix}{key}'.", tuple(sorted(known)))
        if one is not None:
            found[key] = check(prefix + key, one)
    return found


def _card(index: int, value: Any) -> Gpu:
    prefix = f"gpus[{index}]"
    if not isinstance(value, dict):
        raise _wrong(prefix, "an object")
    found = _checked(value, _GPU, prefix + ".")
    if "memory_free_bytes" not in found and "memory_total_bytes" in found and "unknown" not in found:
        # A described card rather than a seen one: all of its memory is free.
        found["memory_free_bytes"] = found["memory_total_bytes"]
    _check_part(found, "memory_free_bytes", "memory_total_bytes", prefix + ".")
    return Gpu(**{"name": f"GPU{index}", **found})


def _check_part(found: Mapping[str, Any], part: str, whole: str, prefix: str) -> None:
    """Refuse more free memory than there is."""
    if found.get(part, 0) > found.get(whole, found.get(part, 0)):
        raise RequestError("bad_machine", f"The machine's '{prefix}{part}' is more than its '{whole}'.")


def machine_to_object(machine: Machine) -> dict[str, Any]:
    """The JSON object of a machine; unknown values are null."""
    disk = machine.disk
    return {
        "schema": SCHEMA,
        "fitcheck_version": fitcheck.__version__,
        "gpus": [{key: _plain(getattr(card, key)) for key in _GPU} for card in machine.gpus],
        **{key: _plain(getattr(machine, key)) for key in _MACHINE},
        **{key: getattr(disk, key.removeprefix("disk_")) if disk else None for key in _DISK},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def read_machine(path: Path) -> Machine:
    """A machine from a file, its own or a recording (RequestError ``bad_machine`` where it is neither)."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise RequestError("bad_machine", f"{path} is too large for a machine.")
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RequestError("bad_machine", f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise RequestError("bad_machine", f"{path} is not JSON text: {error}.") from error
    if isinstance(value, dict) and value.get("schema") == RECORDING_SCHEMA:
        value = value.get("machine")
    try:
        return machine_from_object(value)
    except RequestError as error:
        raise RequestError(error.code, f"{path}: {error.message}", error.accepted) from error

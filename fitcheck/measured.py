"""What verifications measured of this computer's cards, kept for every later plan.

A card's own growth when torch opens it is what a runtime takes there outside all buffers; once seen, it takes the place
of the stated margin. Cards are known by their UUID, so an imagined machine never sees it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from fitcheck.atomic_file import write_whole
from fitcheck.core.hardware import Gpu, Machine, SameMachine
from fitcheck.settings_file import settings_path

FILE_NAME = "measured.json"


def measured_path() -> Path:
    """The file, beside the settings."""
    return settings_path().with_name(FILE_NAME)


def remember(runtime_bytes: Mapping[str, int]) -> None:
    """Keep the runtime overhead of cards by UUID, beside that of others (OSError where nothing can be written)."""
    path = measured_path()
    write_whole(path, json.dumps({"runtime_bytes": {**known(path), **runtime_bytes}}, indent=1) + "\n")
    _read.cache_clear()


def known(path: Path | None = None) -> Mapping[str, int]:
    """Bytes by UUID; nothing where there is no file or it holds something else."""
    path = path or measured_path()
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _read(path, changed)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, int]:
    try:
        found = json.loads(path.read_bytes())["runtime_bytes"]
        return {str(uuid): size for uuid, size in found.items() if type(size) is int and size >= 0}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Only a help for estimates: without it the stated margin counts, as before the first verification.
        return {}


def with_measured_overheads(machine: Machine) -> Machine:
    """The machine with what was measured on its cards, where nothing else names an overhead."""
    if not any(_lacks(card) for card in machine.gpus):
        return machine
    sizes = known()
    return _measured(SameMachine(machine), tuple(sorted(sizes.items()))) if sizes else machine


@lru_cache(maxsize=16)
def _measured(same: SameMachine, sizes: tuple[tuple[str, int], ...]) -> Machine:
    by_uuid = dict(sizes)
    return replace(same.machine, gpus=tuple(_card(card, by_uuid) for card in same.machine.gpus))


def _lacks(card: Gpu) -> bool:
    return card.uuid is not None and card.runtime_overhead_bytes is None


def _card(card: Gpu, sizes: Mapping[str, int]) -> Gpu:
    return replace(card, runtime_overhead_bytes=sizes.get(card.uuid or "")) if _lacks(card) else card

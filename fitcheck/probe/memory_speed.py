"""How fast main memory really is: several threads copy at once for less than half a second.

A copy reads and writes; both count. Copies of blocks this large pass by the caches (C libraries store them without
reading the target first), so that what is measured is the memory and not the processor.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

import psutil

from fitcheck.probe.memory_modules import MemoryModules
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

BLOCK_BYTES = 32 << 20
"""Each thread copies one half of this to the other; together they are larger than a processor's caches."""

MOST_THREADS = 32
"""More do not make memory faster: twelve channels are full with fewer (published STREAM results of EPYC 9004)."""

LONGEST_S = 0.2
ROUNDS = 20
SHARE_OF_FREE = 8
"""At most an eighth of what is free is used for it."""


class MemorySpeed:
    """The source."""

    name = "memory_speed"
    tried = "copying in memory for a third of a second"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None where there is room for it, and this computer is the one that is read."""
        if self._system.replaced:
            return "A recorded machine cannot be measured."
        listed = MemoryModules(self._system)
        if listed.is_available() is None and "ram_bandwidth_bytes_per_s" in listed.read():
            return "The memory modules tell it."
        if _threads() < 1:
            return "Too little memory is free to measure it."
        return None

    def read(self) -> Facts:
        """Bytes a second, read and written together: the fastest round, as others disturb and nobody helps."""
        return {"ram_bandwidth_bytes_per_s": measured(_threads()), "ram_bandwidth_from": "measured"}

    def live(self) -> Facts:
        """Nothing: it is measured once."""
        return {}


def _threads() -> int:
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    return min(cores, MOST_THREADS, psutil.virtual_memory().available // SHARE_OF_FREE // BLOCK_BYTES)


def measured(threads: int) -> int:
    """The fastest of a few rounds in bytes a second."""
    blocks = [ctypes.create_string_buffer(BLOCK_BYTES) for _ in range(threads)]
    half = BLOCK_BYTES // 2
    # ctypes lets other threads run during a call; the first round only brings the pages in.
    copies = [partial(ctypes.memmove, ctypes.addressof(block) + half, block, half) for block in blocks]
    _together(copies)
    begun, best = perf_counter(), float("inf")
    for _ in range(ROUNDS):
        best = min(best, _together(copies))
        if perf_counter() - begun > LONGEST_S:
            break
    return round(threads * BLOCK_BYTES / best)


def _together(copies: Sequence[Callable[[], object]]) -> float:
    """Seconds until all have run, beginning together."""
    gate = threading.Barrier(len(copies) + 1)

    def run(copy: Callable[[], object]) -> None:
        gate.wait()
        copy()

    workers = [threading.Thread(target=run, args=(copy,)) for copy in copies]
    for worker in workers:
        worker.start()
    gate.wait()
    begun = perf_counter()
    for worker in workers:
        worker.join()
    return perf_counter() - begun

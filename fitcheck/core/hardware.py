"""A machine as a frozen snapshot: what was seen, and why the rest is unknown.

``None`` always means unknown, never zero. The reason stands in ``unknown`` beside it, keyed by the
field's name, so that a face can say why instead of showing an empty place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gpu:
    """One graphics card. Memory in bytes, clocks in Hz, bandwidth in bytes per second.

    ``memory_reserved_bytes`` is what the driver keeps for itself; ``memory_used_bytes`` is what
    processes hold. ``multiprocessors`` counts a CUDA card's SMs. ``pcie_*`` are the link now and at most
    (generation, lanes). ``runtime_overhead_bytes`` is what an engine's context and workspaces were seen to take on
    it; without it a stated margin counts. ``unified``: its memory is the computer's own RAM, of which it may use
    ``memory_free_bytes``; what it takes is missing there.
    """

    name: str
    memory_total_bytes: int | None = None
    memory_free_bytes: int | None = None
    memory_used_bytes: int | None = None
    memory_reserved_bytes: int | None = None
    bandwidth_bytes_per_s: int | None = None
    memory_bus_bits: int | None = None
    memory_clock_max_hz: int | None = None
    fp16_flops: float | None = None
    multiprocessors: int | None = None
    vendor: str | None = None
    uuid: str | None = None
    compute_capability: str | None = None
    pcie_generation: int | None = None
    pcie_width: int | None = None
    pcie_generation_max: int | None = None
    pcie_width_max: int | None = None
    pcie_bytes_per_s: int | None = None
    runtime_overhead_bytes: int | None = None
    integrated: bool = False
    unified: bool = False
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def plannable(self) -> bool:
        """Whether a plan may use it: dedicated memory whose free size is known."""
        return not self.integrated and self.memory_free_bytes is not None


@dataclass(frozen=True, slots=True)
class Disk:
    """The file system that holds (or would hold) the models. Sizes in bytes, speed in bytes per second."""

    path: str
    total_bytes: int | None = None
    free_bytes: int | None = None
    read_bytes_per_s: int | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """One computer, real, recorded or imagined (``what_if``).

    ``ram_available_bytes`` respects container limits. ``notes`` are sentences about what was looked
    for and not found ("No NVIDIA driver is loaded."), normal answers rather than errors.
    """

    gpus: tuple[Gpu, ...] = ()
    ram_total_bytes: int | None = None
    ram_available_bytes: int | None = None
    ram_bandwidth_bytes_per_s: int | None = None
    cpu_name: str | None = None
    cpu_cores: int | None = None
    cpu_threads: int | None = None
    disk: Disk | None = None
    os_name: str | None = None
    driver_version: str | None = None
    cuda_version: str | None = None
    unified: bool = False
    what_if: bool = False
    notes: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def plannable_gpus(self) -> tuple[Gpu, ...]:
        """The cards a plan may use, in the driver's order."""
        return tuple(gpu for gpu in self.gpus if gpu.plannable)

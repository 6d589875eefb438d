"""A machine as a frozen snapshot: what was seen, and why the rest is unknown.

``None`` always means unknown, never zero. The reason stands in ``unknown`` beside it, keyed by the
field's name, so that a face can say why instead of showing an empty place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from fitcheck.frozen import dataclass

MOST_CARDS = 16
"""Of one machine: llama.cpp takes no more (``GGML_CUDA_MAX_DEVICES`` in ggml-cuda.h, ``llama_max_devices``)."""


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """A program that holds memory of a card: its name without folders or arguments; ``compute`` or ``graphics``."""

    name: str
    memory_bytes: int | None = None
    kind: str | None = None
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Gpu:
    """One graphics card. Memory in bytes, clocks in Hz, bandwidth in bytes per second.

    ``memory_reserved_bytes`` is what the driver keeps for itself; ``memory_used_bytes`` is what
    processes hold. ``multiprocessors`` counts a CUDA card's SMs. ``pcie_*`` are the link now and at most
    (generation, lanes). ``runtime_overhead_bytes`` is what an engine's context and workspaces were seen to take on
    it; without it a stated margin counts. ``unified``: its memory is the computer's own RAM, of which it may use
    ``memory_free_bytes``; what it takes is missing there.

    ``source`` is the mechanism that told most of it, ``pci_address`` its place on the bus (``0000:01:00.0``), by which
    two mechanisms know one card. ``driver_model`` is WDDM, TCC or MCDM on Windows. ``bar1_total_bytes`` is the window
    through which the processor sees the card's memory (resizable BAR where it covers all of it).
    ``nvlink_links`` counts links that are up, ``nvlink_bytes_per_s`` is their sum in one direction. ``power_state``
    is P0 (full speed) to P15; ``asleep`` is a card whose power is cut and that was not woken to look.
    ``shared_memory_bytes`` is RAM that the driver lends the card (AMD's GTT, Windows' shared memory), counted in no
    other size. ``mig_profile`` names a slice (``1g.10gb``) of the card ``mig_parent_uuid``. ``processes`` is None
    where nobody may look.
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
    compute_units: int | None = None
    source: str | None = None
    pci_address: str | None = None
    driver_model: str | None = None
    display_attached: bool | None = None
    ecc: bool | None = None
    bar1_total_bytes: int | None = None
    nvlink_links: int | None = None
    nvlink_bytes_per_s: int | None = None
    power_state: str | None = None
    asleep: bool = False
    shared_memory_bytes: int | None = None
    mig_profile: str | None = None
    mig_parent_uuid: str | None = None
    processes: tuple[GpuProcess, ...] | None = None
    integrated: bool = False
    unified: bool = False
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def plannable(self) -> bool:
        """Whether a plan may use it: dedicated memory whose free size is known."""
        return not self.integrated and self.memory_free_bytes is not None


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system that holds (or would hold) models. Sizes in bytes, speed in bytes per second.

    ``kind`` is NVMe, SSD, hard disk, network or memory; ``device`` is what the system calls it.
    """

    path: str
    total_bytes: int | None = None
    free_bytes: int | None = None
    read_bytes_per_s: int | None = None
    kind: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """A program that runs models and is installed here: its name as the engines' room spells it, version, where."""

    name: str
    version: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file that is here already; all parts of a split file count as one, named by the first."""

    path: str
    size_bytes: int
    name: str
    runtime: str | None = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one mechanism of detection tried and saw.

    ``state``: ``seen`` (it found something), ``nothing`` (it works and there is nothing), ``absent`` (it does not exist
    on this computer), ``failed`` (it should work and does not), ``late`` (it has not answered yet).
    """

    name: str
    state: str
    tried: str
    saw: str


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
    ram_bandwidth_from: str | None = None
    memory_channels: int | None = None
    memory_transfers_per_s: int | None = None
    memory_type: str | None = None
    swap_total_bytes: int | None = None
    swap_free_bytes: int | None = None
    huge_pages_total_bytes: int | None = None
    huge_pages_free_bytes: int | None = None
    numa_nodes: int | None = None
    cpu_features: tuple[str, ...] | None = None
    runs_in: str | None = None
    disks: tuple[Disk, ...] = ()
    runtimes: tuple[Runtime, ...] = ()
    model_files: tuple[ModelFile, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    unified: bool = False
    what_if: bool = False
    notes: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def plannable_gpus(self) -> tuple[Gpu, ...]:
        """The cards a plan may use, in the driver's order."""
        return tuple([gpu for gpu in self.gpus if gpu.plannable])


class SameMachine:
    """A machine by itself, for what is looked up again and again: equal to the same object only."""

    __slots__ = ("machine",)

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameMachine) and self.machine is other.machine

    def __hash__(self) -> int:
        return id(self.machine)

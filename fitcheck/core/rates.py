"""What a machine can do in a second, as far as speed goes by it; what is unknown is assumed and said."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from fitcheck.core.calibration import Backend, Calibration
from fitcheck.core.hardware import Gpu, Machine, SameMachine
from fitcheck.frozen import dataclass

MATRIX_UNITS_FROM = 52
"""FP16 operations a byte of bandwidth above which a card must have matrix units: of the catalogue's cards those without
have 50 at most (Apple, GTX 10 and 16 series, MI50), those with have 54 and more (Arc, RTX, Radeon since RDNA 2)."""

ASSUMED_CARD_BANDWIDTH = 300_000_000_000
"""Bytes a second where neither driver nor catalogue tells: a middle-class card of the last years."""

ASSUMED_OPERATIONS_A_BYTE = 100
"""FP16 operations a byte of bandwidth where the rate is unknown: a low value of cards with matrix units."""

ASSUMED_RAM_BANDWIDTH = 51_200_000_000
"""Two channels of DDR4-3200 (JEDEC JESD79-4): 2 x 8 bytes x 3,200 million transfers."""

COPY_SHARE = 0.8
"""What copying reaches of a memory's nominal bandwidth. An assumption: the speed model counts from nominal rates, for
which the published cases are known, so a measured rate is taken back to the nominal one it stands for."""

ASSUMED_CORES = 8
ASSUMED_LINK = 12_000_000_000
"""Bytes a second to a card: what PCIe 3.0 x16 (15.75 GB/s) carries in practice."""

LINK_SHARE = 0.8
"""Of a PCIe link's nominal rate, after packet headers and flow control."""

ASSUMED_DISK_BYTES_PER_S = 2_000_000_000
"""A middling NVMe disk."""

_VENDOR_BACKENDS: dict[str, Backend] = {"apple": "metal", "amd": "rocm", "intel": "vulkan", "nvidia": "cuda"}


@dataclass(frozen=True, slots=True)
class CardRates:
    """One card: bytes and FP16 operations a second, the link to it, what kind of chip it is."""

    bandwidth: float
    flops: float
    link: float
    backend: Backend
    multiprocessors: int | None

    @property
    def has_matrix_units(self) -> bool:
        """Whether matrices are multiplied by units of their own rather than by the shaders."""
        return self.flops / self.bandwidth > MATRIX_UNITS_FROM

    def reads(self, calibration: Calibration) -> float:
        """Bytes of weights and cache that decoding really gets a second."""
        if self.backend == "metal":
            return self.bandwidth * calibration.metal_share
        if self.backend in ("rocm", "vulkan"):
            return self.bandwidth * calibration.amd_share
        return self.bandwidth * calibration.cuda_share

    def layer_s(self, calibration: Calibration) -> float:
        """Seconds of a layer that depend on nothing."""
        if self.backend == "metal":
            return calibration.metal_layer_s
        return calibration.amd_layer_s if self.backend in ("rocm", "vulkan") else calibration.cuda_layer_s

    def unpack_s(self, calibration: Calibration) -> float:
        """Seconds that a quantized weight takes beside being read, 0 where nothing is known to bound it."""
        if not self.has_matrix_units:
            metal = self.backend == "metal"
            return (calibration.metal_unpack_operations if metal else calibration.unpack_operations) / self.flops
        if self.multiprocessors and self.backend == "cuda":
            return 1 / (self.multiprocessors * calibration.multiprocessor_weights)
        return 0.0

    def unpack_cache_s(self, calibration: Calibration) -> float:
        """Seconds that an element of a quantized cache takes each head that looks at it, 0 where that is not known."""
        if self.multiprocessors and self.backend == "cuda":
            return 1 / (self.multiprocessors * calibration.multiprocessor_cache)
        return 0.0

    def computes(self, calibration: Calibration, *, quantized: bool) -> float:
        """Operations a second on large matrices."""
        if not self.has_matrix_units:
            return self.flops * calibration.shader_share
        if self.multiprocessors and self.backend == "cuda":
            rate = self.multiprocessors * calibration.multiprocessor_flops
        else:
            rate = self.flops * calibration.matrix_share
        return rate if quantized else max(rate * calibration.half_gain, self.flops * calibration.half_share)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A rate that nothing told, in a sentence; ``about`` says what it matters to."""

    about: Literal["cards", "host", "disk"]
    sentence: str


@dataclass(frozen=True, slots=True)
class MachineRates:
    """All of a machine.

    ``ram_known``: the bandwidth of RAM is no assumption and not that of a card's own memory, so that the processor
    alone can be weighed against cards.
    """

    cards: tuple[CardRates, ...]
    ram_bandwidth: float
    ram_known: bool
    cores: int
    disk: float
    assumptions: tuple[Assumption, ...]


def machine_rates(machine: Machine, backend: Backend | None = None) -> MachineRates:
    """The rates of a machine's plannable cards, of its RAM, cores and disk."""
    return _machine_rates(SameMachine(machine), backend)


@lru_cache(maxsize=16)
def _machine_rates(same: SameMachine, backend: Backend | None) -> MachineRates:
    machine = same.machine
    said: list[Assumption] = []
    cards = tuple(_card(card, backend, said) for card in machine.plannable_gpus)
    ram, cores = machine.ram_bandwidth_bytes_per_s, machine.cpu_cores
    disk = machine.disk.read_bytes_per_s if machine.disk else None
    if ram and machine.ram_bandwidth_from == "measured":
        ram = round(ram / COPY_SHARE)
    shared = [card for card in machine.plannable_gpus if card.unified]
    if not ram and shared:
        # One memory for both.
        ram = shared[0].bandwidth_bytes_per_s
    if not ram:
        assumed = f"{ASSUMED_RAM_BANDWIDTH / 1e9:g} GB/s (two channels of DDR4-3200)"
        said.append(Assumption("host", f"The bandwidth of the RAM is unknown; {assumed} is assumed."))
    if not cores:
        said.append(Assumption("host", f"The number of processor cores is unknown; {ASSUMED_CORES} are assumed."))
    if not disk:
        assumed = f"{ASSUMED_DISK_BYTES_PER_S / 1e9:g} GB/s"
        said.append(Assumption("disk", f"The speed of the disk is unknown; {assumed} is assumed."))
    return MachineRates(
        cards, ram or ASSUMED_RAM_BANDWIDTH, bool(ram) and not shared, cores or ASSUMED_CORES,
        disk or ASSUMED_DISK_BYTES_PER_S, tuple(dict.fromkeys(said)),
    )  # fmt: skip


def backend_of(card: Gpu) -> Backend:
    """The backend of llama.cpp that a card's maker leads to."""
    vendor = (card.vendor or "").lower()
    if not vendor:
        vendor = "apple" if card.name.lower().startswith("apple") else "nvidia"
        vendor = "amd" if "radeon" in card.name.lower() or "instinct" in card.name.lower() else vendor
        vendor = "intel" if card.name.lower().startswith(("intel", "arc")) else vendor
    return _VENDOR_BACKENDS.get(vendor, "vulkan")


def _card(card: Gpu, backend: Backend | None, said: list[Assumption]) -> CardRates:
    bandwidth = card.bandwidth_bytes_per_s
    if not bandwidth:
        bandwidth = ASSUMED_CARD_BANDWIDTH
        said.append(
            Assumption("cards", f"The bandwidth of {card.name} is unknown; {bandwidth / 1e9:g} GB/s is assumed.")
        )
    flops = card.fp16_flops
    if not flops:
        flops = float(bandwidth * ASSUMED_OPERATIONS_A_BYTE)
        said.append(
            Assumption("cards", f"The FP16 rate of {card.name} is unknown; {flops / 1e12:.3g} TFLOPS is assumed.")
        )
    return CardRates(float(bandwidth), float(flops), _link(card), backend or backend_of(card), card.multiprocessors)


def _link(card: Gpu) -> float:
    if card.unified:
        return float(card.bandwidth_bytes_per_s or ASSUMED_CARD_BANDWIDTH)
    return card.pcie_bytes_per_s * LINK_SHARE if card.pcie_bytes_per_s else float(ASSUMED_LINK)

"""NVIDIA cards through NVML, the driver's own library, bound by nvidia-ml-py.

No library, no driver and no card are normal answers. A laptop card whose power is cut is not asked, because the first
question would wake it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pynvml

from fitcheck.probe.meminfo import meminfo
from fitcheck.probe.nvml_answers import Answers, plain_text, reason_of
from fitcheck.probe.nvml_card import MEMORY, NvmlCard
from fitcheck.probe.nvml_raw import raw_text
from fitcheck.probe.pci import card_name, display_controllers, sleeping_cards, vendor_of
from fitcheck.probe.source import Facts, SourceFailedError
from fitcheck.probe.system import System

SPILL = (
    "Windows lends a full card main memory without a word (WDDM); what does not fit becomes slow instead of failing. "
    "Plans keep to the card's own memory."
)

MEMORY_SLICES = 8
"""Parts of a card's memory, each with its share of size and bandwidth (NVIDIA's Multi-Instance GPU user guide)."""

KERNEL_DRIVER = "/proc/driver/nvidia/version"
NO_LIBRARY = (
    "NVIDIA's driver runs, but its library libnvidia-ml.so.1 is not here; a container must be started with --gpus all."
)


class Nvml:
    """The source."""

    name = "nvml"
    tried = "NVML, its library (libnvidia-ml.so.1, nvml.dll)"

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System.here()
        self._open = False
        self._count: int | None = None
        self._unified: set[str | None] = set()

    def is_available(self) -> str | None:
        """None where the library starts, or every card sleeps; a card need not be there.

        Raises SourceFailedError where there is a driver and it does not work.
        """
        if self._system.platform == "darwin":
            return "There is no NVIDIA driver for this macOS."
        if self._asleep():
            return None
        try:
            self._begin()
        except pynvml.NVMLError as error:
            if error.value != pynvml.NVML_ERROR_LIBRARY_NOT_FOUND:
                raise SourceFailedError(reason_of(error)) from error
            if self._system.text(KERNEL_DRIVER) is not None:
                raise SourceFailedError(NO_LIBRARY) from error
            return reason_of(error)
        return None

    def read(self) -> Facts:
        """All cards, the driver's and CUDA's version."""
        if sleeping := self._asleep():
            return {"gpus": sleeping, "notes": ["The NVIDIA card is asleep and was left asleep."]}
        self._begin()
        cards: list[Facts] = []
        notes: list[str] = []
        lost: dict[int, str] = {}
        count = pynvml.nvmlDeviceGetCount()
        for index in range(count):
            try:
                cards += self._card(pynvml.nvmlDeviceGetHandleByIndex(index))
            except pynvml.NVMLError as error:
                lost[index] = reason_of(error)
        found = list(self._lost(cards, list(lost.values())))
        notes += [f"NVIDIA card {index}: {reason}" for index, reason in list(lost.items())[len(found) :]]
        cards += found
        if not count:
            notes.append("The NVIDIA driver is there but finds no card.")
        if any(card.get("driver_model") == "WDDM" for card in cards):
            notes.append(SPILL)
        return {"gpus": cards, "notes": notes, **_versions()}

    def live(self) -> Facts:
        """Memory, processes and power state of every card; ``changed`` where cards came or went."""
        if self._asleep():
            return {}
        try:
            self._begin()
            count = pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError:
            self._end()
            return {"changed": True}
        readings: list[Facts] = []
        for index in range(count):
            try:
                readings += [self._reading(one) for one in _devices(pynvml.nvmlDeviceGetHandleByIndex(index))]
            except pynvml.NVMLError:
                # A lost card keeps its index; the next full look says why it is gone.
                self._end()
                return {"changed": True}
        changed, self._count = self._count not in (None, len(readings)), len(readings)
        return {"gpus": readings, **({"changed": True} if changed else {})}

    def raw(self) -> str | None:
        """What the library answers, for a recording; None where no card was asked."""
        return raw_text() if self._open else None

    def _reading(self, handle: Any) -> Facts:
        card = NvmlCard(handle)
        known, reading = card.identity(), card.live()
        if known["uuid"] in self._unified:
            memory = _host_memory(self._system)
            reading = {key: value for key, value in reading.items() if key not in MEMORY}
            reading["memory_free_bytes"] = memory and memory[1]
        return {"uuid": known["uuid"], "pci_address": known["pci_address"], **reading}

    def _card(self, handle: Any) -> list[Facts]:
        """The card, or its slices where it is cut into such: then nothing can use it whole."""
        card = NvmlCard(handle)
        mode = Answers(handle).ask("", pynvml.nvmlDeviceGetMigMode)
        if mode is None or mode[0] != pynvml.NVML_DEVICE_MIG_ENABLE:
            return [self._with_host_memory(card.read())]
        whole = card.read()
        slices = [_slice(NvmlCard(one).read(), whole) for one in _devices(handle)]
        if slices:
            return slices
        reason = "The card is set to be cut into slices (MIG) and has none; make one, or turn MIG off."
        return [{**whole, **dict.fromkeys(MEMORY), "unknown": {**whole["unknown"], **dict.fromkeys(MEMORY, reason)}}]

    def _lost(self, cards: list[Facts], reasons: list[str]) -> Iterator[Facts]:
        """Cards that gave no handle, by the places on the bus that no other one has; NVML counts in the bus's order."""
        known = {card.get("pci_address") for card in cards}
        bus = (one for one in display_controllers(self._system) if vendor_of(self._system, one) == "nvidia")
        for address, reason in zip((one for one in bus if one not in known), reasons, strict=False):
            unknown = dict.fromkeys(MEMORY[:2], reason)
            name = card_name(self._system, address)
            yield {"name": name, "vendor": "nvidia", "source": "nvml", "pci_address": address, "unknown": unknown}

    def _with_host_memory(self, card: Facts) -> Facts:
        """A chip that shares the computer's memory (GB10, Jetson, Grace) has none of its own to report."""
        if card.get("memory_total_bytes") or not _is_system_on_chip(card):
            return card
        memory = _host_memory(self._system)
        if memory is None:
            return card
        total, available = memory
        unknown = {field: reason for field, reason in card["unknown"].items() if field not in MEMORY[:2]}
        self._unified.add(card.get("uuid"))
        return {
            **card, "unified": True, "memory_total_bytes": total, "memory_free_bytes": available, "unknown": unknown,
        }  # fmt: skip

    def _asleep(self) -> list[Facts]:
        """The cards, if all NVIDIA ones sleep."""
        return sleeping_cards(self._system, "nvidia")

    def _begin(self) -> None:
        if not self._open:
            pynvml.nvmlInit()
            self._open = True

    def _end(self) -> None:
        if self._open:
            self._open = False
            try:
                pynvml.nvmlShutdown()
            except pynvml.NVMLError:
                # The library is gone with its card; the next look begins anew either way.
                return


def _devices(handle: Any) -> list[Any]:
    """Handles of a card's slices, or of the card itself where it is whole."""
    mode = Answers(handle).ask("", pynvml.nvmlDeviceGetMigMode)
    if mode is None or mode[0] != pynvml.NVML_DEVICE_MIG_ENABLE:
        return [handle]
    most = Answers(handle).ask("", pynvml.nvmlDeviceGetMaxMigDeviceCount) or 0
    found = (Answers(handle).ask("", pynvml.nvmlDeviceGetMigDeviceHandleByIndex, index) for index in range(most))
    return [one for one in found if one is not None]


def _slice(facts: Facts, whole: Facts) -> Facts:
    """A slice with what only the whole card knows: its place, its link, its capability, its share of the bandwidth."""
    kept = (
        "pci_address", "compute_capability", "pcie_generation", "pcie_width", "pcie_generation_max", "pcie_width_max",
        "ecc", "power_state", "display_attached",
    )  # fmt: skip
    joined = {**facts, **{key: facts.get(key) or whole.get(key) for key in kept}}
    profile = str(facts["name"]).rpartition("MIG ")[2] if "MIG " in str(facts["name"]) else None
    eighths = round(MEMORY_SLICES * (facts.get("memory_total_bytes") or 0) / (whole.get("memory_total_bytes") or 1))
    if whole.get("bandwidth_bytes_per_s") and eighths:
        joined["bandwidth_bytes_per_s"] = whole["bandwidth_bytes_per_s"] * eighths // MEMORY_SLICES
    of_the_whole = ("memory_bus_bits", "memory_clock_max_hz")
    unknown = {
        key: reason for key, reason in facts["unknown"].items() if joined.get(key) is None and key not in of_the_whole
    }
    return {**joined, "mig_profile": profile, "mig_parent_uuid": whole.get("uuid"), "unknown": unknown}


def _is_system_on_chip(card: Facts) -> bool:
    """Whether the driver has no figure at all for the card's own memory: such parts answer "not supported" or 0.

    NVIDIA's DGX Spark guide: nvidia-smi shows "Not Supported" for memory on GB10, since it has no dedicated one.
    """
    if card.get("memory_bus_bits") or card.get("memory_clock_max_hz"):
        return False
    reason: str = card["unknown"].get("memory_total_bytes", "")
    return reason.startswith(
        (
            "The driver does not say",
            "The driver reports no memory",
            "This driver is too old",
            "The driver's answer makes",
        )
    )


def _host_memory(system: System) -> tuple[int, int] | None:
    """RAM in all and available, in bytes, from Linux' /proc/meminfo."""
    kib = meminfo(system)
    total, available = kib.get("MemTotal"), kib.get("MemAvailable")
    return None if total is None or available is None else (total * 1024, min(available, total) * 1024)


def _versions() -> Facts:
    answers = Answers()
    driver = answers.ask("driver_version", pynvml.nvmlSystemGetDriverVersion)
    cuda = answers.ask("cuda_version", pynvml.nvmlSystemGetCudaDriverVersion_v2)
    return {
        "driver_version": None if driver is None else plain_text(driver),
        "cuda_version": None if cuda is None else f"{cuda // 1000}.{cuda % 1000 // 10}",
        "unknown": answers.unknown,
    }

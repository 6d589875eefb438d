"""NVIDIA cards through NVML, the driver's own library, bound by nvidia-ml-py.

Every refusal of the library becomes a value and a reason in one place (``_Card.ask``). No library, no driver and
no card are normal answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pynvml

from fitcheck.probe.source import Facts

MHZ = 1_000_000
TRANSFERS_PER_CLOCK = 2
"""Both edges of the memory clock that NVML reports carry data; holds from GDDR6 to HBM3.

Bus bits / 8 x 2 x maximum memory clock gives 1,008 GB/s for an RTX 4090 (384 bits, 10,501 MHz), as its data sheet says.
"""

_REASONS = {
    pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: "No NVIDIA driver is installed.",
    pynvml.NVML_ERROR_DRIVER_NOT_LOADED: "The NVIDIA driver is installed but not loaded.",
    pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: (
        "The NVIDIA driver was updated while it was running; restart the computer to use it."
    ),
    pynvml.NVML_ERROR_NO_PERMISSION: "The NVIDIA driver does not let this user look.",
    pynvml.NVML_ERROR_NOT_SUPPORTED: "The driver does not say for this card.",
    pynvml.NVML_ERROR_FUNCTION_NOT_FOUND: "This driver is too old to say.",
    pynvml.NVML_ERROR_GPU_IS_LOST: "The card does not answer any more; restart the computer to get it back.",
}


def reason_of(error: pynvml.NVMLError) -> str:
    """An NVML error as a sentence."""
    known = _REASONS.get(error.value)
    return known or f"The NVIDIA driver answered: {error}."


def _text(value: Any) -> str:
    """Names come as bytes from old bindings and as text from new ones."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class _Card:
    """One card and what it refused to tell."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self.unknown: dict[str, str] = {}

    def ask(self, fields: str, question: Callable[..., Any], *arguments: Any) -> Any:
        """The library's answer; None and a reason for each of ``fields`` where it gives none."""
        try:
            return question(self._handle, *arguments)
        except pynvml.NVMLError as error:
            for field in fields.split():
                self.unknown[field] = reason_of(error)
            return None

    def memory(self) -> Facts:
        """Total, free, used and reserved bytes; the second version tells what the driver keeps for itself."""
        second = self.ask("memory_reserved_bytes", pynvml.nvmlDeviceGetMemoryInfo, pynvml.nvmlMemory_v2)
        answer = second or self.ask(
            "memory_total_bytes memory_free_bytes memory_used_bytes", pynvml.nvmlDeviceGetMemoryInfo
        )
        if answer is None or not answer.total:
            for field in ("memory_total_bytes", "memory_free_bytes", "memory_used_bytes"):
                self.unknown.setdefault(field, "The driver reports no memory of the card's own.")
            return {}
        facts = {"memory_total_bytes": answer.total, "memory_free_bytes": answer.free, "memory_used_bytes": answer.used}
        if second is not None:
            facts["memory_reserved_bytes"] = second.reserved
        return facts

    def bandwidth(self) -> Facts:
        """Bytes per second from bus width and the highest memory clock (that of an idle card says nothing)."""
        bits = self.ask("memory_bus_bits bandwidth_bytes_per_s", pynvml.nvmlDeviceGetMemoryBusWidth)
        clock = self.ask(
            "memory_clock_max_hz bandwidth_bytes_per_s", pynvml.nvmlDeviceGetMaxClockInfo, pynvml.NVML_CLOCK_MEM
        )
        facts: Facts = {"memory_bus_bits": bits, "memory_clock_max_hz": clock and clock * MHZ}
        if bits and clock:
            facts["bandwidth_bytes_per_s"] = bits * TRANSFERS_PER_CLOCK * clock * MHZ // 8
        return facts

    def read(self) -> Facts:
        """Everything about the card, as a card of ``machine_json``."""
        name = self.ask("name", pynvml.nvmlDeviceGetName)
        uuid = self.ask("uuid", pynvml.nvmlDeviceGetUUID)
        capability = self.ask("compute_capability", pynvml.nvmlDeviceGetCudaComputeCapability)
        facts = {
            "name": "NVIDIA card" if name is None else _text(name),
            "vendor": "nvidia",
            "uuid": None if uuid is None else _text(uuid),
            **self.memory(),
            **self.bandwidth(),
            "compute_capability": capability and ".".join(map(str, capability)),
            "pcie_generation": self.ask("pcie_generation", pynvml.nvmlDeviceGetCurrPcieLinkGeneration),
            "pcie_width": self.ask("pcie_width", pynvml.nvmlDeviceGetCurrPcieLinkWidth),
            "pcie_generation_max": self.ask("pcie_generation_max", pynvml.nvmlDeviceGetMaxPcieLinkGeneration),
            "pcie_width_max": self.ask("pcie_width_max", pynvml.nvmlDeviceGetMaxPcieLinkWidth),
        }
        return {**facts, "unknown": self.unknown}


class Nvml:
    """The source."""

    name = "nvml"

    def is_available(self) -> str | None:
        """None where the library starts; a card need not be there."""
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            return reason_of(error)
        pynvml.nvmlShutdown()
        return None

    def read(self) -> Facts:
        """All cards, the driver's and CUDA's version."""
        pynvml.nvmlInit()
        try:
            cards, notes = [], []
            for index in range(pynvml.nvmlDeviceGetCount()):
                try:
                    cards.append(_Card(pynvml.nvmlDeviceGetHandleByIndex(index)).read())
                except pynvml.NVMLError as error:
                    notes.append(f"NVIDIA card {index}: {reason_of(error)}")
            if not cards and not notes:
                notes.append("The NVIDIA driver is there but finds no card.")
            return {"gpus": cards, "notes": notes, **_versions()}
        finally:
            pynvml.nvmlShutdown()


def _versions() -> Facts:
    facts: Facts = {}
    unknown = {}
    try:
        facts["driver_version"] = _text(pynvml.nvmlSystemGetDriverVersion())
    except pynvml.NVMLError as error:
        unknown["driver_version"] = reason_of(error)
    try:
        version = pynvml.nvmlSystemGetCudaDriverVersion_v2()
        facts["cuda_version"] = f"{version // 1000}.{version % 1000 // 10}"
    except pynvml.NVMLError as error:
        unknown["cuda_version"] = reason_of(error)
    return {**facts, "unknown": unknown}

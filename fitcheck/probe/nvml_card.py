"""One NVIDIA card, or one slice of it, as NVML tells it."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import Any

import pynvml

from fitcheck.probe.nvml_answers import Answers, plain_text
from fitcheck.probe.source import Facts

MHZ = 1_000_000
TRANSFERS_PER_CLOCK = 2
"""Both edges of the memory clock that NVML reports carry data; holds from GDDR6 to HBM3.

Bus bits / 8 x 2 x maximum memory clock gives 1,008 GB/s for an RTX 4090 (384 bits, 10,501 MHz), as its data sheet says.
"""

LARGEST_BYTES = 1 << 44
"""16 TiB: no card and no computer has as much memory, so a driver that says more talks nonsense."""

LARGEST_BITS_OR_MHZ = 1 << 15
"""Four times the widest bus (B200: 8,192 bits) and more than the fastest clock (RTX 5090: 14,001 MHz)."""

DRIVER_MODELS = {0: "WDDM", 1: "TCC", 2: "MCDM"}
"""``nvmlDriverModel_t``."""

NVLINK_BYTES_PER_S = {1: 20_000_000_000, 2: 25_000_000_000, 3: 25_000_000_000, 4: 25_000_000_000, 5: 50_000_000_000}
"""A link's bytes a second in one direction by version (NVIDIA's data sheets of P100, V100, A100, H100 and B200)."""

MEMORY = ("memory_total_bytes", "memory_free_bytes", "memory_used_bytes")


class NvmlCard:
    """Asks about one card; every question may fail alone."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle
        self._answers = Answers(handle)
        self._ask = self._answers.ask

    def read(self) -> Facts:
        """Everything about the card, as a card of ``machine_json``."""
        capability = self._ask("compute_capability", pynvml.nvmlDeviceGetCudaComputeCapability)
        facts = {
            **self.identity(),
            **self.memory(),
            **self._bandwidth(),
            **self._link(),
            "compute_capability": capability and ".".join(map(str, capability)),
            **self._modes(),
            "processes": self.processes(),
        }
        return {**facts, "unknown": dict(self._answers.unknown)}

    def live(self) -> Facts:
        """What changes from second to second."""
        changing = {**dict.fromkeys(MEMORY), **self.memory(), "power_state": self._power_state()}
        return {**changing, "processes": self.processes(), "unknown": dict(self._answers.unknown)}

    def identity(self) -> Facts:
        """Name, maker, and what tells this card from its twins."""
        name = self._ask("name", pynvml.nvmlDeviceGetName)
        uuid = self._ask("uuid", pynvml.nvmlDeviceGetUUID)
        place = self._ask("pci_address", pynvml.nvmlDeviceGetPciInfo_v3)
        return {
            "name": "NVIDIA card" if not name else plain_text(name),
            "vendor": "nvidia",
            "source": "nvml",
            "uuid": None if uuid is None else plain_text(uuid),
            # The last number is the function; a card's first one computes.
            "pci_address": place and f"{place.domain:04x}:{place.bus:02x}:{place.device:02x}.0",
        }

    def memory(self) -> Facts:
        """Total, free, used and reserved bytes; the second version tells what the driver keeps for itself.

        Nonsense (more free than there is, sizes no card has) counts as not told.
        """
        second = self._ask("memory_reserved_bytes", pynvml.nvmlDeviceGetMemoryInfo, pynvml.nvmlMemory_v2)
        answer = second or self._ask(" ".join(MEMORY), pynvml.nvmlDeviceGetMemoryInfo)
        unknown = self._answers.unknown
        if answer is None:
            return {}
        if not answer.total:
            return self._no_memory("The driver reports no memory of the card's own.")
        if max(answer.total, answer.free, answer.used) > LARGEST_BYTES or answer.free > answer.total:
            return self._no_memory(
                f"The driver's answer makes no sense: {answer.free:,} of {answer.total:,} bytes free."
            )
        for field in MEMORY:
            unknown.pop(field, None)
        facts = {"memory_total_bytes": answer.total, "memory_free_bytes": answer.free, "memory_used_bytes": answer.used}
        if answer.used > answer.total:
            del facts["memory_used_bytes"]
            unknown["memory_used_bytes"] = "The driver's answer makes no sense: more is used than there is."
        if second is not None and second.reserved <= second.total:
            unknown.pop("memory_reserved_bytes", None)
            facts["memory_reserved_bytes"] = second.reserved
        return facts

    def _no_memory(self, reason: str) -> Facts:
        for field in MEMORY:
            self._answers.unknown[field] = reason
        return {}

    def processes(self) -> list[Facts] | None:
        """Programs that hold memory of the card, those with most first; None where the driver does not tell."""
        questions = (
            ("compute", pynvml.nvmlDeviceGetComputeRunningProcesses_v3),
            ("graphics", pynvml.nvmlDeviceGetGraphicsRunningProcesses_v3),
        )
        found: dict[int, Facts] = {}
        told = False
        for kind, question in questions:
            answers = self._ask("processes", question)
            told = told or answers is not None
            for one in answers or ():
                held = one.usedGpuMemory
                if held is not None and held > LARGEST_BYTES:
                    held = None
                found.setdefault(
                    one.pid, {"name": process_name(one.pid), "memory_bytes": held, "kind": kind, "pid": one.pid}
                )
        if not told:
            return None
        self._answers.unknown.pop("processes", None)
        return sorted(found.values(), key=lambda one: -(one["memory_bytes"] or 0))

    def _bandwidth(self) -> Facts:
        """Bytes per second from bus width and the highest memory clock (that of an idle card says nothing)."""
        bits = self._ask("memory_bus_bits bandwidth_bytes_per_s", pynvml.nvmlDeviceGetMemoryBusWidth)
        clock = self._ask(
            "memory_clock_max_hz bandwidth_bytes_per_s", pynvml.nvmlDeviceGetMaxClockInfo, pynvml.NVML_CLOCK_MEM
        )
        if max(bits or 0, clock or 0) > LARGEST_BITS_OR_MHZ:
            reason = f"The driver's answer makes no sense: {bits} bits at {clock} MHz."
            self._answers.unknown.update(dict.fromkeys(("memory_bus_bits", "bandwidth_bytes_per_s"), reason))
            return {}
        facts: Facts = {"memory_bus_bits": bits, "memory_clock_max_hz": clock and clock * MHZ}
        if bits and clock:
            facts["bandwidth_bytes_per_s"] = bits * TRANSFERS_PER_CLOCK * clock * MHZ // 8
        return facts

    def _link(self) -> Facts:
        """The bus now and at most, the window to the card's memory, and NVLink."""
        bar = self._ask("bar1_total_bytes", pynvml.nvmlDeviceGetBAR1MemoryInfo)
        return {
            "pcie_generation": self._ask("pcie_generation", pynvml.nvmlDeviceGetCurrPcieLinkGeneration),
            "pcie_width": self._ask("pcie_width", pynvml.nvmlDeviceGetCurrPcieLinkWidth),
            "pcie_generation_max": self._ask("pcie_generation_max", pynvml.nvmlDeviceGetMaxPcieLinkGeneration),
            "pcie_width_max": self._ask("pcie_width_max", pynvml.nvmlDeviceGetMaxPcieLinkWidth),
            "bar1_total_bytes": bar and bar.bar1Total if bar and bar.bar1Total <= LARGEST_BYTES else None,
            **self._nvlink(),
        }

    def _nvlink(self) -> Facts:
        """Links that are up; asking ends at the first that the card does not have."""
        up, rate = 0, 0
        for link in range(pynvml.NVML_NVLINK_MAX_LINKS):
            state = Answers(self.handle).ask("", pynvml.nvmlDeviceGetNvLinkState, link)
            if state is None:
                break
            if state:
                up += 1
                version = Answers(self.handle).ask("", pynvml.nvmlDeviceGetNvLinkVersion, link)
                rate += NVLINK_BYTES_PER_S.get(version, 0)
        return {"nvlink_links": up, "nvlink_bytes_per_s": rate or None} if up else {}

    def _modes(self) -> Facts:
        # Only Windows has driver models; elsewhere nothing is missing.
        model = self._ask("", pynvml.nvmlDeviceGetCurrentDriverModel)
        ecc = self._ask("ecc", pynvml.nvmlDeviceGetEccMode)
        display = self._ask("display_attached", pynvml.nvmlDeviceGetDisplayActive)
        return {
            "driver_model": DRIVER_MODELS.get(model),
            "ecc": None if ecc is None else bool(ecc[0]),
            "display_attached": None if display is None else bool(display),
            "power_state": self._power_state(),
        }

    def _power_state(self) -> str | None:
        state = self._ask("power_state", pynvml.nvmlDeviceGetPerformanceState)
        # 32 is NVML's word for unknown.
        return f"P{state}" if state is not None and 0 <= state <= 15 else None


def process_name(pid: int) -> str:
    """A program's name without its folder and arguments: folders can carry a person's name."""
    name = Answers().ask("", pynvml.nvmlSystemGetProcessName, pid)
    if not name:
        return f"process {pid}"
    text = plain_text(name)
    first = text if PureWindowsPath(text).drive else text.split(" ")[0]
    return PureWindowsPath(first).name or f"process {pid}"

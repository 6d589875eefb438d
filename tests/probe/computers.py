"""Parts of recorded computers: operating systems, processors, memory, disks, and cards on their bus."""

from __future__ import annotations

import json
from typing import Any

from fitcheck.probe.disk import PHYSICAL_DISK
from fitcheck.probe.memory_modules import UDEV, WINDOWS

from .test_memory_modules import udev
from .trees import card, device

GIB = 1 << 30
Files = dict[str, Any]

RYZEN_FLAGS = "fpu sse4_2 fma f16c avx avx2 avx512f avx512_vnni avx512_bf16"
INTEL_FLAGS = "fpu sse4_2 fma f16c avx avx2 avx_vnni"
XEON_FLAGS = "fpu sse4_2 fma f16c avx avx2 avx512f avx512_vnni avx512_bf16 amx_int8 amx_bf16"
ARM_FLAGS = "fp asimd asimddp i8mm sve sve2"

NO_DRIVER = "init 12\n"
"""NVML_ERROR_LIBRARY_NOT_FOUND."""


def psutil_told(ram_gib: float, free_gib: float, cores: int | None, threads: int, swap_gib: float = 0) -> Files:
    """What the system's library tells of memory and processor."""
    sizes = {
        "total": round(ram_gib * GIB), "available": round(free_gib * GIB), "swap_total": round(swap_gib * GIB),
        "swap_free": round(swap_gib * GIB), "cores": cores, "threads": threads,
    }  # fmt: skip
    return {"$ psutil": json.dumps(sizes)}


def free_space(total_gib: int, free_gib: int, folder: str = "~") -> Files:
    """The disk of the models."""
    return {f"$ disk_usage {folder}": json.dumps([total_gib * GIB, free_gib * GIB])}


def linux(
    cpu: str, flags: str, *, ram: tuple[float, float], cores: int | None, threads: int, modules: str | None = None,
    name: str = "Ubuntu 24.04.3 LTS", disk: tuple[int, int] | None = (1832, 900), kernel: str = "6.8.0-86-generic",
) -> Files:  # fmt: skip
    """A Linux computer with an NVMe disk; ``modules`` is what udev notes of its memory."""
    files: Files = {
        **psutil_told(*ram, cores, threads, 8), "$ os": json.dumps(name), "/proc/sys/kernel/osrelease": kernel,
        "/proc/cpuinfo": f"processor\t: 0\nmodel name\t: {cpu}\nflags\t\t: {flags}",
        "/proc/meminfo": meminfo(*ram), "/sys/devices/system/node/": "node0\npossible",
        "/sys/bus/pci/devices/": "0000:00:00.0", "/sys/bus/pci/devices/0000:00:00.0/class": "0x060000",
    }  # fmt: skip
    if disk:
        files |= {
            **free_space(*disk), "/proc/self/mountinfo": "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw",
            "/sys/dev/block/259:2@": "nvme0n1p2", "/sys/block/": "nvme0n1", "/sys/block/nvme0n1/": "nvme0n1p2",
        }  # fmt: skip
    return {**files, UDEV: modules} if modules else files


def meminfo(total_gib: float, free_gib: float) -> str:
    """Linux' own list of memory."""
    lines = (("MemTotal", total_gib), ("MemAvailable", free_gib))
    sizes = "\n".join(f"{key}: {round(gib * GIB) // 1024} kB" for key, gib in lines)
    return f"{sizes}\nHugePages_Total: 0\nHugePages_Free: 0\nHugepagesize: 2048 kB"


def two_channels(kind: str = "DDR5", rate: int = 6000) -> str:
    """A desktop's two modules."""
    return udev("DIMM 1|P0 CHANNEL A", "DIMM 1|P0 CHANNEL B", kind=kind, rate=rate)


def twelve_channels(rate: int = 4800) -> str:
    """An EPYC's modules."""
    return udev(*(f"DIMM_{letter}1|P0_Node0_Channel{at}_Dimm0" for at, letter in enumerate("ABCDEFGHIJKL")), rate=rate)


def on_bus(*devices: tuple[str, str, str, str | None], **power: str) -> Files:
    """Display controllers as the bus lists them: address, maker, device, driver; ``power`` is every one's state."""
    files: Files = {"/sys/bus/pci/devices/": "\n".join(["0000:00:00.0", *(one[0] for one in devices)])}
    for address, vendor, number, driver in devices:
        files |= device(address, vendor, number, driver, **power)
    return files


def drm(*cards: tuple[int, str, str], **files: str) -> Files:
    """Cards as the graphics subsystem lists them: number, address, driver; ``files`` are the last one's own."""
    found: Files = {"/sys/class/drm/": "\n".join(f"card{number}" for number, _, _ in cards)}
    for number, address, driver in cards:
        found |= card(number, address, driver, **(files if (number, address, driver) == cards[-1] else {}))
    return found


def windows(
    cpu: str, *, ram: tuple[float, float], cores: int, threads: int, adapters: list[Files], rate: int = 6000
) -> Files:
    """A Windows computer with two modules and an NVMe disk."""
    modules = [
        {"Capacity": round(ram[0] * GIB / 2), "ConfiguredClockSpeed": rate, "Speed": rate, "SMBIOSMemoryType": 34,
         "DataWidth": 64, "DeviceLocator": "DIMM 1", "BankLabel": f"P0 CHANNEL {letter}"} for letter in "AB"
    ]  # fmt: skip
    disk = " ".join(PHYSICAL_DISK).replace("{0}", "C")
    return {
        **psutil_told(*ram, cores, threads, 4), "$ cpu": json.dumps(cpu), "$ os": json.dumps("Windows 11"),
        "$ dxgi": json.dumps(adapters), f"$ {' '.join(WINDOWS)}": json.dumps(modules),
        "$ env LLAMA_CACHE": json.dumps("C:/models"), "C:/models/": "", **free_space(930, 400, "C:/models"),
        f"$ {disk}": json.dumps({"MediaType": "SSD", "BusType": "NVMe"}),
    }  # fmt: skip


def adapter(name: str, vendor: int, own: int, free: int | None, shared: int, *, integrated: bool) -> Files:
    """What DXGI and DXCore tell of one."""
    return {
        "name": name, "vendor": vendor, "device": 1, "dedicated": own, "shared": shared, "flags": 0, "budget": free,
        "integrated": integrated,
    }  # fmt: skip


def mac(chip: str, *, ram: tuple[int, int], cores: int, gpu_cores: int | None, wired_mib: int = 0) -> Files:
    """A Mac with a chip of Apple's, or of Intel's where it has no graphics cores of its own."""
    sysctl = "$ /usr/sbin/sysctl -n"
    files: Files = {
        **psutil_told(*ram, cores, cores), "$ os": json.dumps("macOS 15.5"), **free_space(926, 500),
        f"{sysctl} machdep.cpu.brand_string": chip, f"{sysctl} hw.memsize": str(ram[0] * GIB),
        f"{sysctl} iogpu.wired_limit_mb": str(wired_mib), f"{sysctl} hw.optional.arm64": "1" if gpu_cores else "0",
        "$ /usr/sbin/diskutil info -plist ~": (
            "<plist><dict><key>BusProtocol</key><string>Apple Fabric</string><key>SolidState</key><true/>"
            "<key>DeviceIdentifier</key><string>disk3s1</string></dict></plist>"
        ),
    }  # fmt: skip
    if gpu_cores:
        displays = {"SPDisplaysDataType": [{"sppci_model": chip, "sppci_cores": str(gpu_cores)}]}
        files["$ /usr/sbin/system_profiler SPDisplaysDataType -json"] = json.dumps(displays)
        files[f"{sysctl} hw.optional.AdvSIMD"] = files[f"{sysctl} hw.optional.arm.FEAT_DotProd"] = "1"
    return files

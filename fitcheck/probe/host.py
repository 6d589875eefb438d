"""RAM, processor and system, with the limits of a container respected."""

from __future__ import annotations

import os
import platform
import re
import sys

import psutil

from fitcheck.probe.cgroup import memory_limit
from fitcheck.probe.meminfo import meminfo
from fitcheck.probe.processor import features
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System


class Host:
    """The source."""

    name = "host"
    tried = "memory, processor and system"

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System.here()

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """RAM total and available in bytes, processor, cores, system."""
        system = self._system
        told = system.told("psutil", _told) or {}
        total, available, notes = self._memory(told)
        runs_in = surroundings(system)
        if runs_in == WSL:
            notes.append(
                "This is WSL: its RAM is the part that Windows lends it, half of the computer's unless changed."
            )
        pages = _huge_pages(system)
        facts: Facts = {
            "ram_total_bytes": total,
            "ram_available_bytes": available,
            "swap_total_bytes": told.get("swap_total"),
            "swap_free_bytes": told.get("swap_free"),
            "huge_pages_total_bytes": pages and pages[0],
            "huge_pages_free_bytes": pages and pages[1],
            "numa_nodes": _numa_nodes(system),
            "cpu_name": cpu_name(system),
            "cpu_cores": told.get("cores"),
            "cpu_threads": told.get("threads"),
            "cpu_features": features(system),
            "os_name": system.told("os", _os_name),
            "runs_in": runs_in,
            "notes": notes,
        }
        names = ("ram_total_bytes", "ram_available_bytes", "cpu_name", "cpu_cores")
        unknown = {key: "The system does not say." for key in names if facts[key] is None}
        return {**facts, "unknown": unknown}

    def live(self) -> Facts:
        """Available RAM and free swap."""
        told = self._system.told("psutil", _told) or {}
        return {"ram_available_bytes": self._memory(told)[1], "swap_free_bytes": told.get("swap_free")}

    def _memory(self, told: Facts) -> tuple[int | None, int | None, list[str]]:
        """RAM in all and available, and what is to be said of it."""
        total, available = told.get("total"), told.get("available")
        limit = memory_limit(self._system) if self._system.platform == "linux" else None
        if limit is None or (total is not None and limit.total_bytes >= total):
            return total, available, []
        note = "A container limits the memory of this program; the limit counts as the machine's RAM."
        left = limit.available_bytes if available is None else min(available, limit.available_bytes)
        return limit.total_bytes, left, [note]


def _told() -> Facts:
    """What psutil tells of memory in bytes, of swap in bytes, and of the processor."""
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    return {
        "total": memory.total, "available": memory.available, "swap_total": swap.total, "swap_free": swap.free,
        "cores": psutil.cpu_count(logical=False), "threads": psutil.cpu_count(logical=True),
    }  # fmt: skip


WSL, CONTAINER, VIRTUAL = "WSL2", "container", "virtual machine"


def surroundings(system: System) -> str | None:
    """What this system runs in: WSL2, a container or a virtual machine; None where it is the computer's own.

    Docker leaves /.dockerenv and Podman /run/.containerenv in their containers; a processor that is lent by a
    hypervisor has the flag of that name.
    """
    if "microsoft" in (system.text("/proc/sys/kernel/osrelease") or "").lower():
        return WSL
    if any(system.text(path) is not None for path in ("/.dockerenv", "/run/.containerenv")):
        return CONTAINER
    flags = re.search(r"^flags\s*:(.*)$", system.text("/proc/cpuinfo") or "", re.MULTILINE)
    return VIRTUAL if flags and "hypervisor" in flags[1].split() else None


def _huge_pages(system: System) -> tuple[int, int] | None:
    """Bytes set aside as huge pages, and those free."""
    found = meminfo(system)
    counts = [found.get(key) for key in ("HugePages_Total", "HugePages_Free", "Hugepagesize")]
    if any(one is None for one in counts):
        return None
    total, free, kib = (one or 0 for one in counts)
    return total * kib * 1024, free * kib * 1024


def _numa_nodes(system: System) -> int | None:
    """How many parts the memory has that processors reach at different speeds."""
    nodes = [one for one in system.entries("/sys/devices/system/node") if re.fullmatch(r"node\d+", one)]
    return len(nodes) or None


def cpu_name(system: System) -> str | None:
    """The processor's name, its kind where nothing names it."""
    if system.platform == "linux":
        return cpu_name_from(system.text("/proc/cpuinfo") or "") or system.told("machine", platform.machine) or None
    if system.platform == "darwin":
        return system.output("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string") or None
    name: str | None = system.told("cpu", _windows_cpu_name)
    return name


def _windows_cpu_name() -> str | None:
    if sys.platform != "win32":
        return platform.processor() or None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip() or None
    except OSError:
        return os.environ.get("PROCESSOR_IDENTIFIER")


def cpu_name_from(cpuinfo: str) -> str | None:
    """The processor's name in Linux's list of processors; ARM boards write ``Model`` or nothing."""
    lines = (line.partition(":") for line in reversed(cpuinfo.splitlines()))
    named = {key.strip(): value.strip() for key, _, value in lines}
    return named.get("model name") or named.get("Model") or named.get("Hardware") or None


def _os_name() -> str:
    if sys.platform == "linux":
        try:
            return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
        except OSError:
            return "Linux"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{platform.system()} {platform.release()}"

"""RAM, processor and system, with the limits of a container respected."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil

from fitcheck.probe.cgroup import memory_limit
from fitcheck.probe.source import Facts


class Host:
    """The source."""

    name = "host"

    def is_available(self) -> str | None:
        """Always."""
        return None

    def read(self) -> Facts:
        """RAM total and available in bytes, processor, cores, system."""
        memory = psutil.virtual_memory()
        total, available = memory.total, memory.available
        notes = []
        limit = memory_limit(Path("/")) if sys.platform == "linux" else None
        if limit is not None and limit.total_bytes < total:
            total, available = limit.total_bytes, min(available, limit.available_bytes)
            notes.append("A container limits the memory of this program; the limit counts as the machine's RAM.")
        if "microsoft" in platform.uname().release.lower():
            notes.append(
                "This is WSL: its RAM is the part that Windows lends it, half of the computer's unless changed."
            )
        facts: Facts = {
            "ram_total_bytes": total,
            "ram_available_bytes": available,
            "cpu_name": _cpu_name(),
            "cpu_cores": psutil.cpu_count(logical=False),
            "cpu_threads": psutil.cpu_count(logical=True),
            "os_name": _os_name(),
            "notes": notes,
        }
        unknown = {key: "The system does not say." for key in ("cpu_name", "cpu_cores") if facts[key] is None}
        unknown["ram_bandwidth_bytes_per_s"] = "It is not measured yet."
        return {**facts, "unknown": unknown}


def _cpu_name() -> str | None:
    if sys.platform == "linux":
        return cpu_name_from(Path("/proc/cpuinfo")) or platform.machine() or None
    if sys.platform == "darwin":
        asked = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"],
            capture_output=True,
            text=True,
            check=False,
            timeout=5,
        )
        return asked.stdout.strip() or None
    if sys.platform == "win32":
        return _windows_cpu_name()
    return platform.processor() or None


def _windows_cpu_name() -> str | None:
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip() or None
    except OSError:
        return os.environ.get("PROCESSOR_IDENTIFIER")


def cpu_name_from(cpuinfo: Path) -> str | None:
    """The processor's name in Linux's list of processors; ARM boards write ``Model`` or nothing."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    named = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in reversed(lines))}
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

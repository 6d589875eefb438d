"""This process and this computer's memory, on Linux, macOS and Windows, with the standard library alone."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import Any, Dict, Optional

BELOW_NORMAL_PRIORITY_CLASS = 0x4000
"""Windows' winbase.h."""

MALLOC_SETTINGS = ((-3, 32 << 20), (-1, 1 << 30))
"""``M_MMAP_THRESHOLD`` at its largest and ``M_TRIM_THRESHOLD`` (glibc's malloc.h)."""

NICENESS = 10
"""Half way to the lowest priority: everything else on the computer goes first."""


def _kilobytes(path: str) -> Dict[str, int]:
    """The ``Name: 123 kB`` lines of a file below /proc, in bytes."""
    found = {}
    with open(path, encoding="ascii", errors="replace") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 3 and words[2] == "kB":
                found[words[0].rstrip(":")] = int(words[1]) * 1024
    return found


def host_free() -> Optional[int]:
    """Bytes that programs can still get without the system swapping; None where nothing tells."""
    if sys.platform.startswith("linux"):
        return _kilobytes("/proc/meminfo").get("MemAvailable")
    if sys.platform == "win32":
        return _windows_free()
    if sys.platform == "darwin":
        return _mac_free()
    return None


def _mac_free() -> Optional[int]:
    """Pages that are free or can be taken back at once, as ``vm_stat`` counts them."""
    try:
        text = subprocess.run(["vm_stat"], capture_output=True, text=True, timeout=5, check=True).stdout
        size = int(text.split("page size of ")[1].split()[0])
        counts = dict(line.rstrip(".").split(":") for line in text.splitlines() if line.endswith("."))
        names = ("Pages free", "Pages inactive", "Pages speculative", "Pages purgeable")
        return size * sum(int(counts.get(name, "0")) for name in names)
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def _windows_free() -> Optional[int]:
    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong)
            for name in ("total", "available", "total_page", "free_page", "total_virtual", "free_virtual", "more")
        ]  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    windows: Any = getattr(ctypes, "windll")  # noqa: B009 - only Windows has it
    return status.available if windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def resident() -> Optional[int]:
    """Bytes of this process that are in RAM; None where nothing tells."""
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm", encoding="ascii") as line:
            return int(line.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return _windows_resident()
    try:
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, timeout=5, check=True)
        return int(told.stdout) * 1024
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _windows_resident() -> Optional[int]:
    class Counters(ctypes.Structure):
        _fields_ = [("size", ctypes.c_ulong), ("faults", ctypes.c_ulong)] + [
            (name, ctypes.c_size_t)
            for name in ("peak", "working_set", "q1", "q2", "q3", "q4", "page_file", "peak_page_file")
        ]  # fmt: skip

    counters = Counters(size=ctypes.sizeof(Counters))
    windows: Any = getattr(ctypes, "windll")  # noqa: B009 - only Windows has it
    windows.kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(windows.kernel32.GetCurrentProcess())
    known = windows.psapi.GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size)
    return counters.working_set if known else None


def swapped() -> int:
    """Bytes of this process that the system has moved to swap; 0 where nothing tells."""
    return _kilobytes("/proc/self/status").get("VmSwap", 0) if sys.platform.startswith("linux") else 0


def step_back() -> None:
    """Let every other program go first, and on Linux be the first that the system ends when memory runs out."""
    if sys.platform == "win32":
        windows: Any = getattr(ctypes, "windll")  # noqa: B009 - only Windows has it
        windows.kernel32.GetCurrentProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(windows.kernel32.GetCurrentProcess())
        windows.kernel32.SetPriorityClass(process, BELOW_NORMAL_PRIORITY_CLASS)
        return
    os.nice(NICENESS)
    if sys.platform.startswith("linux"):
        try:
            with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
                score.write("1000")
        except OSError:
            # A container may forbid it; then the system's own choice stands.
            return


def busy_processors() -> Optional[float]:
    """How many processors other programs kept busy in the last minute; None where nothing tells."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def wait_asleep_if_busy() -> None:
    """Where others keep half of the processors busy, let torch's threads sleep while they wait for each other.

    Usually they wait awake, which is quicker; but a thread that waits awake for one that got no processor keeps it from
    getting one. Heard by GNU's OpenMP when torch is loaded.
    """
    busy = busy_processors()
    if busy is not None and busy >= (os.cpu_count() or 1) / 2:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def keep_scratch() -> None:
    """Keep freed scratch memory in the process: handing every chunk's back and taking it again costs more than its use.

    Only glibc needs to be told; buffers of the model are larger and still go back at once.
    """
    if sys.platform.startswith("linux"):
        library = ctypes.CDLL(None)
        if hasattr(library, "mallopt"):
            for name, value in MALLOC_SETTINGS:
                library.mallopt(name, value)


def limit_growth(size: int) -> bool:
    """Forbid this process to take more than ``size`` bytes beyond what it has now; whether the system can do that."""
    if not sys.platform.startswith("linux"):
        return False
    import resource

    with open("/proc/self/statm", encoding="ascii") as line:
        now = int(line.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + size, now + size))
    return True

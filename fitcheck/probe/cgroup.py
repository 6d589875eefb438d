"""The memory limit of a Linux container, from the control group files (versions 1 and 2).

Source: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the Linux kernel.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from fitcheck.frozen import dataclass
from fitcheck.probe.system import System

NO_LIMIT_BYTES = 1 << 60
"""The first version writes the largest number there is (2^63 less a page) where nothing is limited."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What this process may use in all and what is left of it, in bytes."""

    total_bytes: int
    available_bytes: int


def memory_limit(system: System) -> Limit | None:
    """The tightest limit from this process's group up to the top; None where there is none."""
    limits = [limit for folder, names in _folders(system) if (limit := _limit_of(system, folder, names)) is not None]
    if not limits:
        return None
    return Limit(min(one.total_bytes for one in limits), min(one.available_bytes for one in limits))


_Names = tuple[str, str, str]
_V2: _Names = ("memory.max", "memory.current", "inactive_file")
_V1: _Names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _folders(system: System) -> list[tuple[str, _Names]]:
    """Folders of this process's groups, from its own up to the top."""
    found: list[tuple[str, _Names]] = []
    for line in (system.text("/proc/self/cgroup") or "").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            top, names = "/sys/fs/cgroup", _V2
        elif "memory" in controllers.split(","):
            top, names = "/sys/fs/cgroup/memory", _V1
        else:
            continue
        path = PurePosixPath(group.lstrip("/"))
        found.extend((f"{top}/{parent}", names) for parent in (path, *path.parents))
    return found


def _limit_of(system: System, folder: str, names: _Names) -> Limit | None:
    total, used = (system.number(f"{folder}/{name}") for name in names[:2])
    if total is None or used is None or not 0 <= total < NO_LIMIT_BYTES or used < 0:
        return None
    # Pages of files that nobody uses now are given back when needed.
    kept = max(0, used - _stat(system, f"{folder}/memory.stat", names[2]))
    return Limit(total, max(0, total - kept))


def _stat(system: System, path: str, name: str) -> int:
    pairs = (line.split() for line in (system.text(path) or "").splitlines())
    return next((int(pair[1]) for pair in pairs if len(pair) == 2 and pair[0] == name and pair[1].isdecimal()), 0)

"""The memory limit of a Linux container, from the control group files (versions 1 and 2).

Source: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of the Linux kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Limit:
    """What this process may use in all and what is left of it, in bytes."""

    total_bytes: int
    available_bytes: int


def memory_limit(root: Path) -> Limit | None:
    """The tightest limit from this process's group up to the top; None where there is none.

    ``root`` is the folder that stands for ``/``.
    """
    limits = [limit for folder, names in _folders(root) if (limit := _limit_of(folder, names)) is not None]
    if not limits:
        return None
    return Limit(min(one.total_bytes for one in limits), min(one.available_bytes for one in limits))


_Names = tuple[str, str, str]
_V2: _Names = ("memory.max", "memory.current", "inactive_file")
_V1: _Names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _folders(root: Path) -> list[tuple[Path, _Names]]:
    """Folders of this process's groups, from its own up to the top."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found: list[tuple[Path, _Names]] = []
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0" and not controllers:
            top, names = root / "sys/fs/cgroup", _V2
        elif "memory" in controllers.split(","):
            top, names = root / "sys/fs/cgroup/memory", _V1
        else:
            continue
        path = PurePosixPath(group.lstrip("/"))
        found.extend((top / parent, names) for parent in (path, *path.parents))
    return found


def _limit_of(folder: Path, names: _Names) -> Limit | None:
    total, used = (_number(folder / name) for name in names[:2])
    if total is None or used is None:
        return None
    # Pages of files that nobody uses now are given back when needed.
    return Limit(total, max(0, total - max(0, used - _stat(folder / "memory.stat", names[2]))))


def _number(path: Path) -> int | None:
    """The file's number; None where there is no file or it says ``max``."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _stat(path: Path, name: str) -> int:
    try:
        pairs = (line.split() for line in path.read_text(encoding="ascii").splitlines())
        return next((int(pair[1]) for pair in pairs if len(pair) == 2 and pair[0] == name), 0)
    except (OSError, ValueError):
        return 0

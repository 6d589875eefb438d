"""Linux' own list of memory (proc_meminfo(5))."""

from __future__ import annotations

from fitcheck.probe.system import System


def meminfo(system: System) -> dict[str, int]:
    """Numbers by name as they stand there (kibibytes; huge pages are counted); empty where there is no list."""
    lines = (line.split() for line in (system.text("/proc/meminfo") or "").splitlines())
    return {words[0].removesuffix(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdecimal()}

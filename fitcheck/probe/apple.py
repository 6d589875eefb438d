"""Apple silicon: one memory for processor and graphics, told by macOS' own commands.

Sources: ``sysctl`` names of the xnu kernel; the default share of the memory that graphics may wire down, two thirds of
up to 32 GiB and three quarters above, as Metal's ``recommendedMaxWorkingSetSize`` reports it on such machines.
"""

from __future__ import annotations

import json
from typing import Any

from fitcheck.core.units import format_bytes
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

MIB = 1 << 20
SMALL_MEMORY_BYTES = 32 << 30
LARGEST_BYTES = 1 << 44
"""16 TiB: more than any Mac has."""

PAGE_WORDS = ("Pages free", "Pages inactive", "Pages speculative", "Pages purgeable")
"""What ``vm_stat`` counts as given to whoever asks."""

DEFAULT_LIMIT = (
    "macOS lets the GPU use {0} of {1}; 'sudo sysctl iogpu.wired_limit_mb=' with more MiB behind it raises that until "
    "the next start."
)


class AppleSilicon:
    """The source."""

    name = "apple"
    tried = "sysctl, vm_stat and system_profiler"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None on a Mac with a chip of Apple's."""
        if self._system.platform != "darwin":
            return "This is no Mac."
        if self._system.output("/usr/sbin/sysctl", "-n", "hw.optional.arm64") != "1":
            return "This Mac has an Intel processor; engines use no graphics card of such Macs here."
        return None

    def read(self) -> Facts:
        """The chip as a card whose memory is the computer's own."""
        total, limit = self._number("hw.memsize"), self._number("iogpu.wired_limit_mb")
        name = self._system.output("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string") or "Apple silicon"
        card: Facts = {"name": name, "vendor": "apple", "source": "apple", "unified": True}
        unknown: dict[str, str] = {}
        notes: list[str] = []
        if not total or total > LARGEST_BYTES:
            unknown = dict.fromkeys(
                ("memory_total_bytes", "memory_free_bytes"), "macOS does not say how much RAM it has."
            )
        else:
            usable = limit * MIB if limit else _default_share(total)
            card |= {"memory_total_bytes": total, "memory_free_bytes": min(usable, total)}
            if not limit:
                notes.append(DEFAULT_LIMIT.format(format_bytes(usable), format_bytes(total)))
        card["compute_units"] = self._cores()
        if card["compute_units"] is None:
            unknown["compute_units"] = "macOS does not say."
        return {"gpus": [{**card, "unknown": unknown}], "unified": True, "notes": notes}

    def live(self) -> Facts:
        """RAM that is given to whoever asks."""
        lines = (self._system.output("/usr/bin/vm_stat") or "").splitlines()
        pages = dict(line.rstrip(".").split(":", 1) for line in lines[1:] if ":" in line)
        size = self._number("hw.pagesize")
        counts = [pages[word].strip() for word in PAGE_WORDS if word in pages]
        if not size or not counts or not all(one.isdecimal() for one in counts):
            return {}
        return {"ram_available_bytes": size * sum(map(int, counts))}

    def _number(self, name: str) -> int | None:
        text = self._system.output("/usr/sbin/sysctl", "-n", name) or ""
        return int(text) if text.isdecimal() else None

    def _cores(self) -> int | None:
        """Graphics cores, which tell the versions of a chip apart."""
        text = self._system.output("/usr/sbin/system_profiler", "SPDisplaysDataType", "-json") or ""
        try:
            displays: Any = json.loads(text)["SPDisplaysDataType"]
            cores = str(displays[0]["sppci_cores"])
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            return None
        return int(cores) if cores.isdecimal() else None


def _default_share(total: int) -> int:
    return total * 2 // 3 if total <= SMALL_MEMORY_BYTES else total * 3 // 4

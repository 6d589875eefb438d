"""Memory modules as the firmware lists them: kind, rate and channels, from which the bandwidth follows.

Sources: the firmware's table of memory devices (DMTF DSP0134, structure 17), which Linux' udev makes readable for
everybody (systemd's ``dmi_memory_id``) and Windows shows as ``Win32_PhysicalMemory``. The theoretical bandwidth is
channels x 64 bits x transfers a second (JEDEC's module standards); real reads reach less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from fitcheck.frozen import dataclass
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

UDEV = "/run/udev/data/+dmi:id"
WINDOWS = (
    "powershell", "-NoProfile", "-NonInteractive", "-Command",
    "Get-CimInstance Win32_PhysicalMemory | Select-Object Capacity,ConfiguredClockSpeed,Speed,SMBIOSMemoryType,"
    "DataWidth,DeviceLocator,BankLabel | ConvertTo-Json -Compress",
)  # fmt: skip

CHANNEL_BITS = 64
MEGA = 1_000_000
FASTEST_MTS = 20_000
"""Twice the fastest modules there are (LPDDR5X-9600): more is nonsense."""

MOST_MODULES = 64
KINDS = {24: "DDR3", 26: "DDR4", 30: "LPDDR4", 34: "DDR5", 35: "LPDDR5"}
"""DSP0134's numbers of memory types, as Windows passes them on."""

_CHANNEL = (
    re.compile(r"CPU ?(\d+).*?CH(?:ANNEL)? ?([A-P0-9])\b", re.IGNORECASE),
    re.compile(r"CONTROLLER ?(\d+).*?CHANNEL ?([A-P0-9])\b", re.IGNORECASE),
    re.compile(r"(?:NODE|P|PROC) ?(\d+)[ _-]*CHANNEL ?([A-P0-9])\b", re.IGNORECASE),
    re.compile(r"()CHANNEL ?([A-P0-9])\b", re.IGNORECASE),
    re.compile(r"P(\d)[ _-]*DIMM[ _]?([A-P])\d", re.IGNORECASE),
    re.compile(r"CPU(\d)[ _-]*DIMM[ _]?([A-P])\d", re.IGNORECASE),
    re.compile(r"()DIMM[ _]?([A-P])\d?\b", re.IGNORECASE),
)
"""How makers of boards write which channel a module sits in: the processor or controller, and the channel's letter."""

NOT_TOLD = "The firmware does not say how many channels its modules use."


@dataclass(frozen=True, slots=True)
class Module:
    """One module or soldered chip: bytes, transfers a second, data bits, and where it sits in the firmware's words."""

    size_bytes: int
    kind: str | None
    transfers_per_s: int | None
    bits: int
    place: str


class MemoryModules:
    """The source."""

    name = "memory_modules"
    tried = "the firmware's list of memory modules"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None where the system shows the list to everybody."""
        if self._system.platform not in ("linux", "win32"):
            return "Only Linux and Windows show such a list."
        return None if self._modules else "The system does not show the firmware's list of memory modules."

    def read(self) -> Facts:
        """Channels, rate and kind; bytes a second where all three are known."""
        found = self._modules
        # One that is not told makes the slowest unknown.
        rate = min((one.transfers_per_s or 0 for one in found), default=0) or None
        kinds = {one.kind for one in found}
        count = channels(found)
        facts: Facts = {
            "memory_channels": count,
            "memory_transfers_per_s": rate,
            "memory_type": next(iter(kinds)) if len(kinds) == 1 else None,
        }
        if count is None or rate is None:
            return {**facts, "unknown": {"memory_channels": NOT_TOLD} if count is None else {}}
        return {
            **facts, "ram_bandwidth_bytes_per_s": count * CHANNEL_BITS // 8 * rate, "ram_bandwidth_from": "modules",
        }  # fmt: skip

    def live(self) -> Facts:
        """Nothing: nobody changes modules while a computer runs."""
        return {}

    @cached_property
    def _modules(self) -> list[Module]:
        """Read once: on Windows that starts a shell."""
        return modules(self._system)


def modules(system: System) -> list[Module]:
    """All modules that are plugged in; empty where the system does not show them."""
    if system.platform == "win32":
        return _of_windows(system.output(*WINDOWS) or "")
    return _of_udev(system.text(UDEV) or "")


def channels(found: Sequence[Module]) -> int | None:
    """Channels of 64 bits that the modules fill; None where the firmware's words do not say.

    Two modules in one channel count once. Soldered chips share channels of 64 bits by their own width.
    """
    places = [_channel(one.place) for one in found]
    if any(one is None for one in places):
        return None
    widths: dict[tuple[str, str], int] = {}
    for module, place in zip(found, places, strict=True):
        assert place is not None
        widths[place] = max(widths.get(place, 0), module.bits)
    return max(1, sum(widths.values()) // CHANNEL_BITS)


def _channel(place: str) -> tuple[str, str] | None:
    for pattern in _CHANNEL:
        match = pattern.search(place)
        if match:
            return match[1], match[2].upper()
    return None


def _of_udev(text: str) -> list[Module]:
    told = dict(re.findall(r"^E:MEMORY_DEVICE_(\d+_\w+)=(.*)$", text, re.MULTILINE))
    numbers = sorted({int(key.partition("_")[0]) for key in told})[:MOST_MODULES]
    found = []
    for number in numbers:
        size = _whole(told.get(f"{number}_SIZE"))
        if told.get(f"{number}_PRESENT") == "0" or not size:
            continue
        rate = _rate(told.get(f"{number}_CONFIGURED_SPEED_MTS") or told.get(f"{number}_SPEED_MTS"))
        bits = _whole(told.get(f"{number}_DATA_WIDTH")) or CHANNEL_BITS
        place = f"{told.get(f'{number}_LOCATOR', '')} {told.get(f'{number}_BANK_LOCATOR', '')}"
        found.append(Module(size, _kind(told.get(f"{number}_TYPE")), rate, min(bits, CHANNEL_BITS), place))
    return found


def _of_windows(text: str) -> list[Module]:
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found = []
    for one in (told if isinstance(told, list) else [told])[:MOST_MODULES]:
        if not isinstance(one, dict) or not _whole(one.get("Capacity")):
            continue
        rate = _rate(one.get("ConfiguredClockSpeed")) or _rate(one.get("Speed"))
        bits = min(_whole(one.get("DataWidth")) or CHANNEL_BITS, CHANNEL_BITS)
        place = f"{one.get('DeviceLocator') or ''} {one.get('BankLabel') or ''}"
        kind = KINDS.get(_whole(one.get("SMBIOSMemoryType")) or 0)
        found.append(Module(_whole(one.get("Capacity")) or 0, kind, rate, bits, place))
    return found


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"\d{1,18}", text) else None


def _rate(value: Any) -> int | None:
    megatransfers = _whole(value)
    return megatransfers * MEGA if megatransfers and megatransfers <= FASTEST_MTS else None


def _kind(value: str | None) -> str | None:
    return value if value and re.fullmatch(r"(LP)?DDR\d\w?", value) else None

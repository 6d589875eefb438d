"""Graphics cards as Linux' list of the PCI bus shows them: what is there whether or not a driver works.

Source: Documentation/ABI/testing/sysfs-bus-pci and sysfs-devices-power of the Linux kernel. None of these files wakes
a card: they are kept by the kernel itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from fitcheck import resources
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

DEVICES = "/sys/bus/pci/devices"
DISPLAY_CLASS = 0x03
"""PCI's base class of display controllers."""

VENDORS = {0x10DE: "nvidia", 0x1002: "amd", 0x8086: "intel"}
VENDOR_NAMES = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel"}

GENERATIONS = {"2.5": 1, "5.0": 2, "8.0": 3, "16.0": 4, "32.0": 5, "64.0": 6}
"""PCI Express generation by billions of transfers a second on a lane."""

OWN_DRIVERS = frozenset(("nvidia", "amdgpu", "i915", "xe"))
DRIVER_ADVICE = {
    "nouveau": "The open driver nouveau is in use; engines need NVIDIA's own driver.",
    "vfio-pci": "The card is given to a virtual machine.",
    "simpledrm": "Only a picture driver is in use; install the maker's driver.",
}
ASLEEP = "The card is asleep and was left asleep; start a program on it to see its memory."
_NAME_FILES = ("/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids")


class PciBus:
    """The source: cards that no driver told of, with the reason."""

    name = "pci"
    tried = f"the PCI bus ({DEVICES})"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None on Linux with a PCI bus."""
        if self._system.platform != "linux":
            return "Only Linux lists its bus so."
        return None if self._system.entries(DEVICES) else "This system has no PCI bus."

    def read(self) -> Facts:
        """Every display controller of a known maker, with why its memory is unknown."""
        return {"gpus": [_card(self._system, address) for address in display_controllers(self._system)]}

    def live(self) -> Facts:
        """Nothing: the bus tells no memory."""
        return {}


def display_controllers(system: System) -> Iterator[str]:
    """Addresses of the display controllers that NVIDIA, AMD or Intel made."""
    for address in system.entries(DEVICES):
        kind = system.number(f"{DEVICES}/{address}/class", 0)
        if kind is not None and kind >> 16 == DISPLAY_CLASS and vendor_of(system, address) is not None:
            yield address


def vendor_of(system: System, address: str) -> str | None:
    """``nvidia``, ``amd``, ``intel``, or None for anybody else."""
    return VENDORS.get(system.number(f"{DEVICES}/{address}/vendor", 0) or 0)


def is_asleep(system: System, address: str) -> bool:
    """Whether the kernel has cut the card's power (runtime power management)."""
    return system.text(f"{DEVICES}/{address}/power/runtime_status") == "suspended"


def link_of(system: System, folder: str) -> Facts:
    """PCI Express generation and lanes, now and at most; empty where the card has no such link."""
    facts: Facts = {}
    for key, file in (("", "current"), ("_max", "max")):
        speed = re.match(r"(\d+\.\d+) GT/s", system.text(f"{folder}/{file}_link_speed") or "")
        width = system.number(f"{folder}/{file}_link_width")
        facts[f"pcie_generation{key}"] = GENERATIONS.get(speed[1]) if speed else None
        # 255 is the kernel's word for unknown.
        facts[f"pcie_width{key}"] = width if width is not None and 0 < width <= 32 else None
    return facts


def card_name(system: System, address: str) -> str:
    """The card's name from our list or the system's list of PCI names, else maker and number."""
    files = ("vendor", "device", "revision")
    vendor, device, revision = (system.number(f"{DEVICES}/{address}/{file}", 0) or 0 for file in files)
    maker = VENDOR_NAMES.get(VENDORS.get(vendor, ""), "Unknown")
    number = f"{vendor:04x}:{device:04x}"
    names = _list()["names"]
    known = names.get(f"{number}:{revision:02x}") or names.get(number)
    if known:
        return f"{maker} {known}"
    for path in _NAME_FILES:
        lines = system.section(path, f"{vendor:04x}  ")
        found = next((line[7:].strip() for line in lines if line.startswith(f"\t{device:04x}  ")), None)
        if found:
            # Many names are written as chip [product].
            return f"{maker} {found.partition('[')[2].rstrip(']') or found}"
    return f"{maker} graphics {number}"


def sold_with(system: System, address: str) -> int | None:
    """Bytes of memory that every card of this number has; None where there are several sizes or none is known."""
    vendor, device = (system.number(f"{DEVICES}/{address}/{file}", 0) or 0 for file in ("vendor", "device"))
    sizes = _list()["memory_gib"].get(f"{vendor:04x}:{device:04x}", [])
    return sizes[0] << 30 if len(sizes) == 1 else None


@cache
def _list() -> dict[str, Any]:
    """Our list: names by maker, device and, where one number stands for several cards, revision; sizes."""
    path = resources.root() / "catalog" / "pci_names.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def sleeping_cards(system: System, vendor: str) -> list[Facts]:
    """A maker's cards if every one of them sleeps, otherwise nothing: a driver that is asked wakes them all."""
    if system.platform != "linux":
        return []
    own = [address for address in display_controllers(system) if vendor_of(system, address) == vendor]
    if not own or not all(is_asleep(system, address) for address in own):
        return []
    return [_card(system, address) for address in own]


def _card(system: System, address: str) -> Facts:
    folder = f"{DEVICES}/{address}"
    asleep = is_asleep(system, address)
    vendor = vendor_of(system, address)
    reason = ASLEEP if asleep else _why(vendor, system.link(f"{folder}/driver"))
    return {
        "name": card_name(system, address), "vendor": vendor, "source": "pci",
        "pci_address": address, "asleep": asleep, **link_of(system, folder),
        "unknown": dict.fromkeys(("memory_total_bytes", "memory_free_bytes"), reason) if reason else {},
    }  # fmt: skip


def _why(vendor: str | None, driver: str | None) -> str | None:
    """Why nobody tells the card's memory; None where its maker's driver knows better why."""
    if driver in OWN_DRIVERS or (driver is None and vendor == "nvidia"):
        return None
    if driver is None:
        return "No driver is bound to this card; install its maker's driver."
    return DRIVER_ADVICE.get(driver, f"Its driver ({driver}) tells nobody how much memory it has.")

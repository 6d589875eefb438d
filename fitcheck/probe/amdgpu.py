"""AMD cards and APUs through the files of Linux' amdgpu driver.

Sources: Documentation/gpu/amdgpu/driver-misc.rst (``mem_info_*``) and the KFD topology
(drivers/gpu/drm/amd/amdkfd/kfd_topology.c) of the Linux kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitcheck.probe.pci import ASLEEP, card_name, link_of
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

CARDS = "/sys/class/drm"
NODES = "/sys/class/kfd/kfd/topology/nodes"
DRIVER = "amdgpu"
MHZ = 1_000_000
LARGEST_BYTES = 1 << 44
"""16 TiB: more than any card has, so a larger answer is nonsense."""

WIDE_BUS_BITS = 256
"""From here on an APU's memory is as wide as a card's: Strix Halo has 256 bits, others 128 (AMD's data sheets)."""

UNIFIED = (
    "{0} shares the computer's RAM; its memory is what the firmware set aside for it and what the driver lends it."
)


class AmdGpu:
    """The source."""

    name = "amdgpu"
    tried = f"the files of the amdgpu driver ({CARDS}/card*/device)"

    def __init__(self, system: System) -> None:
        self._system = system
        self._folders: dict[str, str] = {}
        self._unified: set[str] = set()

    def is_available(self) -> str | None:
        """None where a card is bound to amdgpu."""
        if self._system.platform != "linux":
            return "amdgpu is a driver of Linux."
        return None if list(driven_by(self._system, DRIVER)) else "No card is driven by amdgpu."

    def read(self) -> Facts:
        """Every card with its memory, and what of the computer's RAM an APU may use."""
        nodes = {str(node["address"]): node for node in _nodes(self._system)}
        cards = [self._card(address, folder, nodes) for address, folder in driven_by(self._system, DRIVER)]
        notes = [UNIFIED.format(card["name"]) for card in cards if card.get("unified")]
        return {"gpus": cards, "notes": notes}

    def live(self) -> Facts:
        """Used memory of cards that are awake."""
        readings = []
        for address, folder in self._folders.items():
            if not _asleep(self._system, folder):
                memory, _ = self._memory(folder, with_lent=address in self._unified)
                readings.append({"pci_address": address, **memory})
        return {"gpus": readings} if readings else {}

    def _card(self, address: str, folder: str, nodes: dict[str, dict[str, int | str]]) -> Facts:
        node = nodes.get(address, {})
        is_apu = int(node.get("cpu_cores_count", 0)) > 0
        facts: Facts = {
            "name": self._name(address, folder), "vendor": "amd", "source": DRIVER, "pci_address": address,
            **link_of(self._system, folder),
            "compute_units": _units(node), "memory_bus_bits": node.get("width") or None,
        }  # fmt: skip
        if _asleep(self._system, folder):
            unknown = dict.fromkeys(("memory_total_bytes", "memory_free_bytes"), ASLEEP)
            return {**facts, "asleep": True, "unknown": unknown}
        self._folders[address] = folder
        unified = is_apu and int(facts["memory_bus_bits"] or 0) >= WIDE_BUS_BITS
        memory, unknown = self._memory(folder, with_lent=unified)
        if unified:
            self._unified.add(address)
        return {**facts, **memory, "unified": unified, "integrated": is_apu and not unified, "unknown": unknown}

    def _name(self, address: str, folder: str) -> str:
        product = self._system.text(f"{folder}/product_name")
        return f"AMD {product.removeprefix('AMD ')}" if product else card_name(self._system, address)

    def _memory(self, folder: str, *, with_lent: bool) -> tuple[Facts, dict[str, str]]:
        """Own memory, for an APU with what RAM the driver lends it; free is what is not used."""
        total, used = (self._system.number(f"{folder}/mem_info_vram_{word}") for word in ("total", "used"))
        lent, lent_used = (self._system.number(f"{folder}/mem_info_gtt_{word}") for word in ("total", "used"))
        visible = self._system.number(f"{folder}/mem_info_vis_vram_total")
        facts: Facts = {"shared_memory_bytes": _sane(lent), "bar1_total_bytes": _sane(visible)}
        names = ("memory_total_bytes", "memory_free_bytes", "memory_used_bytes")
        if not total or _sane(total) is None:
            return facts, dict.fromkeys(names, "The driver does not say how much memory the card has.")
        if with_lent and _sane(lent):
            # What it is lent counts as its own from here on.
            facts["shared_memory_bytes"] = None
            total, used = total + (lent or 0), None if used is None or lent_used is None else used + lent_used
        facts["memory_total_bytes"] = total
        if used is None or not 0 <= used <= total:
            return facts, dict.fromkeys(names[1:], "The driver does not say how much of it is in use.")
        return {**facts, "memory_used_bytes": used, "memory_free_bytes": total - used}, {}


def driven_by(system: System, driver: str) -> Iterator[tuple[str, str]]:
    """Address on the bus and folder of every card that a driver has."""
    for card in system.entries(CARDS):
        folder = f"{CARDS}/{card}/device"
        if re.fullmatch(r"card\d+", card) and system.link(f"{folder}/driver") == driver:
            address = re.search(r"^PCI_SLOT_NAME=(\S+)$", system.text(f"{folder}/uevent") or "", re.MULTILINE)
            if address:
                yield address[1].lower(), folder


def _asleep(system: System, folder: str) -> bool:
    return system.text(f"{folder}/power/runtime_status") == "suspended"


def _sane(value: int | None) -> int | None:
    return value if value is not None and 0 < value <= LARGEST_BYTES else None


def _nodes(system: System) -> Iterator[dict[str, int | str]]:
    """KFD's graphics nodes: properties as numbers, the first memory bank's width, the address on the bus."""
    for number in system.entries(NODES):
        node: dict[str, int | str] = dict(_properties(system.text(f"{NODES}/{number}/properties")))
        if not node.get("simd_count"):
            continue
        location, domain = int(node.get("location_id", 0)), int(node.get("domain", 0))
        node["address"] = f"{domain:04x}:{location >> 8 & 0xFF:02x}:{location >> 3 & 0x1F:02x}.{location & 7}"
        bank = _properties(system.text(f"{NODES}/{number}/mem_banks/0/properties"))
        node["width"] = next((value for key, value in bank if key == "width"), 0)
        yield node


def _properties(text: str | None) -> list[tuple[str, int]]:
    pairs = (line.split() for line in (text or "").splitlines())
    return [(pair[0], int(pair[1])) for pair in pairs if len(pair) == 2 and re.fullmatch(r"\d{1,18}", pair[1])]


def _units(node: dict[str, int | str]) -> int | None:
    """Compute units: SIMDs over the SIMDs in each."""
    simds, each = int(node.get("simd_count", 0)), int(node.get("simd_per_cu", 0))
    return simds // each if simds and each else None

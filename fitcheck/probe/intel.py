"""Intel graphics through the files of Linux' i915 and xe drivers.

Sources: the tile folders of xe (drivers/gpu/drm/xe, tested by igt's xe_sysfs_tile), ``lmem_total_bytes`` of Intel's own
i915 packages; the kernel's own i915 tells no size, so the card's window on the bus is taken where it is large, else
the size that all cards of its number are sold with.
Integrated graphics is always device 2 of the first bus.
"""

from __future__ import annotations

from fitcheck.probe.amdgpu import CARDS, LARGEST_BYTES, driven_by
from fitcheck.probe.pci import ASLEEP, DEVICES, card_name, is_asleep, link_of, sold_with
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

INTEGRATED_AT = "0000:00:02.0"
MEMORY_WINDOW = 2
"""The number of the window (BAR) through which the processor sees a discrete card's memory."""

SMALLEST_CARD_BYTES = 1 << 30
"""A window below that is the old 256 MiB one and says nothing about the card's size."""

USE_UNKNOWN = "Intel's driver does not say how much of the card's memory is in use."
COUNTS_AS_FREE = "Intel's driver does not say how much of the card's memory is in use; all of it counts as free."


class IntelGpu:
    """The source."""

    name = "intel"
    tried = f"the files of the i915 and xe drivers ({CARDS}/card*)"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None where a card is bound to one of the drivers."""
        if self._system.platform != "linux":
            return "i915 and xe are drivers of Linux."
        return None if self._cards() else "No card is driven by i915 or xe."

    def read(self) -> Facts:
        """Every card with its size, where the driver tells it."""
        cards = [self._card(address, folder) for address, folder in self._cards()]
        counted = any(card.get("memory_free_bytes") for card in cards)
        return {"gpus": cards, "notes": [COUNTS_AS_FREE] if counted else []}

    def live(self) -> Facts:
        """Nothing: these drivers tell no use."""
        return {}

    def _cards(self) -> list[tuple[str, str]]:
        return [one for driver in ("xe", "i915") for one in driven_by(self._system, driver)]

    def _card(self, address: str, folder: str) -> Facts:
        facts: Facts = {
            "name": card_name(self._system, address), "vendor": "intel", "source": "intel", "pci_address": address,
            **link_of(self._system, folder),
        }  # fmt: skip
        names = ("memory_total_bytes", "memory_free_bytes")
        if address == INTEGRATED_AT:
            unknown = dict.fromkeys(names, "It uses the computer's RAM and is counted there.")
            return {**facts, "integrated": True, "unknown": unknown}
        if is_asleep(self._system, address):
            return {**facts, "asleep": True, "unknown": dict.fromkeys(names, ASLEEP)}
        total = self._told(folder) or self._window(address) or sold_with(self._system, address)
        if total is None:
            return {**facts, "unknown": dict.fromkeys(names, "Intel's driver does not say how large its memory is.")}
        return {
            **facts, "memory_total_bytes": total, "memory_free_bytes": total,
            "unknown": {"memory_used_bytes": USE_UNKNOWN},
        }  # fmt: skip

    def _told(self, folder: str) -> int | None:
        tiles = [one for one in self._system.entries(folder) if one.startswith("tile")]
        sizes = [self._system.number(f"{folder}/{tile}/physical_vram_size_bytes") for tile in tiles]
        known = [size for size in sizes if size is not None and 0 < size <= LARGEST_BYTES]
        told = sum(known) if tiles and len(known) == len(tiles) else None
        return told or self._system.number(f"{folder.removesuffix('/device')}/lmem_total_bytes") or None

    def _window(self, address: str) -> int | None:
        lines = (self._system.text(f"{DEVICES}/{address}/resource") or "").splitlines()
        try:
            first, last = (int(word, 16) for word in lines[MEMORY_WINDOW].split()[:2])
        except (IndexError, ValueError):
            return None
        size = last - first + 1
        return size if SMALLEST_CARD_BYTES <= size <= LARGEST_BYTES else None

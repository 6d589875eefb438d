"""Graphics cards of any maker on Windows: DXGI for sizes and what is free, DXCore for what is integrated.

Sources: dxgi.h, dxgi1_4.h and dxcore_interface.h of the Windows SDK, for the order of methods and the structures.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from fitcheck.probe.com import ComError, ComObject, Pointer, interface_id
from fitcheck.probe.pci import VENDORS
from fitcheck.probe.source import Facts
from fitcheck.probe.system import System

FACTORY = "770aae78-f26f-4dba-a829-253c83d1b387"
ADAPTER_3 = "645967a4-1392-4310-a798-8053ce3e93fd"
CORE_FACTORY = "78ee5945-c36e-4b13-a669-005dd11c0f06"
CORE_ADAPTER = "f0db4c7f-fe5a-42a2-bd62-f2a6cf6fc83e"

QUERY_INTERFACE, ENUM_ADAPTERS_1, GET_DESC_1, QUERY_VIDEO_MEMORY = 0, 12, 10, 14
ADAPTER_BY_LUID, GET_PROPERTY, IS_INTEGRATED = 4, 6, 12
"""Places in the tables of IDXGIFactory1, IDXGIAdapter1, IDXGIAdapter3, IDXCoreAdapterFactory and IDXCoreAdapter; a
property of DXCore."""

SOFTWARE = 2
"""``DXGI_ADAPTER_FLAG_SOFTWARE``: Windows' own renderer, no card."""

MOST_ADAPTERS = 32
SMALLEST_CARD_BYTES = 1 << 30
"""Where DXCore is missing (before Windows 10 2004), less memory of its own than that means integrated graphics."""


class Description(ctypes.Structure):
    """``DXGI_ADAPTER_DESC1``; the name is UTF-16."""

    _fields_ = (
        ("name", ctypes.c_uint16 * 128), ("vendor", ctypes.c_uint32), ("device", ctypes.c_uint32),
        ("subsystem", ctypes.c_uint32), ("revision", ctypes.c_uint32), ("dedicated", ctypes.c_size_t),
        ("dedicated_system", ctypes.c_size_t), ("shared", ctypes.c_size_t), ("luid", ctypes.c_ubyte * 8),
        ("flags", ctypes.c_uint32),
    )  # fmt: skip


class VideoMemory(ctypes.Structure):
    """``DXGI_QUERY_VIDEO_MEMORY_INFO``, bytes."""

    _fields_ = tuple((name, ctypes.c_uint64) for name in ("budget", "usage", "reservable", "reserved"))


class Dxgi:
    """The source."""

    name = "dxgi"
    tried = "DXGI and DXCore"

    def __init__(self, system: System) -> None:
        self._system = system

    def is_available(self) -> str | None:
        """None on Windows."""
        return None if self._system.platform == "win32" else "DXGI is a part of Windows."

    def read(self) -> Facts:
        """Every adapter that is a card, once."""
        told = self._system.told("dxgi", _adapters)
        return {"gpus": [_card(one) for one in told or [] if not one["flags"] & SOFTWARE]}

    def live(self) -> Facts:
        """Free memory of every card."""
        cards = self.read()["gpus"]
        return {"gpus": [{"memory_free_bytes": card.get("memory_free_bytes")} for card in cards]} if cards else {}


def _card(told: Facts) -> Facts:
    integrated = told["integrated"] if told["integrated"] is not None else told["dedicated"] < SMALLEST_CARD_BYTES
    facts: Facts = {
        "name": told["name"] or "Graphics adapter", "vendor": VENDORS.get(told["vendor"]), "source": "dxgi",
        "shared_memory_bytes": told["shared"] or None, "integrated": integrated,
    }  # fmt: skip
    if integrated:
        reason = "It uses the computer's RAM and is counted there."
        return {**facts, "unknown": dict.fromkeys(("memory_total_bytes", "memory_free_bytes"), reason)}
    if told["budget"] is None:
        return {
            **facts, "memory_total_bytes": told["dedicated"],
            "unknown": {"memory_free_bytes": "Windows does not say how much of it is free."},
        }  # fmt: skip
    return {
        **facts, "memory_total_bytes": told["dedicated"],
        "memory_free_bytes": min(told["budget"], told["dedicated"]), "unknown": {},
    }  # fmt: skip


def _adapters() -> list[Facts]:
    if sys.platform != "win32":
        return []
    try:
        core: Any = ctypes.WinDLL("dxcore")
    except OSError:
        core = None
    return adapters(ctypes.WinDLL("dxgi"), core)


def adapters(dxgi: Any, dxcore: Any) -> list[Facts]:
    """What both libraries tell of every adapter (ComError where DXGI tells nothing); ``dxcore`` may be None."""
    found: list[Facts] = []
    seen: set[bytes] = set()
    with _factory(dxgi.CreateDXGIFactory1, FACTORY) as factory:
        for number in range(MOST_ADAPTERS):
            try:
                adapter = factory.made(ENUM_ADAPTERS_1, number)
            except ComError:
                # DXGI_ERROR_NOT_FOUND: there are no more.
                break
            with adapter:
                described = Description()
                adapter.call(GET_DESC_1, ctypes.byref(described))
                luid = bytes(described.luid)
                if luid not in seen:
                    seen.add(luid)
                    found.append(_told(described, adapter, dxcore))
    return found


def _told(described: Description, adapter: ComObject, dxcore: Any) -> Facts:
    name = bytes(described.name).decode("utf-16-le", "replace").partition("\0")[0].strip()
    return {
        "name": name, "vendor": described.vendor, "device": described.device, "dedicated": described.dedicated,
        "shared": described.shared, "flags": described.flags, "budget": _budget(adapter),
        "integrated": None if dxcore is None else _is_integrated(dxcore, described),
    }  # fmt: skip


def _budget(adapter: ComObject) -> int | None:
    memory = VideoMemory()
    try:
        with adapter.made(QUERY_INTERFACE, interface_id(ADAPTER_3)) as third:
            third.call(QUERY_VIDEO_MEMORY, 0, 0, ctypes.byref(memory))
    except ComError:
        return None
    return int(memory.budget)


def _is_integrated(dxcore: Any, described: Description) -> bool | None:
    answer = ctypes.c_bool()
    try:
        with (
            _factory(dxcore.DXCoreCreateAdapterFactory, CORE_FACTORY) as factory,
            factory.made(ADAPTER_BY_LUID, ctypes.byref(described.luid), interface_id(CORE_ADAPTER)) as adapter,
        ):
            adapter.call(GET_PROPERTY, IS_INTEGRATED, ctypes.c_size_t(1), ctypes.byref(answer))
    except ComError:
        return None
    return bool(answer.value)


def _factory(make: Any, identity: str) -> ComObject:
    found = Pointer()
    make.restype = ctypes.c_int32
    code = make(interface_id(identity), ctypes.byref(found))
    if code < 0:
        raise ComError(code & 0xFFFFFFFF, f"Windows answered {code & 0xFFFFFFFF:#010x}")
    return ComObject(found)

"""What a card says of its own memory, through NVIDIA's management library and nothing but ctypes.

Torch can be asked only after it has opened the card, and what opening takes is just what is wanted here.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Optional

LIBRARY = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
SUCCESS = 0


class _Memory(ctypes.Structure):
    """``nvmlMemory_t`` in nvml.h."""

    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class Cards:
    """The driver's view of all cards; every question answers None where the driver has nothing to say."""

    def __init__(self) -> None:
        self._library: Any = None
        try:
            library = ctypes.CDLL(LIBRARY)
            if library.nvmlInit_v2() == SUCCESS:
                self._library = library
        except (OSError, AttributeError):
            # No NVIDIA driver here: what it would say stays unknown.
            self._library = None

    def used(self, uuid: Optional[str]) -> Optional[int]:
        """Bytes in use on a card by all programs and the driver."""
        if self._library is None or not uuid:
            return None
        handle, memory = ctypes.c_void_p(), _Memory()
        if self._library.nvmlDeviceGetHandleByUUID(uuid.encode("ascii"), ctypes.byref(handle)) != SUCCESS:
            return None
        if self._library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) != SUCCESS:
            return None
        return int(memory.used)

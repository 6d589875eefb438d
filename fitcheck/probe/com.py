"""Calls of Windows' COM objects by their place in the table of methods: all that two small sources need of COM."""

from __future__ import annotations

import ctypes
import uuid
from typing import Any

Pointer = ctypes.c_void_p
RELEASE = 2
"""``IUnknown``: QueryInterface, AddRef, Release."""


class ComError(OSError):
    """A call was refused; the number is the HRESULT."""


def interface_id(text: str) -> ctypes.Array[ctypes.c_ubyte]:
    """An interface's number as Windows lays it out."""
    return (ctypes.c_ubyte * 16).from_buffer_copy(uuid.UUID(text).bytes_le)


class ComObject:
    """An object; released at the end of a ``with``."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    def __enter__(self) -> ComObject:
        return self

    def __exit__(self, *_: object) -> None:
        self._method(RELEASE, ctypes.c_uint32)(self._pointer)

    def call(self, place: int, *arguments: Any) -> int:
        """The HRESULT of the method at this place; whole numbers count as 32 bits (ComError where it is negative)."""
        given = [ctypes.c_uint32(one) if isinstance(one, int) else one for one in arguments]
        code: int = self._method(place, ctypes.c_int32)(self._pointer, *given)
        if code < 0:
            raise ComError(code & 0xFFFFFFFF, f"Windows answered {code & 0xFFFFFFFF:#010x}")
        return code

    def made(self, place: int, *arguments: Any) -> ComObject:
        """The object that a method gives through its last argument."""
        found = Pointer()
        self.call(place, *arguments, ctypes.byref(found))
        return ComObject(found)

    def _method(self, place: int, result: Any) -> Any:
        table = ctypes.cast(self._pointer, ctypes.POINTER(ctypes.POINTER(Pointer)))[0]
        # WINFUNCTYPE differs from CFUNCTYPE on 32-bit Windows alone, for which there is no Qt 6.
        return ctypes.cast(table[place], ctypes.CFUNCTYPE(result, Pointer, *()))

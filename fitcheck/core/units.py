"""Bytes and tokens as people write them: parsing, formatting, and the one rounding policy.

Why here: half of the wrong answers in this field come from GB read as GiB. A size is an ``int`` of
bytes everywhere inside; only this module turns it into text or back.
"""

from __future__ import annotations

import re
from typing import Literal

from fitcheck.errors import RequestError

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
TIB = 1 << 40
GB = 10**9

ByteUnit = Literal["GiB", "GB"]
"""How sizes are shown: binary (what tools print) or decimal (what shops and download pages print)."""

_BYTE_FACTORS = {
    "": 1, "b": 1, "byte": 1, "bytes": 1,
    "k": KIB, "kib": KIB, "kb": 10**3,
    "m": MIB, "mib": MIB, "mb": 10**6,
    "g": GIB, "gib": GIB, "gb": GB,
    "t": TIB, "tib": TIB, "tb": 10**12,
}  # fmt: skip
_NUMBER_AND_UNIT = re.compile(r"\s*([0-9]{1,30}(?:\.[0-9]{1,30})?)\s*([a-z/]*)\s*", re.IGNORECASE)
_LARGEST_BYTES = 1 << 60


def parse_bytes(text: str) -> int:
    """Read a size such as ``24 gb``, ``24GiB`` or ``1.5t`` as bytes.

    ``GB`` is 10^9 and ``GiB`` 2^30, exactly as written; a bare ``g`` means GiB, as llama.cpp and
    Docker read it. Raises RequestError (``bad_size``) on anything else, and on a few bytes, where a unit was forgotten.
    """
    match = _NUMBER_AND_UNIT.fullmatch(text)
    factor = _BYTE_FACTORS.get(match.group(2).lower()) if match else None
    if match is None or factor is None:
        raise RequestError("bad_size", f"'{text}' is not a size.", ("24GiB", "24 GB", "24g", "512 MiB", "25769803776"))
    value = round(float(match.group(1)) * factor) if "." in match.group(1) else int(match.group(1)) * factor
    if 0 < value < MIB:
        raise RequestError("bad_size", f"'{text}' is {value} bytes; name the unit.", ("24GiB", "24 GB", "512 MiB"))
    if value > _LARGEST_BYTES:
        raise RequestError("bad_size", f"'{text}' is more than any machine holds (1 EiB at most).")
    return value


def parse_bandwidth(text: str) -> int:
    """Read ``936GB/s`` or ``80 GiB/s`` as bytes per second (``bad_bandwidth`` otherwise)."""
    stripped = text.strip()
    if not stripped.lower().endswith("/s"):
        raise RequestError("bad_bandwidth", f"'{text}' is not a bandwidth.", ("936GB/s", "80 GiB/s"))
    try:
        return parse_bytes(stripped[:-2])
    except RequestError as error:
        raise RequestError("bad_bandwidth", f"'{text}' is not a bandwidth.", ("936GB/s", "80 GiB/s")) from error


def parse_tokens(text: str) -> int:
    """Read a context such as ``4096``, ``64k`` or ``128K`` as tokens (k = 1024).

    Raises RequestError (``bad_context``) on anything else, on fractions of a token and below 1.
    """
    match = re.fullmatch(r"\s*([0-9]{1,30})\s*(k?)\s*", text, re.IGNORECASE)
    if match is None or int(match.group(1)) < 1:
        raise RequestError("bad_context", f"'{text}' is not a number of tokens.", ("4096", "16k", "128k"))
    return int(match.group(1)) * (1024 if match.group(2) else 1)


def format_number(value: float) -> str:
    """One decimal below 99.5, none above, never a ``0.0`` for something that is not zero."""
    if value == 0:
        return "0"
    if 0 < value < 0.05:
        return "<0.1"
    return f"{value:.1f}" if value < 99.5 else f"{value:,.0f}"


def in_unit(size_bytes: int, unit: ByteUnit = "GiB") -> str:
    """Bytes as a bare number in ``unit``, for columns that name the unit once in their header."""
    return format_number(size_bytes / (GIB if unit == "GiB" else GB))


def format_bytes(size_bytes: int, unit: ByteUnit = "GiB") -> str:
    """Bytes with their unit, for sentences: ``21.2 GiB``; whole MiB or MB below 0.1 of the unit."""
    one, small, small_name = (GIB, MIB, "MiB") if unit == "GiB" else (GB, 10**6, "MB")
    if 0 < size_bytes < one // 10:
        return f"{max(1, round(size_bytes / small))} {small_name}"
    return f"{in_unit(size_bytes, unit)} {unit}"


def format_tokens(tokens: int) -> str:
    """Tokens as people say them: ``16k`` for multiples of 1024, plain digits otherwise."""
    return f"{tokens // 1024}k" if tokens >= 1024 and tokens % 1024 == 0 else f"{tokens:,}"


def whole_k(tokens: int) -> int:
    """The largest whole multiple of 1024 tokens that is not above ``tokens``, where there is one."""
    return tokens // 1024 * 1024 or tokens


def format_bandwidth(bytes_per_s: int) -> str:
    """Bandwidth in decimal GB/s, the unit every data sheet uses."""
    return f"{format_number(bytes_per_s / GB)} GB/s"

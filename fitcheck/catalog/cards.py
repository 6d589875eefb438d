"""Graphics cards by name, for machines that are imagined rather than looked at."""

from __future__ import annotations

import difflib
import re
from functools import cache

from fitcheck.catalog.data import Record, load
from fitcheck.core.hardware import Gpu
from fitcheck.core.units import parse_bandwidth, parse_bytes
from fitcheck.errors import RequestError

LARGEST_COUNT = 64


class Card(Record):
    """One card. ``memory_bytes`` is nominal (a driver reports a little less); None: depends on the computer."""

    name: str
    vendor: str
    memory_bytes: int | None = None
    bandwidth_bytes_per_s: int | None = None
    fp16_flops: float | None = None
    pcie_gen: float | None = None
    pcie_lanes: int | None = None
    unified_memory: bool = False
    confidence: str
    note: str = ""
    source: str


class CardDocument(Record):
    """``resources/catalog/cards.json``."""

    about: str
    cards: tuple[Card, ...]


@cache
def cards() -> tuple[Card, ...]:
    """All cards, newest of each maker first."""
    return load("cards.json", CardDocument).cards


def parse_gpu(text: str) -> tuple[Gpu, ...]:
    """Read ``RTX 4090``, ``2x RTX 3090``, ``24GiB@936GB/s`` or ``24GiB`` as cards whose memory is all free.

    Raises RequestError: ``unknown_gpu``, ``ambiguous_gpu`` with the candidates, ``bad_size``, ``bad_bandwidth``.
    """
    counted = re.fullmatch(r"\s*([0-9]{1,3})\s*[x×*]\s*(.+)", text, re.IGNORECASE)
    count, name = (int(counted.group(1)), counted.group(2)) if counted else (1, text.strip())
    if not 1 <= count <= LARGEST_COUNT:
        raise RequestError("bad_value", f"'{text}' asks for {count} cards; 1 to {LARGEST_COUNT} are possible.")
    custom = re.fullmatch(r"[0-9.]+\s*[kmgt]i?b?(\s*@.+)?", name, re.IGNORECASE)
    return (_custom(name) if custom else _known(name),) * count


def _custom(text: str) -> Gpu:
    size, _, bandwidth = text.partition("@")
    memory = parse_bytes(size)
    return Gpu(
        name=f"{size.strip()} card",
        memory_total_bytes=memory,
        memory_free_bytes=memory,
        bandwidth_bytes_per_s=parse_bandwidth(bandwidth) if bandwidth else None,
    )


def _known(text: str) -> Gpu:
    wanted = _words(text)
    exact = [card for card in cards() if _words(card.name) == wanted]
    found = exact or [card for card in cards() if wanted and wanted <= _words(card.name)]
    # "4090" names the desktop card although "RTX 4090 Mobile" has that word too.
    fewest = min((len(_words(card.name) - _size_words(card)) for card in found), default=0)
    found = [card for card in found if len(_words(card.name) - _size_words(card)) == fewest]
    if len(found) > 1:
        names = tuple(card.name for card in found)
        raise RequestError("ambiguous_gpu", f"'{text}' may mean {' or '.join(names)}.", names)
    if not found:
        raise _unknown(text)
    return _as_gpu(found[0])


def _words(name: str) -> frozenset[str]:
    """Words of a name that tell cards apart: ``GeForce RTX 4060 Ti 16 GB`` -> rtx, 4060, ti, 16gb."""
    text = re.sub(r"([0-9]+)\s+gi?b\b", r"\1gb", name.lower())
    text = re.sub(r"\b(rtx|gtx|rx)([0-9])", r"\1 \2", text)
    text = re.sub(r"([0-9]{4})(ti|super|xt|xtx)\b", r"\1 \2", text)
    return frozenset(re.findall(r"[a-z0-9.-]+", text)) - {"geforce", "nvidia", "amd", "radeon", "intel", "apple", "gpu"}


def _size_words(card: Card) -> frozenset[str]:
    return frozenset(word for word in _words(card.name) if re.fullmatch(r"[0-9]+gb", word))


def _unknown(text: str) -> RequestError:
    names = {card.name.lower().removeprefix("geforce ").removeprefix("radeon "): card.name for card in cards()}
    close = tuple(names[name] for name in difflib.get_close_matches(text.lower(), names, n=3, cutoff=0.5))
    hint = f" Did you mean {close[0]}?" if close else ""
    return RequestError(
        "unknown_gpu", f"'{text}' is not a card FitCheck knows.{hint}", (*close, "24GiB@936GB/s for any other card")
    )


def _as_gpu(card: Card) -> Gpu:
    unknown = {}
    if card.memory_bytes is None:
        unknown["memory_free_bytes"] = "its memory is the computer's own; name it as a size instead, such as 96GiB"
    return Gpu(
        name=card.name,
        memory_total_bytes=card.memory_bytes,
        memory_free_bytes=card.memory_bytes,
        bandwidth_bytes_per_s=card.bandwidth_bytes_per_s,
        fp16_flops=card.fp16_flops,
        vendor=card.vendor.lower(),
        unknown=unknown,
    )

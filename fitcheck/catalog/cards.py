"""Graphics cards by name, for machines that are imagined rather than looked at."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from fitcheck.catalog.data import Record, load
from fitcheck.core.hardware import Gpu
from fitcheck.core.units import GIB, parse_bandwidth, parse_bytes
from fitcheck.errors import RequestError

LARGEST_COUNT = 64


class Card(Record):
    """One card. ``memory_bytes`` is nominal (a driver reports a little less); None: depends on the computer.

    ``aliases`` are further names, such as a driver's own where it has other words.
    """

    name: str
    aliases: tuple[str, ...] = ()
    vendor: str
    memory_bytes: int | None = None
    bandwidth_bytes_per_s: int | None = None
    memory_bus_bits: int | None = None
    fp16_flops: float | None = None
    multiprocessors: int | None = None
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
    custom = re.fullmatch(r"[0-9.]+\s*[kmgt](ib|b)?\s*(@.*)?", name, re.IGNORECASE)
    return (_custom(name) if custom else _known(name),) * count


def _custom(text: str) -> Gpu:
    size, at, bandwidth = text.partition("@")
    memory = parse_bytes(size)
    if memory == 0:
        raise RequestError("bad_size", f"'{text}' is a card without memory; leave it out instead.")
    bandwidth_bytes_per_s = parse_bandwidth(bandwidth) if at else None
    if bandwidth_bytes_per_s == 0:
        raise RequestError("bad_bandwidth", f"'{text}' is a card that reads nothing.", ("936GB/s", "80 GiB/s"))
    return Gpu(
        name=f"{size.strip()} card",
        memory_total_bytes=memory,
        memory_free_bytes=memory,
        bandwidth_bytes_per_s=bandwidth_bytes_per_s,
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """A card under one of its names: the words that tell it apart, and the memory where the name says it."""

    card: Card
    words: frozenset[str]
    size_bytes: int | None


@cache
def _named() -> tuple[_Named, ...]:
    return tuple(_Named(card, *_words(name)) for card in cards() for name in (card.name, *card.aliases))


def _known(text: str) -> Gpu:
    words, size_bytes = _words(text)
    named = [one for one in _named() if one.words == words]
    named = named or [one for one in _named() if words and words <= one.words]
    found = [one for one in named if size_bytes in (None, one.card.memory_bytes)]
    # "RTX 3080" is the card of that name, although there is an "RTX 3080 12 GB" too.
    found = [one for one in found if (one.words, one.size_bytes) == (words, size_bytes)] or found
    # "4090" names the desktop card although "RTX 4090 Mobile" has that word too.
    fewest = min((len(one.words) for one in found), default=0)
    candidates = tuple(dict.fromkeys(one.card for one in found if len(one.words) == fewest))
    if len(candidates) > 1:
        names = tuple(card.name for card in candidates)
        raise RequestError("ambiguous_gpu", f"'{text}' may mean {' or '.join(names)}.", names)
    if not candidates:
        raise _unknown(text, words)
    return _as_gpu(candidates[0])


_NO_DIFFERENCE = frozenset((
    "nvidia", "geforce", "amd", "ati", "radeon", "intel", "apple", "r", "tm",
    "gpu", "graphics", "edition", "workstation",
))  # fmt: skip
"""Words of makers and drivers that no two cards differ in."""


def _words(name: str) -> tuple[frozenset[str], int | None]:
    """Words of a name that tell cards apart, and its memory: ``GeForce RTX 4060 Ti 16 GB`` -> rtx 4060 ti, 16 GiB.

    A card's "16 GB" is 16 GiB. Drivers and shops join words differently (``A100-SXM4-80GB``, ``4090ti``) and call
    mobile cards ``Laptop GPU``.
    """
    text = name.lower().replace("laptop", "mobile")
    size = re.search(r"\b([0-9]+)\s*gi?b\b", text)
    if size:
        text = text[: size.start()] + " " + text[size.end() :]
    text = re.sub(r"\b(rtx|gtx|rx)([0-9])", r"\1 \2", text)
    text = re.sub(r"([0-9]{4})(ti|super|xtx|xt)\b", r"\1 \2", text)
    text = re.sub(r"\bsxm[0-9]\b", "sxm", text)
    words = frozenset(re.findall(r"[a-z0-9.]+", text)) - _NO_DIFFERENCE
    return words, int(size.group(1)) * GIB if size else None


def _unknown(text: str, words: frozenset[str]) -> RequestError:
    sizes = tuple(dict.fromkeys(one.card.name for one in _named() if words and words == one.words))
    names = {card.name.lower().removeprefix("geforce ").removeprefix("radeon "): card.name for card in cards()}
    alike = tuple(names[name] for name in difflib.get_close_matches(text.lower(), names, n=3, cutoff=0.5))
    close = sizes or alike
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
        memory_bus_bits=card.memory_bus_bits,
        fp16_flops=card.fp16_flops,
        multiprocessors=card.multiprocessors,
        pcie_bytes_per_s=_link(card),
        vendor=card.vendor.lower(),
        unknown=unknown,
    )


_PCIE_LANE_BYTES_PER_S = {
    3.0: 984_600_000, 4.0: 1_969_200_000, 5.0: 3_938_500_000,
}  # fmt: skip
"""Of one lane after line coding: 8, 16 and 32 GT/s, 128 bits of data in 130 (PCI-SIG base specifications)."""


def _link(card: Card) -> int | None:
    lane = _PCIE_LANE_BYTES_PER_S.get(card.pcie_gen or 0.0)
    return lane * card.pcie_lanes if lane and card.pcie_lanes else None


def with_known_rates(card: Gpu) -> Gpu:
    """A card with the rates that are known of its name where nothing told them; its memory stays as it is."""
    known = _known_or_none(card.name)
    if known is None:
        return card
    missing = {name: getattr(known, name) for name in _RATES if getattr(card, name) is None}
    return replace(card, **missing)


@lru_cache(maxsize=256)
def _known_or_none(name: str) -> Gpu | None:
    try:
        return _known(name)
    except RequestError:
        return None


_RATES = ("bandwidth_bytes_per_s", "memory_bus_bits", "fp16_flops", "multiprocessors", "vendor")

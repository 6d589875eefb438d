"""Graphics cards by name, for machines that are imagined rather than looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from fitcheck.catalog.data import load
from fitcheck.core.hardware import MOST_CARDS, Gpu
from fitcheck.core.units import GIB, format_bytes, parse_bandwidth, parse_bytes
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

LONGEST_NAME = 100
"""Characters; the longest name of a card has fewer than half."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card. ``memory_bytes`` is nominal (a driver reports a little less); None: depends on the computer.

    ``aliases`` are further names, such as a driver's own where it has other words. ``memory_share`` names the
    MemoryShare of a chip with unified memory; ``memory_sizes_gib`` are what such a chip is sold with, where the size
    tells two chips of one name apart.
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
    memory_share: str = ""
    memory_sizes_gib: tuple[int, ...] = ()
    memory_sizes_source: str = ""
    confidence: str
    note: str = ""
    source: str


@dataclass(frozen=True, kw_only=True)
class MemoryShare:
    """How much of the computer's memory a chip may use unless somebody changes it: ``parts`` / ``of`` of it.

    Holds for computers with more than ``above_bytes``. ``says`` is a clause for people, ``changed_by`` the setting
    that moves the limit.
    """

    id: str
    above_bytes: int
    parts: int
    of: int
    says: str
    changed_by: str = ""
    source: str


@dataclass(frozen=True, kw_only=True)
class CardDocument:
    """``resources/catalog/gpus.json``."""

    about: str
    memory_shares: tuple[MemoryShare, ...]
    cards: tuple[Card, ...]

    def __post_init__(self) -> None:
        named = {share.id for share in self.memory_shares if share.above_bytes == 0}
        for card in self.cards:
            if card.unified_memory and card.memory_share not in named:
                raise ValueError(f"{card.name} has unified memory but no share of it")


@cache
def _document() -> CardDocument:
    return load("gpus.json", CardDocument)


def cards() -> tuple[Card, ...]:
    """All cards, newest of each maker first."""
    return _document().cards


def parse_gpu(text: str) -> tuple[Gpu, ...]:
    """Read ``RTX 4090``, ``2x RTX 3090``, ``M3 Ultra 512GB``, ``24GiB@936GB/s`` or ``24GiB`` as cards.

    Their memory is all free; of unified memory, the share that the system gives the GPU. Raises RequestError:
    ``unknown_gpu``, ``ambiguous_gpu`` with the candidates, ``bad_size``, ``bad_bandwidth``, ``bad_value``.
    """
    if len(text) > LONGEST_NAME:
        raise RequestError("unknown_gpu", f"No card has a name of {len(text)} characters.", _EXAMPLES)
    count, name = _counted(text)
    if not 1 <= count <= MOST_CARDS:
        raise RequestError("bad_value", f"'{text}' asks for {count} cards; 1 to {MOST_CARDS} are possible.")
    if re.search(rf"(^|\s)-\s*{_SIZE}", name, re.IGNORECASE):
        raise RequestError("bad_size", f"'{text}' has a memory below zero.", ("24GiB", "M3 Ultra 512GB"))
    custom = re.fullmatch(r"[0-9.]+\s*[kmgt](ib|b)?\s*(@.*)?", name, re.IGNORECASE)
    card = _custom(name) if custom else _known(name)
    if card.unified and count > 1:
        raise RequestError("bad_value", f"'{text}' is {count} computers; a chip with unified memory counts once.")
    return (card,) * count


_EXAMPLES = ("RTX 4090", "2x RTX 3090", "M3 Ultra 512GB", "24GiB@936GB/s for any other card")


def _counted(text: str) -> tuple[int, str]:
    """``2x RTX 3090`` or ``RTX 3090 x2`` -> 2, RTX 3090."""
    # The x of "7900 XT" and "7900xtx" is none that counts.
    before = re.fullmatch(r"\s*([0-9]{1,18})\s*[x×*](?!tx?\b)\s*(.+)", text, re.IGNORECASE)
    after = re.fullmatch(r"\s*(.+?)\s+[x×*]\s*([0-9]{1,18})\s*", text, re.IGNORECASE)
    if before:
        return int(before[1]), before[2].strip()
    return (int(after[2]), after[1]) if after else (1, text.strip())


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
    """A card under one of its names: the words that tell it apart in their order, and the memory that it says."""

    card: Card
    ordered: tuple[str, ...]
    size_bytes: int | None

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self.ordered)


@cache
def _named() -> tuple[_Named, ...]:
    return tuple(_Named(card, *_words(name)) for card in cards() for name in (card.name, *card.aliases))


def _known(text: str) -> Gpu:
    card, size_bytes = _found(text)
    if not card.unified_memory:
        return replace(_rates(card), memory_total_bytes=card.memory_bytes, memory_free_bytes=card.memory_bytes)
    memory = size_bytes or card.memory_bytes
    if memory is None:
        size = card.memory_sizes_gib[-1] if card.memory_sizes_gib else 96
        raise RequestError(
            "bad_size",
            f"The memory of {card.name} is the computer's own; add its size to the name.",
            (f"{card.name} {size}GiB", "M3 Ultra 512GB"),
        )
    share = _share(card, memory)
    usable = memory * share.parts // share.of
    return replace(_rates(card), memory_total_bytes=memory, memory_free_bytes=usable, unified=True)


def _found(text: str) -> tuple[Card, int | None]:
    """The one card that a name means, and the memory that the name says."""
    ordered, size_bytes = _words(text)
    words = frozenset(ordered)
    if size_bytes == 0:
        raise RequestError("bad_size", f"'{text}' has no memory.", ("24GiB", "M3 Ultra 512GB"))
    named = [one for one in _named() if one.words == words]
    named = named or [one for one in _named() if words and words <= one.words]
    found = [one for one in named if size_bytes is None or one.card.memory_bytes in (None, size_bytes)]
    # "4090" names the desktop card although "RTX 4090 Mobile" has that word too.
    fewest = min((len(one.words) for one in found), default=0)
    found = [one for one in found if len(one.words) == fewest]
    if len({one.words for one in found}) == 1:
        # "RTX 3080" is the card of that name, although there is an "RTX 3080 12 GB" too.
        found = [one for one in found if one.size_bytes == size_bytes] or found
    candidates = tuple(dict.fromkeys(one.card for one in found))
    sold = tuple(card for card in candidates if size_bytes in [size * GIB for size in card.memory_sizes_gib])
    candidates = sold or candidates
    if len(candidates) > 1:
        raise _ambiguous(text, candidates)
    # A "GTX 1080" is no "GTX 1080 Ti", even where only that one is known.
    if not candidates or all(_VARIANTS & (one.words - words) for one in found):
        raise _unknown(text, ordered)
    return candidates[0], size_bytes


_NO_DIFFERENCE = frozenset((
    "nvidia", "geforce", "amd", "ati", "radeon", "intel", "apple", "r", "tm", "imac",
    "gpu", "graphics", "edition", "workstation",
))  # fmt: skip
"""Words of makers, drivers and computers that no two cards differ in."""

_VARIANTS = frozenset(("ti", "super", "xt", "xtx"))
"""Words that make another card of a number."""

_SIZE = r"([0-9]+(?:\.[0-9]+)?)\s*([mgt]i?b|g)\b"
_SERIES = ("rtx ", "gtx ", "rx ", "tesla ", "arc ", "instinct ")
"""What people leave out before a number."""


def _words(name: str) -> tuple[tuple[str, ...], int | None]:
    """Words of a name that tell cards apart, and its memory: ``GeForce RTX 4060 Ti 16 GB`` -> rtx 4060 ti, 16 GiB.

    A card's "16 GB" is 16 GiB. Drivers and shops join words differently (``A100-SXM4-80GB``, ``4090ti``) and call
    mobile cards ``Laptop GPU``.
    """
    text = name.lower().replace("laptop", "mobile")
    size = re.search(rf"(?<![a-z0-9.]){_SIZE}", text)
    if size:
        text = text[: size.start()] + " " + text[size.end() :]
    text = re.sub(r"\bmac(book)?\s*(pro|air|mini|studio)\b", " ", text)
    text = re.sub(r"\b(rtx|gtx|rx)([0-9])", r"\1 \2", text)
    text = re.sub(r"\b(m[1-9])(pro|max|ultra)\b", r"\1 \2", text)
    text = re.sub(r"([0-9]{4})(ti|super|xtx|xt)\b", r"\1 \2", text)
    text = re.sub(r"([0-9]{4})\s*tisuper\b", r"\1 ti super", text)
    text = re.sub(r"\bsxm[0-9]\b", "sxm", text)
    ordered = tuple(word for word in re.findall(r"[a-z0-9.]+", text) if word not in _NO_DIFFERENCE)
    return ordered, parse_bytes(f"{size[1]}{size[2][0].upper()}iB") if size else None


def _ambiguous(text: str, candidates: tuple[Card, ...]) -> RequestError:
    names = tuple(card.name for card in candidates)
    many = f"{len(names)} cards, such as {' or '.join(names[:3])}"
    return RequestError("ambiguous_gpu", f"'{text}' may mean {many if len(names) > 5 else ' or '.join(names)}.", names)


def _unknown(text: str, ordered: tuple[str, ...]) -> RequestError:
    close = _near(ordered)
    hint = f" Did you mean {close[0]}?" if close else ""
    return RequestError(
        "unknown_gpu", f"'{text}' is not a card FitCheck knows.{hint}", (*close, "24GiB@936GB/s for any other card")
    )


def _near(ordered: tuple[str, ...]) -> tuple[str, ...]:
    """Names of at most three cards whose words are the same or almost."""
    words = frozenset(ordered)
    same = tuple(dict.fromkeys(one.card.name for one in _named() if words and words == one.words))
    if same:
        return same
    contained = [one.card.name for one in _named() if words and words < one.words]
    names: dict[str, str] = {}
    for one in _named():
        name = " ".join(one.ordered)
        for short in (name, *(name.removeprefix(series) for series in _SERIES)):
            names.setdefault(short, one.card.name)
    # Only a name that nobody has needs it.
    import difflib

    close = difflib.get_close_matches(" ".join(ordered), names, n=6, cutoff=0.6)
    return tuple(dict.fromkeys((*contained, *(names[name] for name in close))))[:3]


def _share(card: Card, memory_bytes: int) -> MemoryShare:
    shares = [share for share in _document().memory_shares if share.id == card.memory_share]
    return max((share for share in shares if share.above_bytes < memory_bytes), key=lambda share: share.above_bytes)


def memory_share_note(gpu: Gpu) -> str:
    """A sentence on how much of its memory a chip of ``parse_gpu`` may use and what changes that.

    Empty for a card with memory of its own.
    """
    card = next((card for card in cards() if card.name == gpu.name and gpu.unified), None)
    if card is None or gpu.memory_total_bytes is None or gpu.memory_free_bytes is None:
        return ""
    share = _share(card, gpu.memory_total_bytes)
    usable, total = format_bytes(gpu.memory_free_bytes), format_bytes(gpu.memory_total_bytes)
    change = f"; {share.changed_by} changes that" if share.changed_by else ""
    return f"{card.name}: {share.says}, {usable} of {total}{change}."


def _rates(card: Card) -> Gpu:
    """A card as far as its name tells, without its memory."""
    return Gpu(
        name=card.name,
        bandwidth_bytes_per_s=card.bandwidth_bytes_per_s,
        memory_bus_bits=card.memory_bus_bits,
        fp16_flops=card.fp16_flops,
        multiprocessors=card.multiprocessors,
        pcie_bytes_per_s=_link(card),
        vendor=card.vendor.lower(),
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
    # Some chips of Apple's come with two buses, told apart by their cores.
    known = _known_or_none(card.name) or _known_or_none(f"{card.name} ({card.compute_units}-core GPU)")
    if known is None:
        return card
    missing = {name: getattr(known, name) for name in _RATES if getattr(card, name) is None}
    return replace(card, **missing) if missing else card


@lru_cache(maxsize=256)
def _known_or_none(name: str) -> Gpu | None:
    try:
        return _rates(_found(name)[0])
    except RequestError:
        return None


_RATES = ("bandwidth_bytes_per_s", "memory_bus_bits", "fp16_flops", "multiprocessors", "vendor")

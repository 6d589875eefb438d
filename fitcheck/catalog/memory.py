"""The bandwidth of RAM by what people know of it: its channels and modules, or the platform's name."""

from __future__ import annotations

import re
from functools import cache

from fitcheck.catalog.data import load
from fitcheck.core.units import parse_bandwidth
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

LONGEST_TEXT = 100
"""Characters; the longest name of a platform has half."""

MOST_CHANNELS = 64
"""Eight sockets of eight channels: Xeon Scalable of the fourth generation goes up to eight sockets (Intel ARK)."""

SPEEDS_MT_PER_S = range(400, 20_001)
"""From slower than the first DDR3 (JESD79-3 begins at 800) to beyond the fastest MRDIMM (12800): others are typos."""

_EXAMPLES = ("80GB/s", "2x DDR5-6000", "8x DDR4-3200", "256 bit LPDDR5X-8000", "EPYC 9004")
_WORD_CHANNELS = {"single": 1, "dual": 2, "quad": 4}
_MODULE = r"(?P<kind>DDR[345]|MRDIMM|LPDDR[345]X?)\s*-?\s*(?P<speed>[0-9]{3,6})(?:\s*MT/s)?"
_COUNT = r"(?P<count>[0-9]{1,6}|single|dual|quad)"
_FORMS = tuple(
    re.compile(rf"\s*{form}\s*", re.IGNORECASE)
    for form in (
        rf"{_COUNT}\s*[x×*]\s*{_MODULE}",
        rf"{_COUNT}[\s-]*channels?\s*,?\s*(?:of\s+)?{_MODULE}",
        rf"{_MODULE}\s*[x×*]\s*{_COUNT}",
        rf"{_MODULE}\s*,?\s*{_COUNT}[\s-]*channels?",
        rf"(?P<bits>[0-9]{{1,6}})[\s-]*bits?\s*,?\s*{_MODULE}",
        rf"{_MODULE}\s*,?\s*(?P<bits>[0-9]{{1,6}})[\s-]*bits?",
        _MODULE,
    )
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of module: the data bits of one channel, as makers of processors count channels."""

    id: str
    channel_bits: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A computer's memory: ``channels`` of ``channel_bits`` data bits, million transfers per second."""

    name: str
    aliases: tuple[str, ...] = ()
    channels: int
    channel_bits: int
    mt_per_s: int
    note: str = ""
    confidence: str
    source: str

    @property
    def bytes_per_s(self) -> int:
        """Theoretical bandwidth of one processor's memory."""
        return bandwidth(self.channels * self.channel_bits, self.mt_per_s)


@dataclass(frozen=True, kw_only=True)
class MemoryDocument:
    """``resources/catalog/memory.json``."""

    about: str
    kinds: tuple[Kind, ...]
    platforms: tuple[Platform, ...]


@cache
def _document() -> MemoryDocument:
    return load("memory.json", MemoryDocument)


def platforms() -> tuple[Platform, ...]:
    """All platforms: desktops, laptops, workstations, servers."""
    return _document().platforms


def bandwidth(bits: int, mt_per_s: int) -> int:
    """Bytes per second of a bus of ``bits`` data bits at ``mt_per_s`` million transfers per second."""
    return bits * mt_per_s * 10**6 // 8


def parse_ram_bandwidth(text: str) -> int:
    """Bytes per second of ``80GB/s``, ``8x DDR5-4800``, ``DDR4-3200 x2``, ``256 bit LPDDR5X-8000`` or ``EPYC 9004``.

    Modules and platforms give the theoretical bandwidth. Raises RequestError (``bad_bandwidth``).
    """
    if len(text) > LONGEST_TEXT:
        raise _refusal(f"No memory has a name of {len(text)} characters.")
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _of_modules(text, match.groupdict())
    found = _platform(text)
    if found is not None:
        return found.bytes_per_s
    try:
        bytes_per_s = parse_bandwidth(text)
    except RequestError as error:
        raise _refusal(f"'{text}' is not a bandwidth of RAM.") from error
    if bytes_per_s == 0:
        raise _refusal(f"'{text}' is RAM that reads nothing.")
    return bytes_per_s


def _refusal(sentence: str, accepted: tuple[str, ...] = _EXAMPLES) -> RequestError:
    return RequestError("bad_bandwidth", sentence, accepted)


def _of_modules(text: str, said: dict[str, str]) -> int:
    kind, speed = said["kind"].upper(), int(said["speed"])
    if speed not in SPEEDS_MT_PER_S:
        raise _refusal(f"'{text}' has a speed that no memory has.")
    if said.get("bits"):
        return bandwidth(_bits(text, int(said["bits"])), speed)
    width = next((one.channel_bits for one in _document().kinds if one.id == kind), None)
    if width is None:
        buses = (f"128 bit {kind}-{speed}", f"256 bit {kind}-{speed}")
        raise _refusal(f"'{text}' needs the width of its bus in bits, as channels of {kind} differ.", buses)
    count = said.get("count")
    if not count:
        accepted = tuple(f"{channels}x {kind}-{speed}" for channels in (2, 4, 8, 12))
        raise _refusal(f"'{text}' needs its number of channels, such as {accepted[0]}.", accepted)
    channels = _WORD_CHANNELS.get(count.lower()) or int(count)
    if not 1 <= channels <= MOST_CHANNELS:
        raise _refusal(f"'{text}' has {channels} channels; 1 to {MOST_CHANNELS} are possible.")
    return bandwidth(channels * width, speed)


def _bits(text: str, bits: int) -> int:
    widest = MOST_CHANNELS * 64
    if bits % 8 or not 8 <= bits <= widest:
        raise _refusal(f"'{text}' has a bus of {bits} bits; multiples of 8 up to {widest} are possible.")
    return bits


_NO_DIFFERENCE = frozenset(("a", "socket", "channel", "channels", "amd", "intel", "ryzen", "gen", "the"))
"""Words that no two platforms differ in."""


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", name.lower())) - _NO_DIFFERENCE


def _platform(text: str) -> Platform | None:
    """The platform whose words hold all of the text's; None where none does."""
    words = _words(text)
    names = [(_words(name), platform) for platform in platforms() for name in (platform.name, *platform.aliases)]
    found = [platform for named, platform in names if words == named]
    found = found or [platform for named, platform in names if words and words <= named]
    candidates = tuple(dict.fromkeys(found))
    if len({platform.bytes_per_s for platform in candidates}) > 1:
        accepted = tuple(platform.name for platform in candidates)
        raise _refusal(f"'{text}' may mean {len(accepted)} kinds of memory, such as {accepted[0]}.", accepted)
    return candidates[0] if candidates else None

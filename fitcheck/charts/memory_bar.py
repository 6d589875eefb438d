"""One device's memory to scale: other programs, weights, KV cache, compute, runtime, free, and the margin line."""

from __future__ import annotations

from collections.abc import Iterator

from fitcheck.charts.shapes import Drawing, Line, Rect, Shape, Stop, Text, text_width
from fitcheck.frozen import dataclass

FLAG = 5.0
GAP, LEAST_PART = 1.0, 1.5
_LEAST_EXCESS = 6.0
_SMALL_PX, _LINE_PX = 12, 16
_BETWEEN = 8.0
_BOLD = 1.1
"""How much wider the device's name is for being bold."""


@dataclass(frozen=True, slots=True)
class Part:
    """One component: its colour's name without ``component.``, its name, its bytes, and what to say of it."""

    component: str
    name: str
    size_bytes: int
    words: str


@dataclass(frozen=True, slots=True)
class MemoryFill:
    """A device with its parts in order.

    ``total_bytes`` None: its size is unknown and there is no bar. ``margin_bytes`` must stay free at the end.
    ``summary`` stands beside the name, ``rest`` at the right; all words are in the reader's language.
    """

    device: str
    total_bytes: int | None
    parts: tuple[Part, ...]
    margin_bytes: int
    summary: str
    rest: str
    margin: str
    free: str

    @property
    def used_bytes(self) -> int:
        """All parts together."""
        return sum(part.size_bytes for part in self.parts)

    @property
    def excess_bytes(self) -> int:
        """What reaches into the margin or over the device; 0 where it fits."""
        return max(0, self.used_bytes + self.margin_bytes - self.total_bytes) if self.total_bytes else 0


def memory_bar(fill: MemoryFill, width: float, bar_height: float = 22.0, scale: float = 1.0) -> Drawing:
    """The bar under one or two lines of words that hold every value; ``scale`` is that of the fonts."""
    lines = _words(fill, width, scale)
    top = max(line.y for line in lines) + 4 * scale
    table = ((fill.device, ""), *((part.name, part.words) for part in fill.parts if part.size_bytes))
    said = ", ".join(word for word in (fill.device, fill.summary, fill.rest, fill.margin) if word)
    if fill.total_bytes is None:
        return Drawing(width, top, lines, (), said, table)
    top += FLAG
    shapes = (*lines, *_bar(fill, fill.total_bytes, width, top, bar_height))
    return Drawing(width, top + bar_height, shapes, tuple(_stops(fill, width, top, bar_height)), said, table)


def _words(fill: MemoryFill, width: float, scale: float) -> tuple[Text, ...]:
    """The device, what it holds, what is left; the middle goes to a line of its own where it is too long."""
    px, line = _SMALL_PX * scale, _LINE_PX * scale
    left = text_width(fill.device, px * _BOLD) + _BETWEEN
    together = left + text_width(fill.summary, px) + text_width(fill.rest, px) + _BETWEEN <= width
    hint = "danger_text" if fill.excess_bytes else "text_muted"
    base = px
    where = (left, base) if together else (0.0, base + line)
    return (
        Text(0, base, fill.device, "text", "start", "small_strong"),
        Text(*where, fill.summary, "text_muted", "start", "small"),
        Text(width, base, fill.rest, hint, "end", "small"),
    )


def _boxes(fill: MemoryFill, width: float) -> Iterator[tuple[Part, float, float]]:
    """Left edge and width of every part that is not zero, cut at the device's end."""
    scale, left = width / max(1, fill.total_bytes or 1), 0.0
    for part in fill.parts:
        if part.size_bytes <= 0:
            continue
        wide = max(LEAST_PART, part.size_bytes * scale - GAP)
        room = min(wide, width - left)
        if room > 0:
            yield part, left, room
        left += wide + GAP


def _bar(fill: MemoryFill, total: int, width: float, top: float, height: float) -> Iterator[Shape]:
    yield Rect(0, top, width, height, "component.free")
    for part, left, wide in _boxes(fill, width):
        hatched = part.component == "other_programs"
        yield Rect(left, top, wide, height, f"component.{part.component}", "hatch" if hatched else "solid")
    limit = width * (total - fill.margin_bytes) / total
    if fill.excess_bytes:
        start = max(0.0, min(limit, width - _LEAST_EXCESS))
        end = min(width, width * fill.used_bytes / total)
        box = (start, top, max(_LEAST_EXCESS, end - start), height)
        yield Rect(*box, "component.free")
        yield Rect(*box, "danger_text", "outline", 2.0)
    if fill.margin_bytes > 0 and limit > 0:
        yield Line(((limit, top - FLAG), (limit, top + height)), "component.margin_line", 1.5, dashed=True)
        yield Rect(limit - FLAG, top - FLAG, FLAG, 2.0, "component.margin_line")


def _stops(fill: MemoryFill, width: float, top: float, height: float) -> Iterator[Stop]:
    end = 0.0
    for part, left, wide in _boxes(fill, width):
        yield Stop(left, top, wide, height, part.words)
        end = left + wide
    if width - end > 1:
        yield Stop(end, top, width - end, height, f"{fill.free}; {fill.margin}" if fill.margin else fill.free)

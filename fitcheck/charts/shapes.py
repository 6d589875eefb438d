"""What a drawing is made of. Colours are names of the look's tokens (``component.weights``), never values.

Lengths are pixels at scale 1, x to the right, y downwards; ``Text`` stands on its baseline. A drawing carries its
own text equivalent and the places where a pointer or the arrow keys find a value.
"""

from __future__ import annotations

import unicodedata
from typing import Literal, TypeAlias

from fitcheck.frozen import dataclass

Pattern = Literal["solid", "hatch", "outline", "dashed", "ring"]
"""How a rectangle is drawn; ``ring`` is the ellipse inside it, outlined over the ground."""

Align = Literal["start", "middle", "end"]
Point = tuple[float, float]

_WIDE_EM, _CAPITAL_EM, _NARROW_EM = 1.0, 0.7, 0.55
"""Width of a Chinese character, a capital and another Latin one in parts of the font's size: the upper end of common
system fonts (DejaVu Sans)."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in the colour ``hint``."""

    x: float
    y: float
    width: float
    height: float
    hint: str
    pattern: Pattern = "solid"
    stroke: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; ``filled`` makes it the outline of a translucent area instead."""

    points: tuple[Point, ...]
    hint: str
    width: float = 1.0
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Words on a baseline; ``role`` is an entry of the type scale."""

    x: float
    y: float
    text: str
    hint: str = "text"
    align: Align = "start"
    role: str = "caption"


Shape: TypeAlias = Rect | Line | Text


@dataclass(frozen=True, slots=True)
class Stop:
    """A place with a value: what a tooltip shows there and a screen reader says."""

    x: float
    y: float
    width: float
    height: float
    words: str

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes from back to front, the places with values from left to right, and the whole in words.

    ``table`` holds the same numbers as rows of cells, the heading first.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    stops: tuple[Stop, ...]
    words: str
    table: tuple[tuple[str, ...], ...] = ()

    def stop_at(self, x: float, y: float) -> int | None:
        """Which place a point lies in; the last one where they overlap."""
        return next((i for i in reversed(range(len(self.stops))) if self.stops[i].holds(x, y)), None)


def text_width(text: str, font_px: float) -> float:
    """About how wide words are, on the safe side: enough to decide whether they go beside other words."""
    wide = sum(unicodedata.east_asian_width(one) in ("W", "F") for one in text)
    capitals = sum(one.isupper() for one in text)
    return font_px * (wide * _WIDE_EM + capitals * _CAPITAL_EM + (len(text) - wide - capitals) * _NARROW_EM)

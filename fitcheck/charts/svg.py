"""A drawing as SVG, for reports: the same shapes that the window paints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from fitcheck.charts.shapes import Drawing, Line, Rect, Shape, Text

FAMILY = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
AREA_OPACITY = 0.22
"""Of a band around a line (README of the look, curve)."""


def svg(
    drawing: Drawing, colours: Mapping[str, str], type_scale: Mapping[str, tuple[float, int]], key: str = ""
) -> str:
    """A document on its own, or a part of a page where ``key`` tells its patterns from those of other drawings.

    ``colours`` maps hints to ``#rrggbb`` or another CSS colour, ``type_scale`` roles to (pixels, weight). KeyError for
    a name that they lack.
    """
    hatches = sorted({one.hint for one in drawing.shapes if isinstance(one, Rect) and one.pattern == "hatch"})
    body = "".join(part for shape in drawing.shapes for part in _shape(shape, colours, type_scale, key))
    patterns = "".join(_pattern(hint, colours[hint], key) for hint in hatches)
    width, height = _number(drawing.width), _number(drawing.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{escape(FAMILY)}"><title>{escape(drawing.words)}</title>'
        f"<defs>{patterns}</defs>{body}</svg>"
    )


def _pattern(hint: str, colour: str, key: str) -> str:
    return (
        f'<pattern id="{_hatch(hint, key)}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" stroke="{colour}" stroke-width="2"/>'
        "</pattern>"
    )


def _hatch(hint: str, key: str) -> str:
    return f"{key}hatch-" + hint.replace(".", "-").replace("_", "-")


def _shape(
    shape: Shape, colours: Mapping[str, str], type_scale: Mapping[str, tuple[float, int]], key: str
) -> Iterator[str]:
    colour = colours[shape.hint]
    if isinstance(shape, Rect):
        yield from _rect(shape, colour, colours, key)
    elif isinstance(shape, Line):
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
        if shape.filled:
            yield f'<polygon points="{points}" fill="{colour}" fill-opacity="{AREA_OPACITY}"/>'
        else:
            dash = ' stroke-dasharray="4.5 3"' if shape.dashed else ""
            yield (
                f'<polyline points="{points}" fill="none" stroke="{colour}" '
                f'stroke-width="{_number(shape.width)}"{dash}/>'
            )
    else:
        yield _text(shape, colour, type_scale)


def _rect(shape: Rect, colour: str, colours: Mapping[str, str], key: str) -> Iterator[str]:
    inset = 0.0 if shape.pattern in ("solid", "hatch") else shape.stroke / 2
    box = (
        f'x="{_number(shape.x + inset)}" y="{_number(shape.y + inset)}" '
        f'width="{_number(max(0.0, shape.width - 2 * inset))}" height="{_number(max(0.0, shape.height - 2 * inset))}"'
    )
    stroke = f'stroke="{colour}" stroke-width="{_number(shape.stroke)}"'
    if shape.pattern == "solid":
        yield f'<rect {box} fill="{colour}"/>'
    elif shape.pattern == "hatch":
        yield f'<rect {box} fill="url(#{_hatch(shape.hint, key)})" {stroke}/>'
    elif shape.pattern == "ring":
        x, y, radius = shape.x + shape.width / 2, shape.y + shape.height / 2, shape.width / 2 - inset
        ground = colours["surface"]
        yield f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" fill="{ground}" {stroke}/>'
    else:
        dash = ' stroke-dasharray="2 2"' if shape.pattern == "dashed" else ""
        yield f'<rect {box} fill="none" {stroke}{dash}/>'


def _text(shape: Text, colour: str, type_scale: Mapping[str, tuple[float, int]]) -> str:
    pixels, weight = type_scale[shape.role]
    return (
        f'<text x="{_number(shape.x)}" y="{_number(shape.y)}" fill="{colour}" font-size="{_number(pixels)}" '
        f'font-weight="{weight}" text-anchor="{shape.align}">{escape(shape.text)}</text>'
    )


def _number(value: float) -> str:
    """At most two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")

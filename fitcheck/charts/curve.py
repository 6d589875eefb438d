"""A value against the context, on a log-2 axis: line, band, the point in use, the limit, and where it stops fitting."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from fitcheck.charts.shapes import Drawing, Line, Rect, Shape, Stop, Text, text_width
from fitcheck.frozen import dataclass

_LEFT, _BOTTOM, _TOP, _RIGHT = 40.0, 20.0, 22.0, 14.0
_RING = 4.5
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One point: context in tokens, value, and the band around it where there is one; ``words`` says all of it."""

    tokens: int
    value: float
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Samples by rising context.

    ``here`` is the context in use. ``limit`` is a value with its words, ``stops_at`` the last context that fits with
    its words, None where the curve ends before. ``from_zero``: the axis begins at zero.
    """

    samples: tuple[Sample, ...]
    here: int
    heading: tuple[str, str]
    hint: str = "component.weights"
    limit: tuple[float, str] | None = None
    stops_at: tuple[int, str] | None = None
    from_zero: bool = True


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plot lies, and what it maps."""

    left: float
    top: float
    right: float
    bottom: float
    tokens: tuple[int, int]
    values: tuple[float, float]

    def x(self, tokens: int) -> float:
        first, last = (math.log2(one) for one in self.tokens)
        part = (math.log2(tokens) - first) / (last - first) if last > first else 0.5
        return self.left + part * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def curve(
    data: Curve, width: float, height: float, said: str, *, value: Callable[[float], str], ticks: Callable[[int], str],
    scale: float = 1.0,
) -> Drawing:  # fmt: skip
    """The curve; ``said`` is the whole in words, ``value`` and ``ticks`` write a value and a context."""
    values = _range(data)
    marks = list(axis_marks(*values))
    left = max(_LEFT * scale, max(text_width(mark_text(mark), 11 * scale) for mark in marks) + 8)
    frame = _Frame(
        left, _TOP * scale, width - _RIGHT * scale, height - _BOTTOM * scale,
        (data.samples[0].tokens, data.samples[-1].tokens), (min(*values, *marks), max(*values, *marks)),
    )  # fmt: skip
    shapes = (
        *_grid(frame, marks), *_contexts(data, frame, ticks, scale), *_beyond(data, frame, scale),
        *_line(data, frame), *_limit(data, frame), *_here(data, frame, value),
    )  # fmt: skip
    table = (data.heading, *((ticks(one.tokens), one.words) for one in data.samples))
    return Drawing(width, height, shapes, tuple(_stops(data, frame)), said, table)


def _range(data: Curve) -> tuple[float, float]:
    values = [one for sample in data.samples for one in (sample.value, sample.low, sample.high) if one is not None]
    if data.limit is not None:
        values.append(data.limit[0])
    low, high = min(values), max(values)
    if data.from_zero:
        low = 0.0
    if high <= low:
        # A flat line stands in the middle of its plot.
        spread = abs(high) * 0.05 or 1.0
        low, high = (low if data.from_zero else low - spread), high + spread
    return low, high


def axis_marks(low: float, high: float) -> Iterator[float]:
    """Round values on the axis: steps of 1, 2 or 5 times a power of ten, from below the range to above it."""
    rough = (high - low) / (_MOST_TICKS - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    for index in range(first, last + 1):
        yield index * step


def mark_text(mark: float) -> str:
    """A round value: marks are steps of 1, 2 or 5."""
    return f"{mark:,.6g}"


def _grid(frame: _Frame, marks: list[float]) -> Iterator[Shape]:
    for mark in marks:
        y = frame.y(mark)
        yield Line(((frame.left, y), (frame.right, y)), "border")
        yield Text(frame.left - 6, y + 4, mark_text(mark), "text_muted", "end")


def _contexts(data: Curve, frame: _Frame, ticks: Callable[[int], str], scale: float) -> Iterator[Text]:
    """Contexts that are powers of two, and the last one, as far as they do not run into each other."""
    first, last = frame.tokens
    shown = [1 << power for power in range(first.bit_length() - 1, last.bit_length() + 1) if first <= 1 << power < last]
    room, right = 34 * scale, frame.x(last) - 34 * scale
    edge = -room
    for tokens in shown:
        x = frame.x(tokens)
        if x - edge >= room and x <= right:
            yield Text(x, frame.bottom + 14 * scale, ticks(tokens), "text_muted", "middle")
            edge = x
    yield Text(frame.x(last), frame.bottom + 14 * scale, ticks(last), "text_muted", "middle")


def _beyond(data: Curve, frame: _Frame, scale: float) -> Iterator[Shape]:
    """The part that no longer fits: hatched, behind a solid line that says where."""
    if data.stops_at is None:
        return
    tokens, words = data.stops_at
    x = frame.x(max(frame.tokens[0], min(tokens, frame.tokens[1])))
    if frame.right - x > 1:
        yield Rect(x, frame.top, frame.right - x, frame.bottom - frame.top, "border", "hatch")
    yield Line(((x, frame.top), (x, frame.bottom)), "text", 1.5)
    left_of_it = x > (frame.left + frame.right) / 2
    yield Text(x + (-6 if left_of_it else 6), frame.top - 8 * scale, words, "text", "end" if left_of_it else "start",
               "small_strong")  # fmt: skip


def _line(data: Curve, frame: _Frame) -> Iterator[Line]:
    upper = [(frame.x(one.tokens), frame.y(one.high)) for one in data.samples if one.high is not None]
    lower = [(frame.x(one.tokens), frame.y(one.low)) for one in data.samples if one.low is not None]
    if len(upper) > 1:
        yield Line((*upper, *reversed(lower)), data.hint, filled=True)
    yield Line(tuple((frame.x(one.tokens), frame.y(one.value)) for one in data.samples), data.hint, 2.0)


def _limit(data: Curve, frame: _Frame) -> Iterator[Shape]:
    if data.limit is None:
        return
    value, words = data.limit
    y = frame.y(value)
    yield Line(((frame.left, y), (frame.right, y)), "text", 1.5, dashed=True)
    yield Text(frame.left + 4, y - 5, words, "text", "start")


def value_at(data: Curve, tokens: int) -> float | None:
    """The value at a context, between two samples on a straight line over the log-2 axis; None outside."""
    for one, other in pairwise(data.samples):
        if one.tokens <= tokens <= other.tokens:
            part = math.log2(tokens / one.tokens) / math.log2(other.tokens / one.tokens)
            return one.value + part * (other.value - one.value)
    return data.samples[0].value if data.samples[0].tokens == tokens else None


def _here(data: Curve, frame: _Frame, written: Callable[[float], str]) -> Iterator[Shape]:
    """The context in use as a ring with its value."""
    value = value_at(data, data.here)
    if value is None:
        return
    x, y = frame.x(data.here), frame.y(value)
    yield Rect(x - _RING, y - _RING, 2 * _RING, 2 * _RING, data.hint, "ring", 2.0)
    at_end = x > frame.right - 30
    below = y < frame.top + 16 or _limit_is_above(data, frame, y)
    yield Text(x + (_RING if at_end else 0), y + (20 if below else -9), written(value), "text",
               "end" if at_end else "middle", "small_strong")  # fmt: skip


def _limit_is_above(data: Curve, frame: _Frame, y: float) -> bool:
    """Whether the limit's line or its words lie where the value of a ring at ``y`` would stand, above it."""
    limit = None if data.limit is None else frame.y(data.limit[0])
    return limit is not None and y - 20 < limit < y + 6


def _stops(data: Curve, frame: _Frame) -> Iterator[Stop]:
    """A column around every sample, halfway to its neighbours."""
    xs = [frame.x(one.tokens) for one in data.samples]
    edges: list[float] = [frame.left, *((one + other) / 2 for one, other in pairwise(xs)), frame.right]
    for index, sample in enumerate(data.samples):
        left, right = edges[index], edges[index + 1]
        yield Stop(left, frame.top, max(0.0, right - left), frame.bottom - frame.top, sample.words)

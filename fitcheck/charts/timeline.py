"""A size over seconds, as it is measured: the line so far, the point now, and the size that was predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from fitcheck.charts.curve import axis_marks, mark_text
from fitcheck.charts.shapes import Drawing, Line, Rect, Shape, Stop, Text, text_width
from fitcheck.frozen import dataclass

_LEFT, _BOTTOM, _TOP, _RIGHT = 40.0, 20.0, 12.0, 14.0
_RING = 4.5
_LEAST_SECONDS = 5.0
"""The axis is never shorter, so that the first points do not jump from edge to edge."""

_MOST_STOPS = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """A value so many seconds after the start; ``words`` says both."""

    seconds: float
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Moments in their order, at least one.

    ``predicted`` is drawn as a dashed line; its words stand beside the drawing, where no line crosses them.
    ``running``: the last moment is now, and gets a ring with its value.
    """

    moments: tuple[Moment, ...]
    heading: tuple[str, str]
    predicted: float | None = None
    hint: str = "component.weights"
    running: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    top: float
    right: float
    bottom: float
    seconds: float
    values: tuple[float, float]

    def x(self, seconds: float) -> float:
        return self.left + seconds / self.seconds * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def timeline(
    data: Timeline, width: float, height: float, said: str, *, value: Callable[[float], str],
    seconds: Callable[[float], str], scale: float = 1.0,
) -> Drawing:  # fmt: skip
    """The line; ``said`` is the whole in words, ``value`` and ``seconds`` write a value and a time."""
    highest = max(one for one in (*(moment.value for moment in data.moments), data.predicted or 0.0))
    marks = list(axis_marks(0.0, highest or 1.0))
    left = max(_LEFT * scale, max(text_width(mark_text(mark), 11 * scale) for mark in marks) + 8)
    frame = _Frame(
        left, _TOP * scale, width - _RIGHT * scale, height - _BOTTOM * scale,
        max(_LEAST_SECONDS, data.moments[-1].seconds), (0.0, marks[-1]),
    )  # fmt: skip
    shapes = (
        *_grid(frame, marks), *_times(frame, seconds, scale), *_line(data, frame), *_predicted(data, frame),
        *_now(data, frame, value, scale),
    )  # fmt: skip
    shown = thinned(data.moments, _MOST_STOPS)
    table = (data.heading, *((seconds(one.seconds), one.words) for one in shown))
    return Drawing(width, height, shapes, tuple(_stops(shown, frame)), said, table)


def thinned(moments: Sequence[Moment], most: int) -> tuple[Moment, ...]:
    """At most so many of the moments, the first, the highest and the last among them."""
    step = -(-len(moments) // max(1, most - 2))
    if step <= 1:
        return tuple(moments)
    highest = max(range(len(moments)), key=lambda index: moments[index].value)
    kept = sorted({*range(0, len(moments), step), highest, len(moments) - 1})
    return tuple(moments[index] for index in kept)


def _grid(frame: _Frame, marks: list[float]) -> Iterator[Shape]:
    for mark in marks:
        y = frame.y(mark)
        yield Line(((frame.left, y), (frame.right, y)), "border")
        yield Text(frame.left - 6, y + 4, mark_text(mark), "text_muted", "end")


def _times(frame: _Frame, seconds: Callable[[float], str], scale: float) -> Iterator[Text]:
    for mark in axis_marks(0.0, frame.seconds):
        if mark <= frame.seconds:
            yield Text(frame.x(mark), frame.bottom + 14 * scale, seconds(mark), "text_muted", "middle")


def _line(data: Timeline, frame: _Frame) -> Iterator[Line]:
    points = tuple((frame.x(one.seconds), frame.y(one.value)) for one in data.moments)
    if len(points) > 1:
        base = ((points[-1][0], frame.bottom), (points[0][0], frame.bottom))
        yield Line((*points, *base), data.hint, filled=True)
        yield Line(points, data.hint, 2.0)


def _predicted(data: Timeline, frame: _Frame) -> Iterator[Shape]:
    if data.predicted is not None:
        y = frame.y(data.predicted)
        yield Line(((frame.left, y), (frame.right, y)), "text", 1.5, dashed=True)


def _now(data: Timeline, frame: _Frame, written: Callable[[float], str], scale: float) -> Iterator[Shape]:
    """The last moment as a ring with its value."""
    if not data.running:
        return
    last = data.moments[-1]
    x, y = frame.x(last.seconds), frame.y(last.value)
    yield Rect(x - _RING, y - _RING, 2 * _RING, 2 * _RING, data.hint, "ring", 2.0)
    at_end = x > frame.right - 60 * scale
    below = y < frame.top + 20 * scale
    place = (x + (_RING if at_end else 10), y + (22 * scale if below else -9))
    yield Text(*place, written(last.value), "text", "end" if at_end else "start", "small_strong")


def _stops(shown: Sequence[Moment], frame: _Frame) -> Iterator[Stop]:
    """A column around every moment, halfway to its neighbours."""
    xs = [frame.x(one.seconds) for one in shown]
    edges = [frame.left, *((one + other) / 2 for one, other in pairwise(xs)), max(xs[-1], frame.left) + 1]
    for index, moment in enumerate(shown):
        left, right = edges[index], edges[index + 1]
        yield Stop(left, frame.top, max(0.0, right - left), frame.bottom - frame.top, moment.words)

"""Memory over seconds as shapes: the line, the point now, the prediction, and what is left of many points."""

from __future__ import annotations

from fitcheck.charts.shapes import Drawing, Line, Rect, Text
from fitcheck.charts.timeline import Moment, Timeline, thinned, timeline

MOMENTS = tuple(Moment(second / 2, second % 7, f"{second / 2:g} s: {second % 7}") for second in range(41))


def drawn(**more: object) -> Drawing:
    data = Timeline(MOMENTS, ("seconds", "GiB"), **more)  # type: ignore[arg-type]
    return timeline(data, 320, 170, "said", value=lambda value: f"{value:g}", seconds=lambda one: f"{one:g} s")


def test_time_goes_equal_steps_to_the_right() -> None:
    line = next(one for one in drawn().shapes if isinstance(one, Line) and one.width == 2.0)

    xs = [x for x, _ in line.points]
    assert len(xs) == len(MOMENTS)
    assert abs((xs[20] - xs[0]) - (xs[40] - xs[20])) < 0.001


def test_the_last_moment_is_a_ring_with_its_value_while_it_runs() -> None:
    rings = [one for one in drawn(running=True).shapes if isinstance(one, Rect) and one.pattern == "ring"]

    assert len(rings) == 1
    assert any(isinstance(one, Text) and one.text == "5" for one in drawn(running=True).shapes)
    assert not [one for one in drawn().shapes if isinstance(one, Rect)]


def test_a_prediction_above_all_is_inside_the_plot() -> None:
    dashed = next(one for one in drawn(predicted=21.0).shapes if isinstance(one, Line) and one.dashed)

    assert dashed.points[0][1] > 0
    assert dashed.points[0][1] == dashed.points[1][1]


def test_every_place_says_its_moment_and_stays_inside() -> None:
    drawing = drawn()

    assert drawing.stops[0].words == "0 s: 0"
    assert drawing.stops[-1].words == "20 s: 5"
    assert all(one.x >= 0 and one.x + one.width <= drawing.width for one in drawing.stops)
    assert len(drawing.table) == len(drawing.stops) + 1


def test_of_many_moments_the_highest_and_the_last_stay() -> None:
    many = tuple(Moment(second, 1000 if second == 777 else 1, "") for second in range(5000))

    few = thinned(many, 60)

    assert len(few) <= 60
    assert (few[0], few[-1]) == (many[0], many[-1])
    assert many[777] in few


def test_one_moment_is_a_drawing_already() -> None:
    data = Timeline((Moment(0.0, 0.0, "0 s: 0"),), ("seconds", "GiB"), running=True)

    drawing = timeline(data, 320, 170, "said", value=str, seconds=str)

    assert len(drawing.stops) == 1

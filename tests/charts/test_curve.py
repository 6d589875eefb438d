"""The curve as shapes: a log-2 axis, the point in use, the limit, and the end of what fits."""

from __future__ import annotations

import itertools

import pytest

from fitcheck.charts.curve import Curve, Sample, curve, value_at
from fitcheck.charts.shapes import Drawing, Line, Rect, Text

CONTEXTS = tuple(1024 << power for power in range(8))
SAMPLES = tuple(Sample(tokens, 10 + tokens / 8192, f"{tokens}: {tokens / 8192}") for tokens in CONTEXTS)


def drawn(data: Curve) -> Drawing:
    return curve(data, 320, 200, "said", value=lambda value: f"{value:g}", ticks=lambda tokens: f"{tokens // 1024}k")


def texts(drawing: Drawing) -> list[str]:
    return [one.text for one in drawing.shapes if isinstance(one, Text)]


def data(**more: object) -> Curve:
    return Curve(SAMPLES, 4096, ("context", "GiB"), **more)  # type: ignore[arg-type]


def test_doubling_the_context_goes_equal_steps_to_the_right() -> None:
    line = next(one for one in drawn(data()).shapes if isinstance(one, Line) and one.width == 2.0)

    xs = [x for x, _ in line.points]
    steps = [other - one for one, other in itertools.pairwise(xs)]
    assert max(steps) - min(steps) < 0.001
    assert [y for _, y in line.points] == sorted((y for _, y in line.points), reverse=True)


def test_the_context_in_use_is_a_ring_with_its_value() -> None:
    drawing = drawn(data())

    ring = next(one for one in drawing.shapes if isinstance(one, Rect) and one.pattern == "ring")
    line = next(one for one in drawing.shapes if isinstance(one, Line) and one.width == 2.0)
    assert (ring.x + ring.width / 2, ring.y + ring.height / 2) == pytest.approx(line.points[2])
    assert "10.5" in texts(drawing)


def test_a_value_between_two_samples_is_read_on_the_line() -> None:
    assert value_at(data(), 1024) == pytest.approx(10.125)
    between = value_at(data(), 6000)
    assert between is not None
    assert 10.5 < between < 11
    assert value_at(data(), 1 << 20) is None


def test_where_it_stops_fitting_everything_beyond_is_hatched() -> None:
    whole, ended = drawn(data()), drawn(data(stops_at=(40_000, "stops at 39k")))

    def hatched(drawing: Drawing) -> list[Rect]:
        return [one for one in drawing.shapes if isinstance(one, Rect) and one.pattern == "hatch"]

    assert hatched(whole) == []
    assert hatched(ended)[0].x + hatched(ended)[0].width == pytest.approx(320 - 14)
    assert "stops at 39k" in texts(ended)


def test_the_limit_is_a_dashed_line_inside_the_plot() -> None:
    drawing = drawn(data(limit=(30.0, "free: 30"), from_zero=False))

    dashed = [one for one in drawing.shapes if isinstance(one, Line) and one.dashed]
    assert len(dashed) == 1
    assert 0 < dashed[0].points[0][1] < 200
    assert "free: 30" in texts(drawing)


def test_a_speed_axis_begins_at_zero_and_a_memory_axis_need_not() -> None:
    assert "0" in texts(drawn(data()))
    assert "0" not in texts(drawn(data(from_zero=False)))


def test_a_band_is_an_area_around_the_line() -> None:
    samples = tuple(Sample(one.tokens, one.value, one.words, one.value - 2, one.value + 2) for one in SAMPLES)

    areas = [one for one in drawn(Curve(samples, 4096, ("", ""))).shapes if isinstance(one, Line) and one.filled]

    assert len(areas) == 1
    assert len(areas[0].points) == 2 * len(samples)


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_flat_line_and_a_single_point_can_be_drawn(value: float) -> None:
    flat = tuple(Sample(tokens, value, "") for tokens in CONTEXTS)

    assert drawn(Curve(flat, 4096, ("", ""), from_zero=False)).shapes
    assert drawn(Curve(flat[:1], 1024, ("", ""))).shapes


def test_every_sample_has_a_column_of_the_plot_without_gaps() -> None:
    stops = drawn(data()).stops

    assert [stop.words for stop in stops] == [sample.words for sample in SAMPLES]
    for one, other in itertools.pairwise(stops):
        assert one.x + one.width == pytest.approx(other.x)


def test_the_value_in_use_stands_clear_of_the_limit() -> None:
    # Given a value just below its limit, whose words would lie on the limit's own
    drawing = drawn(data(limit=(10.6, "free")))

    value, words = (next(one for one in drawing.shapes if isinstance(one, Text) and one.text == text)
                    for text in ("10.5", "free"))  # fmt: skip
    assert abs(value.y - words.y) > 12

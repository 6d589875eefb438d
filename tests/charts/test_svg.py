"""A drawing as SVG: well-formed, in the colours it was given, with its words."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from fitcheck.charts.shapes import Drawing, Line, Rect, Text
from fitcheck.charts.svg import svg

COLOURS = {"text": "#111111", "component.weights": "#2651a5", "border": "#d6dae0", "surface": "#ffffff"}
SCALE = {"caption": (11.0, 500), "small": (12.0, 400)}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def rendered(*shapes: Rect | Line | Text, words: str = "a <bar>") -> ET.Element:
    return ET.fromstring(svg(Drawing(100, 50, shapes, (), words), COLOURS, SCALE))


def test_it_is_an_image_with_a_title_that_says_it() -> None:
    root = rendered()

    assert root.get("viewBox") == "0 0 100 50"
    assert root.get("role") == "img"
    assert root.findtext(f"{NAMESPACE}title") == "a <bar>"


def test_shapes_take_the_colours_of_their_hints() -> None:
    root = rendered(Rect(1, 2, 30, 4, "component.weights"), Text(5, 9, "a & b", "text", "end", "small"))

    assert root.find(f"{NAMESPACE}rect").attrib == {  # type: ignore[union-attr]
        "x": "1", "y": "2", "width": "30", "height": "4", "fill": "#2651a5",
    }  # fmt: skip
    text = root.find(f"{NAMESPACE}text")
    assert text is not None
    assert (text.text, text.get("text-anchor"), text.get("fill")) == ("a & b", "end", "#111111")


@pytest.mark.parametrize("pattern", ["hatch", "outline", "dashed", "ring"])
def test_every_pattern_can_be_told_from_a_solid_one_without_colour(pattern: str) -> None:
    root = rendered(Rect(1, 2, 30, 30, "border", pattern))  # type: ignore[arg-type]

    shape = root.find(f"{NAMESPACE}circle") if pattern == "ring" else root.find(f"{NAMESPACE}rect")
    assert shape is not None
    assert shape.get("fill") != "#d6dae0"
    assert shape.get("stroke") == "#d6dae0"


def test_a_hatch_refers_to_a_pattern_that_is_there() -> None:
    root = rendered(Rect(1, 2, 30, 30, "component.weights", "hatch"))

    name = root.find(f"{NAMESPACE}rect").get("fill")  # type: ignore[union-attr]
    assert name == f"url(#{root.find(f'{NAMESPACE}defs/{NAMESPACE}pattern').get('id')})"  # type: ignore[union-attr]


def test_a_line_and_an_area_differ() -> None:
    points = ((0.0, 0.0), (10.0, 5.0), (20.0, 0.0))
    root = rendered(Line(points, "text", 2, dashed=True), Line(points, "text", filled=True))

    line, area = root.find(f"{NAMESPACE}polyline"), root.find(f"{NAMESPACE}polygon")
    assert line is not None
    assert area is not None
    assert line.get("stroke-dasharray")
    assert area.get("fill-opacity") == "0.22"


def test_a_colour_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        rendered(Rect(0, 0, 1, 1, "no such colour"))

"""JSON values as dataclasses: what is taken, and what is said of the first thing that is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import pytest

from fitcheck.records import AtLeast, Between, MismatchError, plain, read


@dataclass(frozen=True, kw_only=True)
class Part:
    name: Annotated[str, AtLeast(1)]
    share: Annotated[float, Between(0, 1)] | None = None


@dataclass(frozen=True, kw_only=True)
class Whole:
    kind: Literal["a", "b"]
    count: Annotated[int, Between(1)]
    sure: bool
    day: date
    parts: tuple[Part, ...] = ()
    pair: tuple[str, int] | None = None
    more: dict[str, str | int | float | bool | None] | None = None

    def __post_init__(self) -> None:
        if len(self.parts) > self.count:
            raise ValueError("there are more parts than count says")


GOOD: dict[str, Any] = {
    "kind": "a", "count": 2, "sure": True, "day": "2025-01-20", "parts": [{"name": "x", "share": 1}, {"name": "y"}],
    "pair": ["z", 3], "more": {"one": 1, "two": 2.5, "yes": True, "none": None, "text": "t"},
}  # fmt: skip


def test_what_is_read_and_written_is_the_same() -> None:
    whole = read(Whole, GOOD)
    assert whole.day == date(2025, 1, 20)
    assert whole.parts[0] == Part(name="x", share=1.0)
    assert whole.more is not None
    assert [type(one) for one in whole.more.values()] == [int, float, bool, type(None), str]
    assert read(Whole, json.loads(json.dumps(plain(whole)))) == whole


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "c"}, "kind: must be one of a, b"),
        ({"kind": ["a"]}, "kind: must be one of a, b"),
        ({"count": 0}, "count: must be 1 or more"),
        ({"count": True}, "count: must be a whole number"),
        ({"count": 1.0}, "count: must be a whole number"),
        ({"count": "2"}, "count: must be a whole number"),
        ({"sure": 1}, "sure: must be true or false"),
        ({"day": "yesterday"}, "day: must be a date such as 2025-01-20"),
        ({"parts": {}}, "parts: must be a list"),
        ({"parts": [{"name": ""}]}, "parts.0.name: must not be empty"),
        ({"parts": [{"name": "x"}, {"share": 0}]}, "parts.1.name: is missing"),
        ({"parts": [{"name": "x", "share": float("nan")}]}, "parts.0.share: must be a number"),
        ({"parts": [{"name": "x", "share": 10**400}]}, "parts.0.share: must be a number"),
        ({"parts": [{"name": "x", "share": 1.5}]}, "parts.0.share: must be 0 to 1"),
        ({"parts": [{"name": "x", "size": 1}]}, "parts.0.size: is not a key that is known"),
        ({"pair": ["z"]}, "pair: must be a list of 2"),
        ({"more": {"one": []}}, "more.one: is of none of the kinds that it may have"),
        ({"more": "text"}, "more: must be an object"),
        ({"count": 1}, "there are more parts than count says"),
    ],
)
def test_the_first_thing_that_is_wrong_is_said_with_its_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MismatchError) as caught:
        read(Whole, {**GOOD, **change})
    assert str(caught.value) == said


def test_a_kind_that_no_file_has_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="is not read from JSON"):
        read(set, [])

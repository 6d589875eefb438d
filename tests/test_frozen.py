"""Frozen dataclasses of our own making against those of the standard library: every test runs with both."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from fitcheck import frozen

Decorator = Callable[..., Any]

dataclass_of_both = pytest.mark.parametrize(
    "dataclass", [dataclasses.dataclass, frozen.dataclass], ids=["standard library", "our own"]
)
pytestmark = dataclass_of_both


def _card(dataclass: Decorator) -> Any:
    @dataclass(frozen=True, slots=True)
    class Card:
        name: str
        size: int = 24
        tags: dict[str, str] = field(default_factory=dict)
        seen: float = field(default=0.0, compare=False)
        count: ClassVar[int] = 3

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError("negative")

        @property
        def title(self) -> str:
            return f"{self.name} {self.size}"

    return Card


def test_values_come_by_place_by_name_and_by_default(dataclass: Decorator) -> None:
    kind: Any = _card(dataclass)
    one = kind("RTX 3090", size=12)

    assert (one.name, one.size, one.tags, one.seen, one.count, one.title) == ("RTX 3090", 12, {}, 0.0, 3, "RTX 3090 12")
    assert kind("a").tags is not kind("a").tags
    described = is_dataclass(kind)
    assert described
    assert [each.name for each in fields(kind)] == ["name", "size", "tags", "seen"]
    assert kind.__match_args__ == ("name", "size", "tags", "seen")
    assert list(inspect.signature(kind).parameters) == ["name", "size", "tags", "seen"]


@pytest.mark.parametrize(("values", "named"), [((), {}), (("a", 1, {}, 0.0, 5), {}), (("a",), {"colour": 1})])
def test_values_that_lack_or_are_too_many_are_refused(
    dataclass: Decorator, values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=r"Card\.__init__\(\)"):
        _card(dataclass)(*values, **named)


def test_what_a_class_refuses_is_refused(dataclass: Decorator) -> None:
    with pytest.raises(ValueError, match="negative"):
        _card(dataclass)("a", -1)


def test_equal_fields_make_equals_and_what_is_not_compared_makes_no_difference(dataclass: Decorator) -> None:
    @dataclass(frozen=True, slots=True)
    class Place:
        device: int
        layer: int = 0
        note: str = field(default="", compare=False)

    kind: Any = Place
    twin = _card(dataclass)
    assert kind(1, 2, "here") == kind(1, 2, "there")
    assert hash(kind(1, 2, "here")) == hash(kind(1, 2, "there"))
    assert kind(1, 2) != kind(1, 3)
    assert kind(1) != twin("1")
    assert kind(1) != 1
    assert {kind(1): "a"}[kind(1, 0)] == "a"
    with pytest.raises(TypeError):
        hash(twin("a"))


def test_what_is_no_number_is_equal_to_itself_alone(dataclass: Decorator) -> None:
    @dataclass(frozen=True)
    class Rate:
        seconds: float

    one = Rate(math.nan)
    assert one == one
    assert one == replace(one)
    assert one != Rate(-math.nan)


def test_nothing_is_changed_added_or_taken_away(dataclass: Decorator) -> None:
    one = _card(dataclass)("a")
    with pytest.raises(FrozenInstanceError):
        one.name = "b"
    with pytest.raises(FrozenInstanceError):
        del one.name
    with pytest.raises((FrozenInstanceError, TypeError)):
        one.colour = "green"
    assert not hasattr(one, "__dict__")
    assert replace(one, name="b") == _card_like(one, "b")


def _card_like(one: Any, name: str) -> Any:
    return type(one)(name, one.size, one.tags, one.seen)


def test_it_is_shown_as_it_would_be_written(dataclass: Decorator) -> None:
    assert repr(_card(dataclass)("a")).endswith("Card(name='a', size=24, tags={}, seen=0.0)")


def test_classes_inherit_fields_and_keep_named_ones_last(dataclass: Decorator) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Sized:
        size: int = 1

    @dataclass(frozen=True, slots=True)
    class File(Sized):
        name: str

    kind: Any = File
    one = kind("a", size=2)
    assert (one.name, one.size) == ("a", 2)
    assert one != Sized(size=2)
    with pytest.raises(TypeError, match="positional"):
        kind("a", 2)
    with pytest.raises(FrozenInstanceError):
        one.size = 3


def test_a_class_can_keep_a_method_of_its_own_and_the_equality_that_it_inherits(dataclass: Decorator) -> None:
    @dataclass(frozen=True, slots=True)
    class Kind:
        name: str

        def __hash__(self) -> int:
            return 7

    @dataclass(frozen=True, slots=True, eq=False)
    class Own(Kind):
        types: tuple[str, ...] = ()

    assert hash(Own("a", ("F16",))) == hash(Kind("a")) == 7
    assert Own.__eq__ is Kind.__eq__

"""Single values of a request: the right type or one sentence that says what is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fitcheck.errors import RequestError

Value = TypeVar("Value")
Check = Callable[[str, Any], Value]

LARGEST_COUNT = 2**63 - 1
"""The largest size or count that the engine's own types hold (``int64_t`` in ggml.h)."""

SMALLEST_SHARE, LARGEST_SHARE = 1e-9, 1e18
"""Shares are compared in single precision: beyond these nothing is left of them or of their sum."""


def wrong(key: str, expected: str, accepted: tuple[str, ...] = ()) -> RequestError:
    """The error for a value of the wrong kind."""
    return RequestError("bad_value", f"'{key}' must be {expected}.", accepted)


def take(request: Mapping[str, Any], key: str, check: Check[Value], default: Value) -> Value:
    """A key's checked value; ``default`` where it is absent or null."""
    value = request.get(key)
    return default if value is None else check(key, value)


def count(key: str, value: Any) -> int:
    """A whole number from 0 up."""
    return _whole(key, value, "a whole number from 0 up")


def count_up_to(most: int) -> Check[int]:
    """A check for a whole number from 0 to ``most``."""

    def check(key: str, value: Any) -> int:
        expected = f"a whole number from 0 to {most}"
        if _whole(key, value, expected) > most:
            raise wrong(key, expected)
        return int(value)

    return check


def flag(key: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(key, "true or false")
    return value


def text(key: str, value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise wrong(key, "text")
    return value


def one_of(*choices: str) -> Check[Any]:
    """A check for one of some words."""

    def check(key: str, value: Any) -> str:
        if value not in choices:
            raise wrong(key, f"one of {', '.join(choices)}", choices)
        return str(value)

    return check


def layers(all_of_them: int) -> Check[int]:
    """A check for a number of layers or ``"all"``."""

    def check(key: str, value: Any) -> int:
        if value == "all":
            return all_of_them
        return _whole(key, value, 'a whole number from 0 up, or "all"')

    return check


def shares(key: str, value: Any) -> tuple[float, ...]:
    """A list of shares: each 0 or an ordinary number above."""
    if not isinstance(value, list) or not all(map(is_share, value)):
        raise wrong(key, f"a list of numbers, each 0 or from {SMALLEST_SHARE:g} to {LARGEST_SHARE:g}")
    return tuple(value)


def is_share(value: Any) -> bool:
    """Whether single precision can tell it apart from nothing and from infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == 0 or SMALLEST_SHARE <= value <= LARGEST_SHARE


def counts(key: str, value: Any) -> tuple[int, ...]:
    """A list of whole numbers from 0 up."""
    if not isinstance(value, list):
        raise wrong(key, "a list of whole numbers from 0 up")
    return tuple(count(key, one) for one in value)


def overrides(key: str, value: Any) -> tuple[tuple[str, str], ...]:
    """A list of ``[pattern, device]``."""
    if not isinstance(value, list) or not all(map(_is_pair, value)):
        raise wrong(key, "a list of [pattern, device]")
    return tuple((pattern, device) for pattern, device in value)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)


def _whole(key: str, value: Any, expected: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong(key, expected)
    if value > LARGEST_COUNT:
        raise wrong(key, "less than 2^63")
    return value

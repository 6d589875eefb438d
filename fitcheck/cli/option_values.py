"""How the values of options are read; what is wrong is said in FitCheck's own sentences."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from fitcheck.contract.values import is_share
from fitcheck.core.units import parse_tokens
from fitcheck.errors import RequestError

MOST_DIGITS = 18
"""Longer whole numbers fit into none of the engine's counts (``int64_t`` in ggml.h)."""

Value = TypeVar("Value")


def valued(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """A reader for argparse that keeps FitCheck's own sentence."""

    def convert(text: str) -> Value:
        try:
            return read(text)
        except RequestError as error:
            accepted = f" Accepted: {', '.join(error.accepted)}." if error.accepted else ""
            raise argparse.ArgumentTypeError(f"{error.message}{accepted}") from error

    return convert


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader for one of some words, in any case."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise RequestError("bad_value", f"'{text}' is not possible here.", choices)
        return text.lower()

    return valued(read)


def whole(text: str) -> int | None:
    """A whole number of a length that a count can have, or None."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def context(text: str) -> int:
    """A number of tokens, as ``4096`` or ``64k``."""
    if len(text) > MOST_DIGITS:
        raise RequestError("bad_context", f"'{text}' is not a number of tokens.", ("4096", "16k", "128k"))
    return parse_tokens(text)


def tokens(text: str) -> int:
    """The same, or 0: none in the cache, or the longest context."""
    return 0 if text.strip() == "0" else context(text)


def layers(text: str) -> int | str:
    """A number of layers, or ``all``."""
    if text.lower() == "all":
        return "all"
    layers = whole(text)
    if layers is None:
        raise RequestError("bad_value", f"'{text}' is not a number of layers.", ("0", "33", "all"))
    return layers


def positive(text: str) -> int:
    """A whole number from 1 up."""
    number = whole(text)
    if not number:
        raise RequestError("bad_value", f"'{text}' is not a whole number from 1 up.")
    return number


def count(text: str) -> int:
    """A whole number from 0 up."""
    number = whole(text)
    if number is None:
        raise RequestError("bad_value", f"'{text}' is not a whole number from 0 up.")
    return number


def split(text: str) -> tuple[float, ...]:
    """Shares of cards, as ``3,1``."""
    try:
        shares = tuple(float(part) for part in text.split(","))
    except ValueError:
        shares = ()
    if not shares or not all(map(is_share, shares)):
        raise RequestError("bad_value", f"'{text}' is not a split.", ("3,1",))
    return shares

"""Hashes of what is looked up again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Class = TypeVar("Class", bound=type)


class HashedOnce:
    """Base of frozen dataclasses with many fields that are keys of tables: room for the hash."""

    __slots__ = ("_hash",)
    _hash: int


def hashed_once(made: Class) -> Class:
    """Compute the hash of an object once; for a subclass of HashedOnce, after ``dataclass``."""
    compute: Callable[[HashedOnce], int] = vars(made)["__hash__"]

    def once(self: HashedOnce) -> int:
        try:
            return self._hash
        except AttributeError:
            value = compute(self)
            object.__setattr__(self, "_hash", value)
            return value

    setattr(made, "__hash__", once)  # noqa: B010 - no assignment to a method for mypy
    return made

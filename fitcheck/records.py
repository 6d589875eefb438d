"""JSON values as frozen dataclasses, checked against the annotations of their fields, and back again.

For data of which every key is known: catalogue, settings, reports. Their few types need no library that knows all; to
load one takes a tenth of a second and ten MiB, as much as an empty window. Nothing is converted but a whole number
where a float is meant and a date. What a dataclass refuses in ``__post_init__`` by a ValueError counts as wrong too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from fitcheck.frozen import dataclass

Kind = TypeVar("Kind")
_Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Between:
    """In ``Annotated``: a number from ``low`` to ``high``, both of them allowed."""

    low: float
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class AtLeast:
    """In ``Annotated``: a text, list or object with so many characters, items or keys."""

    length: int


class MismatchError(ValueError):
    """A value that is not what its field takes; ``place`` is the way to it, from the outside in."""

    def __init__(self, message: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.place = message, place

    def under(self, key: object) -> MismatchError:
        """The same, told from outside of ``key``."""
        return MismatchError(self.message, (str(key), *self.place))

    def __str__(self) -> str:
        return f"{'.'.join(self.place)}: {self.message}" if self.place else self.message


def read(kind: type[Kind], value: object) -> Kind:
    """What ``json.loads`` gave, as a ``kind``; MismatchError with the first thing that is wrong."""
    of_kind: Any = kind
    record: Kind = _reader(of_kind)(value)
    return record


def plain(value: Any) -> Any:
    """A record as values that ``json.dumps`` takes."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


@cache
def _reader(kind: Any) -> _Reader:
    """How a value of this annotation is read."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if is_dataclass(kind):
        return _record(kind)
    if origin is Annotated:
        return _limited(_reader(parts[0]), parts[1])
    if origin is Literal:
        return _one_of(parts)
    if origin in (Union, UnionType):
        return _either(parts)
    if origin is tuple:
        return _list(parts)
    if origin is dict:
        return _object(_reader(parts[0]), _reader(parts[1]))
    raise TypeError(f"{kind} is not read from JSON")


def _of(kinds: type | UnionType, expected: str) -> _Reader:
    def read_one(value: Any) -> Any:
        # A bool is an int to Python, not to a reader.
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise MismatchError(f"must be {expected}")
        return value

    return read_one


def _float(value: Any) -> float:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:
        pass
    raise MismatchError("must be a number")


def _text(value: Any) -> str:
    try:
        if isinstance(value, str):
            # Half a surrogate pair, which JSON can escape, can be neither shown nor written.
            value.encode()
            return value
    except UnicodeEncodeError:
        pass
    raise MismatchError("must be text")


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise MismatchError("must be a date such as 2025-01-20") from None


_PLAIN: dict[Any, _Reader] = {
    bool: _of(bool, "true or false"), int: _of(int, "a whole number"), float: _float, str: _text, date: _date,
    NoneType: _of(NoneType, "null"), Any: lambda value: value,
}  # fmt: skip


def _record(kind: Any) -> _Reader:
    hints = get_type_hints(kind, include_extras=True)
    readers = {one.name: _reader(hints[one.name]) for one in fields(kind)}
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]

    def read_one(value: Any) -> Any:
        if not isinstance(value, dict):
            raise MismatchError("must be an object")
        values = {}
        for key, one in value.items():
            if key not in readers:
                raise MismatchError("is not a key that is known", (str(key),))
            values[key] = _inside(key, readers[key], one)
        for key in needed:
            if key not in values:
                raise MismatchError("is missing", (key,))
        try:
            return kind(**values)
        except ValueError as error:
            raise MismatchError(str(error)) from error

    return read_one


def _inside(key: object, reader: _Reader, value: Any) -> Any:
    try:
        return reader(value)
    except MismatchError as error:
        raise error.under(key) from None


def _limited(reader: _Reader, limit: Between | AtLeast) -> _Reader:
    def read_one(value: Any) -> Any:
        found = reader(value)
        if isinstance(limit, AtLeast):
            if len(found) < limit.length:
                raise MismatchError("must not be empty" if limit.length == 1 else f"needs {limit.length} or more")
        elif not limit.low <= found <= limit.high:
            upwards = limit.high == math.inf
            raise MismatchError(f"must be {limit.low} or more" if upwards else f"must be {limit.low} to {limit.high}")
        return found

    return read_one


def _one_of(words: Iterable[Any]) -> _Reader:
    accepted = tuple(words)

    def read_one(value: Any) -> Any:
        if not isinstance(value, str) or value not in accepted:
            raise MismatchError(f"must be one of {', '.join(accepted)}")
        return value

    return read_one


def _either(kinds: Iterable[Any]) -> _Reader:
    optional = NoneType in kinds
    readers = [_reader(one) for one in kinds if one is not NoneType]

    def read_one(value: Any) -> Any:
        if value is None and optional:
            return None
        if len(readers) == 1:
            return readers[0](value)
        for reader in readers:
            try:
                return reader(value)
            except MismatchError:
                continue
        raise MismatchError("is of none of the kinds that it may have")

    return read_one


def _list(kinds: tuple[Any, ...]) -> _Reader:
    if kinds[1:] != (Ellipsis,):
        return _row([_reader(one) for one in kinds])
    reader = _reader(kinds[0])

    def read_one(value: Any) -> Any:
        if not isinstance(value, list):
            raise MismatchError("must be a list")
        return tuple(_inside(place, reader, one) for place, one in enumerate(value))

    return read_one


def _row(readers: list[_Reader]) -> _Reader:
    def read_one(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(readers):
            raise MismatchError(f"must be a list of {len(readers)}")
        return tuple(
            _inside(place, reader, one) for place, (reader, one) in enumerate(zip(readers, value, strict=True))
        )

    return read_one


def _object(key_reader: _Reader, reader: _Reader) -> _Reader:
    def read_one(value: Any) -> Any:
        if not isinstance(value, dict):
            raise MismatchError("must be an object")
        return {_inside(key, key_reader, key): _inside(key, reader, one) for key, one in value.items()}

    return read_one

"""Colours and type of the look, without Qt: the same tokens that the window reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fitcheck import resources


@cache
def _tokens() -> Any:
    return json.loads((resources.root() / "look" / "tokens.json").read_text(encoding="utf-8"))


@cache
def flat_colours(palette: str) -> Mapping[str, str]:
    """Colours of ``light`` or ``dark`` by name: ``surface``, ``verdict.gpu.tint``, ``component.weights``."""
    groups = _tokens()["palettes"][palette]
    return {**groups["base"], **dict(_named({key: one for key, one in groups.items() if key != "base"}))}


def _named(values: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    pairs = values.items() if isinstance(values, dict) else enumerate(values)
    for key, one in pairs:
        if isinstance(one, str):
            yield f"{prefix}{key}", one
        elif isinstance(one, dict | list):
            yield from _named(one, f"{prefix}{key}.")


@cache
def type_scale() -> Mapping[str, tuple[float, int]]:
    """Role of the type scale -> (pixels, weight)."""
    entries = _tokens()["type"].items()
    return {role: (one["px"], one["weight"]) for role, one in entries if isinstance(one, dict) and "px" in one}

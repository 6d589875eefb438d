"""What a person chose, kept between runs: one record, checked on load, written whole.

A file that cannot be read as settings is set aside, never overwritten and never half used. Keys of a
newer version are kept and written back, so that going back one version loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fitcheck.atomic_file import write_whole
from fitcheck.core.planner import MARGIN_BYTES
from fitcheck.core.workload import KV_TYPES
from fitcheck.engines.all_commands import TITLES
from fitcheck.frozen import dataclass
from fitcheck.records import Between, MismatchError, plain, read
from fitcheck.settings_file import set_aside, settings_path

MAX_CONTEXT = 163_840
"""The longest context of any model in the catalogue, in tokens (R1: max_position_embeddings)."""

LARGEST_MARGIN_BYTES = 64 << 30
"""More would leave no room on any card."""

Pixels = Annotated[int, Between(-100_000, 100_000)]
Length = Annotated[int, Between(1, 100_000)]
"""Device-independent pixels; no desktop is larger, so what is comes from a damaged file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """The window's place on the desktop, in device-independent pixels, and how it was shown."""

    x: Pixels
    y: Pixels
    width: Length
    height: Length
    maximized: bool = False
    strip_width: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that survives a restart; frozen, so changing one makes a new object.

    ``context`` is tokens, ``units`` how sizes are shown. ``margin_bytes`` stays free on every card and in RAM.
    ``cards_left_out`` are keys of cards that plans leave alone, ``choice`` a model and a quantization, ``page`` what
    was shown last, ``verify_python`` the path of a Python that has torch (None: one is looked for). ``newer`` are the
    keys of the file that this version does not know.
    """

    theme: Literal["light", "dark", "system"] = "system"
    language: Literal["system", "en", "zh"] = "system"
    units: Literal["GiB", "GB"] = "GiB"
    context: Annotated[int, Between(1, MAX_CONTEXT)] = 16_384
    kv_type: Literal[*KV_TYPES] = "f16"  # type: ignore[valid-type]
    margin_bytes: Annotated[int, Between(0, LARGEST_MARGIN_BYTES)] = MARGIN_BYTES
    runtime: Literal[*TITLES] = "llama-server"  # type: ignore[valid-type]
    cards_left_out: tuple[str, ...] = ()
    models_folder: str | None = None
    page: Literal["fit", "sheet", "verify", "report", "settings"] = "fit"
    choice: tuple[str, str] | None = None
    verify_python: str | None = None
    geometry: Geometry | None = None
    newer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings as loaded; ``set_aside`` is where a bad file was moved, ``trouble`` what was wrong with it."""

    settings: Settings
    set_aside: Path | None = None
    trouble: str | None = None


def load(path: Path | None = None) -> Loaded:
    """Read the settings; defaults where there is no file, and where a bad one had to be set aside."""
    path = path or settings_path()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError as error:
        return Loaded(Settings(), trouble=error.strerror or str(error))
    try:
        return Loaded(_settings(json.loads(content)))
    except MismatchError as error:
        return _aside(path, str(error))
    except (ValueError, RecursionError) as error:
        return _aside(path, f"it is not JSON ({error})")


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings whole (OSError where the folder cannot be written)."""
    values = plain(settings)
    newer = values.pop("newer")
    write_whole(path or settings_path(), json.dumps({**values, **newer}, indent=1) + "\n")


def _settings(values: object) -> Settings:
    if not isinstance(values, Mapping):
        raise MismatchError("must be an object")
    known = {one.name for one in fields(Settings)} - {"newer"}
    settings = read(Settings, {key: value for key, value in values.items() if key in known})
    return replace(settings, newer={key: value for key, value in values.items() if key not in known})


def _aside(path: Path, trouble: str) -> Loaded:
    try:
        return Loaded(Settings(), set_aside(path), trouble)
    except OSError as error:
        return Loaded(Settings(), None, f"{trouble} ({error.strerror or error})")

"""What a verification found: measured beside predicted, the time of every kind of part, and a verdict."""

from __future__ import annotations

from typing import Literal

from fitcheck.core.units import format_bytes
from fitcheck.frozen import dataclass

VerifyMode = Literal["quick", "thorough"]
VerifyVerdict = Literal["fits", "just_fits", "does_not_fit", "not_verified"]
Component = Literal["weights", "kv_cache", "compute", "activations", "runtime", "resident"]

EXACT: tuple[Component, ...] = ("weights", "kv_cache")
"""Components that must be equal to the byte: the same packing makes both numbers."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One component on one device (``GPU0`` …, ``host``), in bytes; ``note`` says why one of them is None."""

    device: str
    component: Component
    predicted_bytes: int | None
    measured_bytes: int | None
    note: str = ""

    @property
    def agrees(self) -> bool | None:
        """Whether measured equals predicted, for components where it must; None for the others."""
        if self.component not in EXACT:
            return None
        return self.predicted_bytes == self.measured_bytes


@dataclass(frozen=True, slots=True)
class PartTime:
    """A kind of part: how many of it there are and how many ran, seconds of one for the prompt and for one token.

    ``token_bytes`` are the packed bytes that one token reads of one such part.
    """

    kind: str
    count: int
    measured: int
    prompt_seconds: float
    token_seconds: float
    token_bytes: float


@dataclass(frozen=True, slots=True)
class DeviceRate:
    """A device in bytes a second: copying (read and written), and packed weights that this pass read for a token."""

    device: str
    copy_bytes_per_s: float | None
    pass_bytes_per_s: float | None


@dataclass(frozen=True, slots=True)
class Band:
    """Tokens per second: expected, and the band around it."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Tokens per second of a verification, each from other grounds.

    ``pass_decode`` and ``pass_prompt``: this pass in torch, scaled to all layers; it unpacks slower than an engine.
    ``bandwidth_decode``: every byte that a token touches at the measured copy bandwidth; no engine can be faster by
    much. ``predicted`` is the plan's band, ``corrected`` the same model with the measured bandwidths in place of the
    nominal ones; its shares were fitted to nominal bandwidths, so it errs on the slow side.
    """

    pass_decode: float
    pass_prompt: float
    bandwidth_decode: float | None
    predicted: Band | None
    corrected: Band | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer. ``scaled``: not all layers ran, and what is said of the whole rests on those that did.

    ``stopped_at`` names the part that had no room, ``spare_bytes`` is what the tightest device had left beyond the
    reserve (None: nothing tells). ``code`` is the stable word of a failure, empty where there is none.
    """

    model_id: str
    quantization: str
    context: int
    mode: VerifyMode
    verdict: VerifyVerdict
    sentence: str
    layers: int
    layers_run: int
    scaled: bool
    code: str = ""
    stopped_at: str = ""
    spare_bytes: int | None = None
    prompt_tokens: int = 0
    decode_tokens: int = 0
    comparisons: tuple[Comparison, ...] = ()
    times: tuple[PartTime, ...] = ()
    rates: tuple[DeviceRate, ...] = ()
    pace: Pace | None = None
    python: str = ""
    torch: str = ""
    threads: int | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether every component that must be equal to the byte is."""
        return all(one.agrees is not False for one in self.comparisons)


def judge_whole(spare_bytes: int | None, margin_bytes: int) -> tuple[VerifyVerdict, str]:
    """The verdict where everything of the plan was allocated and ran; ``spare_bytes`` is beyond the margin."""
    ran = "Everything that the plan puts on each device was allocated and ran"
    if spare_bytes is None:
        return "fits", f"It fits: {ran}; how much is left, nothing tells."
    if spare_bytes < margin_bytes:
        return "just_fits", f"It fits, but only just: {ran}, with {format_bytes(max(0, spare_bytes))} to spare."
    return "fits", f"It fits with {format_bytes(spare_bytes)} to spare: {ran}."


def judge_scaled(
    runs: bool, spare_bytes: int | None, lacking_bytes: int, lacking_of: str, layers_run: int, layers: int
) -> tuple[VerifyVerdict, str]:
    """The verdict where a part of the layers ran as predicted, by the plan for the whole."""
    ran = f"{layers_run} of {layers} layers ran and took what was predicted"
    if not runs:
        return (
            "does_not_fit",
            f"It does not fit: {ran}, by which {format_bytes(lacking_bytes)} of {lacking_of} are missing.",
        )
    left = "" if spare_bytes is None else f" with {format_bytes(spare_bytes)} to spare"
    return "fits", f"By scaling it fits{left}: {ran}; a thorough run would allocate all of it."

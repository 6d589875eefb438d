"""A report as plain data: what was asked, what was found, and how every number came about.

It holds numbers and the core's own English sentences; words around them come with the language of a format
(``fitcheck/export``). Read from its JSON form it is equal to what was written.
"""

from __future__ import annotations

from typing import Literal

from fitcheck.core.derivation import Certainty, Part
from fitcheck.core.speed import TermKind
from fitcheck.core.verdict import Lacking, Verdict
from fitcheck.core.verification import Verification
from fitcheck.frozen import dataclass

ReportKind = Literal["choice", "comparison", "matrix"]


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens per second: expected, and the band around it."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class TimeShare:
    """A part of the time of one token; ``bytes`` moved at ``bytes_per_s`` where that is what takes it, else None."""

    kind: TermKind
    device: str
    seconds: float
    bytes: float | None
    bytes_per_s: float | None


@dataclass(frozen=True, slots=True)
class DeviceShare:
    """What one device holds, in bytes, as in ``fitcheck.plan/1``; ``label`` is its name for people, empty for RAM.

    ``size_bytes`` and ``free_bytes`` are those of the device itself; None: unknown. ``runtime_seen``: the runtime's
    part was seen on this card rather than assumed.
    """

    name: str
    kind: Literal["gpu", "host"]
    label: str
    weights_bytes: int
    kv_cache_bytes: int
    compute_bytes: int
    runtime_bytes: int
    capacity_bytes: int | None
    headroom_bytes: int | None
    size_bytes: int | None
    free_bytes: int | None
    runtime_seen: bool = False

    @property
    def total_bytes(self) -> int:
        """Everything that the model takes of it."""
        return self.weights_bytes + self.kv_cache_bytes + self.compute_bytes + self.runtime_bytes

    @property
    def usable_bytes(self) -> int | None:
        """What all of that may take: capacity, which does not count the runtime's part, and that part."""
        return None if self.capacity_bytes is None else self.capacity_bytes + self.runtime_bytes


@dataclass(frozen=True, slots=True)
class RuntimeCommand:
    """Text to paste for one runtime, or ``refusal``, why it cannot do this plan."""

    engine: str
    title: str
    sh: str
    powershell: str
    notes: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class CardOffer:
    """So many of a card that run the choice: all of it, or with ``ram_bytes`` of RAM beside them."""

    card: str
    count: int
    memory_bytes: int
    verdict: Verdict
    ram_bytes: int
    decode: Span


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """Published quality: the unquantized model's score, and what the quantization loses. None: nobody measured it."""

    benchmark: str
    score_percent: float | None
    score_source: str
    loss: str | None
    perplexity_percent: float | None
    kld_mean: float | None
    measured_on: str
    loss_source: str
    same_kind: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """How a number came about: ``certainty`` and ``source`` as in ``core/derivation.py``."""

    component: Part
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class ContextPoint:
    """The choice at another context: all bytes on the device that decides, speed with the context full, its verdict."""

    context: int
    needed_bytes: int
    decode: Span
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LayerRun:
    """``count`` layers in a row that lie alike: (device, part of their bytes) of attention and shared weights, and of
    routed experts, which are empty where a layer has none.
    """

    count: int
    shared: tuple[tuple[str, float], ...]
    routed: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One model and quantization of a table. ``decode`` None where it does not run at all."""

    model: str
    name: str
    quant: str
    verdict: Verdict
    total_bytes: int
    download_bytes: int
    lacking_bytes: int
    lacking_of: Lacking
    decode: Span | None


@dataclass(frozen=True, slots=True)
class ChoiceReport:
    """One model, quantization and context on the machine: everything that is said of it.

    ``watched`` is the device that ``points`` are about (an index into ``devices``). ``others`` are the same model's
    other common quantizations. ``layers`` are those that repeat, then the output layer; ``n_experts`` is how many
    routed experts each has. ``own_file``: a person's own; that and a published one that a runtime has there already
    are ``file_is_here``. Sentences are the core's.
    """

    model: str
    name: str
    quant: str
    context: int
    parallel: int
    type_k: str
    type_v: str
    verdict: Verdict
    download_bytes: int
    lacking_bytes: int
    lacking_of: Lacking
    n_layers: int
    gpu_layers: int
    cpu_moe_layers: int
    tensor_split: tuple[float, ...] | None
    overrides: tuple[tuple[str, str], ...]
    devices: tuple[DeviceShare, ...]
    decode: Span | None
    prompt: Span | None
    terms: tuple[TimeShare, ...]
    load_seconds: float | None
    reasoning_tokens: int | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...]
    advice: tuple[str, ...]
    commands: tuple[RuntimeCommand, ...]
    cards: tuple[CardOffer, ...]
    quality: QualityFacts | None
    origins: tuple[Origin, ...]
    points: tuple[ContextPoint, ...]
    watched: int
    others: tuple[Cell, ...]
    verification: Verification | None = None
    layers: tuple[LayerRun, ...] = ()
    n_experts: int = 0
    own_file: bool = False
    file_is_here: bool = False

    @property
    def total_bytes(self) -> int:
        """Everything on all devices."""
        return sum(device.total_bytes for device in self.devices)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card of the machine, as far as a reader needs it; None: unknown."""

    name: str
    memory_bytes: int | None
    free_bytes: int | None
    bandwidth_bytes_per_s: int | None
    planned: bool


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """The machine, as far as a reader needs it: no serial numbers, no names of people or computers, no programs."""

    what_if: bool
    cards: tuple[CardFacts, ...]
    ram_bytes: int | None
    ram_available_bytes: int | None
    ram_bandwidth_bytes_per_s: int | None
    ram_bandwidth_from: str | None
    cpu_name: str | None
    cpu_cores: int | None
    disk_free_bytes: int | None
    os_name: str | None
    driver_version: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole. ``date`` is ISO 8601, ``version`` FitCheck's that made it.

    ``choices`` has one entry for ``choice``, several for ``comparison``; ``cells`` is filled for ``matrix``, where
    ``best`` is the place of the recommended cell and ``left_out`` names models whose limit is below the context.
    """

    kind: ReportKind
    date: str
    version: str
    context: int
    margin_bytes: int
    machine: MachineFacts
    choices: tuple[ChoiceReport, ...] = ()
    cells: tuple[Cell, ...] = ()
    best: int | None = None
    left_out: tuple[str, ...] = ()

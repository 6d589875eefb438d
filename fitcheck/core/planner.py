"""(model, quantization, workload, machine) -> the best placement, its verdict and the reasons.

Every candidate goes through the one estimate function, so a plan can never promise what the estimate
denies. Dense models put as many layers on the cards as fit; R1 keeps attention and shared weights of all
layers there and as many routed experts as fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from fitcheck.core import explanation
from fitcheck.core.estimate import RUNTIME_BYTES_PER_GPU, DeviceMemory, Estimate, check_context, estimate
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.kv_cache import check_cache_types, kv_cache_by_device
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType
from fitcheck.core.units import GIB
from fitcheck.core.weights import weight_table, weights_by_device
from fitcheck.core.workload import Workload

Verdict = Literal["gpu", "offload", "cpu", "disk", "no"]
"""``gpu`` all on cards, ``offload`` cards and RAM, ``cpu`` RAM alone, ``disk`` streams from SSD, ``no``."""

VERDICTS: tuple[Verdict, ...] = ("gpu", "offload", "cpu", "disk", "no")
RUNS: frozenset[Verdict] = frozenset(("gpu", "offload", "cpu"))

Lacking = Literal["", "RAM", "disk"]

MARGIN_BYTES = GIB
"""What stays free on every device unless changed: what llama.cpp's ``--fit`` leaves (common/fit.cpp)."""


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One device in a plan: what it would hold, what it may hold (``capacity_bytes``), both in bytes.

    ``capacity_bytes`` is free memory less the larger of margin and runtime overhead, so that
    ``headroom_bytes`` below zero means that it does not fit. None: capacity unknown.
    """

    memory: DeviceMemory
    capacity_bytes: int | None

    @property
    def headroom_bytes(self) -> int | None:
        """Capacity left; negative where the device is too small; None where capacity is unknown."""
        if self.capacity_bytes is None:
            return None
        return self.capacity_bytes - (self.memory.total_bytes - self.memory.runtime_bytes)

    @property
    def fits(self) -> bool:
        """Whether it fits; a device of unknown capacity is given the benefit of the doubt."""
        headroom = self.headroom_bytes
        return headroom is None or headroom >= 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer for one model and quantization on one machine.

    ``machine`` is what was planned for. ``download_bytes`` is the size of the file. ``lacking_bytes`` is how
    much is missing where the verdict is ``disk`` or ``no``, and ``lacking_of`` names it: RAM or disk.
    """

    model: ModelSpec
    file_type: FileType
    workload: Workload
    machine: Machine
    placement: Placement
    verdict: Verdict
    estimate: Estimate
    devices: tuple[DevicePlan, ...]
    download_bytes: int
    lacking_bytes: int = 0
    lacking_of: Lacking = ""

    @property
    def model_id(self) -> str:
        """The model's id."""
        return self.model.id

    @property
    def quantization(self) -> str:
        """The file type's id."""
        return self.file_type.id

    @property
    def runs(self) -> bool:
        """Whether it runs from memory (exit code 0)."""
        return self.verdict in RUNS

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in sentences; the verdict's own reason first."""
        return explanation.reasons(self)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know although it does not change the verdict."""
        return explanation.warnings(self)

    @property
    def gpu_weight_share(self) -> float:
        """Part of the weights that sits on cards, 0 to 1."""
        on_cards = sum(device.memory.weights_bytes for device in self.devices if device.memory.kind == "gpu")
        return on_cards / self.estimate.weights_bytes


@dataclass(frozen=True, slots=True)
class _Search:
    """One question and what its candidates are held against."""

    spec: ModelSpec
    file_type: FileType
    workload: Workload
    machine: Machine
    margin_bytes: int
    imatrix: bool

    def priced(self, placement: Placement) -> _Candidate:
        """A placement with its estimate and each device's capacity."""
        answer = estimate(
            self.spec,
            self.file_type,
            self.workload,
            placement,
            imatrix=self.imatrix,
            runtime_bytes=[runtime_overhead_bytes(card) for card in self.machine.plannable_gpus],
        )
        available = self.machine.ram_available_bytes
        host = None if available is None else available - self.margin_bytes
        devices = tuple(map(DevicePlan, answer.devices, (*self._card_capacities(placement), host)))
        return _Candidate(placement, answer, devices)

    def may_fit(self, placement: Placement, compute: Sequence[int] = ()) -> bool:
        """Whether the cards hold weights, KV cache and these compute buffers."""
        layout = self.spec.kv_layout(self.workload.kv_layout)
        weights = weights_by_device(self.spec, self.file_type, self.imatrix, layout, placement)
        kv_cache = kv_cache_by_device(self.spec, self.workload, placement)
        parts = zip_longest(weights[:-1], kv_cache[:-1], compute, self._card_capacities(placement), fillvalue=0)
        return all(weight + cache + buffers <= capacity for weight, cache, buffers, capacity in parts)

    def _card_capacities(self, placement: Placement) -> list[int]:
        cards = self.machine.plannable_gpus[: placement.gpus]
        return [_usable_bytes(card, self.margin_bytes) for card in cards]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A placement, priced."""

    placement: Placement
    estimate: Estimate
    devices: tuple[DevicePlan, ...]

    @property
    def cards_fit(self) -> bool:
        """Whether every card holds its part."""
        return all(device.fits for device in self.devices[:-1])

    @property
    def host(self) -> DevicePlan:
        """The host's part."""
        return self.devices[-1]


def plan(
    spec: ModelSpec,
    file_type: FileType,
    workload: Workload,
    machine: Machine,
    *,
    margin_bytes: int = MARGIN_BYTES,
    imatrix: bool = True,
    header_bytes: int = 0,
) -> Plan:
    """Find the best placement on a machine and judge it.

    ``margin_bytes`` stays free on every device; ``header_bytes`` is the file's metadata (vocabulary), which
    counts as download only. Raises RequestError as ``estimate`` does.
    """
    check_context(spec, workload)
    check_cache_types(spec, workload)
    search = _Search(spec, file_type, workload, machine, margin_bytes, imatrix)
    stored = weight_table(spec, file_type, imatrix, spec.kv_layout(workload.kv_layout)).data_bytes
    best = _best_on_cards(search)
    if best is None or (not best.host.fits and best.placement.gpu_layers == 0):
        best = search.priced(Placement())
    verdict, lacking, lacking_of = _judge(search, best, stored + header_bytes)
    return Plan(
        spec,
        file_type,
        workload,
        machine,
        best.placement,
        verdict,
        best.estimate,
        best.devices,
        stored + header_bytes,
        lacking,
        lacking_of,
    )


def runtime_overhead_bytes(card: Gpu) -> int:
    """What was seen on this card, else the stated margin."""
    return RUNTIME_BYTES_PER_GPU if card.runtime_overhead_bytes is None else card.runtime_overhead_bytes


def _usable_bytes(card: Gpu, margin_bytes: int) -> int:
    """Free memory less the larger of margin and runtime overhead; below zero where less than that is free."""
    return (card.memory_free_bytes or 0) - max(margin_bytes, runtime_overhead_bytes(card))


def _judge(search: _Search, best: _Candidate, file_bytes: int) -> tuple[Verdict, int, Lacking]:
    """The verdict on the best placement, and what is missing."""
    if best.host.fits:
        layers = best.placement.gpu_layers if best.placement.gpus else 0
        if not layers:
            return "cpu", 0, ""
        whole = layers > search.spec.n_layers and not best.placement.cpu_moe_layers
        return ("gpu" if whole else "offload"), 0, ""
    missing = -(best.host.headroom_bytes or 0)
    if missing > best.host.memory.weights_bytes:
        return "no", missing, "RAM"
    free = search.machine.disk.free_bytes if search.machine.disk else None
    if free is not None and free < file_bytes:
        return "no", file_bytes - free, "disk"
    # Weights are mapped from the file and read again and again; all else is in memory.
    return "disk", missing, "RAM"


def _best_on_cards(search: _Search) -> _Candidate | None:
    """The placement with the most on the cards that they hold, or None where no layer fits."""
    best: _Candidate | None = None
    for base in _splits(search):
        found = _fill_with_experts(search, base) if search.spec.is_moe else _fill_with_layers(search, base)
        if found is not None and (best is None or _on_cards(found) > _on_cards(best)):
            best = found
    return best


def _on_cards(candidate: _Candidate) -> int:
    return sum(device.memory.weights_bytes for device in candidate.devices[:-1])


def _splits(search: _Search) -> Iterator[Placement]:
    """Ways to share layers among the cards: by free memory as the engine does, then by what is usable."""
    cards = search.machine.plannable_gpus
    if not cards:
        return
    free = tuple(card.memory_free_bytes or 0 for card in cards)
    everything = search.spec.n_layers + 1
    if any(free):
        yield Placement(len(cards), everything, gpu_free_bytes=free)
    usable = tuple(float(max(0, _usable_bytes(card, search.margin_bytes))) for card in cards)
    if len(cards) > 1 and any(usable):
        yield Placement(len(cards), everything, tensor_split=usable)


def _fill_with_layers(search: _Search, base: Placement) -> _Candidate | None:
    """The most layers that fit, from all of them down to one."""
    layers = search.spec.n_layers

    def offloading(on_host: int) -> Placement:
        return replace(base, gpu_layers=layers + 1 - on_host)

    return _least_that_fits(search, offloading, layers)


def _fill_with_experts(search: _Search, base: Placement) -> _Candidate | None:
    """The fewest layers with their routed experts on the host; fewer layers where that is not enough."""

    def keeping(on_host: int) -> Placement:
        return replace(base, cpu_moe_layers=on_host)

    return _least_that_fits(search, keeping, search.spec.n_layers) or _fill_with_layers(
        search, replace(base, cpu_moe_layers=search.spec.n_layers)
    )


def _least_that_fits(search: _Search, placement_of: Callable[[int], Placement], most: int) -> _Candidate | None:
    """The smallest count from 0 to ``most`` whose placement the cards hold; None if none does.

    Pricing takes long beside adding up weights and cache, so the search goes by those and by the compute buffers
    of the last placement that was priced, and prices what it finds.
    """
    if search.may_fit(placement_of(0)):
        found = search.priced(placement_of(0))
        if found.cards_fit:
            return found
    best = search.priced(placement_of(most)) if search.may_fit(placement_of(most)) else None
    if best is None or not best.cards_fit:
        return None
    last, too_few, enough = best, 0, most
    while enough - too_few > 1:
        compute = [device.memory.compute_bytes for device in last.devices[:-1]]
        count = _first(too_few + 1, enough - 1, lambda tried: search.may_fit(placement_of(tried), compute))  # noqa: B023
        if not search.may_fit(placement_of(count)):
            too_few = count
            continue
        last = search.priced(placement_of(count))
        if last.cards_fit:
            best, enough = last, count
        else:
            too_few = count
    return best


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from ``low`` on of which ``holds`` is true, or ``high``, by bisection."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low

"""What a plan's candidates are held against: each device's capacity, and the one estimate function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cached_property, lru_cache
from operator import attrgetter

from fitcheck.core.estimate import RUNTIME_BYTES_PER_GPU, DeviceMemory, Estimate, estimate, score_copies_bytes
from fitcheck.core.hardware import Gpu, Machine, SameMachine
from fitcheck.core.kv_cache import kv_cache_by_device, layer_bytes
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType
from fitcheck.core.units import GIB, format_bytes
from fitcheck.core.weights import weight_table, weights_by_device
from fitcheck.core.workload import Workload
from fitcheck.frozen import dataclass

MARGIN_BYTES = GIB
"""What stays free on every device unless changed: what llama.cpp's ``--fit`` leaves (common/fit.cpp)."""


_that_decides = attrgetter(*(name.name for name in fields(Gpu) if name.name not in ("uuid", "unknown")))
"""A card's fields that plans may depend on."""


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
class Candidate:
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

    @property
    def buffers(self) -> tuple[int, ...]:
        """Compute buffers of the cards, then of the host."""
        return tuple(device.memory.compute_bytes for device in self.devices)

    @property
    def on_cards(self) -> int:
        """Bytes of weights on cards."""
        return sum(device.memory.weights_bytes for device in self.devices[:-1])


class Deciding:
    """All of a machine that plans depend on, in a form that is looked up quickly."""

    __slots__ = ("_hash", "cards", "parts")

    def __init__(self, machine: Machine) -> None:
        self.cards = machine.plannable_gpus
        disk = machine.disk.read_bytes_per_s if machine.disk else None
        self.parts = (
            *map(_that_decides, self.cards), machine.ram_available_bytes, machine.ram_bandwidth_bytes_per_s,
            machine.ram_bandwidth_from, machine.cpu_cores, disk,
        )  # fmt: skip
        self._hash = hash(self.parts)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Deciding) and self.parts == other.parts)

    def __hash__(self) -> int:
        return self._hash


@lru_cache(maxsize=16)
def _deciding(same: SameMachine) -> Deciding:
    return Deciding(same.machine)


class Question:
    """One file on one machine with one workload."""

    def __init__(
        self,
        spec: ModelSpec,
        file_type: FileType,
        workload: Workload,
        machine: Machine,
        margin_bytes: int = MARGIN_BYTES,
        imatrix: bool = True,
    ) -> None:
        self.spec, self.file_type, self.workload = spec, file_type, workload
        self.machine, self.margin_bytes, self.imatrix = machine, margin_bytes, imatrix
        self.kv_layout = spec.kv_layout(workload.kv_layout)
        self._deciding = _deciding(SameMachine(machine))
        self.cards = self._deciding.cards
        self._copies = score_copies_bytes(spec, workload)
        self.capacities = tuple([self._capacity(card) for card in self.cards])
        self._held: dict[Placement, tuple[list[int], list[int]]] = {}
        self._sums: dict[int, list[int]] = {}

    @property
    def identity(self) -> tuple[object, ...]:
        """All that an answer depends on, in a form that can be looked up."""
        return (self.spec, self.file_type, self.imatrix, self.workload, self.margin_bytes, self._deciding)

    def forget(self) -> None:
        """Let go of what was only needed while a search went on."""
        self._held.clear()
        self._sums.clear()

    def priced(self, placement: Placement) -> Candidate:
        """A placement with its estimate and each device's capacity."""
        overheads = [runtime_overhead_bytes(card) for card in self.cards]
        answer = estimate(
            self.spec, self.file_type, self.workload, placement, imatrix=self.imatrix, runtime_bytes=overheads
        )
        available = self.machine.ram_available_bytes
        host = None
        if available is not None:
            # What a card with unified memory holds is missing in RAM.
            cards = zip(self.cards, answer.devices[:-1], strict=False)
            host = available - self.margin_bytes - sum(held.total_bytes for card, held in cards if card.unified)
        capacities = (*self.capacities[: placement.gpus], host)
        return Candidate(placement, answer, tuple(map(DevicePlan, answer.devices, capacities)))

    def _capacity(self, card: Gpu) -> int:
        """Free memory less the larger of margin and runtime overhead; below zero where less than that is free."""
        return (card.memory_free_bytes or 0) - max(self.margin_bytes, runtime_overhead_bytes(card) + self._copies)

    @cached_property
    def rope_factors_bytes(self) -> int:
        """What every card with repeating layers holds besides."""
        return weight_table(self.spec, self.file_type, self.imatrix, self.kv_layout).rope_factors_gpu

    def sizes_before(self, moved: int) -> list[int]:
        """What comes to a card with all layers before each layer, and before the end, the output layer included.

        Cache and weights, without the routed experts of the first ``moved`` layers.
        """
        found = self._sums.get(moved)
        if found is None:
            plain, routed = self._plain_and_routed
            left_out = routed[moved]
            moved += 1
            both = zip(plain[moved:], routed[moved:], strict=True)
            found = [*plain[:moved], *[one + more - left_out for one, more in both]]
            self._sums[moved - 1] = found
        return found

    @cached_property
    def _plain_and_routed(self) -> tuple[list[int], tuple[int, ...]]:
        """Bytes of all layers before a layer: cache and what always comes with it, and routed experts."""
        sums = weight_table(self.spec, self.file_type, self.imatrix, self.kv_layout).sums
        cache = layer_bytes(self.spec, self.workload, on_gpu=True) if self.workload.kv_offload else 0
        # The output layer, the last one, has no cache.
        counts = [*range(self.spec.n_layers + 1), self.spec.n_layers]
        return [size + count * cache for size, count in zip(sums.gpu, counts, strict=True)], sums.routed_gpu

    def weights(self, placement: Placement) -> list[int]:
        """Bytes of weights on each card, then on the host."""
        return self._weights_and_cache(placement)[0]

    def _weights_and_cache(self, placement: Placement) -> tuple[list[int], list[int]]:
        """Both by device; a search asks for them several times."""
        held = self._held.get(placement)
        if held is None:
            held = self._held[placement] = (
                weights_by_device(self.spec, self.file_type, self.imatrix, self.kv_layout, placement),
                kv_cache_by_device(self.spec, self.workload, placement),
            )
        return held

    def on_cards(self, placement: Placement) -> int:
        """Bytes of weights on cards."""
        return sum(self.weights(placement)[:-1])

    def left_of_ram(self, placement: Placement, buffers: Sequence[int]) -> int | None:
        """What a placement leaves of RAM beside these compute buffers of all devices; None where RAM is unknown."""
        available = self.machine.ram_available_bytes
        if available is None:
            return None
        *cards, host = [sum(parts) for parts in zip(*self._weights_and_cache(placement), buffers, strict=True)]
        on_unified = [
            held + runtime_overhead_bytes(card) for card, held in zip(self.cards, cards, strict=True) if card.unified
        ]
        return available - self.margin_bytes - sum(on_unified) - host

    def room(self, placement: Placement) -> list[int]:
        """What a placement leaves of every card for compute buffers; below zero where not even the rest fits."""
        weights, cache = self._weights_and_cache(placement)
        return [
            capacity - held - cached for capacity, held, cached in zip(self.capacities, weights, cache, strict=False)
        ]

    def may_fit(self, placement: Placement) -> bool:
        """Whether the cards hold weights and cache; pricing takes long beside adding those up."""
        return min(self.room(placement)) >= 0


@lru_cache(maxsize=16)
def with_usable_cards(same: SameMachine, margin_bytes: int) -> Machine:
    """The machine without the free memory of cards that would have nothing left for a model.

    An engine that takes such a card along has its first card's work there, or fails to open it.
    """
    cards = tuple([_if_usable(card, margin_bytes) for card in same.machine.gpus])
    return same.machine if cards == same.machine.gpus else replace(same.machine, gpus=cards)


@lru_cache(maxsize=16)
def without_smallest_card(same: SameMachine) -> Machine | None:
    """The machine without the card that has least free; None where there is none or all have the same."""
    frees = [card.memory_free_bytes or 0 for card in same.machine.plannable_gpus]
    if not frees or min(frees) == max(frees):
        return None
    smallest = next(card for card in same.machine.plannable_gpus if card.memory_free_bytes == min(frees))
    why = "With it no placement of this model fits on the cards."
    left_out = replace(smallest, memory_free_bytes=None, unknown={**smallest.unknown, "memory_free_bytes": why})
    return replace(same.machine, gpus=tuple([left_out if card is smallest else card for card in same.machine.gpus]))


def _if_usable(card: Gpu, margin_bytes: int) -> Gpu:
    free, stays = card.memory_free_bytes, max(margin_bytes, runtime_overhead_bytes(card))
    if not card.plannable or free is None or free > stays:
        return card
    why = f"{format_bytes(free)} are free there, and {format_bytes(stays)} have to stay free."
    return replace(card, memory_free_bytes=None, unknown={**card.unknown, "memory_free_bytes": why})


def runtime_overhead_bytes(card: Gpu) -> int:
    """What was seen on this card, else the stated margin."""
    return RUNTIME_BYTES_PER_GPU if card.runtime_overhead_bytes is None else card.runtime_overhead_bytes

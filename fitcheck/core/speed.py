"""Tokens per second by a roofline: bytes moved and operations done on every device, over what each can do.

Devices work on a token one after the other, so their times add up. Decoding reads weights and cache; each layer costs
a little time by itself (kernel launches, synchronisation). A prompt is computed in batches that share one reading of
the weights. The few fitted numbers are in ``calibration``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from fitcheck.core.calibration import CALIBRATION, Calibration
from fitcheck.core.graph.devices import OFFLOAD_MIN_BATCH
from fitcheck.core.rates import CardRates, MachineRates
from fitcheck.core.traffic import IDLE, DeviceWork, Traffic
from fitcheck.frozen import dataclass

SplitMode = Literal["layer", "tensor"]

TermKind = Literal["weights", "cache", "unpacking", "layers", "crossings", "compute", "attention", "link", "disk"]

SCORE_BYTES = 4
"""An attention score without flash attention (F32)."""

ATTENTION_SHARE = 0.5
"""Of the rate on weights that flash attention reaches in a prompt: an assumption, no case measures it by itself."""


@dataclass(frozen=True, slots=True)
class Term:
    """A part of the time of a token or prompt; where bytes decide it, how many, and the rate in bytes a second."""

    kind: TermKind
    device: str
    seconds: float
    bytes: float = 0.0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens per second: the expected value, the band around it, and the terms of its time."""

    low: float
    expected: float
    high: float
    terms: tuple[Term, ...]

    def seconds_for(self, tokens: int) -> float:
        """How long so many tokens take at the expected speed."""
        return tokens / self.expected

    @property
    def limit(self) -> Term:
        """What takes the largest part of the time; cards that do the same count together, as device ``cards``."""
        groups: dict[tuple[str, str], list[Term]] = {}
        for term in self.terms:
            device = "cards" if term.device.startswith("GPU") else term.device
            groups.setdefault((term.kind, device), []).append(term)
        most = max(groups.values(), key=lambda terms: sum([term.seconds for term in terms], 0.0))
        if len(most) == 1:
            return most[0]
        seconds, moved = sum([term.seconds for term in most], 0.0), sum([term.bytes for term in most])
        return Term(most[0].kind, "cards", seconds, moved, moved / seconds if most[0].rate else 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """How a model is run.

    ``quantized``: the weights; ``quantized_cache``: keys and values. ``borrows``: cards fetch the host's weights for
    large batches (``op_offload``). ``pipeline``: cards work on several batches at once. ``from_disk`` is the part of
    the host's weights that RAM does not hold.
    """

    quantized: bool
    flash_attn: bool
    quantized_cache: bool = False
    ubatch: int = 512
    split_mode: SplitMode = "layer"
    borrows: bool = True
    pipeline: bool = False
    from_disk: float = 0.0


def decode_speed(
    work: Traffic, machine: MachineRates, run: Run, depth: int, calibration: Calibration = CALIBRATION
) -> Speed:
    """Tokens per second of one chat with ``depth`` tokens in the cache."""
    terms = tuple(term for term in _decoding(work, machine, run, depth, calibration) if term.seconds > 0)
    spread = calibration.host_spread if work.read_by_a_token(work.host) else calibration.card_spread
    return _speed(1, terms, spread)


def decode_seconds(
    work: Traffic, machine: MachineRates, run: Run, depth: int, calibration: Calibration = CALIBRATION
) -> float:
    """What a token of ``decode_speed`` is expected to take, for who compares many placements."""
    return sum([term.seconds for term in _decoding(work, machine, run, depth, calibration)], 0.0)


def prompt_speed(
    work: Traffic, machine: MachineRates, run: Run, tokens: int, calibration: Calibration = CALIBRATION
) -> Speed:
    """Tokens per second of reading a prompt of ``tokens`` tokens into an empty cache."""
    terms = tuple(term for term in _reading(work, machine, run, tokens, calibration) if term.seconds > 0)
    return _speed(tokens, terms, calibration.prompt_spread)


def _speed(tokens: int, terms: tuple[Term, ...], spread: float) -> Speed:
    expected = tokens / sum([term.seconds for term in terms], 0.0)
    return Speed(expected / spread, expected, expected * spread, terms)


def _decoding(work: Traffic, machine: MachineRates, run: Run, depth: int, calibration: Calibration) -> Iterator[Term]:
    together = len(machine.cards) if run.split_mode == "tensor" else 1
    for index, part in enumerate(work.devices[:-1]):
        if part is IDLE or part == IDLE:
            continue
        card, name = machine.cards[index], f"GPU{index}"
        yield _weights(work, part, name, card, run, together, calibration)
        yield _cache(work, part, name, card, run, depth, calibration)
        seconds = card.layer_s(calibration)
        if together > 1:
            seconds += calibration.all_reduce_s
        experts = work.expert_layers(part) * calibration.expert_layer_s
        yield Term("layers", name, part.layers * seconds + experts)
    yield from _decoding_on_host(work, machine, run, depth, calibration)
    if together == 1 and not work.host.routed_bytes:
        # Where experts stay in RAM the fitted share of its bandwidth has the changes of device in it.
        yield Term("crossings", "link", work.crossings * calibration.crossing_s)


def _weights(
    work: Traffic, part: DeviceWork, name: str, card: CardRates, run: Run, together: int, calibration: Calibration
) -> Term:
    """Reading weights and unpacking quantized ones, which overlap in part on cards with matrix units, wholly elsewhere.

    What shares out every layer has kernels of its own (vLLM's Marlin), which no case shows slowed by unpacking.
    """
    rate = card.reads(calibration)
    moved = work.read_by_a_token(part)
    reading = moved / rate / together
    weights = part.shared_weights + part.routed_weights
    unpacking = weights * card.unpack_s(calibration) if run.quantized and run.split_mode == "layer" else 0.0
    if not card.has_matrix_units:
        both = max(reading, unpacking)
    else:
        both = math.sqrt(reading * reading + unpacking * unpacking)
    if unpacking > reading:
        return Term("unpacking", name, both)
    return Term("weights", name, both, moved, moved / both if unpacking else rate)


def _cache(
    work: Traffic, part: DeviceWork, name: str, card: CardRates, run: Run, depth: int, calibration: Calibration
) -> Term:
    """Reading keys and values; quantized ones are unpacked for every head anew.

    Without flash attention the scores make several rounds through memory.
    """
    moved, rate = float(depth * part.cache_bytes), card.reads(calibration)
    rounds = calibration.metal_scores_s if card.backend == "metal" else calibration.scores_s
    scores = 0.0 if run.flash_attn else depth * part.layers * rounds
    if run.flash_attn and run.quantized_cache and not work.latent:
        looked_at = depth * part.layers * work.attention_heads * work.attention_width
        unpacking = looked_at * card.unpack_cache_s(calibration)
        if unpacking > moved / rate:
            # Said with the rate that is left, not with one that the memory could give.
            rate = moved / unpacking
    return Term("cache", name, moved / rate + scores, moved, rate)


def _decoding_on_host(
    work: Traffic, machine: MachineRates, run: Run, depth: int, calibration: Calibration
) -> Iterator[Term]:
    host = work.host
    moved = work.read_by_a_token(host)
    share = calibration.experts_in_ram_share if host.routed_bytes else calibration.ram_share
    rate = machine.ram_bandwidth * share
    yield Term("disk", "disk", moved * run.from_disk / machine.disk, moved * run.from_disk, machine.disk)
    moved *= 1 - run.from_disk
    yield Term("weights", "host", moved / rate, moved, rate)
    cached, rate = float(depth * host.cache_bytes), machine.ram_bandwidth * calibration.ram_share
    yield Term("cache", "host", cached / rate, cached, rate)


def _reading(work: Traffic, machine: MachineRates, run: Run, tokens: int, calibration: Calibration) -> Iterator[Term]:
    batches, batch = -(-tokens // run.ubatch), min(tokens, run.ubatch)
    many = len(machine.cards)
    at_once = many if run.split_mode == "tensor" else 1.0
    if run.pipeline and many > 1:
        # The first batch passes all cards alone; from then on each works on another one.
        at_once = batches * many / (batches + many - 1)
    for index, part in enumerate(work.devices[:-1]):
        card, name = machine.cards[index], f"GPU{index}"
        rate = card.computes(calibration, quantized=run.quantized)
        computing = _operations(part, tokens, calibration) / rate
        reading = batches * work.read_by_a_batch(part, batch) / card.reads(calibration)
        yield Term("compute", name, max(computing, reading) / at_once)
        yield Term("attention", name, _attention_s(work, part, card, run, tokens, rate, calibration) / at_once)
    yield from _reading_on_host(work, machine, run, tokens, calibration)


def _operations(part: DeviceWork, tokens: int, calibration: Calibration) -> float:
    """What a card does for a prompt, counted at the rate of large matrices."""
    return 2 * tokens * (part.shared_weights + part.routed_weights / calibration.expert_prompt_share)


def _attention_s(
    work: Traffic, part: DeviceWork, card: CardRates, run: Run, tokens: int, rate: float, calibration: Calibration
) -> float:
    pairs = _attention_pairs(work, part, tokens)
    if run.flash_attn:
        return pairs * 2 * work.attention_width / (rate * ATTENTION_SHARE)
    return pairs * SCORE_BYTES * calibration.score_passes / card.bandwidth


def _attention_pairs(work: Traffic, part: DeviceWork, tokens: int) -> float:
    """Every token looks at all before it: half of the square of the prompt, for each head and layer."""
    return tokens * tokens / 2 * part.layers * work.attention_heads


def _reading_on_host(
    work: Traffic, machine: MachineRates, run: Run, tokens: int, calibration: Calibration
) -> Iterator[Term]:
    """The host's part of a prompt: computed there, or its weights fetched by the first card batch by batch."""
    host, processor = work.host, machine.cores * calibration.core_flops
    batches, batch = -(-tokens // run.ubatch), min(tokens, run.ubatch)
    uses_cards = len(work.devices) > 1
    if uses_cards and run.borrows and batch >= OFFLOAD_MIN_BATCH:
        moved, card = batches * work.read_by_a_batch(host, batch), machine.cards[0]
        yield Term("link", "link", moved / card.link, moved, card.link)
        rate = card.computes(calibration, quantized=run.quantized)
        yield Term("compute", "GPU0", _operations(host, tokens, calibration) / rate)
    else:
        yield Term("compute", "host", 2 * tokens * (host.shared_weights + host.routed_weights) / processor)
    yield Term("attention", "host", _attention_pairs(work, host, tokens) * 2 * work.attention_width / processor)
    streamed = run.from_disk * (host.shared_bytes + host.routed_bytes) * batches
    yield Term("disk", "disk", streamed / machine.disk, streamed, machine.disk)

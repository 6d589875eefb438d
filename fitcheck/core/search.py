"""Placements worth pricing: layers from the last card backwards, routed experts in RAM from the first layer on.

Cards get layers in order and the output layer lies on the last one (``fitcheck.core.placement``). Filling from the end
therefore leaves layers without their experts, and those that stay in RAM whole, at the beginning: that is what
llama.cpp's ``--n-cpu-moe`` and ``--n-gpu-layers`` do, so plans need few flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fitcheck.core.expert_tensors import chosen, overrides, tensors_in_ram, uneven
from fitcheck.core.placement import Placement
from fitcheck.core.pricing import Candidate, Question


@dataclass(frozen=True, slots=True)
class Effort:
    """How far single tensors are looked for: layers given up for them, layers that may be parted, fewer layers."""

    given_up: int
    parted: int
    fewer_layers: bool


QUICK = Effort(0, 3, fewer_layers=False)
THOROUGH = Effort(8, 16, fewer_layers=True)
"""The last hundred megabytes of a card; they make no difference to speed."""

_ROUNDS = 6
"""Compute buffers depend a little on what lies where; after so many corrections a layout is given up."""


def candidates(question: Question, effort: Effort) -> Iterator[Candidate]:
    """Placements that the cards hold, the plainest first."""
    cards = len(question.cards)
    free = tuple(card.memory_free_bytes or 0 for card in question.cards)
    if not any(free):
        return
    everything = question.spec.n_layers + 1
    plain = Placement(cards, everything, gpu_free_bytes=free)
    if question.may_fit(plain):
        found = question.priced(plain)
        if found.cards_fit:
            yield found
            yield from _on_fewer_cards(question)
            return
    yield from _filled_from_the_end(question, (True,) * cards, effort)


def _on_fewer_cards(question: Question) -> Iterator[Candidate]:
    """Where everything fits with room to spare: on the fastest cards alone."""
    cards = question.cards
    if len(cards) < 2:
        return
    order = sorted(range(len(cards)), key=lambda index: -(cards[index].bandwidth_bytes_per_s or 0))
    for count in range(1, len(cards)):
        used = tuple(index in order[:count] for index in range(len(cards)))
        if sum(_layout(question, used, 0, [0] * len(cards))) <= question.spec.n_layers:
            # Not even without compute buffers.
            continue
        found = _layers_that_fit(question, used, 0)
        if found is not None and _is_whole(question, found):
            yield found
            return


def _is_whole(question: Question, found: Candidate) -> bool:
    return found.placement.gpu_layers > question.spec.n_layers and not found.placement.cpu_moe_layers


def _filled_from_the_end(question: Question, used: Sequence[bool], effort: Effort) -> Iterator[Candidate]:
    """The most that the cards hold: all layers with as many experts as possible, else as many layers."""
    layers = question.spec.n_layers
    if not question.spec.is_moe or sum(_layout(question, used, 0, [0] * len(used))) > layers:
        whole = _layers_that_fit(question, used, 0)
        if whole is not None and (not question.spec.is_moe or _is_whole(question, whole)):
            yield whole
            return
        if not question.spec.is_moe:
            return
    bare = _layers_that_fit(question, used, layers)
    if bare is None:
        return
    if bare.placement.gpu_layers > layers:
        yield _with_expert_tensors(question, _fewest_in_ram(question, used, bare), effort)
    else:
        yield _with_expert_tensors(question, bare, effort)
        if effort.fewer_layers:
            yield _fewer_layers(question, used, bare, effort)


def _fewer_layers(question: Question, used: Sequence[bool], bare: Candidate, effort: Effort) -> Candidate:
    """The most bytes of weights where not even all layers without experts fit.

    A layer's cache takes room that single expert tensors would fill with weights.
    """
    best, most = bare.placement, -1
    for count in range(1, bare.placement.gpu_layers):
        counts = _layout(question, used, question.spec.n_layers, bare.compute, at_most=count)
        placement = _placement(counts, question.spec.n_layers)
        _, on_cards = _filled(question, placement, bare.compute, effort)
        if on_cards > most:
            best, most = placement, on_cards
    found = question.priced(best)
    return _with_expert_tensors(question, found if found.cards_fit else bare, effort)


def _fewest_in_ram(question: Question, used: Sequence[bool], bare: Candidate) -> Candidate:
    """All layers on cards, and the experts of as few as possible in RAM; ``bare`` has all of them there."""
    best, compute = bare, list(bare.compute)
    for _ in range(_ROUNDS):
        moved = _fewest(question, used, compute)
        if moved is None or moved >= best.placement.cpu_moe_layers:
            break
        found = question.priced(_placement(_layout(question, used, moved, compute), moved))
        if found.cards_fit:
            best, compute = found, list(found.compute)
        else:
            compute = _larger(compute, found.compute)
    return best


def _fewest(question: Question, used: Sequence[bool], compute: Sequence[int]) -> int | None:
    """The fewest layers whose experts have to stay in RAM with these compute buffers."""
    low, high = 0, question.spec.n_layers
    if sum(_layout(question, used, high, compute)) <= high:
        return None
    while low < high:
        middle = (low + high) // 2
        if sum(_layout(question, used, middle, compute)) > question.spec.n_layers:
            high = middle
        else:
            low = middle + 1
    return low


def _layers_that_fit(question: Question, used: Sequence[bool], moved: int) -> Candidate | None:
    """As many layers as fit, the experts of the first ``moved`` in RAM; None where not one fits."""
    compute, best = [0] * len(used), None
    for _ in range(_ROUNDS):
        counts = _layout(question, used, moved, compute)
        if not any(counts) or (best is not None and sum(counts) <= best.placement.gpu_layers):
            break
        found = question.priced(_placement(counts, moved))
        if found.cards_fit:
            best = found
        compute = list(found.compute) if found.cards_fit else _larger(compute, found.compute)
    return best


def _larger(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [max(pair) for pair in zip(one, other, strict=True)]


def _layout(
    question: Question, used: Sequence[bool], moved: int, compute: Sequence[int], at_most: int | None = None
) -> tuple[int, ...]:
    """Layers on each card, the output layer among them, filled from the last card and layer backwards."""
    sizes, room = question.layer_sizes, question.room(compute)
    counts, layer = [0] * len(used), len(sizes) - 1
    first = 0 if at_most is None else len(sizes) - at_most
    for card in reversed(range(len(used))):
        left = room[card] if used[card] else -1
        factors = question.rope_factors_bytes
        while layer >= first:
            plain, routed = sizes[layer]
            size = plain + (routed if layer >= moved else 0)
            if layer < len(sizes) - 1:
                size, factors = size + factors, 0
            if size > left:
                break
            left -= size
            counts[card] += 1
            layer -= 1
    return tuple(counts)


def _placement(counts: Sequence[int], moved: int) -> Placement:
    layers = sum(counts)
    split = tuple(map(float, counts)) if len(counts) > 1 else None
    return Placement(len(counts), layers, cpu_moe_layers=moved, tensor_split=split)


def _with_expert_tensors(question: Question, base: Candidate, effort: Effort) -> Candidate:
    """The same with single tensors of experts in the room that is left.

    Giving up the experts of a few more layers can leave room that single tensors fill better.
    """
    room = sum(max(0, device.headroom_bytes or 0) for device in base.devices[:-1])
    if not base.placement.cpu_moe_layers or -(base.host.headroom_bytes or 0) > room:
        # Where RAM lacks more than cards have left, weights come from the disk whatever is done.
        return base
    best = _improved(question, base, base, list(base.compute), effort)
    everything = replace(base.placement, cpu_moe_layers=question.spec.n_layers)
    in_ram = tensors_in_ram(question, everything)
    if uneven(in_ram):
        # A card keeps a copy of the largest tensor in RAM: with the largest on cards, the copy is smaller.
        sizes = sorted({tensor.bytes for tensor in in_ram})
        compute = [max(0, buffers - (sizes[-1] - sizes[0])) for buffers in base.compute]
        if _filled(question, everything, compute, effort, largest_first=True)[1] > best.on_cards:
            bare = question.priced(everything)
            best = _improved(question, bare, best, compute, effort, largest_first=True)
    return best


def _improved(
    question: Question,
    base: Candidate,
    best: Candidate,
    compute: list[int],
    effort: Effort,
    *,
    largest_first: bool = False,
) -> Candidate:
    """The best filling of what ``base`` leaves free, if it is better than ``best``."""
    priced = base
    for _ in range(_ROUNDS):
        placement, _on_cards = _filled(question, base.placement, compute, effort, largest_first=largest_first)
        if placement == priced.placement:
            break
        priced = question.priced(placement)
        if not priced.cards_fit:
            compute = _larger(compute, priced.compute)
            continue
        if priced.on_cards > best.on_cards:
            best = priced
        if tuple(compute) == priced.compute:
            break
        compute = list(priced.compute)
    return best


def _filled(
    question: Question, base: Placement, compute: Sequence[int], effort: Effort, *, largest_first: bool = False
) -> tuple[Placement, int]:
    """The fullest placement with a few more layers without experts and single tensors in their room; its bytes."""
    best, most = base, -1
    for moved in range(base.cpu_moe_layers, min(base.cpu_moe_layers + effort.given_up, question.spec.n_layers) + 1):
        placement = replace(base, cpu_moe_layers=moved)
        room = question.left(placement, compute)
        taken = chosen(tensors_in_ram(question, placement), room, effort.parted, largest_first=largest_first)
        on_cards = sum(question.weights(placement)[:-1]) + sum(one.bytes for card in taken for one in card)
        if on_cards > most:
            best, most = replace(placement, overrides=tuple(overrides(taken))), on_cards
    return best, most

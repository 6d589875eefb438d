"""Placements worth pricing: layers from the last card backwards, routed experts in RAM from the first layer on.

Cards get layers in order and the output layer lies on the last one (``fitcheck.core.placement``). Filling from the end
therefore leaves layers without their experts, and those that stay in RAM whole, at the beginning: that is what
llama.cpp's ``--n-cpu-moe`` and ``--n-gpu-layers`` do, so plans need few flags.

How much compute buffers leave of a card is found in ``drafts``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from fitcheck.core.drafts import Buffers, Draft, Settled, draft, settled
from fitcheck.core.expected_buffers import expected_buffers
from fitcheck.core.expert_tensors import (
    ExpertTensor,
    LayerExperts,
    chosen,
    layers_in_ram,
    overrides,
    tensors_of,
    uneven,
)
from fitcheck.core.hardware import Gpu
from fitcheck.core.placement import Placement, layer_devices
from fitcheck.core.pricing import Candidate, Question
from fitcheck.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """How far single tensors are looked for: layers given up for them, layers that may be parted, fewer layers.

    ``fewest_cards``: where everything fits on some of the cards, that is better than on all of them.
    """

    given_up: int
    parted: int
    fewer_layers: bool
    fewest_cards: bool


QUICK = Effort(0, 3, fewer_layers=False, fewest_cards=True)
THOROUGH = Effort(8, 16, fewer_layers=True, fewest_cards=False)
"""The last hundred megabytes of a card; they make no difference to speed."""


def candidates(question: Question, effort: Effort) -> Iterator[Candidate]:
    """Placements that the cards hold, the plainest first."""
    free = tuple(card.memory_free_bytes or 0 for card in question.cards)
    if not any(free):
        return
    if effort.fewest_cards and len(free) > 1 and _are_alike(question.cards):
        # Of equal cards fewer are faster: a token changes card less often.
        fewest = next(_on_fewer_cards(question), None)
        if fewest is not None:
            yield fewest
            return
    everything = Placement(len(free), question.spec.n_layers + 1, gpu_free_bytes=free)
    if question.may_fit(everything):
        found = question.priced(everything)
        if found.cards_fit:
            yield found
            if effort.fewest_cards and not _are_alike(question.cards):
                yield from _on_fewer_cards(question)
            return
    whole = _whole(question, (True,) * len(free)) if len(free) > 1 else None
    if whole is not None:
        yield whole
    else:
        yield from _partly_in_ram(question, effort)


def _are_alike(cards: Sequence[Gpu]) -> bool:
    """Whether all read at the same rate."""
    return len({(card.name, card.bandwidth_bytes_per_s, card.memory_bus_bits, card.vendor) for card in cards}) == 1


def _on_fewer_cards(question: Question) -> Iterator[Candidate]:
    """Where everything fits with room to spare: on the fastest card that holds it, or on the fastest cards together."""
    cards = question.cards
    order = sorted(range(len(cards)), key=lambda index: -(cards[index].bandwidth_bytes_per_s or 0))
    tried: set[tuple[int, int | None]] = set()
    for index in order if len(cards) > 1 else ():
        alike = (question.capacities[index], cards[index].bandwidth_bytes_per_s)
        alone = None if alike in tried else _whole(question, [card == index for card in range(len(cards))])
        if alone is not None:
            yield alone
            if not tried:
                return
            break
        tried.add(alike)
    for count in range(2, len(cards)):
        found = _whole(question, [card in order[:count] for card in range(len(cards))])
        if found is not None:
            yield found
            return


def _whole(question: Question, used: Sequence[bool]) -> Candidate | None:
    """Everything on these cards, None where they do not hold it."""
    layers = question.spec.n_layers
    if sum(used) == 1:
        # There is one way only.
        return _if_it_fits(question, _placement([(layers + 1) * one for one in used], 0))

    def arranged(buffers: Buffers) -> Draft | None:
        counts = _layout(question, used, 0, buffers)
        return draft(question, _placement(counts, 0)) if sum(counts) > layers else None

    if sum(_layout(question, used, 0, [0] * len(used))) <= layers:
        return None
    found = settled(question, arranged, _evenly(question, used, layers + 1, 0)).best
    # Where layers need large buffers too, as with weights that no card has a kernel for, they are better shared out.
    return found or _if_it_fits(question, _placement(list(map(int, used)), 0, layers + 1))


def _if_it_fits(question: Question, placement: Placement) -> Candidate | None:
    found = question.priced(placement) if question.may_fit(placement) else None
    return found if found and found.cards_fit else None


def _partly_in_ram(question: Question, effort: Effort) -> Iterator[Candidate]:
    """The most that the cards hold: all layers with as many experts as possible, else as many layers."""
    layers = question.spec.n_layers
    every_card = (True,) * len(question.cards)
    moved = layers if question.spec.is_moe else 0

    def as_many_layers(buffers: Buffers) -> Draft | None:
        counts = _layout(question, every_card, moved, buffers)
        return draft(question, _placement(counts, moved)) if any(counts) else None

    def as_many_experts(buffers: Buffers) -> Draft | None:
        fewest = _fewest(question, every_card, buffers)
        if fewest is None:
            return None
        placement = _placement(_layout(question, every_card, fewest, buffers), fewest)
        return _with_tensors(question, placement, buffers, effort)

    if moved:
        found = settled(question, as_many_experts, _evenly(question, every_card, layers + 1, moved))
        if found.best is not None:
            yield _improved(question, found, effort)
            return
    found = settled(question, as_many_layers, _evenly(question, every_card, layers, moved))
    bare = found.best
    if bare is None:
        return
    if not moved:
        yield bare
        return
    yield _improved(question, Settled(bare, found.wrong), effort)
    if effort.fewer_layers:
        yield _fewer_layers(question, bare, found.wrong, effort)


def _evenly(question: Question, used: Sequence[bool], layers: int, moved: int) -> Buffers:
    """What is expected where so many layers are shared out evenly."""
    placement = _placement(tuple(map(int, used)), moved, layers)
    in_ram = tensors_of(layers_in_ram(question, placement)) if moved else ()
    return expected_buffers(question, placement, in_ram, frozenset())


def _fewer_layers(question: Question, bare: Candidate, wrong: Sequence[int], effort: Effort) -> Candidate:
    """The most bytes of weights where not even all layers without experts fit.

    A layer's cache takes room that single expert tensors would fill with weights.
    """
    best, every_card = None, (True,) * len(question.cards)
    for count in range(1, bare.placement.gpu_layers):
        counts = _layout(question, every_card, question.spec.n_layers, bare.buffers, at_most=count)
        one = _filled(question, _placement(counts, question.spec.n_layers), bare.buffers, effort)
        if best is None or one.on_cards > best.on_cards:
            best = one
    found = question.priced(_other(best.placement, best.placement.cpu_moe_layers)) if best else bare
    return _improved(question, Settled(found if found.cards_fit else bare, wrong), effort)


def _fewest(question: Question, used: Sequence[bool], buffers: Buffers) -> int | None:
    """The fewest layers whose experts have to stay in RAM beside these compute buffers."""
    low, high = 0, question.spec.n_layers
    if sum(_layout(question, used, high, buffers)) <= high:
        return None
    while low < high:
        middle = (low + high) // 2
        if sum(_layout(question, used, middle, buffers)) > question.spec.n_layers:
            high = middle
        else:
            low = middle + 1
    return low


def _layout(
    question: Question, used: Sequence[bool], moved: int, buffers: Buffers, at_most: int | None = None
) -> tuple[int, ...]:
    """Layers on each card, the output layer among them, filled from the last card and layer backwards."""
    before, capacities, factors = question.sizes_before(moved), question.capacities, question.rope_factors_bytes
    end = len(before) - 1
    first, output = 0 if at_most is None else end - at_most, end - 1
    counts = [0] * len(used)
    for card in range(len(used) - 1, -1, -1):
        if not used[card]:
            continue
        least = before[end] + buffers[card] - capacities[card]
        # Where not even one repeating layer fits beside the output layer, that may fit alone.
        begin = bisect_left(before, least + factors, first, end)
        if begin >= output and factors:
            begin = max(output, bisect_left(before, least, first, end))
        counts[card] = end - begin
        end = begin
        if end == first:
            break
    return tuple(counts)


def _placement(counts: Sequence[int], moved: int, layers: int | None = None) -> Placement:
    """Layers shared out like ``counts``: so many, or as many as ``layers`` says."""
    split = tuple(map(float, counts)) if len(counts) > 1 else None
    layers = sum(counts) if layers is None else layers
    return Placement(len(counts), layers, cpu_moe_layers=moved, tensor_split=split)


def _other(placement: Placement, moved: int, named: tuple[tuple[str, str], ...] = ()) -> Placement:
    """The same layers on the same cards, with so many layers' experts in RAM and these overrides."""
    return Placement(
        placement.gpus, placement.gpu_layers, moved, placement.gpu_free_bytes, placement.tensor_split, named
    )


def _improved(question: Question, found: Settled, effort: Effort) -> Candidate:
    """The same layers with single tensors of experts in the room that is left."""
    base = found.best
    assert base is not None
    bare = _other(base.placement, base.placement.cpu_moe_layers)

    def arranged(buffers: Buffers) -> Draft:
        return _with_tensors(question, bare, buffers, effort)

    if not found.is_last_word:
        found = settled(question, arranged, base.buffers, base, found.wrong)
    return _with_largest_tensors(question, found.best or base, found.wrong, effort)


def _with_tensors(question: Question, base: Placement, buffers: Buffers, effort: Effort) -> Draft:
    """Single tensors of experts in the room that is left, unless nothing comes of it.

    Giving up the experts of a few more layers can leave room that single tensors fill better.
    """
    if not base.cpu_moe_layers or _is_streamed_anyway(question, base, buffers):
        return draft(question, base)
    return _filled(question, base, buffers, effort)


def _is_streamed_anyway(question: Question, placement: Placement, buffers: Buffers) -> bool:
    """Where RAM lacks more than cards have left, weights come from the disk whatever is done."""
    host = question.left_of_ram(placement, buffers)
    if host is None or host >= 0:
        return False
    room = zip(question.room(placement), buffers, strict=False)
    return -host > sum(max(0, space - buffer) for space, buffer in room)


def _with_largest_tensors(question: Question, best: Candidate, wrong: Sequence[int], effort: Effort) -> Candidate:
    """The same layers with the largest tensors of experts on cards rather than the last ones, if they hold more so.

    A card keeps a copy of the largest tensor in RAM: with the largest on cards, the copy is smaller.
    """
    if not best.placement.cpu_moe_layers:
        return best
    everything = _other(best.placement, question.spec.n_layers)
    in_ram = layers_in_ram(question, everything)
    if not uneven(in_ram) or _is_streamed_anyway(question, best.placement, best.buffers):
        return best
    sizes = sorted({tensor.bytes for layer in in_ram for tensor in layer.tensors})
    *cards, host = best.buffers

    def arranged(buffers: Buffers) -> Draft:
        return _filled(question, everything, buffers, effort, largest_first=True)

    smaller = [*(max(0, size - (sizes[-1] - sizes[0])) for size in cards), host]
    return settled(question, arranged, smaller, best, wrong).best or best


def _filled(
    question: Question, base: Placement, buffers: Buffers, effort: Effort, *, largest_first: bool = False
) -> Draft:
    """The fullest placement with a few more layers without experts and single tensors in their room."""
    best = None
    for moved in range(base.cpu_moe_layers, min(base.cpu_moe_layers + effort.given_up, question.spec.n_layers) + 1):
        placement = _other(base, moved)
        room = [space - buffer for space, buffer in zip(question.room(placement), buffers, strict=False)]
        in_ram = layers_in_ram(question, placement)
        taken = chosen(in_ram, room, effort.parted, largest_first=largest_first)
        on_cards = question.on_cards(placement) + sum(one.bytes for card in taken for one in card)
        if best is None or on_cards > best.on_cards:
            whole, single = _apart(question.spec.n_layers, placement, in_ram, taken)
            named = _other(base, moved - whole, tuple(overrides(single)))
            left = [
                space + buffer - sum(one.bytes for one in card)
                for space, buffer, card in zip(room, buffers, taken, strict=False)
            ]
            best = Draft(named, on_cards, tuple(left), in_ram, tuple(map(tuple, taken)))
    assert best is not None
    return best


def _apart(
    layers: int, placement: Placement, in_ram: Sequence[LayerExperts], taken: Sequence[Sequence[ExpertTensor]]
) -> tuple[int, list[list[ExpertTensor]]]:
    """How many of the last layers that gave their experts up have all of them on their own card, and all other tensors.

    ``in_ram`` are the layers on cards that gave theirs up. The last of them need no names where they have all back:
    fewer layers give experts up.
    """
    homes, moved = layer_devices(layers, placement), placement.cpu_moe_layers
    whole = 0
    for layer in reversed(in_ram):
        if not layer.tensors or not set(layer.tensors) <= set(taken[homes[moved - 1 - whole]]):
            break
        whole += 1
    return whole, [[one for one in card if one.layer < moved - whole] for card in taken]

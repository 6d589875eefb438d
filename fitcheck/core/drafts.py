"""From a way to arrange things on cards to a placement that fits: by expectation first, then by the estimate.

A placement needs compute buffers, and what fits beside them decides about the placement. So it is arranged for buffers
that are assumed, then for those that it is expected to need, until both agree; what comes of that is priced. Where the
estimate says other than expected, all of it is done again, wiser by the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from fitcheck.core.expected_buffers import expected_buffers
from fitcheck.core.expert_tensors import ExpertTensor, LayerExperts, layers_in_ram, tensors_of
from fitcheck.core.placement import Placement
from fitcheck.core.pricing import Candidate, Question
from fitcheck.frozen import dataclass

Buffers: TypeAlias = Sequence[int]
"""Compute buffers of every card, then of the host."""

_ROUNDS = 6
"""Compute buffers depend a little on what lies where; after so many corrections an arrangement is given up."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A placement before it is priced.

    ``on_cards`` bytes of weights; ``room`` is what every card has left for its compute buffers. ``taken`` are for each
    card the single tensors that it got of the experts ``in_ram``.
    """

    placement: Placement
    on_cards: int
    room: Sequence[int]
    in_ram: Sequence[LayerExperts] = ()
    taken: Sequence[Sequence[ExpertTensor]] = ()

    def expected_buffers(self, question: Question) -> Buffers:
        """What is expected of its compute buffers."""
        elsewhere = {id(one) for card in self.taken for one in card}
        left = tensors_of(self.in_ram)
        if elsewhere:
            left = tuple([one for one in left if id(one) not in elsewhere])
        of_first = frozenset([one.layer for one in self.taken[0]]) if self.taken else frozenset()
        return expected_buffers(question, self.placement, left, of_first)


Arrange: TypeAlias = Callable[[Buffers], Draft | None]
"""The most that cards hold beside such buffers; None where that is not what is looked for."""


def draft(question: Question, placement: Placement) -> Draft:
    """A placement of whole layers and the first layers' experts in RAM."""
    in_ram = layers_in_ram(question, placement) if placement.cpu_moe_layers else ()
    return Draft(placement, question.on_cards(placement), question.room(placement), in_ram)


class Settled(NamedTuple):
    """The most that fits, if anything does, and by how much more its buffers are than expected.

    ``is_last_word``: it was arranged for the very buffers that it needs.
    """

    best: Candidate | None
    wrong: Sequence[int]
    is_last_word: bool = False


def settled(
    question: Question,
    arranged: Arrange,
    buffers: Buffers,
    best: Candidate | None = None,
    wrong: Sequence[int] | None = None,
) -> Settled:
    """The most that fits of what is arranged, beginning with these compute buffers.

    ``best`` is what it has to be better than, and the answer where nothing is; ``wrong`` what is known of it.
    """
    if wrong is None:
        wrong = [0] * (len(question.cards) + 1)
    wrong_of_best, tried = wrong, {best.placement} if best else set()
    for _ in range(_ROUNDS):
        found = _expected_to_fit(question, arranged, buffers, wrong)
        if found is None and any(buffers):
            # Beside what is usual nothing fits; a little may need less.
            buffers = [0] * len(wrong)
            found = _expected_to_fit(question, arranged, buffers, wrong)
        if found is None:
            break
        one, expected, made_for_it = found
        if one.placement in tried or (best and one.on_cards < best.on_cards):
            break
        tried.add(one.placement)
        priced = question.priced(one.placement)
        real = priced.buffers
        wrong = [more + is_real - was for more, is_real, was in zip(wrong, real, expected, strict=True)]
        if priced.cards_fit and (best is None or priced.on_cards >= best.on_cards):
            best, wrong_of_best = priced, wrong
        if real == tuple(expected):
            return Settled(best, wrong_of_best, best is priced and made_for_it)
    return Settled(best, wrong_of_best)


def _expected_to_fit(
    question: Question, arranged: Arrange, buffers: Buffers, wrong: Sequence[int]
) -> tuple[Draft, Buffers, bool] | None:
    """The most of what is arranged for these buffers and for those that are expected of it, which are also told.

    At last, whether it was arranged for just those. Expectations are ``wrong`` by so much. Where nothing is expected to
    fit, the nearest to it: they may be too high.
    """
    best = last = None
    seen = set()
    for _ in range(_ROUNDS):
        one = arranged(buffers)
        if one is None:
            break
        if one.placement in seen:
            if best and (one.placement, buffers) == (best[0].placement, best[1]):
                return *best, True
            break
        seen.add(one.placement)
        expected = [known + more for known, more in zip(one.expected_buffers(question), wrong, strict=True)]
        last = one, expected
        if all(buffer <= space for buffer, space in zip(expected, one.room, strict=False)):
            if best is None or one.on_cards >= best[0].on_cards:
                best = last
            if expected == buffers:
                return *last, best is last
            buffers = expected
        else:
            buffers = [max(pair) for pair in zip(buffers, expected, strict=True)]
    found = best or last
    return (*found, False) if found else None

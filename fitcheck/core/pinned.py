"""Placements of which a person fixed a part: only the rest is searched."""

from __future__ import annotations

from collections.abc import Callable

from fitcheck.core.placement import Placement
from fitcheck.core.pricing import Question
from fitcheck.core.wishes import Wishes


def pinned_placement(question: Question, wishes: Wishes) -> Placement:
    """The fixed part, and of the rest the most that fits: fewest experts in RAM, then most layers."""
    everything = question.spec.n_layers + 1
    layers, moved = wishes.gpu_layers, wishes.cpu_moe_layers
    if moved is None:
        moved = 0
        if question.spec.is_moe:
            asked = everything if layers is None else layers
            moved = _first_that_fits(question, everything - 1, lambda count: _placed(question, wishes, asked, count))
    if layers is None:
        kept = moved
        on_host = _first_that_fits(
            question, everything, lambda count: _placed(question, wishes, everything - count, kept)
        )
        layers = everything - on_host
    return _placed(question, wishes, layers, moved)


def _placed(question: Question, wishes: Wishes, layers: int, moved: int) -> Placement:
    cards = question.cards
    free = tuple(card.memory_free_bytes or 0 for card in cards)
    return Placement(
        len(cards), min(layers, question.spec.n_layers + 1), min(moved, question.spec.n_layers),
        gpu_free_bytes=free if any(free) else None, tensor_split=wishes.tensor_split,
    )  # fmt: skip


def _first_that_fits(question: Question, most: int, placement_of: Callable[[int], Placement]) -> int:
    """The smallest count whose placement the cards hold, ``most`` where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        placement = placement_of(middle)
        if question.may_fit(placement) and question.priced(placement).cards_fit:
            high = middle
        else:
            low = middle + 1
    return low

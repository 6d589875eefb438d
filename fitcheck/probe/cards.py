"""Cards that several sources saw: one card is one card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Card = dict[str, Any]
"""A card as a machine's JSON object has it."""

_IDENTITY = frozenset(("name", "vendor", "uuid", "pci_address", "source", "mig_profile", "mig_parent_uuid"))
"""What a further reading does not change."""


def merged_cards(by_source: Sequence[Sequence[Card]]) -> list[Card]:
    """All cards, each once; what an earlier source told stands. Integrated graphics comes last.

    Two sources mean the same card where its place on the bus is the same; a source that does not know places (as
    Windows' does) where maker and name are.
    """
    found: list[Card] = []
    for cards in by_source:
        taken: set[int] = set()
        for card in cards:
            place = _place_of(card, found, taken)
            if place is None:
                found.append(card)
                place = len(found) - 1
            else:
                found[place] = _joined(found[place], card)
            taken.add(place)
    return [_said(card) for card in sorted(found, key=lambda card: bool(card.get("integrated")))]


def _place_of(card: Card, found: Sequence[Card], taken: set[int]) -> int | None:
    address = _address(card)
    for place, other in enumerate(found):
        if place in taken:
            # Slices of one card share its place on the bus; they are told by one source.
            continue
        known = _address(other)
        if address is not None and known is not None:
            if address == known:
                return place
        elif _maker(card) == _maker(other) and _plain(card) == _plain(other):
            return place
    return None


def _address(card: Card) -> str | None:
    """The place on the bus, spelled one way: NVML writes eight digits of a domain, the kernel four."""
    address = card.get("pci_address")
    if not isinstance(address, str):
        return None
    domain, colon, rest = address.lower().partition(":")
    return f"{domain.lstrip('0'):0>4}{colon}{rest}"


def _maker(card: Card) -> str:
    return str(card.get("vendor")).lower()


def _plain(card: Card) -> str:
    """A card's name as it is compared: drivers differ in the maker's name before it."""
    name = str(card.get("name")).lower()
    for maker in ("nvidia ", "amd ", "intel(r) ", "intel "):
        name = name.removeprefix(maker)
    return name


def _joined(first: Card, second: Card) -> Card:
    """What the first source told, with what only the second knows. A slice takes nothing of the whole card."""
    if first.get("mig_profile"):
        return first
    told = {key: value for key, value in first.items() if value is not None and key != "unknown"}
    reasons = {**(second.get("unknown") or {}), **(first.get("unknown") or {})}
    return {**second, **told, "unknown": reasons}


def _said(card: Card) -> Card:
    """The card with reasons only for what nobody told."""
    reasons = card.get("unknown") or {}
    return {**card, "unknown": {key: reason for key, reason in reasons.items() if card.get(key) is None}}


def updated_cards(known: Sequence[Card], readings: Sequence[Card]) -> list[Card]:
    """Known cards with what changed of them.

    A reading names its card by ``uuid``, else by its place on the bus, else by its place in the list. None with a
    reason in ``unknown`` says that a value is not known any more.
    """
    updated = list(known)
    for index, reading in enumerate(readings):
        place = _place_of_reading(index, reading, known)
        if place is not None:
            card = updated[place]
            changed = {key: value for key, value in reading.items() if key not in _IDENTITY and key != "unknown"}
            reasons = {**(card.get("unknown") or {}), **(reading.get("unknown") or {})}
            updated[place] = _said({**card, **changed, "unknown": reasons})
    return updated


def _place_of_reading(index: int, reading: Card, known: Sequence[Card]) -> int | None:
    for key in ("uuid", "pci_address"):
        if reading.get(key) is not None:
            places = [place for place, card in enumerate(known) if card.get(key) == reading[key]]
            return places[0] if places else None
    return index if index < len(known) else None

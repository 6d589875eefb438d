"""Cards as people write them."""

from __future__ import annotations

import pytest

from fitcheck.catalog.cards import cards, parse_gpu
from fitcheck.core.units import GIB
from fitcheck.errors import RequestError


@pytest.mark.parametrize(
    ("text", "name", "size"),
    [
        ("RTX 4090", "GeForce RTX 4090", 24), ("rtx4090", "GeForce RTX 4090", 24), ("4090", "GeForce RTX 4090", 24),
        ("NVIDIA GeForce RTX 3090", "GeForce RTX 3090", 24), ("RTX 4060 Ti 16GB", "GeForce RTX 4060 Ti 16 GB", 16),
        ("7900 XTX", "Radeon RX 7900 XTX", 24), ("RTX 3080 12 GB", "GeForce RTX 3080 12 GB", 12),
    ],
)  # fmt: skip
def test_a_card_is_found_by_the_words_of_its_name(text: str, name: str, size: int) -> None:
    (card,) = parse_gpu(text)

    assert (card.name, card.memory_total_bytes, card.memory_free_bytes) == (name, size * GIB, size * GIB)


@pytest.mark.parametrize("text", ["2x RTX 3090", "2 x RTX 3090", "2×RTX 3090"])
def test_several_of_one_card(text: str) -> None:
    assert [card.name for card in parse_gpu(text)] == ["GeForce RTX 3090"] * 2


def test_a_card_described_by_its_numbers() -> None:
    (card,) = parse_gpu("24GiB@936GB/s")

    assert (card.memory_free_bytes, card.bandwidth_bytes_per_s) == (24 * GIB, 936 * 10**9)


def test_a_size_alone_leaves_the_bandwidth_unknown() -> None:
    (card,) = parse_gpu("16 GB")

    assert (card.memory_free_bytes, card.bandwidth_bytes_per_s) == (16 * 10**9, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RTX 4060 Ti", "ambiguous_gpu"), ("H100", "ambiguous_gpu"), ("RTX 4099", "unknown_gpu"),
        ("24 bananas", "unknown_gpu"), ("0x RTX 4090", "bad_value"), ("24GiB@fast", "bad_bandwidth"),
        ("", "unknown_gpu"),
    ],
)  # fmt: skip
def test_what_is_no_single_card_is_refused(text: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_gpu(text)

    assert caught.value.code == code


def test_a_card_without_memory_of_its_own_says_why_it_cannot_be_planned() -> None:
    unified = next(card for card in cards() if card.memory_bytes is None)

    (card,) = parse_gpu(unified.name)

    assert card.memory_free_bytes is None
    assert "memory_free_bytes" in card.unknown


def test_every_card_by_its_full_name_is_itself() -> None:
    assert [parse_gpu(card.name)[0].name for card in cards()] == [card.name for card in cards()]

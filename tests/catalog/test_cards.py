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
        ("RTX 3080", "GeForce RTX 3080", 10), ("RTX 3080 10GB", "GeForce RTX 3080", 10),
        ("1080 Ti", "GeForce GTX 1080 Ti", 11), ("rtx-4090", "GeForce RTX 4090", 24),
        ("RTX 4090 24GB", "GeForce RTX 4090", 24), ("H100 SXM", "H100 SXM5 80 GB", 80),
    ],
)  # fmt: skip
def test_a_card_is_found_by_the_words_of_its_name(text: str, name: str, size: int) -> None:
    (card,) = parse_gpu(text)

    assert (card.name, card.memory_total_bytes, card.memory_free_bytes) == (name, size * GIB, size * GIB)


@pytest.mark.parametrize(
    ("driver_name", "name"),
    [
        ("NVIDIA GeForce RTX 4090 Laptop GPU", "GeForce RTX 4090 Mobile"), ("NVIDIA H200", "H200 SXM 141 GB"),
        ("NVIDIA H200 NVL", "H200 NVL"), ("NVIDIA H100 80GB HBM3", "H100 SXM5 80 GB"),
        ("NVIDIA A100-SXM4-80GB", "A100 SXM4 80 GB"), ("NVIDIA A100 80GB PCIe", "A100 PCIe 80 GB"),
        ("Tesla V100-SXM2-32GB", "Tesla V100 SXM2 32 GB"), ("AMD Instinct MI300X", "Radeon Instinct MI300X"),
        ("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 Blackwell"),
        ("Intel(R) Arc(TM) A770 Graphics", "Arc A770"),
    ],
)  # fmt: skip
def test_a_card_is_found_by_what_its_driver_calls_it(driver_name: str, name: str) -> None:
    assert [card.name for card in parse_gpu(driver_name)] == [name]


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
        ("RTX 4090 48GB", "unknown_gpu"), ("0GiB", "bad_size"), ("24GiB@", "bad_bandwidth"),
        ("24GiB@0GB/s", "bad_bandwidth"),
        ("24 bananas", "unknown_gpu"), ("0x RTX 4090", "bad_value"), ("24GiB@fast", "bad_bandwidth"),
        ("", "unknown_gpu"),
    ],
)  # fmt: skip
def test_what_is_no_single_card_is_refused(text: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_gpu(text)

    assert caught.value.code == code


def test_an_ambiguous_name_lists_the_cards_it_may_mean() -> None:
    with pytest.raises(RequestError) as caught:
        parse_gpu("RTX 4060 Ti")

    assert caught.value.accepted == ("GeForce RTX 4060 Ti 16 GB", "GeForce RTX 4060 Ti 8 GB")


def test_an_unknown_card_names_the_nearest_and_the_way_to_describe_one() -> None:
    with pytest.raises(RequestError, match="Did you mean GeForce RTX 4090") as caught:
        parse_gpu("RTX 4090 48GB")

    assert caught.value.accepted[-1].startswith("24GiB@936GB/s")


def test_a_card_without_memory_of_its_own_says_why_it_cannot_be_planned() -> None:
    unified = next(card for card in cards() if card.memory_bytes is None)

    (card,) = parse_gpu(unified.name)

    assert card.memory_free_bytes is None
    assert "memory_free_bytes" in card.unknown


def test_every_card_by_its_full_name_is_itself() -> None:
    assert [parse_gpu(card.name)[0].name for card in cards()] == [card.name for card in cards()]

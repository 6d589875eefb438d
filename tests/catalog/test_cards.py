"""Cards as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck import service
from fitcheck.catalog import cards as catalogue
from fitcheck.catalog.cards import CardDocument, cards, memory_share_note, parse_gpu, with_known_rates
from fitcheck.catalog.data import load
from fitcheck.core.hardware import MOST_CARDS, Gpu
from fitcheck.core.units import GB, GIB
from fitcheck.errors import RequestError
from fitcheck.records import plain, read

UNIFIED = tuple(card for card in cards() if card.unified_memory)


def cards_or_refusal(text: str) -> tuple[Gpu, ...] | RequestError:
    try:
        return parse_gpu(text)
    except RequestError as error:
        return error


def refusal(text: str) -> RequestError:
    with pytest.raises(RequestError) as caught:
        parse_gpu(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "name", "size"),
    [
        ("RTX 4090", "GeForce RTX 4090", 24), ("rtx4090", "GeForce RTX 4090", 24), ("4090", "GeForce RTX 4090", 24),
        ("NVIDIA GeForce RTX 3090", "GeForce RTX 3090", 24), ("RTX 4060 Ti 16GB", "GeForce RTX 4060 Ti 16 GB", 16),
        ("7900 XTX", "Radeon RX 7900 XTX", 24), ("RTX 3080 12 GB", "GeForce RTX 3080 12 GB", 12),
        ("RTX 3080", "GeForce RTX 3080", 10), ("RTX 3080 10GB", "GeForce RTX 3080", 10),
        ("1080 Ti", "GeForce GTX 1080 Ti", 11), ("rtx-4090", "GeForce RTX 4090", 24),
        ("RTX 4090 24GB", "GeForce RTX 4090", 24), ("H100 SXM", "H100 SXM5 80 GB", 80),
        ("3080", "GeForce RTX 3080", 10), ("rtx 3090 ti", "GeForce RTX 3090 Ti", 24),
        ("3090ti", "GeForce RTX 3090 Ti", 24),
        ("4070tisuper", "GeForce RTX 4070 Ti SUPER", 16), ("7900xtx", "Radeon RX 7900 XTX", 24),
        ("7900 xt", "Radeon RX 7900 XT", 20), ("rx 7900 xt", "Radeon RX 7900 XT", 20),
        ("9070xt", "Radeon RX 9070 XT", 16),
        ("radeon pro w7900", "Radeon PRO W7900", 48), ("mi300x", "Radeon Instinct MI300X", 192),
        ("arc b580", "Arc B580", 12),
        ("P40", "Tesla P40", 24), ("tesla p40", "Tesla P40", 24), ("RTX A6000", "RTX A6000", 48),
        ("6000 ada", "RTX 6000 Ada Generation", 48), ("RTX PRO 6000", "RTX PRO 6000 Blackwell", 96),
        ("L40S", "L40S", 48),
        ("A100 40GB", "A100 SXM4 40 GB", 40), ("4090 laptop", "GeForce RTX 4090 Mobile", 16),
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


@pytest.mark.parametrize("text", ["2x RTX 3090", "2 x RTX 3090", "2×RTX 3090", "RTX 3090 x2"])
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
        ("", "unknown_gpu"), ("17x RTX 4090", "bad_value"), ("9" * 18 + "x RTX 4090", "bad_value"),
        ("9" * 30 + "x RTX 4090", "unknown_gpu"), ("-2x RTX 4090", "unknown_gpu"),
        ("-24GiB", "bad_size"), ("2x -24GiB", "bad_size"), ("M3 Ultra -512GB", "bad_size"),
        ("RTX 4090 0GB", "bad_size"),
        ("0.00000000001GiB", "bad_size"), ("1.2.3GiB", "bad_size"), ("9999999999999GiB", "bad_size"),
        ("M3 Ultra 0GB", "bad_size"), ("M3 Ultra 9999999999999GB", "bad_size"), ("24GiB@-936GB/s", "bad_bandwidth"),
        ("RTX 4090 512MB", "unknown_gpu"), ("DGX Spark 64GB", "unknown_gpu"),
        ("A100 80GB", "ambiguous_gpu"), ("RTX 6000", "ambiguous_gpu"), ("7900", "ambiguous_gpu"),
        ("rtx", "ambiguous_gpu"),
        ("M3 Max", "ambiguous_gpu"), ("M3 Max 200GB", "ambiguous_gpu"),
        ("M3 Ultra", "bad_size"), ("Strix Halo", "bad_size"), ("M3 Max 40-core", "bad_size"),
        ("2x M3 Ultra 512GB", "bad_value"), ("2x DGX Spark", "bad_value"),
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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RTX 4900", "GeForce RTX 4090"), ("rtx 309", "GeForce RTX 3090"), ("geforce 5090ti", "GeForce RTX 5070 Ti"),
        ("RTX 40900", "GeForce RTX 4090"), ("strx halo 128gb", "Radeon 8060S"), ("m6 max 128gb", "Apple M2 Max"),
        ("mi325x", "Radeon Instinct MI250X"), ("gtx 1080", "GeForce GTX 1080 Ti"), ("rx 6800", "Radeon RX 6800 XT"),
    ],
)  # fmt: skip
def test_a_typo_or_a_card_that_is_not_listed_is_offered_the_nearest(text: str, name: str) -> None:
    refused = refusal(text)

    assert (refused.code, refused.accepted[0]) == ("unknown_gpu", name)


def test_many_candidates_are_counted_rather_than_told() -> None:
    refused = refusal("rtx")

    assert len(refused.accepted) > 5
    assert refused.message.count(" or ") == 2


@pytest.mark.parametrize(
    ("text", "name", "size", "usable"),
    [
        ("M3 Ultra 512GB", "Apple M3 Ultra", 512, 384), ("m3 ultra 0.5tb", "Apple M3 Ultra", 512, 384),
        ("Mac Studio M2 Ultra 192GB", "Apple M2 Ultra", 192, 144),
        ("M4 Max 128GB", "Apple M4 Max (40-core GPU)", 128, 96),
        ("MacBook Pro M3 Max 36GB", "Apple M3 Max (30-core GPU)", 36, 27),
        ("M3 Max 64GB", "Apple M3 Max (40-core GPU)", 64, 48),
        ("M3 Max 30-core 64GB", "Apple M3 Max (30-core GPU)", 64, 48),
        ("M1 Pro 24GB", "Apple M1 Pro", 24, 16), ("Strix Halo 128GB", "Radeon 8060S", 128, 64),
        ("Ryzen AI Max+ 395 64GB", "Radeon 8060S", 64, 32), ("GB10", "GB10", 128, 128), ("DGX Spark", "GB10", 128, 128),
        ("dgx spark 128gb", "GB10", 128, 128),
    ],
)  # fmt: skip
def test_a_chip_with_unified_memory_takes_its_share_of_the_size_in_its_name(
    text: str, name: str, size: int, usable: int
) -> None:
    (chip,) = parse_gpu(text)

    assert chip.unified
    assert (chip.name, chip.memory_total_bytes, chip.memory_free_bytes) == (name, size * GIB, usable * GIB)


def test_the_share_of_a_mac_changes_above_32_gb() -> None:
    # Given logs of two Macs: 21845.34 MiB of 32 GB and 28991.03 MB of 36 GB
    (small,), (large,) = parse_gpu("M1 Max 32GB"), parse_gpu("M3 Pro 36GB")

    assert (small.memory_free_bytes or 0) / 2**20 == pytest.approx(21845.34, abs=0.01)
    assert (large.memory_free_bytes or 0) / 10**6 == pytest.approx(28991.03, abs=0.01)


def test_a_chip_without_a_size_says_how_to_add_it() -> None:
    refused = refusal("M3 Ultra")

    assert "add its size" in refused.message
    assert "M3 Ultra 512GB" in refused.accepted


def test_every_share_and_every_size_that_decides_has_a_source() -> None:
    document = load("gpus.json", CardDocument)

    assert all("http" in share.source and 0 < share.parts <= share.of for share in document.memory_shares)
    assert all("http" in card.memory_sizes_source for card in document.cards if card.memory_sizes_gib)


def test_a_chip_without_a_share_is_a_damaged_catalogue() -> None:
    content = plain(load("gpus.json", CardDocument)) | {"memory_shares": []}

    with pytest.raises(ValueError, match="no share of it"):
        read(CardDocument, content)


@pytest.mark.parametrize("card", UNIFIED, ids=lambda card: card.name)
def test_a_note_tells_the_share_of_each_chip(card: catalogue.Card) -> None:
    (chip,) = parse_gpu(card.name if card.memory_bytes else f"{card.name} 96GB")

    assert memory_share_note(chip).startswith(f"{card.name}: ")


def test_a_card_with_memory_of_its_own_needs_no_note() -> None:
    assert memory_share_note(parse_gpu("RTX 4090")[0]) == ""


def test_a_chip_that_was_looked_at_gets_its_rates_without_a_size() -> None:
    seen = with_known_rates(Gpu(name="Apple M3 Ultra", memory_total_bytes=512 * GIB))

    assert (seen.bandwidth_bytes_per_s, seen.memory_total_bytes) == (819 * GB, 512 * GIB)


def test_another_card_of_the_same_number_lends_no_rates() -> None:
    assert with_known_rates(Gpu(name="NVIDIA GeForce GTX 1080")).bandwidth_bytes_per_s is None


def test_every_card_by_its_full_name_is_itself() -> None:
    texts = [f"{card.name} 96GB" if card.unified_memory and not card.memory_bytes else card.name for card in cards()]

    assert [parse_gpu(text)[0].name for text in texts] == [card.name for card in cards()]


@given(
    st.text(max_size=30)
    | st.from_regex(r"[0-9]{0,3}x? ?(rtx|m[1-5] max|[a-z]+) ?-?[0-9.]{0,12} ?[mgtGMT]i?b?", fullmatch=True)
)
def test_any_text_is_cards_or_one_sentence(text: str) -> None:
    found = cards_or_refusal(text)

    if isinstance(found, RequestError):
        assert found.message.endswith((".", "?"))
    else:
        assert 1 <= len(found) <= MOST_CARDS
        assert all((card.memory_total_bytes or 0) >= (card.memory_free_bytes or 0) > 0 for card in found)


def test_a_very_long_text_is_not_repeated() -> None:
    assert refusal("9" * 5000 + "GiB").message == "No card has a name of 5003 characters."


def test_a_chip_with_unified_memory_brings_the_ram_and_its_bandwidth() -> None:
    machine = service.what_if_machine(["M3 Ultra 512GB"])

    assert machine.unified
    assert (machine.ram_total_bytes, machine.ram_available_bytes) == (512 * GIB, 512 * GIB)
    assert machine.ram_bandwidth_bytes_per_s == 819 * GB
    assert not machine.unknown
    assert "384 GiB of 512 GiB" in machine.notes[0]


@pytest.mark.parametrize("ram", [512 * GIB, 512 * GB])
def test_the_same_ram_may_be_named_too(ram: int) -> None:
    assert service.what_if_machine(["M3 Ultra 512GB"], ram_bytes=ram).ram_total_bytes == 512 * GIB


def test_other_ram_than_the_chips_is_refused() -> None:
    with pytest.raises(RequestError, match=r"not 64\.0 GiB") as caught:
        service.what_if_machine(["M3 Ultra 512GB"], ram_bytes=64 * GIB)

    assert caught.value.code == "bad_size"


def test_a_raised_limit_is_said_as_free_vram() -> None:
    machine = service.what_if_machine(["M3 Ultra 512GB"], free_vram_bytes=480 * GIB)

    assert (machine.gpus[0].memory_free_bytes, machine.notes) == (480 * GIB, ())


def test_a_chip_with_unified_memory_and_a_card_make_one_machine() -> None:
    machine = service.what_if_machine(["Strix Halo 128GB", "RTX 3090"])

    assert [card.unified for card in machine.gpus] == [True, False]
    assert machine.unified


@pytest.mark.parametrize("texts", [["M3 Ultra 512GB", "M3 Ultra 512GB"], ["DGX Spark", "Strix Halo 128GB"]])
def test_two_chips_with_unified_memory_are_two_computers(texts: list[str]) -> None:
    with pytest.raises(RequestError, match="2 computers"):
        service.what_if_machine(texts)


def test_a_machine_has_no_more_cards_than_an_engine_takes() -> None:
    full = service.what_if_machine(["8x RTX 3090", "8x RTX 4090"])

    with pytest.raises(RequestError, match="16 cards at most, not 17"):
        service.what_if_machine(["8x RTX 3090", "9x RTX 4090"])

    assert len(full.gpus) == MOST_CARDS == 16


def test_a_machine_of_ordinary_cards_has_no_ram_of_its_own() -> None:
    machine = service.what_if_machine(["RTX 4090"])

    assert (machine.unified, machine.ram_total_bytes, machine.notes) == (False, None, ())

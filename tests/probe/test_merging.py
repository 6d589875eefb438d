"""Cards that several sources saw."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.hardware import Gpu
from fitcheck.probe.cards import merged_cards
from fitcheck.probe.detect import Detection

GIB = 1 << 30


def seen(**by_source: list[dict[str, Any]]) -> tuple[Gpu, ...]:
    detection = Detection()
    for name, cards in by_source.items():
        detection.feed(json.dumps({"source": name, "facts": {"gpus": cards}}))
    return detection.machine.gpus


def test_one_place_on_the_bus_is_one_card_and_the_driver_counts_before_the_bus() -> None:
    # Given the bus, which answers first, and the driver, which spells the same place with a longer domain
    (card,) = seen(
        pci=[{
            "name": "NVIDIA AD102", "vendor": "nvidia", "source": "pci", "pci_address": "0000:01:00.0",
            "pcie_width": 8, "pcie_width_max": 16, "unknown": {"memory_total_bytes": "The bus does not say."},
        }],
        nvml=[{
            "name": "NVIDIA GeForce RTX 4090", "vendor": "nvidia", "source": "nvml", "uuid": "GPU-1",
            "pci_address": "00000000:01:00.0", "pcie_width": 4, "memory_total_bytes": 24 * GIB,
            "unknown": {"pcie_width_max": "The driver is too old.", "ecc": "The driver does not say."},
        }],
    )  # fmt: skip

    # Then it is one card, with what only one of them told, and reasons only for what nobody told
    assert (card.name, card.source, card.uuid) == ("NVIDIA GeForce RTX 4090", "nvml", "GPU-1")
    assert (card.pcie_width, card.pcie_width_max, card.memory_total_bytes) == (4, 16, 24 * GIB)
    assert card.unknown == {"ecc": "The driver does not say."}


def test_a_source_without_places_means_the_card_of_that_maker_and_name() -> None:
    cards = seen(
        nvml=[{"name": "NVIDIA GeForce RTX 4090", "vendor": "nvidia", "pci_address": "0000:01:00.0", "unknown": {}}],
        dxgi=[
            {"name": "GeForce RTX 4090", "vendor": "nvidia", "shared_memory_bytes": GIB, "unknown": {}},
            {"name": "AMD Radeon(TM) Graphics", "vendor": "amd", "integrated": True, "unknown": {}},
        ],
    )

    assert [(card.name, card.shared_memory_bytes) for card in cards] == [
        ("NVIDIA GeForce RTX 4090", GIB), ("AMD Radeon(TM) Graphics", None),
    ]  # fmt: skip


def test_two_equal_cards_without_places_stay_two() -> None:
    twins = [{"name": "RTX 3090", "vendor": "nvidia", "unknown": {}} for _ in range(2)]

    assert len(seen(nvml=twins, dxgi=twins)) == 2


def test_slices_of_one_card_share_its_place_and_stay_apart() -> None:
    slices = [
        {"name": "A100", "vendor": "nvidia", "pci_address": "0000:02:00.0", "uuid": f"MIG-{number}",
         "mig_profile": "1g.10gb", "memory_total_bytes": 10 * GIB, "unknown": {}}
        for number in range(3)
    ]  # fmt: skip
    whole = {"name": "A100", "vendor": "nvidia", "pci_address": "0000:02:00.0", "display_attached": True}

    cards = seen(nvml=slices, pci=[whole])

    assert [card.uuid for card in cards] == ["MIG-0", "MIG-1", "MIG-2"]
    assert {card.display_attached for card in cards} == {None}


def test_nvidias_order_comes_first_and_integrated_graphics_last() -> None:
    cards = seen(
        pci=[
            {"name": "Radeon 780M", "vendor": "amd", "pci_address": "0000:00:02.0"},
            {"name": "second", "vendor": "nvidia", "pci_address": "0000:41:00.0"},
            {"name": "first", "vendor": "nvidia", "pci_address": "0000:01:00.0"},
        ],
        amdgpu=[{"name": "Radeon 780M", "vendor": "amd", "pci_address": "0000:00:02.0", "integrated": True}],
        nvml=[
            {"name": "first", "vendor": "nvidia", "pci_address": "0000:01:00.0"},
            {"name": "second", "vendor": "nvidia", "pci_address": "0000:41:00.0"},
        ],
        intel=[{"name": "Arc B580", "vendor": "intel", "pci_address": "0000:61:00.0"}],
    )

    assert [card.name for card in cards] == ["first", "second", "Arc B580", "Radeon 780M"]


def test_a_card_that_only_the_bus_knows_has_no_free_memory_made_up() -> None:
    (card,) = seen(pci=[{"name": "card", "vendor": "nvidia", "memory_total_bytes": GIB}])

    assert card.memory_free_bytes is None


PLACES = st.sampled_from([None, "0000:01:00.0", "0000:02:00.0", "0000:03:00.0"])
CARDS = st.fixed_dictionaries(
    {"name": st.sampled_from("abc"), "vendor": st.sampled_from(["nvidia", "amd"])},
    optional={
        "pci_address": PLACES, "ecc": st.booleans(), "integrated": st.booleans(),
        "pcie_width": st.one_of(st.none(), st.integers(1, 16)), "unknown": st.just({"pcie_width": "why", "ecc": "why"}),
    },
)  # fmt: skip


@given(st.lists(st.lists(CARDS, max_size=4), max_size=4))
def test_no_card_is_lost_and_none_appears(by_source: list[list[dict[str, Any]]]) -> None:
    merged = merged_cards(by_source)

    everything = list(itertools.chain.from_iterable(by_source))
    addresses = {card["pci_address"] for card in everything if card.get("pci_address")}
    assert {card["pci_address"] for card in merged if card.get("pci_address")} == addresses
    assert max(map(len, by_source), default=0) <= len(merged) <= len(everything)
    for card in merged:
        assert all(card.get(key) is None for key in card["unknown"])
    assert [bool(card.get("integrated")) for card in merged] == sorted(bool(one.get("integrated")) for one in merged)

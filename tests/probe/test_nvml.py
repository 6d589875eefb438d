"""NVIDIA cards, asked by the real binding of a compiled stand-in for the driver."""

from __future__ import annotations

import pytest

from fitcheck.core.hardware import Machine
from fitcheck.core.units import GIB
from fitcheck.probe.client import detect

from .conftest import Driver

RTX_4090 = "card NVIDIA GeForce RTX 4090|GPU-a|25757220864|24000000000|1200000000|557220864|384|10501|8|9|4|16|4|16|0"
RTX_4060_TI = "card NVIDIA GeForce RTX 4060 Ti|GPU-b|17179869184|16800000000|0|379869184|128|9001|8|9|3|8|4|8|0"


def test_two_unequal_cards_are_read_in_order_with_every_value(driver: Driver) -> None:
    # Given two cards
    driver(f"driver 580.65.06\ncuda 13000\n{RTX_4090}\n{RTX_4060_TI}\n")

    # When the machine is looked at
    machine = detect()

    # Then both are there, and the bandwidth is bus bits / 8 x 2 x maximum clock
    first, second = machine.gpus
    assert (first.name, first.uuid, first.vendor) == ("NVIDIA GeForce RTX 4090", "GPU-a", "nvidia")
    assert (first.memory_total_bytes, first.memory_free_bytes) == (25757220864, 24000000000)
    assert (first.memory_used_bytes, first.memory_reserved_bytes) == (1200000000, 557220864)
    assert (first.memory_bus_bits, first.memory_clock_max_hz) == (384, 10_501_000_000)
    assert first.bandwidth_bytes_per_s == 1_008_096_000_000
    assert (first.compute_capability, first.pcie_generation, first.pcie_width) == ("8.9", 4, 16)
    assert (second.name, second.bandwidth_bytes_per_s) == ("NVIDIA GeForce RTX 4060 Ti", 288_032_000_000)
    assert (second.pcie_generation, second.pcie_generation_max, second.pcie_width_max) == (3, 4, 8)
    assert (machine.driver_version, machine.cuda_version) == ("580.65.06", "13.0")
    assert machine.plannable_gpus == machine.gpus


def test_what_the_driver_does_not_support_is_unknown_with_its_reason(driver: Driver) -> None:
    # Given a card that tells its bus alone
    driver("card NVIDIA Something|GPU-c|-|-|-|-|256|-|12|1|-|-|-|-|0\n")

    (card,) = detect().gpus

    assert card.memory_free_bytes is None
    assert card.bandwidth_bytes_per_s is None
    assert not card.plannable
    assert "does not say" in card.unknown["memory_free_bytes"]
    assert "does not say" in card.unknown["bandwidth_bytes_per_s"]
    assert card.compute_capability == "12.1"


def test_an_old_driver_without_the_second_memory_question_still_tells_the_sizes(driver: Driver) -> None:
    driver(f"old\n{RTX_4090}\n")

    (card,) = detect().gpus

    assert card.memory_free_bytes == 24000000000
    assert card.memory_reserved_bytes is None
    assert "memory_reserved_bytes" in card.unknown


def test_a_lost_card_does_not_hide_the_other(driver: Driver) -> None:
    driver(RTX_4090[:-1] + "15\n" + RTX_4060_TI + "\n")

    machine = detect()

    assert [card.uuid for card in machine.gpus] == ["GPU-b"]
    assert any("card 0" in note and "does not answer" in note for note in machine.notes)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("init 9\n", "not loaded"),
        ("init 18\n", "restart the computer"),
        ("init 4\n", "does not let this user look"),
        ("init 999\n", "Unknown Error"),
        ("driver 580\n", "finds no card"),
    ],
)
def test_no_working_driver_is_a_normal_answer_with_a_reason(driver: Driver, settings: str, words: str) -> None:
    driver(settings)

    machine = detect()

    assert machine.gpus == ()
    assert any(words in note for note in machine.notes)
    assert machine.ram_total_bytes is not None


def test_no_library_is_a_normal_answer(monkeypatch: pytest.MonkeyPatch, nvidia_free: None) -> None:
    machine = detect()

    assert machine.gpus == ()
    assert "No NVIDIA driver is installed." in machine.notes


@pytest.fixture
def nvidia_free() -> None:
    """Only where the machine itself has no driver can its absence be seen."""
    import ctypes

    try:
        ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return
    pytest.skip("this machine has an NVIDIA driver")


def test_a_driver_that_hangs_costs_only_its_own_answer(driver: Driver) -> None:
    driver("hang\n")

    machine = detect()

    assert machine.gpus == ()
    assert machine.ram_total_bytes is not None
    assert machine.disk is not None
    assert any("NVIDIA's driver did not answer within 3 seconds" in note for note in machine.notes)
    assert [one.state for one in machine.sources if one.name == "nvml"] == ["late"]


def test_a_machine_with_a_card_is_planned_for(driver: Driver) -> None:
    driver(RTX_4090 + "\n")

    machine: Machine = detect()

    assert [card.memory_free_bytes for card in machine.plannable_gpus] == [24000000000]
    assert (machine.gpus[0].memory_total_bytes or 0) > 23 * GIB

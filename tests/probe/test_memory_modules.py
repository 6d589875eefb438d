"""Memory modules as firmwares really write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.probe.memory_modules import UDEV, WINDOWS, MemoryModules
from fitcheck.probe.system import System

from .trees import system

GIB = 1 << 30


def udev(*places: str, rate: int = 5600, kind: str = "DDR5", bits: int = 64, size: int = 32 * GIB) -> str:
    """What udev notes of modules that sit there; an empty place is an empty slot."""
    lines = ["I:1234", "E:MEMORY_ARRAY_NUM_DEVICES=4"]
    for number, place in enumerate(places):
        first = f"E:MEMORY_DEVICE_{number}_"
        locator, _, bank = place.partition("|")
        if not place:
            lines.append(f"{first}PRESENT=0")
            continue
        lines += [
            f"{first}SIZE={size}", f"{first}TYPE={kind}", f"{first}DATA_WIDTH={bits}", f"{first}SPEED_MTS={rate + 400}",
            f"{first}CONFIGURED_SPEED_MTS={rate}", f"{first}LOCATOR={locator}", f"{first}BANK_LOCATOR={bank}",
            f"{first}SERIAL_NUMBER=12345678",
        ]  # fmt: skip
    return "\n".join(lines)


def facts(root: Path, text: str) -> dict[str, Any]:
    source = MemoryModules(system(root, {UDEV: text}))
    assert source.is_available() is None
    return dict(source.read())


@pytest.mark.parametrize(
    ("places", "channels"),
    [
        (("DIMM_A1|BANK 0", "", "DIMM_B1|BANK 2", ""), 2),
        (("DIMM_A1|BANK 0", "DIMM_A2|BANK 1", "DIMM_B1|BANK 2", "DIMM_B2|BANK 3"), 2),
        (("DIMM 0|P0 CHANNEL A", "DIMM 1|P0 CHANNEL A", "DIMM 0|P0 CHANNEL B", "DIMM 1|P0 CHANNEL B"), 2),
        (("Controller0-ChannelA-DIMM0|BANK 0", "Controller1-ChannelA-DIMM0|BANK 0"), 2),
        (("ChannelA-DIMM0|BANK 0",), 1),
        (tuple(f"P0_DIMM{letter}1|P0_Node0_Channel{index}_Dimm0" for index, letter in enumerate("ABCDEFGHIJKL")), 12),
        (tuple(f"P{cpu}-DIMM{letter}1|" for cpu in (1, 2) for letter in "ABCDEFGH"), 16),
        (tuple(f"CPU{cpu}_DIMM_{letter}1|" for cpu in (0, 1) for letter in "ABCD"), 8),
    ],
)
def test_channels_follow_from_where_modules_sit(tmp_path: Path, places: tuple[str, ...], channels: int) -> None:
    found = facts(tmp_path, udev(*places))

    assert found["memory_channels"] == channels
    assert found["ram_bandwidth_bytes_per_s"] == channels * 8 * 5_600_000_000
    assert (found["memory_type"], found["ram_bandwidth_from"]) == ("DDR5", "modules")


def test_soldered_chips_share_channels_by_their_width(tmp_path: Path) -> None:
    places = [f"Controller{one}-Channel{letter}-DIMM0|BANK" for one in (0, 1) for letter in "ABCD"]

    found = facts(tmp_path, udev(*places, rate=8533, kind="LPDDR5", bits=16, size=4 * GIB))

    assert (found["memory_channels"], found["ram_bandwidth_bytes_per_s"]) == (2, 136_528_000_000)


def test_the_slowest_module_sets_the_rate_of_all(tmp_path: Path) -> None:
    text = udev("DIMM_A1|", "DIMM_B1|").replace("1_CONFIGURED_SPEED_MTS=5600", "1_CONFIGURED_SPEED_MTS=4800")

    assert facts(tmp_path, text)["memory_transfers_per_s"] == 4_800_000_000


def test_words_that_name_no_channel_make_the_bandwidth_unknown_not_wrong(tmp_path: Path) -> None:
    found = facts(tmp_path, udev("DIMM 0|BANK 0", "DIMM 1|BANK 1"))

    assert found["memory_channels"] is None
    assert "ram_bandwidth_bytes_per_s" not in found
    assert "does not say" in found["unknown"]["memory_channels"]
    assert found["memory_transfers_per_s"] == 5_600_000_000


def test_a_virtual_machine_without_rates_tells_no_bandwidth(tmp_path: Path) -> None:
    text = "E:MEMORY_DEVICE_0_SIZE=17179869184\nE:MEMORY_DEVICE_0_TYPE=RAM\nE:MEMORY_DEVICE_0_LOCATOR=DIMM 0\n"

    found = facts(tmp_path, text)

    assert (found["memory_type"], found["memory_transfers_per_s"]) == (None, None)
    assert "ram_bandwidth_bytes_per_s" not in found


def test_windows_tells_the_same_modules() -> None:
    modules = [
        {"Capacity": 34359738368, "ConfiguredClockSpeed": 6000, "Speed": 6000, "SMBIOSMemoryType": 34, "DataWidth": 64,
         "DeviceLocator": f"DIMM {number}", "BankLabel": f"P0 CHANNEL {letter}"}
        for number, letter in ((1, "A"), (1, "B"))
    ]  # fmt: skip
    source = MemoryModules(System(Path("/nowhere"), {" ".join(WINDOWS): json.dumps(modules)}, "win32"))

    assert source.is_available() is None
    assert source.read()["ram_bandwidth_bytes_per_s"] == 96_000_000_000
    assert source.read()["memory_type"] == "DDR5"


def test_where_the_list_is_not_shown_it_is_said() -> None:
    assert "does not show" in str(MemoryModules(System(Path("/nowhere"), {}, "linux")).is_available())


@given(st.dictionaries(st.sampled_from(("SIZE", "TYPE", "LOCATOR", "DATA_WIDTH", "SPEED_MTS", "PRESENT")), st.text()))
def test_whatever_the_list_says_nothing_breaks(values: dict[str, str]) -> None:
    text = "\n".join(f"E:MEMORY_DEVICE_0_{key}={value}" for key, value in values.items())
    for platform, outputs in (("linux", {}), ("win32", {" ".join(WINDOWS): json.dumps(values)})):
        source = MemoryModules(Says(text, outputs, platform))
        if source.is_available() is None:
            speed = source.read().get("ram_bandwidth_bytes_per_s")
            assert speed is None or 0 < speed < 1 << 60


class Says(System):
    """A computer of which every file says the same."""

    def __init__(self, text: str, outputs: dict[str, str], platform: str) -> None:
        super().__init__(Path("/nowhere"), outputs, platform)
        self._text = text

    def text(self, path: str) -> str | None:
        return self._text

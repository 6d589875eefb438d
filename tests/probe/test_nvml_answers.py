"""What NVML tells beyond sizes, and every way in which it can refuse: the real binding over the stand-in driver.

In this process rather than in the probe's child, so that thousands of refusals take seconds.
"""

from __future__ import annotations

import ctypes
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pynvml
import pytest

from fitcheck.core.hardware import Machine
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.probe.nvml import SPILL, Nvml
from fitcheck.probe.nvml_answers import reason_of
from fitcheck.probe.system import System

from .trees import device, system

Look = Callable[..., Nvml]

RTX_4090 = "card NVIDIA GeForce RTX 4090|GPU-a|25757220864|24000000000|1200000000|557220864|384|10501|8|9|4|16|4|16|0"
RTX_3090 = "card NVIDIA GeForce RTX 3090|GPU-b|25769803776|25000000000|300000000|469803776|384|9751|8|6|3|8|4|16|0"
H100 = "card NVIDIA H100 80GB HBM3|GPU-c|85520809984|85000000000|0|520809984|5120|2619|9|0|5|16|5|16|0"
GB10 = "card NVIDIA GB10|GPU-d|-|-|-|-|-|-|12|1|-|-|-|-|0"
MORE = """set nvmlDeviceGetPciInfo_v3 0 0 1 0
set nvmlDeviceGetPciInfo_v3 1 0 65 0
set nvmlDeviceGetBAR1MemoryInfo 0 34359738368 34000000000 359738368
set nvmlDeviceGetEccMode 0 0 0
set nvmlDeviceGetDisplayActive 0 1
set nvmlDeviceGetPerformanceState 0 8
set nvmlDeviceGetNvLinkState 1 4
set nvmlDeviceGetNvLinkVersion 1 3
process 0 graphics 900 400000000 /usr/lib/xorg/Xorg -core :0
process 0 compute 950 800000000 C:\\Users\\somebody\\llama-server.exe
process 0 graphics 950 800000000 C:\\Users\\somebody\\llama-server.exe
"""
FUNCTIONS = tuple(
    sorted(
        set(
            re.findall(
                r"^int (nvml(?:Device|System)\w+)\(", Path(__file__).with_name("nvml_standin.c").read_text(), re.M
            )
        )
    )
)
CODES = tuple(
    sorted(
        {value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_") and isinstance(value, int)}
        | {77}
    )
)


@pytest.fixture
def look(standin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """A source over the stand-in with the given settings; the binding is put back afterwards."""
    settings = tmp_path / "standin.txt"
    monkeypatch.setenv("STANDIN_NVML", str(settings))
    monkeypatch.setattr(pynvml, "nvmlLib", ctypes.CDLL(str(standin_folder / "libnvidia-ml.so.1")))
    pynvml._nvmlGetFunctionPointer_cache.clear()

    def begin(text: str, computer: System | None = None) -> Nvml:
        settings.write_text(text, encoding="utf-8")
        return Nvml(computer or System(tmp_path / "empty", {}, "linux"))

    yield begin
    pynvml._nvmlGetFunctionPointer_cache.clear()


def machine(source: Nvml) -> Machine:
    assert source.is_available() is None
    found = machine_from_object(source.read())
    source._end()
    return found


def test_a_card_tells_its_place_its_window_its_modes_and_its_links(look: Look) -> None:
    first, second = machine(look(f"{RTX_4090}\n{RTX_3090}\n{MORE}")).gpus

    assert (first.pci_address, second.pci_address) == ("0000:01:00.0", "0000:41:00.0")
    assert (first.bar1_total_bytes, first.ecc, first.display_attached) == (34359738368, False, True)
    assert (first.power_state, first.driver_model, first.nvlink_links) == ("P8", None, None)
    assert (second.nvlink_links, second.nvlink_bytes_per_s) == (4, 100_000_000_000)
    assert "does not say" in second.unknown["bar1_total_bytes"]


def test_programs_on_a_card_are_named_without_folders_and_counted_once(look: Look) -> None:
    first, second = machine(look(f"{RTX_4090}\n{RTX_3090}\n{MORE}")).gpus

    held = [(one.name, one.memory_bytes, one.kind) for one in first.processes or ()]
    assert held == [("llama-server.exe", 800000000, "compute"), ("Xorg", 400000000, "graphics")]
    assert second.processes == ()


def test_windows_does_not_tell_who_holds_how_much_and_may_spill(look: Look) -> None:
    unknown = (1 << 64) - 1
    found = machine(
        look(f"{RTX_4090}\nset nvmlDeviceGetDriverModel_v2 0 0 0\nprocess 0 graphics 4 {unknown} dwm.exe\n")
    )

    (card,) = found.gpus
    assert card.driver_model == "WDDM"
    assert [(one.name, one.memory_bytes) for one in card.processes or ()] == [("dwm.exe", None)]
    assert SPILL in found.notes


def test_slices_of_a_card_are_devices_and_the_card_is_not(look: Look) -> None:
    mig = "set nvmlDeviceGetMigMode 0 1 1\nset nvmlDeviceGetPciInfo_v3 0 0 23 0\n"
    parts = "slice 0 10468982784 10000000000 468982784 NVIDIA H100 80GB HBM3 MIG 1g.10gb\n"
    parts += "slice 0 42949672960 42000000000 949672960 NVIDIA H100 80GB HBM3 MIG 3g.40gb\n"

    small, large = machine(look(f"{H100}\n{mig}{parts}")).gpus

    assert (small.mig_profile, small.memory_total_bytes, small.memory_free_bytes) == (
        "1g.10gb",
        10468982784,
        10000000000,
    )
    assert (large.mig_profile, large.mig_parent_uuid, large.compute_capability) == ("3g.40gb", "GPU-c", "9.0")
    assert small.uuid != large.uuid
    assert small.pci_address == "0000:17:00.0"


def test_a_card_that_is_set_to_slices_and_has_none_cannot_be_used(look: Look) -> None:
    (card,) = machine(look(f"{H100}\nset nvmlDeviceGetMigMode 0 1 1\n")).gpus

    assert not card.plannable
    assert "turn MIG off" in card.unknown["memory_free_bytes"]


def test_a_chip_without_memory_of_its_own_has_the_computers(look: Look, tmp_path: Path) -> None:
    host = system(
        tmp_path / "gb10", {"/proc/meminfo": "MemTotal: 127607800 kB\nMemFree: 1 kB\nMemAvailable: 120000000 kB"}
    )
    source = look(f"{GB10}\n", host)

    (card,) = machine(source).gpus

    assert card.unified
    assert (card.memory_total_bytes, card.memory_free_bytes) == (127607800 * 1024, 120000000 * 1024)
    assert card.plannable


def test_a_sleeping_card_is_left_asleep(look: Look, tmp_path: Path) -> None:
    # Given a library that would fail at its first call
    asleep = device("0000:01:00.0", "0x10de", "0x2860", "nvidia", power__runtime_status="suspended")
    source = look("init 999\n", system(tmp_path / "laptop", asleep))

    (card,) = machine(source).gpus

    assert card.asleep
    assert "left asleep" in card.unknown["memory_free_bytes"]
    assert source.live() == {}


@pytest.mark.parametrize(
    "sizes", ["100|200|0|0", f"{1 << 63}|1|1|0", "0|0|0|0"], ids=["more free than there is", "absurd", "nothing"]
)
def test_sizes_that_make_no_sense_count_as_not_told(look: Look, sizes: str) -> None:
    (card,) = machine(look(f"card X|GPU-x|{sizes}|384|10501|8|9|4|16|4|16|0\n")).gpus

    assert (card.memory_total_bytes, card.memory_free_bytes) == (None, None)
    assert card.unknown["memory_free_bytes"]


def test_what_changes_is_read_again_and_a_card_that_goes_is_noticed(look: Look, tmp_path: Path) -> None:
    source = look(f"{RTX_4090}\n{RTX_3090}\n{MORE}")
    source.is_available()
    source.read()

    first, second = source.live()["gpus"]
    assert (first["uuid"], first["memory_free_bytes"]) == ("GPU-a", 24000000000)
    assert (second["uuid"], second["processes"]) == ("GPU-b", [])

    # When the driver begins anew and one card does not answer
    source._end()
    (tmp_path / "standin.txt").write_text(RTX_4090[:-1] + "15\n", encoding="utf-8")
    assert source.live() == {"changed": True}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_refusal_of_any_function_breaks_the_look_or_changes_what_others_told(look: Look, function: str) -> None:
    settings = f"{RTX_4090}\n{RTX_3090}\n{MORE}"
    right = machine(look(settings))
    for code in CODES:
        source = look(f"{settings}fail {function} {code}\n")
        if function == "nvmlDeviceGetCount_v2":
            with pytest.raises(pynvml.NVMLError):
                source.is_available() or source.read()
            source._end()
            continue
        found = machine(source)
        if function == "nvmlDeviceGetHandleByIndex_v2":
            assert found.gpus == ()
            assert any(reason_of(pynvml.NVMLError(code)) in note for note in found.notes)
            continue
        assert len(found.gpus) == len(right.gpus)
        for one, expected in zip(found.gpus, right.gpus, strict=True):
            for field in ("memory_total_bytes", "memory_free_bytes", "memory_used_bytes", "bandwidth_bytes_per_s"):
                told, true = getattr(one, field), getattr(expected, field)
                assert told == true or (told is None and one.unknown[field] == reason_of(pynvml.NVMLError(code)))
            assert not one.unified


@pytest.mark.parametrize("name", ["desktop", "server", "slices"])
def test_what_is_recorded_of_the_driver_gives_the_same_machine_again(look: Look, name: str) -> None:
    # Given a driver's settings
    slices = "slice 0 10468982784 10000000000 468982784 NVIDIA H100 80GB HBM3 MIG 1g.10gb\n"
    lines = {
        "desktop": f"driver 580.65.06\ncuda 13000\n{RTX_4090}\n{RTX_3090}\n{MORE}",
        "server": f"{H100}\n{GB10}\ncard A|GPU-x|1|1|0|0|1|1|1|1|1|1|1|1|15\n",
        "slices": f"{H100}\nset nvmlDeviceGetMigMode 0 1 1\nset nvmlDeviceGetPciInfo_v3 0 0 23 0\n{slices}",
    }
    source = look(lines[name])
    first = source.read()

    # When it is recorded and looked at again
    text = source.raw()
    source._end()
    assert text is not None
    again = look(text)

    # Then the driver tells the same
    assert again.read() == first
    assert again.raw() == text


def test_random_answers_break_nothing_and_invent_no_memory(look: Look) -> None:
    dice = random.Random(5)
    strange = ("-", "0", "1", "4096", "25757220864", str(1 << 43), str(1 << 63), str((1 << 64) - 1), "x", "")
    for _ in range(1500):
        fields = [
            dice.choice(("A", "", "NVIDIA \u5361", "\u00ff" * 40)),
            "GPU-z",
            *(dice.choice(strange) for _ in range(12)),
            "0",
        ]
        extra = "".join(
            f"set {dice.choice(FUNCTIONS)} 0 {dice.randrange(1 << 33)} {dice.randrange(9)}\n" for _ in range(4)
        )
        source = look(f"card {'|'.join(fields)}\n{extra}process 0 compute 1 {dice.choice(strange[1:8])} a\n")
        for card in machine(source).gpus:
            total, free = card.memory_total_bytes, card.memory_free_bytes
            assert total is None or str(total) == fields[2]
            assert free is None or (total is not None and 0 <= free <= total)

"""Recordings: what is left out, what is kept, and that a recording can be looked at again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.hardware import Gpu, Machine, ModelFile
from fitcheck.errors import RequestError
from fitcheck.probe.machine_json import read_machine
from fitcheck.probe.recording import DRIVER_FILE, Recorder, Scrubber, record, replay
from fitcheck.probe.system import ROOT_VARIABLE, System

from .probe_runs import ROOT, run

CARD = "GPU-8f4a1b2c-1111-2222-3333-444455556666"
OTHER = "GPU-8f4a1b2c-1111-2222-3333-444455557777"
PERSON = "ruth"
HOUSE = f"/home/{PERSON}"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (f"{HOUSE}/models/a.gguf", "~/models/a.gguf"),
        (f"/var{HOUSE}/models", "~/models"),
        (f"/Users/{PERSON}/Library/Caches", "~/Library/Caches"),
        ("/Users/Shared/models", "/Users/Shared/models"),
        (f"C:\\Users\\{PERSON}\\.ollama", "~\\.ollama"),
        (f"/run/media/{PERSON}/disk", "/run/media/user/disk"),
        (f"card {CARD} and {OTHER} and {CARD}", "card GPU-1 and GPU-2 and GPU-1"),
        ("Serial Number: XYZ 123", "Serial Number: -"),
        ('"serial_number" : "C02XXXX",', '"serial_number" : "-",'),
        ('"platform_UUID": "00000000-1111-2222-3333-444455556666"', '"platform_UUID": "number-1"'),
        ("Serial\t\t: 10000000abcdef01\nModel\t\t: Raspberry Pi 5", "Serial\t\t: -\nModel\t\t: Raspberry Pi 5"),
        ("link/ether 3c:7c:3f:00:11:22 brd", "link/ether - brd"),
        ("0000:01:00.0 and 00000000:0A:00.0", "0000:01:00.0 and 00000000:0A:00.0"),
        ("Linux workbench-7 6.8.0", "Linux computer 6.8.0"),
        ("MemTotal: 65536 kB", "MemTotal: 65536 kB"),
    ],
)
def test_what_tells_who_somebody_is_is_left_out(told: str, kept: str) -> None:
    assert Scrubber("workbench-7.example.org").text(told) == kept


def test_a_computer_with_an_everyday_name_does_not_spoil_the_rest() -> None:
    assert Scrubber("ubuntu").text("ID=ubuntu") == "ID=ubuntu"


def test_files_that_only_tell_who_somebody_is_are_not_there() -> None:
    files = {
        "/sys/class/dmi/id/product_uuid": "x", "/sys/class/dmi/id/board_serial": "x", "/etc/machine-id": "x",
        "/sys/class/drm/card0/device/unique_id": "x", "/proc/sys/kernel/hostname": "x", "/etc/hostname": "x",
        "/sys/class/net/": "eth0", "/sys/block/nvme0n1/wwid": "x", "/dev/disk/by-id/": "x",
        "/sys/class/drm/card0/device/vendor": "0x1002", "/sys/class/drm/card0/device@": "0000:03:00.0",
        "/proc/none": None, f"{HOUSE}/models/": "a.gguf",
    }  # fmt: skip

    assert Scrubber("").files(files) == {
        "/sys/class/drm/card0/device/vendor": "0x1002", "/sys/class/drm/card0/device@": "0000:03:00.0",
        "/proc/none": None, "~/models/": "a.gguf",
    }  # fmt: skip


def test_the_machine_keeps_its_cards_apart_without_their_numbers() -> None:
    machine = Machine(
        gpus=(Gpu("a", uuid=CARD), Gpu("b", uuid="MIG-9", mig_parent_uuid=CARD), Gpu("c", uuid="GPU-c")),
        model_files=(ModelFile(f"{HOUSE}/a.gguf", 5, "a.gguf"),),
    )

    told = Recorder().recording(machine, Scrubber(""))["machine"]

    assert [(card["uuid"], card["mig_parent_uuid"]) for card in told["gpus"]] == [
        ("GPU-1", None), ("MIG-2", "GPU-1"), ("GPU-3", None),
    ]  # fmt: skip
    assert told["model_files"][0]["path"] == "~/a.gguf"


NAMES = st.from_regex(r"[a-z_][a-z0-9_.-]{2,15}", fullmatch=True)


@given(NAMES, st.text(alphabet=" /:\n=ab", max_size=20), st.uuids())
def test_no_name_and_no_number_gets_through_wherever_it_stands(name: str, around: str, number: Any) -> None:
    scrubber = Scrubber("")
    text = scrubber.text(f"{around} /home/{name}/x {around}C:\\Users\\{name}\\x MIG-{number} {number} {around}")

    assert f"/{name}/" not in text
    assert f"\\{name}\\" not in text
    assert str(number) not in text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"{HOUSE}/m.gguf", "~/m.gguf"), (f"/var{HOUSE}/m.gguf", "~/m.gguf"), (f"-m {HOUSE}/m", "-m ~/m"),
        (f"/data{HOUSE}/m.gguf", "/data/home/" + "user/m.gguf"), ("/data/homes/m.gguf", "/data/homes/m.gguf"),
    ],
)  # fmt: skip
def test_a_home_is_written_so_that_its_path_still_means_something(path: str, told: str) -> None:
    assert Scrubber("").text(path) == told


def test_a_real_child_tells_what_its_sources_read() -> None:
    recorder = Recorder()
    with run(record=True, host="reads:/proc/version", nvml="good") as made:
        for line in made.lines:
            recorder.take(line)

        recording = recorder.recording(made.machine)

    assert (recording["schema"], recording["platform"]) == ("fitcheck.recording/1", sys.platform)
    assert recording["files"].keys() == {"/proc/version"}
    assert recording["nvml"] == "raw nvml"
    assert [card["name"] for card in recording["machine"]["gpus"]] == ["nvml card", "host card"]


def test_a_recording_of_this_machine_is_written_whole_and_read_as_a_machine(tmp_path: Path) -> None:
    path = tmp_path / "machine.json"

    machine = record(path)

    again = read_machine(path)
    assert (again.ram_total_bytes, again.cpu_name) == (machine.ram_total_bytes, machine.cpu_name)
    assert [one.name for one in again.sources] == [one.name for one in machine.sources]
    # No temporary file is left beside it.
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home", "machine.json"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RequestError, match="cannot be written") as caught:
        record(tmp_path / "file" / "machine.json")

    assert caught.value.code == "bad_file"


RECORDING: dict[str, Any] = {
    "schema": "fitcheck.recording/1", "platform": "linux", "machine": {}, "nvml": "driver 580.65\n",
    "files": {
        "/sys/class/drm/": "card0\ncard0-DP-1",
        "/sys/class/drm/card0/device@": "0000:03:00.0",
        "/sys/class/drm/card0/device/vendor": "0x1002",
        "/sys/class/drm/card0/device/driver@": "amdgpu",
        "/sys/class/drm/card0/device/gone": None,
        "/sys/class/drm/card0/device/empty": "",
        "~/models/": "a.gguf\nfolder",
        "~/models/folder/": "",
        "$ lspci -n": "03:00.0 0300: 1002:744c",
        "$ missing": None,
    },
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_what_was_recorded_reads_the_same_when_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a recording, written as a tree
    folder = tmp_path / "replayed"
    replay(RECORDING, folder)
    monkeypatch.setenv(ROOT_VARIABLE, str(folder))

    # When the same things are read
    system = System.here()
    device = "/sys/class/drm/card0/device"
    home = Path.home().as_posix()

    # Then they say the same
    assert (system.platform, system.replaced) == ("linux", True)
    assert system.entries("/sys/class/drm") == ("card0", "card0-DP-1")
    assert (system.link(device), system.link(f"{device}/driver")) == ("0000:03:00.0", "amdgpu")
    assert (system.number(f"{device}/vendor", 0), system.text(f"{device}/empty")) == (0x1002, "")
    assert system.text(f"{device}/gone") is None
    assert (system.entries(f"{home}/models"), system.entries(f"{home}/models/folder")) == (("a.gguf", "folder"), ())
    assert (system.output("lspci", "-n"), system.output("missing")) == ("03:00.0 0300: 1002:744c", None)
    assert (folder / DRIVER_FILE).read_text(encoding="utf-8") == "driver 580.65\n"


def test_a_recording_of_another_system_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay(
        {**RECORDING, "platform": "darwin", "files": {"$ sysctl -n hw.memsize": "1"}, "nvml": None}, tmp_path / "mac"
    )
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path / "mac"))

    assert System.here().platform == "darwin"
    assert System.here().output("sysctl", "-n", "hw.memsize") == "1"
    assert not (tmp_path / "mac" / DRIVER_FILE).exists()


def test_a_recording_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="leads out"):
        replay({**RECORDING, "files": {"/../../outside": "x"}}, tmp_path / "in")


def test_a_recording_without_a_machine_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps({"schema": "fitcheck.recording/1"}), encoding="utf-8")

    with pytest.raises(RequestError, match="A machine is a JSON object"):
        read_machine(path)

"""What kind of disk models live on, and how fast it reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from fitcheck.probe import disk_speed
from fitcheck.probe.disk import PHYSICAL_DISK, ModelDisk
from fitcheck.probe.disk_speed import DiskSpeed, measured
from fitcheck.probe.system import System

from .trees import system

ROOT_MOUNT = "22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw"


def kind(root: Path, mounts: str, files: dict[str, str]) -> tuple[str | None, str | None]:
    found = ModelDisk(system(root, {"/proc/self/mountinfo": mounts, **files})).read()
    return found["disk_kind"], found["disk_device"]


def test_a_partition_of_an_nvme_disk(tmp_path: Path) -> None:
    files = {"/sys/dev/block/259:2@": "../../devices/x/nvme0n1p2", "/sys/block/nvme0n1/nvme0n1p2/dev": "259:2"}

    assert kind(tmp_path / "root", ROOT_MOUNT, files) == ("NVMe", "nvme0n1")


@pytest.mark.parametrize(("rotational", "expected"), [("0", "SSD"), ("1", "hard disk")])
def test_a_disk_that_turns_is_a_hard_disk(tmp_path: Path, rotational: str, expected: str) -> None:
    files = {
        "/sys/dev/block/8:1@": "x/sda1", "/sys/block/sda/sda1/dev": "8:1",
        "/sys/block/sda/queue/rotational": rotational,
    }  # fmt: skip

    assert kind(tmp_path / "root", "22 1 8:1 / / rw - ext4 /dev/sda1 rw", files) == (expected, "sda")


def test_an_encrypted_volume_is_what_lies_below_it(tmp_path: Path) -> None:
    # Given btrfs, which has no device number of its own, on an encrypted partition
    files = {
        "/sys/block/dm-0/dm/name": "luks-1", "/sys/block/dm-0/slaves/nvme0n1p3": "",
        "/sys/block/nvme0n1/nvme0n1p3/dev": "259:3",
    }  # fmt: skip

    assert kind(tmp_path / "root", "22 1 0:35 / / rw - btrfs /dev/mapper/luks-1 rw", files) == ("NVMe", "nvme0n1")


def test_the_innermost_mount_counts(tmp_path: Path) -> None:
    home = Path.home().as_posix()
    mounts = f"{ROOT_MOUNT}\n40 22 0:50 / {home} rw - nfs4 server:/home rw\n41 22 0:51 / /elsewhere rw - tmpfs tmpfs rw"

    assert kind(tmp_path / "root", mounts, {}) == ("network", "server:/home")


def test_a_virtual_disk_is_of_no_known_kind(tmp_path: Path) -> None:
    files = {"/sys/dev/block/254:1@": "x/vda", "/sys/block/vda/queue/rotational": "0"}

    assert kind(tmp_path / "root", "22 1 254:1 / / rw - ext4 /dev/vda rw", files) == (None, "vda")


def test_a_mac_tells_it_in_a_property_list() -> None:
    told = (
        '<?xml version="1.0"?><plist version="1.0"><dict><key>BusProtocol</key><string>Apple Fabric</string>'
        "<key>SolidState</key><true/><key>DeviceIdentifier</key><string>disk3s1</string></dict></plist>"
    )
    outputs = {f"/usr/sbin/diskutil info -plist {Path.home()}": told}

    found = ModelDisk(System(Path("/nowhere"), outputs, "darwin")).read()

    assert (found["disk_kind"], found["disk_device"]) == ("NVMe", "disk3s1")


@pytest.mark.parametrize("told", ["", "{", "[]", "<plist>"])
def test_nonsense_makes_the_kind_unknown(told: str) -> None:
    home = str(Path.home())
    for platform, command in (
        ("darwin", f"/usr/sbin/diskutil info -plist {home}"),
        ("win32", " ".join(PHYSICAL_DISK).replace("{0}", "C")),
    ):
        found = ModelDisk(System(Path("/nowhere"), {command: told}, platform)).read()
        assert found["disk_kind"] is None


def test_windows_tells_it_by_the_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    command = " ".join(PHYSICAL_DISK).replace("{0}", "D")
    outputs = {
        command: json.dumps({"MediaType": "SSD", "BusType": "SATA"}),
        "env OLLAMA_MODELS": json.dumps("D:/models"),
    }
    here = System(Path("/nowhere"), outputs, "win32")
    monkeypatch.setattr(here, "is_folder", lambda path: path == "D:/models")

    found = ModelDisk(here).read()

    assert (found["disk_path"], found["disk_kind"], found["disk_device"]) == ("D:/models", "SSD", "D:")


def reads_past_its_cache(path: Path) -> bool:
    """Whether a file can be opened so at all; reading it is what is tested."""
    try:
        os.close(os.open(path, os.O_RDONLY | getattr(os, "O_DIRECT", 0)))
    except OSError:
        return False
    return True


def test_a_real_file_is_read_at_a_real_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"x" * (16 << 20))
    monkeypatch.setattr(disk_speed, "LONGEST_S", 0.05)
    if not reads_past_its_cache(path):
        pytest.xfail("this file system reads nothing past its cache")

    speed = measured(str(path))

    assert 1 << 20 < speed < 1 << 40


def test_without_a_large_model_nothing_is_measured() -> None:
    assert "no large model file" in str(DiskSpeed(System()).is_available())


def test_a_recorded_machine_is_not_measured(tmp_path: Path) -> None:
    assert "recorded" in str(DiskSpeed(System(tmp_path, {}, "linux")).is_available())

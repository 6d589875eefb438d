"""Walk 11: driver hung, card lost, disk full, torch broken, settings damaged: in one sitting, in one window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from fitcheck.probe.recording import replay
from fitcheck.probe.system import ROOT_VARIABLE
from tests.probe.shelf import machines
from tests.walks.asking import Asked
from tests.walks.conftest import pictures_folder
from tests.walks.walker import assert_not_blank

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins for driver and disk are loaded as on Linux"),
]

SITTING = Path(__file__).with_name("one_sitting.py")
ROOT = SITTING.parents[2]
LONGEST_S = 180


@pytest.fixture(scope="module")
def full_disk(c_compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that makes a folder's disk full."""
    library = tmp_path_factory.mktemp("disk") / "full_disk.so"
    source = SITTING.with_name("full_disk.c")
    flags = ["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE"]
    subprocess.run([c_compiler, *flags, str(source), "-o", str(library), "-ldl"], check=True)
    return library


def broken_torch(folder: Path) -> Path:
    """A Python whose torch is installed and cannot be loaded, as after a change of its libraries."""
    torch, notes = folder / "site" / "torch", folder / "site" / "torch-2.9.0.dist-info"
    for made in (torch, notes):
        made.mkdir(parents=True)
    error = "libcudart.so.12: cannot open shared object file: No such file or directory"
    (torch / "__init__.py").write_text(f"raise ImportError({error!r})\n", encoding="utf-8")
    (notes / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.9.0\n", encoding="utf-8")
    python = folder / "python-with-torch"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder / "site"} exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return python


@pytest.fixture
def trouble(standin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop with two cards whose driver hangs, with damaged settings; its folder."""
    two, lost = (machines()[name] for name in ("two-rtx-3090-nvlink", "one-of-two-cards-lost"))
    replay({**two, "nvml": "hang\n"}, tmp_path / "root")
    (tmp_path / "driver.txt").write_text("hang\n", encoding="utf-8")
    (tmp_path / "two-cards.txt").write_text(two["nvml"], encoding="utf-8")
    (tmp_path / "one-lost.txt").write_text(lost["nvml"], encoding="utf-8")
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "settings.json").write_text('{"units": "GB", "cont', encoding="utf-8")
    for name, value in {
        ROOT_VARIABLE: tmp_path / "root", "STANDIN_NVML": tmp_path / "driver.txt", "LD_LIBRARY_PATH": standin_folder,
        "FITCHECK_CONFIG_DIR": disk, "FULL_DISK": disk,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    return tmp_path


def sit(folder: Path, full_disk: Path, python: Path) -> dict[str, dict[str, Any]]:
    """What the sitting told, by step."""
    pictures = pictures_folder(folder)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SITTING), str(folder), str(pictures), str(python)],
        env={**os.environ, "LD_PRELOAD": str(full_disk), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=LONGEST_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    for one in told:
        assert_not_blank(QImage(str(pictures / f"11-trouble-{one['step'].replace(' ', '-')}.png")))
    return {one["step"]: one for one in told}


def test_everything_goes_wrong_in_one_sitting(trouble: Path, full_disk: Path) -> None:
    python = broken_torch(trouble)
    # The command line meets the same driver.
    scanned = Asked("scan").text()

    told = sit(trouble, full_disk, python)

    # Settings damaged: kept beside, and said; driver hung: said, and all else is answered
    first = told["driver hung"]
    assert "set aside as" in first["notice"]
    assert first["config"] == ["settings.json.bad-1"]
    hung = "NVIDIA's driver did not answer within 3 seconds"
    assert first["strip"].count(hung) == 2, "once for each card"
    assert hung in scanned
    assert "from RAM, on the processor" in first["answer"]

    # The driver is back after a key, and a card that is lost is missed without one
    assert "fits on your RTX 3090" in told["driver back"]["answer"]
    lost = "The card does not answer any more; restart the computer to get it back."
    assert lost not in told["driver back"]["strip"]
    assert lost in told["card lost"]["strip"]
    assert "fits on your RTX 3090" in told["card lost"]["answer"]

    # The disk is full: no half report, no half settings, and both are said; then there is room again
    full = told["disk full"]
    assert full["notice"].endswith("report.html cannot be written: No space left on device.")
    assert set(full["files"]) <= {"settings.json", "settings.json.bad-1"}
    kept = told["settings on a full disk"]
    assert kept["notice"] == "The settings could not be saved: No space left on device."
    assert not kept["settings"] or json.loads(kept["settings"])["units"] == "GiB"
    assert set(told["room again"]["files"]) <= {"settings.json", "settings.json.bad-1", "second.html"}
    assert "second.html" in told["room again"]["files"]

    # Torch is broken: why, in its own words, in the window and on the command line
    why = "cannot load its torch: ImportError: libcudart.so.12: cannot open shared object file"
    assert why in told["torch broken"]["page"]
    text = Asked("verify", "1.5b", "--python", str(python), "--device", "cpu").text(3)
    assert why in " ".join(text.split())
    assert "Choose another Python" in told["torch broken"]["page"]
    assert "Not verified" not in told["torch broken"]["page"], "the title says so already"

    # What was chosen in all that trouble is kept once there is room
    last = json.loads((trouble / "disk" / "settings.json").read_text(encoding="utf-8"))
    assert (last["units"], last["verify_python"]) == ("GB", str(python))

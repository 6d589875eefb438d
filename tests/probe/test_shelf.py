"""What a person is told of every computer on the shelf, through the real reading code of a real child process.

The expected texts stand in ``tests/data/shelf`` and were reviewed one by one. ``FITCHECK_WRITE_SHELF=1`` writes
them anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fitcheck.core.hardware import Machine
from fitcheck.machine_words import machine_text
from fitcheck.probe.client import detect
from fitcheck.probe.machine_json import machine_from_object, machine_to_object, read_machine
from fitcheck.probe.recording import DRIVER_FILE, record, replay
from fitcheck.probe.system import ROOT_VARIABLE

from .computers import NO_DRIVER
from .shelf import machines

EXPECTED = Path(__file__).resolve().parent.parent / "data" / "shelf"
MACHINES = machines()
WIDTH = 100


def look(name: str, folder: Path, standin: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The machine as a child process sees it, with the stand-in driver under the real binding."""
    # A short home, so that lines break where they break for a person.
    monkeypatch.setenv("HOME", "/you")
    return look_at(MACHINES[name], folder, standin, monkeypatch)


def look_at(recording: dict[str, Any], folder: Path, standin: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    # A driver that was not there said nothing that could be kept.
    replay({**recording, "nvml": recording["nvml"] or NO_DRIVER}, folder)
    monkeypatch.setenv(ROOT_VARIABLE, str(folder))
    monkeypatch.setenv("STANDIN_NVML", str(folder / DRIVER_FILE))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(standin))
    return detect()


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINES)
def test_a_person_is_told(name: str, tmp_path: Path, standin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = look(name, tmp_path / "root", standin_folder, monkeypatch)

    text = machine_text(machine, WIDTH, why=True) + "\n"

    path = EXPECTED / f"{name}.txt"
    if os.environ.get("FITCHECK_WRITE_SHELF"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert machine_from_object(machine_to_object(machine)) == machine


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rtx-4090-desktop", "h100-in-slices", "strix-halo-128gb", "windows-rtx-4090"])
def test_a_recording_of_a_computer_is_the_same_computer_again(
    name: str, tmp_path: Path, standin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a computer that is looked at while a recording is kept
    first = look(name, tmp_path / "root", standin_folder, monkeypatch)
    record(tmp_path / "recording.json")

    # When the recording takes the computer's place
    recording = json.loads((tmp_path / "recording.json").read_text(encoding="utf-8"))
    again = look_at(recording, tmp_path / "again", standin_folder, monkeypatch)

    # Then it is the same but for its unique numbers
    assert told(again) == told(first)
    assert told(read_machine(tmp_path / "recording.json")) == told(first)


def told(machine: Machine) -> str:
    """What is said of it, with homes as recordings have them."""
    return machine_text(machine, WIDTH, why=True).replace("/you", "~")


def test_every_expected_text_is_of_a_computer_on_the_shelf() -> None:
    assert {path.stem for path in EXPECTED.glob("*.txt")} == set(MACHINES)
    assert len(MACHINES) >= 25

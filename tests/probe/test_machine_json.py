"""Machines as JSON: exact round trips, and one clear sentence for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.hardware import Disk, Gpu, GpuProcess, Machine, ModelFile, Runtime, SourceReport
from fitcheck.errors import RequestError
from fitcheck.probe.machine_json import machine_from_object, machine_to_object, read_machine

MACHINES = Path(__file__).resolve().parent.parent / "data" / "machines"
BYTES = st.one_of(st.none(), st.integers(0, 1 << 50))
MEMORY, FREE = st.one_of(st.none(), st.integers(1 << 40, 1 << 50)), st.integers(0, 1 << 40)
TEXTS = st.one_of(st.none(), st.text(max_size=20))
PROCESSES = st.lists(st.builds(GpuProcess, st.text(max_size=9), BYTES), max_size=2).map(tuple)
CARDS = st.builds(
    Gpu, name=st.text(max_size=20), memory_total_bytes=MEMORY, memory_free_bytes=FREE,
    bandwidth_bytes_per_s=BYTES, fp16_flops=st.one_of(st.none(), st.floats(0, 1e18)), uuid=TEXTS,
    processes=st.one_of(st.none(), PROCESSES), asleep=st.booleans(), ecc=st.one_of(st.none(), st.booleans()),
    integrated=st.booleans(), unknown=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
)  # fmt: skip
ANY_MACHINE = st.builds(
    Machine, gpus=st.lists(CARDS, max_size=3).map(tuple), ram_total_bytes=MEMORY,
    ram_available_bytes=st.one_of(st.none(), FREE),
    cpu_name=TEXTS, cpu_cores=st.one_of(st.none(), st.integers(0, 512)), unified=st.booleans(),
    disk=st.one_of(st.none(), st.builds(Disk, st.text(max_size=20), BYTES, BYTES)),
    notes=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    disks=st.lists(st.builds(Disk, st.text(max_size=20), BYTES), max_size=2).map(tuple),
    runtimes=st.lists(st.builds(Runtime, st.text(max_size=9), TEXTS), max_size=2).map(tuple),
    model_files=st.lists(st.builds(ModelFile, st.text(), st.integers(0, 1 << 50), st.text()), max_size=2).map(tuple),
    sources=st.lists(st.builds(SourceReport, *[st.text(max_size=9)] * 4), max_size=2).map(tuple),
    cpu_features=st.one_of(st.none(), st.lists(st.text(max_size=9), max_size=3).map(tuple)),
)  # fmt: skip


@given(ANY_MACHINE)
def test_a_machine_survives_being_written_and_read(machine: Machine) -> None:
    assert machine_from_object(json.loads(json.dumps(machine_to_object(machine)))) == machine


def test_a_described_card_has_all_its_memory_free() -> None:
    machine = machine_from_object({"gpus": [{"memory_total_bytes": 24}]})

    assert (machine.gpus[0].name, machine.gpus[0].memory_free_bytes) == ("GPU0", 24)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "JSON object"),
        ({"ram_total_bytes": -1}, "ram_total_bytes"),
        ({"ram_total_bytes": True}, "ram_total_bytes"),
        ({"ram_total_bytes": 1.5}, "ram_total_bytes"),
        ({"ram_total_bytes": float("nan")}, "ram_total_bytes"),
        ({"ram_total_bytes": "64 GB"}, "ram_total_bytes"),
        ({"gpus": {}}, "gpus"),
        ({"gpus": [1]}, "gpus[0]"),
        ({"gpus": [{}, {"memory_free_bytes": "all"}]}, "gpus[1].memory_free_bytes"),
        ({"gpus": [{"vram": 1}]}, "gpus[0].vram"),
        ({"notes": "none"}, "notes"),
        ({"unified": 1}, "unified"),
        ({"disks": [{"total_bytes": 1}]}, "disks[0].path"),
        ({"gpus": [{"processes": [{"name": 5}]}]}, "gpus[0].processes[0].name"),
        ({"schema": "fitcheck.machine/9"}, "fitcheck.machine/9"),
        ({"gpus": [{}] * 17}, "16 cards at most, not 17"),
        ({"gpus": [{"memory_total_bytes": 5, "memory_free_bytes": 6}]}, "gpus[0].memory_free_bytes"),
        ({"ram_total_bytes": 5, "ram_available_bytes": 6}, "ram_available_bytes"),
    ],
)
def test_what_is_wrong_is_named(value: Any, words: str) -> None:
    with pytest.raises(RequestError) as caught:
        machine_from_object(value)

    assert caught.value.code == "bad_machine"
    assert words in caught.value.message


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000])
def test_a_file_that_is_no_machine_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "machine.json"
    path.write_text(content)

    with pytest.raises(RequestError, match=r"machine\.json"):
        read_machine(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"gone\.json cannot be read"):
        read_machine(tmp_path / "gone.json")


@pytest.mark.parametrize("path", sorted(MACHINES.glob("*.json")), ids=lambda path: path.stem)
def test_every_sample_machine_reads(path: Path) -> None:
    machine = read_machine(path)

    assert machine.ram_total_bytes
    assert len(machine.plannable_gpus) == len(machine.gpus)

"""Readings from second to second: what they change, what a driver may do meanwhile, what a day of them costs."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import psutil
import pytest

from fitcheck.core.hardware import GpuProcess, Machine
from fitcheck.probe import client
from fitcheck.probe.cards import updated_cards
from fitcheck.probe.detect import Detection

from .probe_runs import ROOT, Run, children, run

A_DAY_OF_SECONDS = 86_400
ROUND_TRIPS = 2_000


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SILENCE_S", 1.0)


def card(**more: Any) -> dict[str, Any]:
    return {"name": "RTX 4090", "vendor": "nvidia", "memory_total_bytes": 24, "memory_free_bytes": 20, **more}


def looked(*cards: dict[str, Any], **facts: Any) -> Detection:
    detection = Detection()
    detection.feed(json.dumps({"source": "nvml", "tried": "NVML", "facts": {"gpus": list(cards), **facts}}))
    detection.feed('{"end": true}')
    return detection


def reading(detection: Detection, **facts: Any) -> Machine | None:
    return detection.feed(json.dumps({"live": "nvml", "facts": facts}))


def test_a_reading_changes_what_it_brings_and_nothing_else() -> None:
    # Given two cards of one name
    detection = looked(
        card(uuid="GPU-1", compute_capability="8.9", unknown={"processes": "Nobody may look."}),
        card(uuid="GPU-2", unknown={}),
        driver_version="580.65",
    )

    # When the first one's reading comes
    machine = reading(
        detection,
        gpus=[{"uuid": "GPU-1", "memory_free_bytes": 7, "processes": [{"name": "ollama", "memory_bytes": 13}]}],
    )

    # Then the rest stands, and a reason that no longer holds is gone
    assert machine is not None
    first, second = machine.gpus
    assert (first.memory_free_bytes, first.memory_total_bytes, first.compute_capability) == (7, 24, "8.9")
    assert first.processes == (GpuProcess("ollama", 13),)
    assert first.unknown == {}
    assert (second.memory_free_bytes, machine.driver_version) == (20, "580.65")


def test_a_value_that_is_not_known_any_more_says_why() -> None:
    detection = looked(card(uuid="GPU-1", unknown={}))

    machine = reading(
        detection,
        gpus=[{"uuid": "GPU-1", "memory_free_bytes": None, "unknown": {"memory_free_bytes": "The card is lost."}}],
    )

    assert machine is not None
    assert machine.gpus[0].memory_free_bytes is None
    assert machine.gpus[0].unknown == {"memory_free_bytes": "The card is lost."}
    assert machine.plannable_gpus == ()


def test_the_same_reading_again_changes_nothing() -> None:
    detection = looked(card(uuid="GPU-1", unknown={}))

    assert reading(detection, gpus=[{"uuid": "GPU-1", "memory_free_bytes": 7}]) is not None
    assert reading(detection, gpus=[{"uuid": "GPU-1", "memory_free_bytes": 7}]) is None


def test_slices_are_told_apart_by_their_number_and_cards_without_one_by_place_or_order() -> None:
    slices = [card(uuid=f"MIG-{number}", pci_address="0000:01:00.0") for number in range(2)]
    by_uuid = updated_cards(slices, [{"uuid": "MIG-1", "pci_address": "0000:01:00.0", "memory_free_bytes": 1}])
    by_place = updated_cards(
        [card(pci_address="0000:01:00.0"), card(pci_address="0000:02:00.0")],
        [{"pci_address": "0000:02:00.0", "memory_free_bytes": 1}],
    )
    by_order = updated_cards([card(), card()], [{"memory_free_bytes": 2}, {"memory_free_bytes": 3}])

    assert [one["memory_free_bytes"] for one in by_uuid] == [20, 1]
    assert [one["memory_free_bytes"] for one in by_place] == [20, 1]
    assert [one["memory_free_bytes"] for one in by_order] == [2, 3]


def test_a_reading_of_an_unknown_card_is_nobodys() -> None:
    detection = looked(card(uuid="GPU-1", unknown={}))

    assert reading(detection, gpus=[{"uuid": "GPU-9", "memory_free_bytes": 7}]) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"gpus": 3},
        {"gpus": [3]},
        {"gpus": [{"uuid": "GPU-1", "memory_free_bytes": "much"}]},
        {"gpus": [{"uuid": "GPU-1", "unknown": 3}]},
        {"ram_available_bytes": -1},
        {"unknown": [1]},
        {"colour": "red"},
    ],
)
def test_a_reading_that_makes_no_sense_is_said_and_changes_nothing(facts: dict[str, Any]) -> None:
    detection = looked(card(uuid="GPU-1", unknown={}))

    machine = detection.feed(json.dumps({"live": "nvml", "facts": facts}))

    assert machine is None or machine.gpus[0].memory_free_bytes == 20
    if machine is not None:
        assert machine.notes[0].startswith("NVIDIA's driver could not be read: its reading makes no sense")
    assert reading(detection, gpus=[{"uuid": "GPU-1", "memory_free_bytes": 7}]) is not None
    assert detection.machine.notes == ()


def test_cards_that_came_or_went_ask_for_a_whole_look() -> None:
    detection = looked(card(uuid="GPU-1", unknown={}))
    assert not detection.wants_look

    reading(detection, changed=True)

    assert detection.wants_look


def look(made: Run) -> None:
    """Ask until somebody is there to answer: a new child may still be starting."""
    made.until(made.client.look)


def test_a_child_stays_and_answers_every_look() -> None:
    with run(live=True, host="good", nvml="good", pci="absent") as made:
        for free in (99, 98):
            made.lines.clear()
            look(made)
            made.until(lambda: len(made.lines) == 2)
            assert [one.memory_free_bytes for one in made.machine.gpus] == [free, free]

        assert made.ends == [0]
        assert not any(b'"pci"' in line for line in made.lines)
        assert made.detection.only_readings


def test_a_driver_that_hangs_during_a_look_marks_its_readings_late_and_the_others_go_on(
    impatient: None, tmp_path: Path
) -> None:
    with run(live=True, host="good", nvml=f"live_sleeps:{tmp_path / 'slept'}", pci="good") as made:
        assert made.states()["nvml"] == "seen"
        look(made)
        made.until(lambda: made.states()["nvml"] == "late")

        # What was known of the card is still shown, with the word that it is older
        assert made.machine.notes == ("NVIDIA's driver did not answer within 1 seconds; what is shown of it is older.",)
        assert {one.name for one in made.machine.gpus} == {"host card", "nvml card", "pci card"}
        for _ in range(2):
            made.lines.clear()
            look(made)
            made.until(lambda: any(b'"live": "pci"' in line for line in made.lines))
            assert not any(b"nvml" in line for line in made.lines)


def test_a_driver_that_kills_the_child_during_a_look_is_said_and_not_asked_again() -> None:
    with run(live=True, host="good", nvml="live_dies", pci="good") as made:
        look(made)
        made.until(lambda: made.states()["nvml"] == "failed")
        look(made)
        made.until(lambda: b'"live": "pci"' in made.lines[-1])

        assert "ended with status 7" in made.machine.notes[0]
        assert len(children()) == 1


def test_a_child_that_is_killed_while_idle_is_replaced() -> None:
    with run(live=True, nvml="good") as made:
        (child,) = children()
        child.kill()
        child.wait()
        look(made)
        made.until(lambda: b'"live"' in made.lines[-1])

        assert made.states() == {"nvml": "seen"}
        assert [other.pid for other in children()] != [child.pid]


def test_a_source_that_was_left_out_is_asked_again_once_it_answered_late(impatient: None) -> None:
    with run(live=True, nvml="sleeps:2", pci="good") as made:
        assert made.states() == {"nvml": "late", "pci": "seen"}
        made.until(lambda: made.states()["nvml"] == "seen")
        before = len(made.lines)
        look(made)
        made.until(lambda: any(b'"live": "nvml"' in line for line in made.lines[before:]))


def test_nobody_is_asked_twice_at_a_time_and_nobody_waits() -> None:
    with run(live=True, nvml="sleeps:30", wait=False) as made:
        begun = time.monotonic()
        assert not any(made.client.look() for _ in range(100))
        assert time.monotonic() - begun < 10


def test_a_day_of_readings_takes_no_more_memory() -> None:
    detection = looked(card(uuid="GPU-1", unknown={}), card(uuid="GPU-2", unknown={}))

    def feed(number: int) -> None:
        reading(detection, gpus=[
            {"uuid": f"GPU-{1 + number % 2}", "memory_free_bytes": number % 7,
             "processes": [{"name": f"program {number % 100}", "memory_bytes": number % 50}]},
        ])  # fmt: skip

    for number in range(A_DAY_OF_SECONDS - 2_000):
        feed(number)
    tracemalloc.start()
    for number in range(1_000):
        feed(number)
    first = tracemalloc.get_traced_memory()[0]
    for number in range(1_000):
        feed(number)
    growth = tracemalloc.get_traced_memory()[0] - first
    tracemalloc.stop()

    assert growth < 2_000


def test_thousands_of_round_trips_leave_no_memory_and_no_handles_behind() -> None:
    with run(live=True, nvml="good", pci="good") as made:
        (child,) = children()

        def trips(count: int) -> None:
            for _ in range(count):
                made.lines.clear()
                look(made)
                made.until(lambda: len(made.lines) == 2)

        trips(200)
        program = psutil.Process()
        handles, childs_handles, childs_memory = program.num_fds(), child.num_fds(), child.memory_info().rss
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        trips(ROUND_TRIPS)
        growth = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()

        assert (program.num_fds(), child.num_fds()) == (handles, childs_handles)
        assert growth < 100_000
        assert child.memory_info().rss - childs_memory < 1 << 20
        assert children() == [child]

"""Lines of the child, put together; and the child as a process that may misbehave."""

from __future__ import annotations

import json
import threading

from hypothesis import given
from hypothesis import strategies as st

from fitcheck.probe.client import ProbeClient
from fitcheck.probe.detect import Detection

HOST = json.dumps({"source": "host", "facts": {"ram_total_bytes": 8, "ram_available_bytes": 4, "notes": ["limited"]}})
CARD = json.dumps({"source": "nvml", "facts": {"gpus": [{"name": "card", "memory_free_bytes": 1}]}})


def test_the_machine_grows_with_every_line() -> None:
    detection = Detection()

    first = detection.feed(HOST)
    second = detection.feed(CARD.encode())

    assert first is not None
    assert second is not None
    assert (first.gpus, first.ram_total_bytes, first.notes) == ((), 8, ("limited",))
    assert [card.name for card in second.gpus] == ["card"]
    assert second.ram_total_bytes == 8
    assert not detection.finished


def test_the_last_line_finishes() -> None:
    detection = Detection()
    detection.feed(HOST)

    assert detection.feed('{"end": true}') == detection.machine
    assert detection.finished


def test_an_early_end_keeps_what_is_known_and_says_why() -> None:
    detection = Detection()
    detection.feed(HOST)

    machine = detection.end("The driver crashed.")

    assert machine.ram_total_bytes == 8
    assert "The driver crashed." in machine.notes


def test_of_two_sources_the_earlier_counts() -> None:
    detection = Detection()
    detection.feed('{"source": "a", "facts": {"cpu_name": "first"}}')

    machine = detection.feed('{"source": "b", "facts": {"cpu_name": "second", "cpu_cores": 4}}')

    assert machine is not None
    assert (machine.cpu_name, machine.cpu_cores) == ("first", 4)


def test_an_answer_that_makes_no_sense_is_said_and_loses_nothing() -> None:
    detection = Detection()
    detection.feed(HOST)

    machine = detection.feed('{"source": "nvml", "facts": {"cpu_cores": "many"}}')

    assert machine is not None
    assert machine.ram_total_bytes == 8


@given(st.one_of(st.text(), st.binary()))
def test_noise_on_the_stream_is_passed_over(noise: str | bytes) -> None:
    detection = Detection()
    detection.feed(HOST)

    detection.feed(noise)

    assert detection.machine.ram_total_bytes == 8


def test_after_stop_nothing_is_called_any_more() -> None:
    called = threading.Event()
    client = ProbeClient(lambda line: called.set(), lambda end: called.set())

    client.stop()
    called.clear()
    client.wait()

    assert not called.is_set()

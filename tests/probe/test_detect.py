"""Lines of the probe, put together; what each source tried and saw."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.hardware import Machine, SourceReport
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


def fed(*messages: dict[str, object]) -> Machine:
    detection = Detection()
    for message in messages:
        detection.feed(json.dumps(message))
    return detection.machine


def test_an_answer_that_makes_no_sense_is_said_and_loses_only_its_source() -> None:
    machine = fed(
        {"source": "host", "tried": "the system", "facts": {"ram_total_bytes": 8 << 30}},
        {"source": "nvml", "tried": "NVML", "facts": {"cuda_version": "13.0", "gpus": [{"name": "x", "ecc": "maybe"}]}},
        {"source": "pci", "tried": "the bus", "facts": {"gpus": [{"name": "card"}]}},
    )

    assert machine.ram_total_bytes == 8 << 30
    assert [card.name for card in machine.gpus] == ["card"]
    assert machine.cuda_version is None
    words = "its answer makes no sense (The machine's 'gpus[0].ecc' must be true or false.)"
    assert machine.notes == (f"NVIDIA's driver could not be read: {words}",)
    assert machine.sources[1] == SourceReport("nvml", "failed", "NVML", words)


def test_what_each_source_saw_is_a_sentence_with_counts_and_names() -> None:
    machine = fed(
        {"source": "host", "tried": "the system", "facts": {"ram_total_bytes": 8 << 30, "os_name": "Ubuntu 24.04"}},
        {"source": "disk", "tried": "folders", "facts": {"disk_path": "/models"}},
        {"source": "nvml", "tried": "NVML", "facts": {"gpus": [{"name": "RTX 4090"}, {"name": "RTX 3090"}]}},
        {"source": "dxgi", "tried": "Windows", "reason": "This is no Windows."},
        {"source": "pci", "tried": "the bus", "facts": {"gpus": []}},
        {"source": "model_files", "tried": "folders", "facts": {
            "model_files": [{"path": "/a", "size_bytes": 1, "name": f"{number}.gguf"} for number in range(10)],
        }},
    )  # fmt: skip

    assert {one.name: (one.state, one.saw) for one in machine.sources} == {
        "host": ("seen", "8.0 GiB of RAM; Ubuntu 24.04."),
        "disk": ("seen", "The disk of /models."),
        "nvml": ("seen", "2 cards: RTX 4090, RTX 3090."),
        "dxgi": ("absent", "This is no Windows."),
        "pci": ("nothing", "It found nothing."),
        "model_files": (
            "seen",
            "10 model files: 0.gguf, 1.gguf, 2.gguf, 3.gguf, 4.gguf, 5.gguf, 6.gguf, 7.gguf and 2 more.",
        ),
    }


def test_the_reason_why_nvidias_driver_is_missing_is_a_note_where_no_card_is() -> None:
    absent: dict[str, object] = {"source": "nvml", "reason": "No NVIDIA driver is installed."}
    radeon = {"name": "RX 7900 XTX", "vendor": "amd", "memory_total_bytes": 24 << 30, "unknown": {}}

    assert fed(absent).notes == ("No NVIDIA driver is installed.",)
    assert fed(absent, {"source": "amdgpu", "facts": {"gpus": [{**radeon, "integrated": True}]}}).notes != ()
    assert fed(absent, {"source": "amdgpu", "facts": {"gpus": [radeon]}}).notes == ()


def test_a_card_that_only_the_bus_knows_has_its_drivers_reason() -> None:
    machine = fed(
        {"source": "nvml", "reason": "The NVIDIA driver is installed but not loaded."},
        {"source": "pci", "facts": {"gpus": [
            {"name": "RTX 4090", "vendor": "nvidia", "source": "pci", "unknown": {}},
            {"name": "RTX 3090", "vendor": "nvidia", "source": "pci", "unknown": {
                "memory_total_bytes": "It is given away.", "memory_free_bytes": "It is given away."}},
        ]}},
    )  # fmt: skip

    assert [card.unknown["memory_free_bytes"] for card in machine.gpus] == [
        "The NVIDIA driver is installed but not loaded.", "It is given away.",
    ]  # fmt: skip
    assert machine.notes == ()


def test_a_late_answer_replaces_the_word_that_it_is_late() -> None:
    late = fed({"source": "nvml", "tried": "NVML", "late": 3.0})
    then = fed({"source": "nvml", "tried": "NVML", "late": 3.0}, {"source": "nvml", "tried": "NVML", "facts": {}})

    assert late.notes == ("NVIDIA's driver did not answer within 3 seconds; what it says later is taken in.",)
    assert late.sources == (SourceReport("nvml", "late", "NVML", "No answer within 3 seconds."),)
    assert then.notes == ()
    assert then.sources[0].state == "nothing"


@given(st.one_of(st.text(), st.binary()))
def test_noise_on_the_stream_is_passed_over(noise: str | bytes) -> None:
    detection = Detection()
    detection.feed(HOST)

    detection.feed(noise)

    assert detection.machine.ram_total_bytes == 8

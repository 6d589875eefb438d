"""The program and its children: what a driver may do, and what it costs then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from fitcheck.probe import child_process, client
from fitcheck.probe.client import ProbeClient

from .probe_runs import PROGRAM, ROOT, children, run


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def names(lines: list[bytes]) -> list[str]:
    return [line.decode() for line in lines]


def test_every_source_answers_in_order_and_then_the_end_is_told() -> None:
    with run(host="good", nvml="absent", pci="good") as made:
        pass

    assert made.ends == [0]
    assert made.lines[-1] == b'{"end": true}'
    assert made.states() == {"host": "seen", "nvml": "absent", "pci": "seen"}
    assert [card.name for card in made.machine.gpus] == ["pci card", "host card"]


HANG_S = 60
"""How long pretended drivers hang; that nobody waits for them shows in half of it (``dev.py bench`` tells seconds)."""


def test_a_driver_that_hangs_leaves_the_rest_complete_long_before_it_answers() -> None:
    # Given a driver that does not come back for a minute, between two sources that answer
    with run(host="good", nvml="sleeps:60", pci="good", runtimes="good") as made:
        # Then all others are there, the driver is late, and that is said
        assert made.ends == [0]
        assert made.seconds < HANG_S / 2
        assert made.states() == {"host": "seen", "nvml": "late", "pci": "seen", "runtimes": "seen"}
        assert made.machine.notes == (
            "NVIDIA's driver did not answer within 3 seconds; what it says later is taken in.",
        )
        report = next(one for one in made.machine.sources if one.name == "nvml")
        assert (report.tried, report.saw) == ("pretending to be nvml", "No answer within 3 seconds.")


def test_three_drivers_that_hang_are_not_waited_for() -> None:
    with run(nvml="sleeps:60", amdgpu="sleeps:60", intel="sleeps:60", pci="good") as made:
        assert made.states() == {"nvml": "late", "amdgpu": "late", "intel": "late", "pci": "seen"}
        assert made.seconds < HANG_S / 2


def test_a_slow_driver_is_not_late_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with run(nvml="sleeps:1.6", pci="good") as made:
        assert made.states() == {"nvml": "seen", "pci": "seen"}
        assert made.machine.notes == ()
        assert sum(b'"nvml"' in line for line in made.lines) == 1


def test_a_late_answer_is_taken_in_when_it_comes() -> None:
    with run(nvml="sleeps:4", pci="good") as made:
        assert made.states() == {"nvml": "late", "pci": "seen"}

        made.until(lambda: made.states()["nvml"] == "seen")

        assert [card.name for card in made.machine.gpus] == ["nvml card", "pci card"]
        assert made.machine.notes == ()


def test_a_late_child_is_given_up_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LATE_S", 3.5)
    with run(nvml="sleeps:60", pci="good"):
        deadline = time.monotonic() + 10
        while children() and time.monotonic() < deadline:
            time.sleep(0.05)

        assert children() == []


def test_a_driver_that_kills_its_process_costs_only_its_own_answer() -> None:
    with run(host="good", nvml="dies", pci="good") as made:
        assert made.states() == {"host": "seen", "nvml": "failed", "pci": "seen"}
        assert made.machine.notes == (
            "NVIDIA's driver could not be read: the program that asked it ended with status 7",
        )


def test_a_child_killed_from_outside_is_said_and_replaced() -> None:
    with run(host="good", nvml="sleeps:60", pci="good", wait=False) as made:
        made.until(lambda: "host" in made.states())
        time.sleep(0.2)
        for child in children():
            child.kill()
        made.client.wait()

        words = "the program that asked it ended with status " + ("-9" if os.name == "posix" else "1")
        assert made.states() == {"host": "seen", "nvml": "failed", "pci": "seen"}
        assert made.machine.notes == (f"NVIDIA's driver could not be read: {words}",)


def test_a_source_that_raises_is_told_with_type_and_message() -> None:
    with run(nvml="raises", pci="good") as made:
        (nvml, pci) = made.machine.sources
        assert (nvml.state, nvml.saw) == ("failed", "OSError: [Errno 5] the card is on fire")
        assert pci.state == "seen"


def test_what_a_driver_prints_does_not_reach_the_program() -> None:
    with run(host="prints", pci="good") as made:
        assert (made.machine.cpu_name, made.machine.cpu_cores) == ("host", None)
        assert made.states() == {"host": "seen", "pci": "seen"}


NOISE = """
import os, sys
os.write(1, b"\\xff\\xfe[]\\n12\\n" + b"[" * 100_000 + b"\\n" + b'{"source": 3}\\n{"begin": null}\\n')
os.write(1, b'{"source": "host", "tried": "", "facts": {"cpu_cores": 4}}\\n{"end": true}\\nhalf')
"""


def test_garbage_on_the_pipe_is_passed_over() -> None:
    lines: list[bytes] = []
    ends: list[int | str] = []
    probe = ProbeClient(lines.append, ends.append, command=(sys.executable, "-c", NOISE), names=("host",))
    probe.wait()
    probe.stop()

    assert names(lines) == ['{"source": "host", "tried": "", "facts": {"cpu_cores": 4}}\n', '{"end": true}']
    assert ends == [0]


def test_a_child_that_ends_without_a_word_is_an_end_with_a_reason() -> None:
    ends: list[int | str] = []
    probe = ProbeClient(lambda line: None, ends.append, command=(sys.executable, "-c", "raise SystemExit(5)"))
    probe.wait()
    probe.stop()

    assert ends == ["The look at this machine ended early (status 5)."]


def test_a_child_that_never_says_a_word_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "START_S", 0.5)
    ends: list[int | str] = []
    probe = ProbeClient(lambda line: None, ends.append, command=(sys.executable, "-c", "import time; time.sleep(60)"))
    probe.wait()
    probe.stop()

    assert ends == ["The look at this machine did not go on within 0.5 seconds."]


def test_stop_returns_at_once_and_leaves_no_process() -> None:
    with run(nvml="sleeps:60", pci="good", live=True) as made:
        assert len(children()) == 2
        begun = time.monotonic()
        made.client.stop()

        assert time.monotonic() - begun < HANG_S / 2
        psutil.wait_procs(children(), timeout=2)
        assert children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process stands still only where signals are")
def test_stop_insists_where_a_child_does_not_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "PATIENCE_S", 0.5)
    with run(nvml="stops", pci="good") as made:
        assert made.states() == {"nvml": "late", "pci": "seen"}
        assert [child.status() for child in children()] == [psutil.STATUS_STOPPED]
        made.client.stop()
        psutil.wait_procs(children(), timeout=5)

        assert children() == []


def test_after_stop_nothing_is_called_any_more() -> None:
    with run(host="good", nvml="sleeps:0.5", pci="good", wait=False) as made:
        made.client.stop()
        said = len(made.lines)
        made.client.wait()
        time.sleep(0.8)

        assert len(made.lines) == said
        assert made.ends == []


PARENT = """
import sys, time
sys.path[:0] = [{root!r}, {root!r}]
from fitcheck.probe.client import ProbeClient
ended = []
probe = ProbeClient(lambda line: None, ended.append, live=True,
                    command=(sys.executable, {program!r}, "nvml={how}", "pci=good"), names=("nvml", "pci"))
while not ended: time.sleep(0.01)
print(*(child.pid for child in probe._children), flush=True)
{then}
"""


def orphans(how: str, then: str) -> tuple[list[psutil.Process], subprocess.Popen[str]]:
    """The children of a program that looked at the machine, and that program."""
    text = PARENT.format(root=str(ROOT), program=str(PROGRAM), how=how, then=then)
    parent = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout as stream:
        pids = [int(word) for word in stream.readline().split()]
        return [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], parent


def test_a_parent_that_is_killed_takes_its_children_with_it() -> None:
    found, parent = orphans("sleeps:60", "time.sleep(60)")
    assert len(found) == 2
    parent.kill()
    parent.wait()

    _, alive = psutil.wait_procs(found, timeout=5)

    assert alive == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process stands still only where signals are")
def test_a_program_that_ends_at_once_leaves_not_even_a_child_that_stands_still() -> None:
    found, parent = orphans("stops", "probe.stop()")
    parent.wait()

    _, alive = psutil.wait_procs(found, timeout=2)

    for child in alive:
        child.send_signal(signal.SIGKILL)
    assert alive == []


def test_no_process_to_be_had_is_an_error_at_once() -> None:
    with pytest.raises(OSError, match="No such file"):
        ProbeClient(lambda line: None, lambda end: None, command=("/nowhere/python",))

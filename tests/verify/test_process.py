"""Real child processes: what they measure, and every way in which they can come to grief."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fitcheck.core.units import GIB, MIB
from fitcheck.core.verification import Verification
from fitcheck.core.workload import Workload
from fitcheck.errors import EnvironmentLacksError, RequestError
from fitcheck.verify.client import VerifyClient
from fitcheck.verify.job import Job
from fitcheck.verify.protocol import Event, Failed, Measured, MemoryNow, Progress, Started
from fitcheck.verify.pythons import PythonFound, ask, python_with_torch
from fitcheck.verify.running import VerifyRun

from .tiny import DENSE, LATENT, LLAMA, job, planned

pytestmark = pytest.mark.slow
LONGEST_S = 120.0
CANCELLED_WITHIN_S = 3.0
HERE = PythonFound(sys.executable, "3", "2")
posix = pytest.mark.skipif(os.name == "nt", reason="signals and shell scripts are POSIX")
Script = Callable[[str], PythonFound]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A stand-in for a Python: a shell script, in which $PYTHON is the real one."""

    def write(text: str) -> PythonFound:
        path = tmp_path / "python"
        path.write_text(f'#!/bin/sh\nPYTHON="{sys.executable}"\n{text}\n', encoding="utf-8")
        path.chmod(0o755)
        return PythonFound(str(path), "3", "2")

    return write


def verified(found: Job, python: PythonFound = HERE) -> tuple[Verification, list[Event]]:
    events: list[Event] = []
    ends: list[Verification] = []
    run = VerifyRun(found, python, events.append, ends.append)
    assert run.wait(LONGEST_S)
    assert len(ends) == 1
    return ends[0], events


def ending(found: Job, python: PythonFound = HERE, **settings: Any) -> Measured | Failed:
    ends: list[Measured | Failed] = []
    client = VerifyClient(found.message, python, lambda _event: None, lambda end, *_: ends.append(end), **settings)
    assert client.wait(LONGEST_S)
    return ends[0]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dense", job(planned(DENSE))),
        ("rope factors", job(planned(LLAMA, "Q6_K"))),
        ("latent", job(planned(LATENT))),
        ("legacy, small cache", job(planned(LATENT, "IQ3_XXS", Workload(512, kv_layout="legacy", type_k="q8_0")))),
    ],
)
def test_everything_runs_and_takes_what_was_predicted(name: str, found: Job) -> None:
    answer, _ = verified(found)

    assert answer.verdict == "fits", (name, answer.sentence)
    assert answer.layers_run == answer.layers
    assert not answer.scaled
    exact = [one for one in answer.comparisons if one.agrees is not None]
    assert {one.component for one in exact} == {"weights", "kv_cache"}
    assert answer.exact
    assert all(one.measured_bytes for one in exact)
    assert answer.pace is not None
    assert answer.pace.pass_decode > 0
    assert answer.decode_tokens == found.message["decode_tokens"]
    assert sum(one.count for one in answer.times) == answer.layers + 2


def test_a_part_of_the_layers_is_scaled_to_all_and_says_so() -> None:
    answer, _ = verified(job(planned(LATENT), "quick", layers=2))

    assert answer.scaled
    assert answer.layers_run == 2
    assert "scaling" in answer.sentence
    assert [(one.kind, one.measured, one.count) for one in answer.times] == [
        ("embedding", 1, 1), ("dense layer on host", 1, 2), ("layer with experts on host", 1, 3), ("head", 1, 1)
    ]  # fmt: skip


def test_events_tell_the_start_every_phase_and_memory() -> None:
    _, events = verified(job(planned(LATENT), tokens=60))

    assert [type(event) for event in events].count(Started) == 1
    phases = [event.phase for event in events if isinstance(event, Progress)]
    assert sorted(set(phases), key=phases.index) == ["starting", "allocating", "reading", "decoding"]
    assert any(isinstance(event, MemoryNow) and event.resident_bytes > 0 for event in events)
    last = [event for event in events if isinstance(event, Progress) and event.phase == "allocating"][-1]
    assert last.done == last.of


def test_the_compute_buffer_was_really_taken() -> None:
    answer, _ = verified(job(planned(DENSE)))

    compute = next(one for one in answer.comparisons if one.component == "compute")
    assert compute.measured_bytes == compute.predicted_bytes


def test_cancelling_ends_the_child_and_its_memory_within_three_seconds() -> None:
    ends: list[Verification] = []
    seen: list[Event] = []

    def on_event(event: Event) -> None:
        seen.append(event)
        if isinstance(event, Progress) and event.phase == "decoding":
            begun.append(time.monotonic())
            run.cancel()

    begun: list[float] = []
    run = VerifyRun(job(planned(DENSE), tokens=400), HERE, on_event, ends.append)
    assert run.wait(LONGEST_S)

    assert time.monotonic() - begun[0] < CANCELLED_WITHIN_S + 1
    assert ends[0].code == "cancelled"
    assert ends[0].verdict == "not_verified"
    assert not Path(f"/proc/{run.pid}").exists()


@posix
def test_a_killed_child_is_an_answer_with_a_sentence() -> None:
    ends: list[Verification] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.phase == "reading":
            os.kill(run.pid, signal.SIGKILL)

    run = VerifyRun(job(planned(DENSE), tokens=400), HERE, on_event, ends.append)
    assert run.wait(LONGEST_S)

    assert ends[0].verdict == "not_verified"
    assert ends[0].code == "died"
    assert "SIGKILL" in ends[0].sentence
    assert "memory runs out" in ends[0].sentence


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the growth of a process")
def test_memory_that_the_system_refuses_is_named_with_its_part() -> None:
    answer, _ = verified(job(planned(LATENT, "F32", Workload(4096)), growth_limit_bytes=48 * MIB))

    assert answer.verdict == "does_not_fit"
    assert answer.code == "out_of_memory"
    assert answer.stopped_at


def test_nothing_is_taken_from_what_stays_free() -> None:
    found = planned(DENSE)
    greedy = job(found)
    greedy.message["limits"]["reserve_bytes"] = 1 << 50

    answer, _ = verified(greedy)

    assert answer.verdict == "does_not_fit"
    assert answer.stopped_at == "the input"
    assert "It did not fit at the input" in answer.sentence


def test_a_containers_limit_counts_although_the_system_knows_nothing_of_it() -> None:
    found = job(planned(DENSE))
    found.message["limits"]["host_bytes"] = 64 * MIB

    answer, _ = verified(found)

    assert answer.verdict == "does_not_fit"


@posix
def test_garbage_on_the_pipe_is_passed_over(script: Script) -> None:
    noisy = script(
        'echo "a driver says hello"; printf "\\377\\376\\n[1, 2]\\n{\\"event\\": 7}\\n"; exec "$PYTHON" "$@"'
    )

    answer, _ = verified(job(planned(DENSE)), noisy)

    assert answer.verdict == "fits"


@posix
def test_garbage_alone_is_an_answer_with_a_sentence(script: Script) -> None:
    found = ending(job(planned(DENSE)), script('head -c 4000 /dev/urandom; echo "no such thing" >&2; exit 4'))

    assert isinstance(found, Failed)
    assert found.code == "died"
    assert "status 4" in found.sentence
    assert "made no sense" in found.sentence
    assert "no such thing" in found.sentence


@posix
def test_a_result_that_is_no_result_is_garbage(script: Script) -> None:
    found = ending(job(planned(DENSE)), script("""echo '{"event": "result", "pass_": {}}'"""))

    assert isinstance(found, Failed)
    assert found.code == "died"


@posix
def test_a_child_that_stands_still_is_ended(script: Script) -> None:
    found = ending(job(planned(DENSE)), script("trap '' TERM; exec sleep 60"), stands_still_s=0.5)

    assert isinstance(found, Failed)
    assert found.code == "hangs"


@posix
def test_a_python_without_torch_says_how_to_get_it(script: Script) -> None:
    bare = script('exec "$PYTHON" -S "$@"')

    with pytest.raises(EnvironmentLacksError, match="pip install") as raised:
        python_with_torch(bare.path)
    found = ending(job(planned(DENSE)), bare)

    assert raised.value.code == "no_torch"
    assert isinstance(found, Failed)
    assert found.code == "no_torch"


@posix
def test_a_broken_torch_is_an_answer_with_its_reason(script: Script, tmp_path: Path) -> None:
    (tmp_path / "broken" / "torch").mkdir(parents=True)
    broken = "raise OSError('libtorch_cpu.so: cannot open shared object file')"
    (tmp_path / "broken" / "torch" / "__init__.py").write_text(broken, encoding="utf-8")

    answer, _ = verified(job(planned(DENSE)), script(f'PYTHONPATH="{tmp_path}/broken" exec "$PYTHON" "$@"'))

    assert answer.code == "broken_torch"
    assert "libtorch_cpu.so" in answer.sentence
    assert "Choose another Python" in answer.sentence
    assert answer.verdict == "not_verified"


def test_a_card_that_this_torch_cannot_use_is_an_answer() -> None:
    found = job(planned(DENSE))
    for part in found.message["parts"]:
        for tensor in part["tensors"]:
            tensor["device"] = "cuda:7"
    found.message["devices"] = ["cuda:7"]

    end = ending(found)

    assert isinstance(end, Failed)
    assert end.code == "no_card"


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello", encoding="utf-8")

    with pytest.raises(RequestError, match="not a Python"):
        python_with_torch(str(tmp_path / "text"))


def test_this_python_is_found_with_its_torch() -> None:
    found = ask(sys.executable)

    assert found is not None
    assert found.usable
    assert python_with_torch().usable


@posix
def test_the_child_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    text = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
from tests.verify.test_process import HERE, VerifyRun, job, planned, DENSE, Progress

def show(event):
    if isinstance(event, Progress) and event.phase == "decoding":
        print(run.pid, flush=True)

run = VerifyRun(job(planned(DENSE), tokens=500), HERE, show, lambda end: None)
time.sleep(60)
"""
    program = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    child = int(program.stdout.readline())

    program.kill()
    program.communicate()

    until = time.monotonic() + CANCELLED_WITHIN_S
    while _alive(child) and time.monotonic() < until:
        os.sched_yield()
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"


def test_the_smallest_distill_runs_whole() -> None:
    from fitcheck import service, verifying
    from fitcheck.core.hardware import Machine
    from fitcheck.core.quantization import find_file_type
    from fitcheck.verify.job import VerifyOptions

    model, on = service.find_model("1.5b"), Machine(ram_total_bytes=8 * GIB, ram_available_bytes=6 * GIB)
    found = service.plan(model, find_file_type("Q4_K_M"), Workload(4096), on)

    answer = verifying.verify(model, found, VerifyOptions("thorough", tokens=2, margin_bytes=256 * MIB))

    assert answer.verdict in ("fits", "just_fits"), answer.sentence
    assert answer.layers_run == 28
    assert answer.exact
    measured = {(one.component): one.measured_bytes for one in answer.comparisons}
    assert measured["weights"] == found.estimate.weights_bytes
    assert measured["kv_cache"] == found.estimate.kv_cache_bytes
    assert measured["compute"] == found.estimate.compute_bytes

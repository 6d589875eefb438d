"""What the child's numbers become: scaling by bytes, speeds from bandwidths, verdicts, JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fitcheck.contract.verification import verification_from_object, verification_object
from fitcheck.core.units import GIB, MIB
from fitcheck.core.verification import Verification, judge_scaled, judge_whole
from fitcheck.core.wishes import Wishes
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError
from fitcheck.verify.job import Job, plan_name
from fitcheck.verify.outcome import verification_of, with_measured
from fitcheck.verify.protocol import Failed, Measured, MemoryNow, Progress, Started, event_of

from .tiny import DENSE, LATENT, MARGIN, job, machine, planned


def part(token_seconds: float, device: str = "cpu", size: int = 1000) -> dict[str, Any]:
    busy = {device: token_seconds / 2}
    return {
        "prompt_seconds": 8 * token_seconds, "token_seconds": token_seconds, "token_bytes": {device: size},
        "token_busy_seconds": busy,
    }  # fmt: skip


def facts(found: Job, **changed: Any) -> dict[str, Any]:
    parts = {"embedding": part(0.001), "head": part(0.002)}
    parts |= {f"layer {index}": part(0.01) for index in range(len(found.run))}
    devices = found.message["devices"]
    told: dict[str, Any] = {
        "pass_": {"prompt_tokens": 8, "decode_tokens": 4, "parts": parts}, "weights_bytes": dict(found.weights),
        "kv_cache_bytes": dict(found.kv_cache), "compute_held_bytes": dict(found.message["compute_bytes"]),
        "activation_bytes": dict.fromkeys(devices, 5 * MIB), "copy_bytes_per_s": dict.fromkeys(devices, 10**10),
        "runtime_bytes": {name: 300 * MIB for name in devices if name != "cpu"},
        "lowest_free_bytes": dict.fromkeys(devices, 4 * GIB), "resident_empty_bytes": 1, "resident_full_bytes": 2,
    }  # fmt: skip
    return {**told, **changed}


def answer(found: Job, **changed: Any) -> Verification:
    return verification_of(found, Measured(facts(found, **changed)), Started("3.12.1", "2.13.0", 2), 12.5)


def test_what_agrees_to_the_byte_fits_with_what_is_left() -> None:
    found = answer(job(planned(DENSE)))

    assert found.verdict == "fits"
    assert found.spare_bytes == 4 * GIB - MARGIN
    assert found.exact
    assert (found.python, found.torch, found.threads, found.seconds) == ("3.12.1", "2.13.0", 2, 12.5)


def test_a_byte_too_many_is_said() -> None:
    asked = job(planned(DENSE))

    found = answer(asked, weights_bytes={"cpu": asked.weights["cpu"] + 1})

    assert not found.exact
    assert any("please report" in note for note in found.notes)


def test_times_of_layers_that_did_not_run_go_by_the_bytes_that_a_token_reads() -> None:
    asked = job(planned(LATENT), "quick", layers=2)

    found = answer(asked)

    dense, experts = found.times[1:3]
    assert (dense.count, dense.measured, experts.count, experts.measured) == (2, 1, 3, 1)
    # Layers of one kind have several types: the mean layer is a little larger than the smallest, which ran.
    assert 0.01 <= dense.token_seconds < 0.013
    assert 0.01 <= experts.token_seconds < 0.013
    assert found.pace is not None
    total = 0.003 + 2 * dense.token_seconds + 3 * experts.token_seconds
    assert found.pace.pass_decode == pytest.approx(1 / total)


def test_speed_at_the_copy_bandwidth_counts_chosen_experts_alone() -> None:
    asked = job(planned(LATENT))
    touched = asked.plan.estimate.weights_bytes

    found = answer(asked).pace

    assert found is not None
    assert found.bandwidth_decode is not None
    assert found.bandwidth_decode > 10**10 / touched


def test_a_device_that_was_not_measured_leaves_that_speed_unknown() -> None:
    found = answer(job(planned(DENSE)), copy_bytes_per_s={"cpu": None}).pace

    assert found is not None
    assert found.bandwidth_decode is None


def test_the_corrected_speed_follows_the_measured_bandwidth() -> None:
    asked = job(planned(DENSE))
    slow, fast = (answer(asked, copy_bytes_per_s={"cpu": rate}).pace for rate in (10**9, 10**11))

    assert slow is not None
    assert fast is not None
    assert slow.corrected is not None
    assert fast.corrected is not None
    assert slow.corrected.expected < fast.corrected.expected
    assert slow.predicted == fast.predicted


def test_measured_bandwidths_replace_those_of_plannable_cards() -> None:
    changed = with_measured(machine(2), {"cuda:0": 5e11, "cuda:1": None, "cpu": 2e10})

    assert [card.bandwidth_bytes_per_s for card in changed.gpus] == [500_000_000_000, 10**12]
    assert changed.ram_bandwidth_bytes_per_s == 20_000_000_000


def test_cards_show_what_opening_them_took() -> None:
    asked = job(planned(LATENT, on=machine(1), wishes=Wishes(gpu_layers=6)))

    found = answer(asked)

    runtime = [one for one in found.comparisons if one.component == "runtime"]
    assert [(one.device, one.measured_bytes) for one in runtime] == [("GPU0", 300 * MIB)]
    assert {plan_name(name) for name in asked.message["devices"]} == {one.device for one in found.comparisons}


def test_no_room_for_a_part_means_that_it_does_not_fit() -> None:
    failed = Failed("does_not_fit", "RAM has 1.00 GiB free.", {"part": "layer 12"})

    found = verification_of(job(planned(DENSE)), failed)

    assert found.verdict == "does_not_fit"
    assert found.stopped_at == "layer 12"
    assert found.sentence == "It did not fit at layer 12: RAM has 1.00 GiB free."


def test_any_other_failure_is_not_verified_because() -> None:
    found = verification_of(job(planned(DENSE)), Failed("hangs", "Nothing moved."))

    assert (found.verdict, found.code, found.sentence) == ("not_verified", "hangs", "Nothing moved.")


@pytest.mark.parametrize(
    ("spare", "verdict"), [(3 * GIB, "fits"), (GIB - 1, "just_fits"), (-5, "just_fits"), (None, "fits")]
)
def test_less_than_another_margin_is_only_just(spare: int | None, verdict: str) -> None:
    assert judge_whole(spare, GIB)[0] == verdict


def test_a_scaled_answer_for_a_plan_that_does_not_run_says_what_is_missing() -> None:
    verdict, sentence = judge_scaled(False, None, 380 * GIB, "RAM", 2, 61)

    assert verdict == "does_not_fit"
    assert "380 GiB of RAM are missing" in sentence
    assert "2 of 61" in sentence


@pytest.mark.parametrize("change", [{}, {"pace": None, "verdict": "not_verified"}])
def test_a_verification_comes_back_from_its_json(change: dict[str, Any]) -> None:
    found = replace(answer(job(planned(LATENT, workload=Workload(1024)), "quick", layers=2)), **change)

    written = json.loads(json.dumps(verification_object(found)))

    assert written["schema"] == "fitcheck.verification/1"
    assert written["comparisons"][0]["agrees"] is True
    assert verification_from_object(written) == found


@pytest.mark.parametrize("wrong", [None, [], {}, {"schema": "fitcheck.plan/1"}, {"schema": "fitcheck.verification/1"}])
def test_what_is_no_verification_is_refused(wrong: Any) -> None:
    with pytest.raises(RequestError, match="no verification"):
        verification_from_object(wrong)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe", b"hello", b"[1]", b"{}", b'{"event": []}', b'{"event": "progress", "phase": "flying"}',
        b'{"event": "memory"}', b'{"event": "result"}', b'{"event": "started", "python": 3}', b"9" * 5000,
    ],
)  # fmt: skip
def test_lines_that_are_no_message_are_none(line: bytes) -> None:
    assert event_of(line, 1.0) is None


def test_lines_become_events() -> None:
    progress = b'{"event": "progress", "phase": "allocating", "label": "layer 3", "done": 5, "of": 10}'
    memory = b'{"event": "memory", "resident_bytes": 7, "host_free_bytes": null, "card_free_bytes": {}, "steps": 2}'

    assert event_of(progress, 1.0) == Progress("allocating", "layer 3", 5, 10)
    assert event_of(memory, 1.5) == MemoryNow(1.5, 7, None, {}, 2)
    assert event_of(b'{"event": "failed", "code": "swap", "sentence": "It swaps.", "part": "x"}', 1.0) == Failed(
        "swap", "It swaps.", {"part": "x"}
    )

"""Lays the child's numbers beside the plan's: comparisons, scaled times, speeds, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fitcheck.core.hardware import Machine
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.planner import Plan
from fitcheck.core.prediction import Pace as Predicting
from fitcheck.core.speed import Speed
from fitcheck.core.traffic import traffic
from fitcheck.core.verification import (
    Band,
    Comparison,
    DeviceRate,
    Pace,
    PartTime,
    Verification,
    judge_scaled,
    judge_whole,
)
from fitcheck.core.weights import layer_spans, tensor_devices, weight_file
from fitcheck.verify.job import Job, layer_kinds, plan_name, torch_name
from fitcheck.verify.protocol import Failed, Measured, Started

NO_ROOM = ("does_not_fit", "out_of_memory")
"""Codes of a failure that answers the question: it does not fit."""


def verification_of(
    job: Job, ending: Measured | Failed, started: Started | None = None, seconds: float = 0.0
) -> Verification:
    """The answer to a job, whatever its end was."""
    plan = job.plan
    blank = Verification(
        plan.model_id, plan.quantization, plan.workload.context, job.options.mode, "not_verified", "",
        plan.model.n_layers, 0, not job.whole, seconds=seconds,
        python=started.python if started else "", torch=started.torch if started else "",
        threads=started.threads if started else None, notes=tuple(_disturbed(started)),
    )  # fmt: skip
    if isinstance(ending, Failed):
        return _failed(blank, ending)
    return _measured(blank, job, ending.facts)


def _failed(blank: Verification, ending: Failed) -> Verification:
    part = ending.facts.get("part", "")
    if ending.code in NO_ROOM:
        sentence = f"It did not fit at {part}: {ending.sentence}"
        return replace(blank, verdict="does_not_fit", sentence=sentence, code=ending.code, stopped_at=str(part))
    return replace(blank, sentence=ending.sentence, code=ending.code)


def _measured(blank: Verification, job: Job, facts: Mapping[str, Any]) -> Verification:
    plan, margin = job.plan, job.options.margin_bytes
    comparisons = tuple(_comparisons(job, facts))
    spare = _spare(facts["lowest_free_bytes"], margin) if job.whole else _planned_spare(plan)
    if job.whole:
        verdict, sentence = judge_whole(spare, margin)
    else:
        verdict, sentence = judge_scaled(plan.runs, spare, *_lacking(plan), len(job.run), plan.model.n_layers)
    times, passed = _times(job, facts["pass_"]), facts["pass_"]
    return replace(
        blank, verdict=verdict, sentence=sentence, layers_run=len(job.run), spare_bytes=spare,
        prompt_tokens=passed["prompt_tokens"], decode_tokens=passed["decode_tokens"], comparisons=comparisons,
        times=times, rates=tuple(_rates(job, facts)), pace=_pace(plan, times, facts),
        notes=(*blank.notes, *_notes(comparisons, facts)),
    )  # fmt: skip


def _spare(lowest: Mapping[str, int], margin: int) -> int | None:
    """What the tightest device had left at its fullest, beyond the margin."""
    return min(lowest.values()) - margin if lowest else None


def _lacking(plan: Plan) -> tuple[int, str]:
    """What the plan lacks of the memory of its tightest device, and only where that is enough, of anything else."""
    tightest = min(plan.devices, key=lambda one: one.headroom_bytes or 0)
    headroom = tightest.headroom_bytes or 0
    if headroom < 0:
        return -headroom, "RAM" if tightest.memory.kind == "host" else f"memory on {tightest.memory.name}"
    return plan.lacking_bytes, plan.lacking_of or "RAM"


def _planned_spare(plan: Plan) -> int | None:
    known = [one.headroom_bytes for one in plan.devices if one.headroom_bytes is not None]
    return min(known) if known and plan.runs else None


def _comparisons(job: Job, facts: Mapping[str, Any]) -> Iterator[Comparison]:
    compute = {torch_name(index): one.memory for index, one in enumerate(job.plan.devices[:-1])}
    compute["cpu"] = job.plan.devices[-1].memory
    for name in job.message["devices"]:
        device, held = plan_name(name), facts.get("compute_held_bytes", {}).get(name)
        yield Comparison(device, "weights", job.weights.get(name, 0), facts["weights_bytes"].get(name, 0))
        yield Comparison(device, "kv_cache", job.kv_cache.get(name, 0), facts["kv_cache_bytes"].get(name, 0))
        allocated = "allocated and written beside all else" if held is not None else "only thorough allocates it"
        yield Comparison(device, "compute", compute[name].compute_bytes, held, f"an engine's buffers; {allocated}")
        yield Comparison(
            device, "activations", None, facts["activation_bytes"].get(name),
            f"the peak of this pass for {facts['pass_']['prompt_tokens']} tokens; an engine's are for a whole batch",
        )  # fmt: skip
        if name != "cpu":
            opened = facts.get("runtime_bytes", {}).get(name)
            note = "the card's growth when torch opened it" if opened is not None else "the driver tells nothing (NVML)"
            yield Comparison(device, "runtime", compute[name].runtime_bytes, opened, note)
    yield _resident(job, facts)


def _resident(job: Job, facts: Mapping[str, Any]) -> Comparison:
    """What the system says of the process, beside what was written in RAM."""
    empty, full = facts.get("resident_empty_bytes"), facts.get("resident_full_bytes")
    grown = full - empty if full and empty else None
    held = job.weights.get("cpu", 0) + job.kv_cache.get("cpu", 0)
    note = "growth of the process while weights and cache were written; what random blocks are made from comes on top"
    return Comparison("host", "resident", held, grown, note)


def _disturbed(started: Started | None) -> Iterator[str]:
    """That others used the processors, where it was half of them or more."""
    if started and started.busy_processors is not None and started.processors is not None:
        busy, all_of_them = started.busy_processors, started.processors
        if busy >= all_of_them / 2:
            yield (
                f"Other programs kept {min(busy, all_of_them):.1f} of {all_of_them} processors busy when this began: "
                "times are longer than on a quiet computer."
            )


def _notes(comparisons: tuple[Comparison, ...], facts: Mapping[str, Any]) -> Iterator[str]:
    if reason := facts.get("card_programs_refused"):
        yield f"Products on cards were made with torch's general operations, which read slowly: {reason}."
    if reason := facts.get("card_recording_refused"):
        yield f"Parts on cards were started step by step, which costs more than the steps: {reason}."
    for one in comparisons:
        if one.agrees is False:
            yield (
                f"{one.device}: {one.component} took {one.measured_bytes} bytes, predicted were {one.predicted_bytes}; "
                "please report that."
            )


class _Touched:
    """Packed bytes that one token reads of each part of a plan, by device."""

    def __init__(self, plan: Plan) -> None:
        spec, layout = plan.model, plan.model.kv_layout(plan.workload.kv_layout)
        self._file = weight_file(spec, plan.file_type, plan.imatrix, layout)
        self._homes = tensor_devices(spec, plan.file_type, plan.imatrix, layout, plan.placement)
        self._spans, moe = layer_spans(spec, layout), spec.mla_moe
        self._share = moe.experts_per_token / moe.n_routed_experts if moe else 0.0

    def layer(self, layer: int) -> float:
        """All devices together."""
        total = 0.0
        for index in range(*self._spans[layer]):
            held = self._file.host_bytes if self._homes[index] == HOST_INDEX else self._file.gpu_bytes
            total += held[index] * (self._share if self._file.tensors[index].expert == "routed" else 1.0)
        return total


def _times(job: Job, passed: Mapping[str, Any]) -> tuple[PartTime, ...]:
    """Embedding and head as they are; layers by kind, the mean of those that ran, for a layer of mean size."""
    touched, parts, order = _Touched(job.plan), passed["parts"], {layer: at for at, layer in enumerate(job.run)}
    found = [_single("embedding", parts["embedding"])]
    for kind in layer_kinds(job.plan):
        ran = [parts[f"layer {order[layer]}"] for layer in kind if layer in order]
        if not ran:
            continue
        bytes_ran = sum(touched.layer(layer) for layer in kind if layer in order)
        bytes_all = sum(map(touched.layer, kind))
        # Layers of one kind differ in types: time goes by the bytes that a token reads.
        scale = bytes_all / bytes_ran / len(kind)
        found.append(
            PartTime(
                _kind_name(job.plan, kind[0]), len(kind), len(ran), sum(one["prompt_seconds"] for one in ran) * scale,
                sum(one["token_seconds"] for one in ran) * scale, bytes_all / len(kind),
            )
        )  # fmt: skip
    return (*found, _single("head", parts["head"]))


def _single(name: str, part: Mapping[str, Any]) -> PartTime:
    return PartTime(name, 1, 1, part["prompt_seconds"], part["token_seconds"], sum(part["token_bytes"].values()))


def _kind_name(plan: Plan, layer: int) -> str:
    """What a person calls a layer, with where it is."""
    spec, layout = plan.model, plan.model.kv_layout(plan.workload.kv_layout)
    file = weight_file(spec, plan.file_type, plan.imatrix, layout)
    homes = tensor_devices(spec, plan.file_type, plan.imatrix, layout, plan.placement)
    span = range(*layer_spans(spec, layout)[layer])
    routed = {plan_name(torch_name(homes[index])) for index in span if file.tensors[index].expert == "routed"}
    others = {plan_name(torch_name(homes[index])) for index in span if file.tensors[index].expert != "routed"}
    where = " and ".join(sorted(others))
    if not routed:
        return f"dense layer on {where}"
    return f"layer with experts on {where}" + (
        "" if routed <= others else f", experts on {' and '.join(sorted(routed))}"
    )


def _rates(job: Job, facts: Mapping[str, Any]) -> Iterator[DeviceRate]:
    for name in job.message["devices"]:
        parts = facts["pass_"]["parts"].values()
        moved = sum(part["token_bytes"].get(name, 0) for part in parts)
        busy = sum(part["token_busy_seconds"].get(name, 0.0) for part in parts)
        yield DeviceRate(plan_name(name), facts["copy_bytes_per_s"].get(name), moved / busy if busy else None)


def _pace(plan: Plan, times: tuple[PartTime, ...], facts: Mapping[str, Any]) -> Pace:
    token = sum(one.token_seconds * one.count for one in times)
    prompt = sum(one.prompt_seconds * one.count for one in times)
    copies: Mapping[str, float | None] = facts["copy_bytes_per_s"]
    possible = plan.verdict != "no"
    return Pace(
        1 / token, facts["pass_"]["prompt_tokens"] / prompt, _at_bandwidth(plan, copies),
        _band(plan.prediction.decode) if possible else None,
        _band(_corrected(plan, copies)) if possible and plan.from_disk == 0 else None,
    )  # fmt: skip


def _at_bandwidth(plan: Plan, copies: Mapping[str, float | None]) -> float | None:
    """Tokens a second if every byte came at the copy bandwidth; None where a device in use was not measured."""
    work = traffic(plan.model, plan.file_type, plan.imatrix, plan.workload, plan.placement)
    seconds = 0.0
    for index, part in zip((*range(plan.placement.gpus), HOST_INDEX), work.devices, strict=True):
        moved, rate = work.read_by_a_token(part), copies.get(torch_name(index))
        if moved and not rate:
            return None
        seconds += moved / rate if rate else 0.0
    return 1 / seconds if seconds else None


def _corrected(plan: Plan, copies: Mapping[str, float | None]) -> Speed:
    """The plan's own speed model with the measured bandwidths for the nominal ones."""
    pace = Predicting(
        plan.model, plan.file_type, plan.imatrix, plan.workload, with_measured(plan.machine, copies), plan.wishes.asked
    )
    return pace.decode(plan.placement)


def with_measured(machine: Machine, copies: Mapping[str, float | None]) -> Machine:
    """The machine with the bandwidths that were measured."""
    host, numbers = copies.get("cpu"), iter(range(len(machine.gpus)))
    gpus = []
    for card in machine.gpus:
        rate = copies.get(torch_name(next(numbers))) if card.plannable else None
        gpus.append(replace(card, bandwidth_bytes_per_s=round(rate)) if rate else card)
    ram = round(host) if host else machine.ram_bandwidth_bytes_per_s
    return replace(machine, gpus=tuple(gpus), ram_bandwidth_bytes_per_s=ram)


def _band(speed: Speed) -> Band:
    return Band(speed.low, speed.expected, speed.high)

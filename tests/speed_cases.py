"""Speeds as the speed model takes them: published ones and our own measurements (``data/speed``; each has a source)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from fitcheck.catalog.models import find_model
from fitcheck.core.calibration import CALIBRATION, Calibration
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import find_file_type, is_quantized
from fitcheck.core.rates import MachineRates, machine_rates
from fitcheck.core.speed import Run, Speed, decode_speed, prompt_speed
from fitcheck.core.traffic import Traffic, traffic
from fitcheck.core.workload import Workload
from fitcheck.errors import RequestError
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.service import with_known_rates

FOLDER = Path(__file__).resolve().parent / "data" / "speed"

Which = Literal["decode", "prefill"]


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement with the model's inputs for it."""

    record: dict[str, Any]
    work: Traffic
    rates: MachineRates
    run: Run

    @property
    def hardware(self) -> str:
        """The card or platform that decides; cross-validation leaves out all its cases together."""
        return str(self.record["hardware"])

    def published(self, which: Which) -> float | None:
        """Tokens per second, None where the source has no usable figure."""
        if which == "prefill" and not self.record["prefill_tokens"]:
            return None
        value = self.record[f"{which}_tokens_per_s"]
        return None if value is None else float(value)

    def predicted(self, which: Which, calibration: Calibration = CALIBRATION) -> Speed:
        """What the model says."""
        if which == "decode":
            return decode_speed(self.work, self.rates, self.run, self.record["n_past_mean"] or 0, calibration)
        return prompt_speed(self.work, self.rates, self.run, self.record["prefill_tokens"], calibration)

    def log_ratio(self, which: Which, calibration: Calibration = CALIBRATION) -> float:
        """Above zero where the model is too fast."""
        published = self.published(which)
        assert published is not None
        return math.log(self.predicted(which, calibration).expected / published)


@cache
def all_cases() -> tuple[Case, ...]:
    """All published ones, unrepresentative ones too."""
    return _read("cases.jsonl")


@cache
def measured_cases() -> tuple[Case, ...]:
    """Our own measurements with the engine itself."""
    return _read("measured.jsonl")


def _read(name: str) -> tuple[Case, ...]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        return tuple(_case(json.loads(line)) for line in lines)


def cases(which: Which) -> tuple[Case, ...]:
    """The published ones that the model is held against."""
    return _representative(all_cases(), which)


def measured(which: Which) -> tuple[Case, ...]:
    """Our own that the model is held against."""
    return _representative(measured_cases(), which)


def _representative(held: tuple[Case, ...], which: Which) -> tuple[Case, ...]:
    return tuple(one for one in held if one.record["representative"] and one.published(which) is not None)


def _case(record: dict[str, Any]) -> Case:
    spec = find_model(record["model"]).spec
    if record.get("n_layers"):
        spec = replace(spec, n_layers=record["n_layers"])
    count = len(record["machine"]["gpus"])
    experts = spec.n_layers if record["placement"] == "experts on cpu" else 0
    on_cards = record.get("gpu_layers") or spec.n_layers + 1
    placement = Placement(count, on_cards, experts) if count else Placement()
    workload = _workload(record)
    try:
        work = traffic(spec, find_file_type(record["quant"]), True, workload, placement)
    except RequestError:
        shape = traffic(spec, find_file_type("Q4_K_M"), True, workload, placement)
        work = _with_published_size(shape, record["weights_file_bytes"], record["active_bytes_per_token"])
    # The machine's backend: "rocm or vulkan" where the source does not say which; a processor's is none of a card's.
    backend = record["backend"].split()[0]
    machine = with_known_rates(machine_from_object(record["machine"]))
    rates = machine_rates(_with_free_memory(machine), None if backend == "cpu" else backend)
    tensor = record.get("multi_gpu") == "tensor"
    run = Run(
        quantized=record["quant"] not in ("F32", "F16", "BF16"),
        flash_attn=workload.flash_attn == "on",
        quantized_cache=is_quantized(workload.type_k.upper()),
        ubatch=workload.ubatch,
        split_mode="tensor" if tensor else "layer",
        borrows=record["engine"] not in ("ik_llama.cpp", "ktransformers"),
        pipeline=count > 1 and not experts and not tensor,
    )
    return Case(record, work, rates, run)


def _workload(record: dict[str, Any]) -> Workload:
    if "flash_attn" not in record:
        return Workload(flash_attn="off" if "no flash attention" in (record["notes"] or "") else "on")
    return Workload(
        record["context"], ubatch=record["ubatch"], flash_attn=record["flash_attn"],
        type_k=record["type_k"], type_v=record["type_v"],
    )  # fmt: skip


def _with_free_memory(machine: Any) -> Any:
    cards = tuple(replace(card, memory_free_bytes=card.memory_total_bytes) for card in machine.gpus)
    return replace(machine, gpus=cards)


def _with_published_size(work: Traffic, file_bytes: int, active_bytes: int | None) -> Traffic:
    """The bytes of a mix that is no type of llama.cpp's own, shared out as those of Q4_K_M are."""
    routed = (file_bytes - active_bytes) / (1 - work.routed_share) if active_bytes else 0.0
    shared = file_bytes - routed
    all_routed = sum(part.routed_bytes for part in work.devices) or 1
    all_shared = sum(part.shared_bytes for part in work.devices)
    devices = (
        replace(
            part,
            shared_bytes=int(shared * part.shared_bytes / all_shared),
            routed_bytes=int(routed * part.routed_bytes / all_routed),
        )
        for part in work.devices
    )
    return replace(work, devices=tuple(devices))

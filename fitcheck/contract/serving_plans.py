"""Plans for vLLM and SGLang: the makers' checkpoint on equal cards instead of a GGUF file's placement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fitcheck import service, serving
from fitcheck.catalog.models import CatalogModel
from fitcheck.contract.requests import PlanRequest
from fitcheck.contract.results import Object, plan_object, serving_object
from fitcheck.core.hardware import Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.serving import SAFETENSORS_ENGINES, ServingEngine
from fitcheck.core.wishes import Wishes
from fitcheck.core.workload import Workload
from fitcheck.frozen import dataclass
from fitcheck.serving import Serving, ServingPlan


@dataclass(frozen=True, slots=True)
class ServingAnswer:
    """How an engine runs the makers' checkpoint; ``plan`` on the cards it uses is what its speed is counted by."""

    model: CatalogModel
    found: ServingPlan
    plan: Plan

    @property
    def runs(self) -> bool:
        """Whether the cards have room for the model and the context."""
        return self.found.serving is not None and self.found.serving.fits

    def notes(self) -> Iterator[str]:
        """What the numbers rest on."""
        if self.runs and self.found.serving and self.found.serving.estimate.quantization == "FP8":
            yield f"Speed is counted by {self.plan.quantization}, which takes 8.5 bits a weight for FP8's 8."
        if self.runs:
            yield from self.plan.prediction.assumptions


def engine_of(asked: PlanRequest) -> ServingEngine | None:
    """The safetensors engine that a plan is asked for, if it is one."""
    return next((engine for engine in SAFETENSORS_ENGINES if engine == asked.engine), None)


def serving_answer(asked: PlanRequest, engine: ServingEngine) -> ServingAnswer:
    """The plan that was asked for; the longest context is what the cache has room for."""
    machine = service.with_known_rates(asked.machine)
    basis = _on_cards(asked, asked.workload, machine)
    found = serving.plan_serving(asked.model, basis, engine)
    if found.serving is not None and found.serving.fits and asked.longest:
        longest = min(found.serving.room_tokens or asked.workload.context, asked.model.spec.context_limit)
        basis = _on_cards(asked, replace(asked.workload, context=longest), machine)
        found = serving.plan_serving(asked.model, basis, engine)
    used = replace(machine, gpus=tuple(machine.gpus[position] for position in found.positions))
    return ServingAnswer(asked.model, found, _on_cards(asked, basis.workload, used))


def _on_cards(asked: PlanRequest, workload: Workload, machine: Machine) -> Plan:
    """Every layer on cards that divide it, in the file type nearest the makers' own: what its speed is counted by."""
    spec = asked.model.spec
    everything = Wishes(asked=asked.wishes.asked, gpu_layers=spec.n_layers + 1, cpu_moe_layers=0)
    nearest = find_file_type("Q8_0" if spec.is_moe else "BF16")
    return service.plan(asked.model, nearest, workload, machine, wishes=everything)


def serving_plan_object(answer: ServingAnswer) -> Object:
    """``fitcheck.plan/1`` with what the engine holds; sizes are null where it cannot run on these cards at all."""
    held, command = answer.found.serving, answer.found.command
    common = plan_object(answer.plan, answer.model)
    speed = {key: common[key] if answer.runs else None for key in _SPEED}
    # The key that the engine's own command has among all commands.
    name = command.engine
    return {
        **common,
        **speed,
        "decode_terms": common["decode_terms"] if answer.runs else [],
        **(_memory(held) if held else dict.fromkeys(("quant", *_SIZES), None) | {"devices": []}),
        "verdict": "gpu" if answer.runs else "no",
        "tensor_split": None, "overrides": [], "cpu_moe_layers": 0,
        "lacking_bytes": None, "lacking_of": None,
        "commands": {name: command.sh} if command.sh else {},
        "refused_by": {name: command.refusal} if command.refusal else {},
        "reasons": [command.refusal] if command.refusal else [],
        "warnings": list(answer.notes()),
    }  # fmt: skip


_SPEED = ("decode_tokens_per_s", "prefill_tokens_per_s", "load_seconds", "reasoning_minutes")
_SIZES = ("weights_bytes", "kv_cache_bytes", "compute_bytes", "total_bytes", "download_bytes")


def _memory(held: Serving) -> Object:
    """Sizes by card, and how the model is divided."""
    own = serving_object(held)
    capacity = None if held.memory_bytes is None else int(held.memory_bytes * held.share)
    devices = [
        {
            **device,
            "capacity_bytes": capacity,
            "headroom_bytes": None if capacity is None else capacity - sum(device[key] for key in _PARTS),
        }
        for device in own["devices"]
    ]
    return {**own, "schema": "fitcheck.plan/1", "devices": devices, "download_bytes": held.checkpoint_bytes}


_PARTS = ("weights_bytes", "kv_cache_bytes", "compute_bytes", "runtime_bytes")

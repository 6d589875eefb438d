"""What the service answers -> JSON objects with the contract's names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import fitcheck
from fitcheck import service
from fitcheck.catalog.models import CatalogModel
from fitcheck.core.choices import Choice
from fitcheck.core.estimate import DeviceMemory, Estimate
from fitcheck.core.model import parameter_count
from fitcheck.core.planner import DevicePlan, Plan
from fitcheck.core.quantization import OwnTypes
from fitcheck.core.rates import ASSUMED_RAM_BANDWIDTH
from fitcheck.core.speed import Speed, Term
from fitcheck.errors import FitCheckError
from fitcheck.records import plain

if TYPE_CHECKING:
    from fitcheck.catalog.own_file import OwnFile
    from fitcheck.core.advice import Advice
    from fitcheck.recommendations import CardChoice, Recommendation
    from fitcheck.serving import Serving

Object = dict[str, Any]


def _head(kind: str) -> Object:
    return {"schema": f"fitcheck.{kind}/1", "fitcheck_version": fitcheck.__version__}


def _device(memory: DeviceMemory) -> Object:
    return {
        "name": memory.name,
        "kind": memory.kind,
        "weights_bytes": memory.weights_bytes,
        "kv_cache_bytes": memory.kv_cache_bytes,
        "compute_bytes": memory.compute_bytes,
        "runtime_bytes": memory.runtime_bytes,
    }


def _device_plan(device: DevicePlan) -> Object:
    return {**_device(device.memory), "capacity_bytes": device.capacity_bytes, "headroom_bytes": device.headroom_bytes}


def _sums(answer: Estimate) -> Object:
    return {
        "model": answer.model_id,
        "quant": answer.quantization,
        "context": answer.context,
        "weights_bytes": answer.weights_bytes,
        "kv_cache_bytes": answer.kv_cache_bytes,
        "compute_bytes": answer.compute_bytes,
        "total_bytes": answer.total_bytes,
    }


def estimate_object(answer: Estimate) -> Object:
    """``fitcheck.estimate/1``."""
    return {**_head("estimate"), **_sums(answer), "devices": [_device(device) for device in answer.devices]}


def estimate_line(identity: Any, answer: Estimate) -> str:
    """``fitcheck.estimate/1`` after a request's ``id`` as one line of JSON, written by hand: batches have many."""
    head = _estimate_head(answer.model_id, answer.quantization)
    devices = ", ".join(
        [
            f'{{"name": "{one.name}", "kind": "{one.kind}", "weights_bytes": {one.weights_bytes}, '
            f'"kv_cache_bytes": {one.kv_cache_bytes}, "compute_bytes": {one.compute_bytes}, '
            f'"runtime_bytes": {one.runtime_bytes}}}'
            for one in answer.devices
        ]
    )
    return (
        f'{{"id": {json.dumps(identity)}, {head}, "context": {answer.context}, '
        f'"weights_bytes": {answer.weights_bytes}, "kv_cache_bytes": {answer.kv_cache_bytes}, '
        f'"compute_bytes": {answer.compute_bytes}, "total_bytes": {answer.total_bytes}, "devices": [{devices}]}}'
    )


@lru_cache(maxsize=1024)
def _estimate_head(model: str, quant: str) -> str:
    return json.dumps({**_head("estimate"), "model": model, "quant": quant})[1:-1]


def plan_object(plan: Plan, model: CatalogModel | None = None, advice: Iterable[Advice] | None = None) -> Object:
    """``fitcheck.plan/1``; a person's own file has no ``model`` of the catalogue, so no commands are known for it.

    ``advice`` None: it was not asked for, as in a batch, because each change is planned anew.
    """
    placement, prediction = plan.placement, plan.prediction if plan.verdict != "no" else None
    commands = service.commands(model, plan) if model is not None else {}
    return {
        **_head("plan"),
        **_sums(plan.estimate),
        "verdict": plan.verdict,
        "gpu_layers": placement.gpu_layers,
        "cpu_moe_layers": placement.cpu_moe_layers,
        "tensor_split": list(placement.tensor_split) if placement.tensor_split else None,
        "overrides": [list(pair) for pair in placement.overrides],
        "split_mode": plan.wishes.asked.split_mode,
        "devices": [_device_plan(device) for device in plan.devices],
        "download_bytes": plan.download_bytes,
        "lacking_bytes": plan.lacking_bytes,
        "lacking_of": plan.lacking_of or None,
        "decode_tokens_per_s": _speed(prediction.decode) if prediction else None,
        "prefill_tokens_per_s": _speed(prediction.prompt) if prediction else None,
        "decode_terms": [_term(term) for term in prediction.decode.terms] if prediction else [],
        "load_seconds": prediction.load_seconds if prediction else None,
        "reasoning_minutes": (
            prediction.decode.seconds_for(model.reasoning.tokens) / 60 if prediction and model else None
        ),
        "commands": {name: command.sh for name, command in commands.items() if command.sh},
        "refused_by": {name: command.refusal for name, command in commands.items() if command.refusal},
        "reasons": list(plan.reasons),
        **({} if advice is None else {"advice": [{"kind": one.kind, "sentence": one.sentence} for one in advice]}),
        "warnings": [*plan.warnings, *(prediction.assumptions if prediction else ())],
    }


def refused_object(found: Object, engine: str) -> Object:
    """``fitcheck.plan/1`` where the runtime that was asked for cannot do what was found.

    Its refusal is the answer and has no numbers; what llama.cpp would do stands under ``instead``.
    """
    refusal = found["refused_by"][engine]
    head = ("schema", "fitcheck_version", "model", "quant", "context")
    lists = ("overrides", "devices", "decode_terms", "warnings")
    return {
        **{key: found[key] if key in head else [] if key in lists else None for key in found if key != "advice"},
        "verdict": "no",
        "commands": {},
        "refused_by": {engine: refusal},
        "reasons": [refusal],
        "instead": {"engine": "llama.cpp", **{key: value for key, value in found.items() if key not in head[:3]}},
    }


def _speed(speed: Speed) -> Object:
    return {"low": speed.low, "expected": speed.expected, "high": speed.high}


def _term(term: Term) -> Object:
    """A part of a token's time; bytes and their rate where it is reading."""
    reads = term.rate > 0
    return {
        "kind": term.kind,
        "device": term.device,
        "seconds": term.seconds,
        "bytes": term.bytes if reads else None,
        "bytes_per_s": term.rate if reads else None,
    }


def matrix_object(
    plans: Iterable[Plan], context: int, machine: Object, left_out: Iterable[CatalogModel] = ()
) -> Object:
    """``fitcheck.matrix/1``: one cell a model and quantization, row by row.

    ``left_out`` are the models whose limit is below the context.
    """
    cells = [
        {
            "model": plan.model_id,
            "quant": plan.quantization,
            "verdict": plan.verdict,
            "total_bytes": plan.estimate.total_bytes,
            "download_bytes": plan.download_bytes,
            "lacking_bytes": plan.lacking_bytes,
            "lacking_of": plan.lacking_of or None,
        }
        for plan in plans
    ]
    names = [model.id for model in left_out]
    return {**_head("matrix"), "context": context, "machine": machine, "left_out": names, "cells": cells}


def recommendation_object(found: Recommendation, context: int) -> Object:
    """``fitcheck.recommend/1``: the choice for each wish, and the best file of each of the best models."""
    by_wish = {wish.replace(" ", "_"): _choice(one) if one else None for wish, one in found.by_wish.items()}
    return {**_head("recommend"), "context": context, **by_wish, "ranked": [_choice(one) for one in found.ranked]}


def _choice(one: Choice) -> Object:
    plan, facts = one.plan, one.facts
    return {
        "model": plan.model_id,
        "quant": plan.quantization,
        "verdict": plan.verdict,
        "repository": facts.repository,
        "download_bytes": plan.download_bytes,
        "decode_tokens_per_s": _speed(one.decode),
        "reasoning_minutes": one.minutes,
        "score_percent": facts.score,
        "loss": facts.loss,
        "loss_measured_on_this_architecture": facts.loss_known,
        "total_bytes": plan.estimate.total_bytes,
    }


def cards_object(model: str, quant: str, context: int, found: Iterable[CardChoice]) -> Object:
    """``fitcheck.gpus/1``: so many of a card, smallest first, with the RAM needed beside them.

    ``assumed_ram_bandwidth_bytes_per_s``: what the speed was counted with, null where no RAM is read.
    """
    rows = [
        {
            "card": one.card.name,
            "count": one.count,
            "memory_bytes": one.card.memory_bytes,
            "verdict": one.plan.verdict,
            "ram_bytes": one.ram_bytes,
            "assumed_ram_bandwidth_bytes_per_s": (
                None
                if one.plan.verdict == "gpu"
                else one.plan.machine.ram_bandwidth_bytes_per_s or ASSUMED_RAM_BANDWIDTH
            ),
            "decode_tokens_per_s": _speed(one.decode),
        }
        for one in found
    ]
    return {**_head("gpus"), "model": model, "quant": quant, "context": context, "cards": rows}


def serving_object(answer: Serving) -> Object:
    """``fitcheck.estimate/1`` of a safetensors engine, with what its cache has room for."""
    return {
        **estimate_object(answer.estimate),
        "engine": answer.engine,
        "tensor_parallel": answer.division.tensor,
        "pipeline_parallel": answer.division.pipeline,
        "expert_parallel": answer.division.expert_parallel,
        "checkpoint_bytes": answer.checkpoint_bytes,
        "loaded_bytes": answer.loaded_bytes,
        "room_bytes": answer.room_bytes,
        "room_tokens": answer.room_tokens,
    }


def own_file_object(file: OwnFile) -> Object:
    """``fitcheck.inspect/1``: what is in a file; the estimate or the plan is added to it."""
    model, spec = file.model, file.model.spec
    return {
        **_head("inspect"),
        "name": model.name,
        "files": [str(path) for path in model.paths],
        "file_bytes": model.file_bytes or None,
        "architecture": spec.gguf_arch,
        "layers": spec.n_layers,
        "parameters": parameter_count(spec),
        "context_limit": spec.context_limit,
        "kv_layout": model.kv_layout,
        "quant": file.file_type.id if file.file_type else None,
        "own_mix": isinstance(file.file_type, OwnTypes),
        "types": [{"type": one.ggml_type, "tensors": one.tensors, "bytes": one.bytes} for one in file.types],
    }


def model_object(model: CatalogModel) -> Object:
    """One model with the source of each value."""
    values: Object = plain(model)
    return values


def models_object(models: Iterable[CatalogModel], corrections: Iterable[Any]) -> Object:
    """``fitcheck.models/1``."""
    return {
        **_head("models"),
        "models": [model_object(model) for model in models],
        "corrections": plain(tuple(corrections)),
    }


def error_object(error: FitCheckError) -> Object:
    """What stands under ``error``."""
    return {"code": error.code, "message": error.message, "accepted": list(error.accepted)}

"""A request as JSON object -> what the service takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from fitcheck import service
from fitcheck.catalog.models import CatalogModel
from fitcheck.catalog.published import file_type_for
from fitcheck.contract.values import count, count_up_to, counts, flag, layers, one_of, overrides, shares, take, text
from fitcheck.core.calibration import BACKENDS
from fitcheck.core.hardware import MOST_CARDS, Machine
from fitcheck.core.placement import Placement
from fitcheck.core.prediction import PROMPT_TOKENS
from fitcheck.core.quantization import FileType
from fitcheck.core.serving import SAFETENSORS_ENGINES
from fitcheck.core.wishes import ENGINES, NO_WISHES, OBJECTIVES, Wishes, asked_of
from fitcheck.core.workload import FlashAttention, Workload
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass
from fitcheck.probe.machine_json import machine_from_object
from fitcheck.serving import checkpoint_format

Made = TypeVar("Made", Workload, Placement)

_DEFAULTS = Workload()
_OF_WORKLOAD = (
    "ubatch", "batch", "parallel", "kv_unified", "outputs", "flash_attn", "type_k", "type_v", "kv_layout", "kv_offload",
    "op_offload", "repack",
)  # fmt: skip
_OF_PLACEMENT = ("gpus", "gpu_layers", "cpu_moe_layers", "gpu_free_bytes", "tensor_split", "overrides")
_COMMON = frozenset(("id", "do", "model", "quant", "imatrix", "context", *_OF_WORKLOAD))
_ESTIMATE = _COMMON.union(_OF_PLACEMENT)
_PLAN = _COMMON | {
    "machine", "margin_bytes", "engine", "split_mode", "gpu_layers", "cpu_moe_layers", "tensor_split", "objective",
    "backend", "decode_depth", "prefill_tokens",
}  # fmt: skip

LONGEST = 0
"""``context`` 0 in a plan request: the longest one that keeps the verdict."""

START_CONTEXT = 4096


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """Memory for one placement."""

    model: CatalogModel
    file_type: FileType
    imatrix: bool
    workload: Workload
    placement: Placement


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The best placement on a machine; ``file_type`` None: the best one, ``longest``: the longest context.

    With an ``engine`` of safetensors files it is the makers' checkpoint on equal cards.
    """

    model: CatalogModel
    file_type: FileType | None
    imatrix: bool
    workload: Workload
    machine: Machine
    margin_bytes: int
    longest: bool
    wishes: Wishes = NO_WISHES
    engine: str = ENGINES[0]


def read_request(request: Any) -> EstimateRequest | PlanRequest:
    """Check a request and look up its names.

    Raises RequestError with a stable code (``bad_request``, ``unknown_key``, ``bad_value``, ``unknown_model``,
    ``unknown_quant`` …) and what is accepted.
    """
    if not isinstance(request, dict):
        raise RequestError("bad_request", "A request is a JSON object.")
    do = take(request, "do", one_of("estimate", "plan"), "estimate")
    return _plan_request(request) if do == "plan" else _estimate_request(request)


def _refuse_unknown(request: Mapping[str, Any], known: frozenset[str]) -> None:
    for key in request:
        if key not in known:
            raise RequestError("unknown_key", f"A request has no '{key}'.", tuple(sorted(known)))


def _model(request: Mapping[str, Any]) -> CatalogModel:
    if request.get("model") is None:
        accepted = tuple(model.id for model in service.models())
        raise RequestError("bad_request", "A request names a 'model'.", accepted)
    return service.find_model(text("model", request["model"]))


def _estimate_request(request: Mapping[str, Any]) -> EstimateRequest:
    _refuse_unknown(request, _ESTIMATE)
    model = _model(request)
    return EstimateRequest(
        model,
        file_type_for(model.id, take(request, "quant", text, "Q4_K_M")),
        take(request, "imatrix", flag, True),
        _known(_workload, _OF_WORKLOAD, request, take(request, "context", count, _DEFAULTS.context), "on"),
        _known(_placement, _OF_PLACEMENT, request, model.spec.n_layers),
    )


def _known(make: Callable[..., Made], keys: tuple[str, ...], request: Mapping[str, Any], *more: object) -> Made:
    """What ``make`` makes of these keys; of equal values the same object, which all that is remembered finds faster."""
    values = tuple(map(request.get, keys))
    try:
        # True is no 1 here.
        made: Made = _remembered(make, keys, values, tuple(map(type, values)), more)
    except TypeError:
        # Lists cannot be looked up.
        made = make(request, *more)
    return made


@lru_cache(maxsize=512)
def _remembered(
    make: Any, keys: tuple[str, ...], values: tuple[Any, ...], _types: object, more: tuple[Any, ...]
) -> Any:
    return make(dict(zip(keys, values, strict=True)), *more)


def _placement(request: Mapping[str, Any], n_layers: int) -> Placement:
    gpus = take(request, "gpus", count_up_to(MOST_CARDS), 0)
    everything = n_layers + 1
    return Placement(
        gpus=gpus,
        gpu_layers=take(request, "gpu_layers", layers(everything), everything if gpus else 0),
        cpu_moe_layers=take(request, "cpu_moe_layers", layers(n_layers), 0),
        gpu_free_bytes=take(request, "gpu_free_bytes", counts, None),
        tensor_split=take(request, "tensor_split", shares, None),
        overrides=take(request, "overrides", overrides, ()),
    )


def _plan_request(request: Mapping[str, Any]) -> PlanRequest:
    _refuse_unknown(request, _PLAN)
    context = take(request, "context", count, _DEFAULTS.context)
    model = _model(request)
    engine = take(request, "engine", one_of(*ENGINES), ENGINES[0])
    return PlanRequest(
        model,
        plan_file_type(model, take(request, "quant", text, None), engine),
        take(request, "imatrix", flag, True),
        _workload(request, START_CONTEXT if context == LONGEST else context, "auto"),
        machine_from_object(request.get("machine")),
        take(request, "margin_bytes", count, service.MARGIN_BYTES),
        longest=context == LONGEST,
        wishes=_wishes(request, model, engine),
        engine=engine,
    )


def plan_file_type(model: CatalogModel, quant: str | None, engine: str) -> FileType | None:
    """The file type that a plan is asked for, None: the best one, or with safetensors the makers' own."""
    if quant is None:
        return None
    if engine not in SAFETENSORS_ENGINES:
        return file_type_for(model.id, quant)
    makers = checkpoint_format(model, None)
    if quant.upper() != makers:
        raise RequestError("unknown_quant", f"A plan for {engine} runs the makers' checkpoint.", (makers,))
    return None


def _wishes(request: Mapping[str, Any], model: CatalogModel, engine: str) -> Wishes:
    asked = asked_of(
        engine,
        depth=take(request, "decode_depth", count, 0),
        prompt_tokens=max(1, take(request, "prefill_tokens", count, PROMPT_TOKENS)),
        backend=take(request, "backend", one_of(*BACKENDS), None),
        split_mode=take(request, "split_mode", one_of("layer", "tensor"), None),
    )
    return Wishes(
        take(request, "objective", one_of(*OBJECTIVES), OBJECTIVES[0]), asked,
        take(request, "gpu_layers", layers(model.spec.n_layers + 1), None),
        take(request, "cpu_moe_layers", layers(model.spec.n_layers), None),
        take(request, "tensor_split", shares, None),
    )  # fmt: skip


def _workload(request: Mapping[str, Any], context: int, flash_attn: FlashAttention) -> Workload:
    return Workload(
        context=context,
        ubatch=take(request, "ubatch", count, _DEFAULTS.ubatch),
        batch=take(request, "batch", count, _DEFAULTS.batch),
        parallel=take(request, "parallel", count, _DEFAULTS.parallel),
        kv_unified=take(request, "kv_unified", flag, _DEFAULTS.kv_unified),
        outputs=take(request, "outputs", count, None),
        flash_attn=take(request, "flash_attn", one_of("on", "off", "auto"), flash_attn),
        type_k=take(request, "type_k", text, _DEFAULTS.type_k),
        type_v=take(request, "type_v", text, _DEFAULTS.type_v),
        kv_layout=take(request, "kv_layout", one_of("mla", "legacy"), _DEFAULTS.kv_layout),
        kv_offload=take(request, "kv_offload", flag, _DEFAULTS.kv_offload),
        op_offload=take(request, "op_offload", flag, _DEFAULTS.op_offload),
        repack=take(request, "repack", flag, _DEFAULTS.repack),
    )

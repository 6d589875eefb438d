"""The use case of safetensors engines: a checkpoint divided among cards. Another room beside ``service``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fitcheck.core.estimate import DeviceMemory, Estimate, check_context
from fitcheck.core.hardware import Gpu
from fitcheck.core.safetensors import CHECKPOINT_FORMATS, CheckpointFormat, checkpoint_bytes
from fitcheck.core.serving import (
    ACTIVATION_MARGIN_BYTES,
    MEMORY_SHARE,
    Division,
    ServingEngine,
    longest_context,
    room_for_cache,
    stage_loads,
)
from fitcheck.core.workload import Workload
from fitcheck.engines.command import Command, ModelNames
from fitcheck.engines.deployment import nearest
from fitcheck.engines.devices import plan_backend
from fitcheck.engines.sglang import sglang
from fitcheck.engines.vllm import vllm
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan


@dataclass(frozen=True, slots=True)
class Serving:
    """A safetensors model in vLLM or SGLang.

    ``estimate`` by card; its runtime is a margin. ``checkpoint_bytes`` are all tensors on disk, ``loaded_bytes`` those
    that the engine loads. ``share`` is what the engine takes of ``memory_bytes`` of each card. ``room_bytes`` and
    ``room_tokens`` are the cache's on the fullest stage. All three are None without cards.
    """

    estimate: Estimate
    engine: ServingEngine
    division: Division
    share: float
    checkpoint_bytes: int
    loaded_bytes: int
    context_limit: int
    memory_bytes: int | None
    room_bytes: int | None
    room_tokens: int | None

    @property
    def leaves_out_mtp(self) -> bool:
        """Whether a layer of the checkpoint is not loaded."""
        return self.loaded_bytes < self.checkpoint_bytes

    @property
    def fits(self) -> bool:
        """Whether the cards have room for the context; unknown cards are given the benefit of the doubt."""
        return self.room_tokens is None or self.room_tokens >= self.estimate.context


def checkpoint_format(model: CatalogModel, name: str | None) -> CheckpointFormat:
    """A safetensors format by name; without one what the makers publish (RequestError ``unknown_quant``)."""
    wanted = (name or ("FP8" if model.spec.is_moe else "BF16")).upper()
    for form in CHECKPOINT_FORMATS:
        if form == wanted:
            return form
    raise RequestError("unknown_quant", f"'{name}' is not a format of safetensors engines.", CHECKPOINT_FORMATS)


def estimate_serving(
    model: CatalogModel,
    form: CheckpointFormat,
    engine: ServingEngine,
    division: Division,
    context: int,
    *,
    fp8_cache: bool = False,
    cards: Sequence[Gpu] = (),
    share: float = MEMORY_SHARE,
    mtp: bool = False,
    memory_bytes: int | None = None,
) -> Serving:
    """Memory of a safetensors model on equal cards (RequestError where it cannot be divided so).

    ``memory_bytes`` is what ``share`` is taken of, by itself all memory of the smallest card.
    """
    check_context(model.spec, Workload(context=context))
    if cards and len(cards) != division.cards:
        raise RequestError(
            "bad_division", f"{division.cards} cards are needed for this division, {len(cards)} are named."
        )
    loads = stage_loads(model.spec, form, division, "fp8" if fp8_cache else "auto", mtp=mtp)
    devices = [
        DeviceMemory(
            f"GPU{index}", "gpu", load.weights_bytes, context * load.cache_bytes_per_token, 0, ACTIVATION_MARGIN_BYTES
        )
        for index, load in enumerate(load for load in loads for _ in range(division.tensor))
    ]
    memory = min((card.memory_total_bytes or 0 for card in cards), default=0) if memory_bytes is None else memory_bytes
    rooms = [room_for_cache(load, memory, engine, share=share) for load in loads] if cards else []
    tokens = [longest_context(load, room, engine) for load, room in zip(loads, rooms, strict=False)]
    return Serving(
        Estimate(model.id, form, context, tuple(devices)), engine, division, share,
        checkpoint_bytes(model.spec, form, mtp=mtp or form == "FP8"), checkpoint_bytes(model.spec, form, mtp=mtp),
        model.spec.context_limit, memory if cards else None, min(rooms, default=None), min(tokens, default=None),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """How an engine runs the makers' checkpoint on the cards at these ``positions`` of a plan's machine.

    ``serving`` is None where there is no card for it or no way to divide the model; ``command`` says why.
    """

    serving: Serving | None
    positions: tuple[int, ...]
    command: Command


def plan_serving(model: CatalogModel, plan: Plan, engine: ServingEngine) -> ServingPlan:
    """What vLLM or SGLang holds on a plan's machine with its context and chats; of the plan nothing else counts."""
    backend, names = plan_backend(plan), ModelNames(model.hf_id)
    command = vllm(plan, names, backend) if engine == "vllm" else sglang(plan, names, backend)
    found = nearest(plan, engine, command.title, backend)
    if isinstance(found, str):
        return ServingPlan(None, (), command)
    answer = estimate_serving(
        model, found.form, engine, found.division, plan.workload.context, fp8_cache=found.cache_type == "fp8",
        cards=[plan.machine.gpus[position] for position in found.positions], share=found.share,
        memory_bytes=found.memory_bytes,
    )  # fmt: skip
    return ServingPlan(answer, found.positions, command)

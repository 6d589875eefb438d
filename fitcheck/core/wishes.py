"""What a person wants of a plan beyond model, file and workload."""

from __future__ import annotations

from typing import Literal

from fitcheck.core.calibration import Backend
from fitcheck.core.prediction import NO_DEPTH, Asked
from fitcheck.core.speed import SplitMode
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

Objective = Literal["fastest", "most_on_gpu"]

OBJECTIVES: tuple[Objective, ...] = ("fastest", "most_on_gpu")


ENGINES = ("llama.cpp", "ollama", "lm-studio", "vllm", "sglang", "ktransformers")
"""Runtimes that a plan may be asked for."""


def asked_of(
    engine: str, *, depth: int, prompt_tokens: int, backend: Backend | None = None, split_mode: SplitMode | None = None
) -> Asked:
    """What speed is asked of a runtime: vLLM and SGLang divide every layer, KTransformers computes experts in RAM.

    RequestError ``bad_value`` where an engine of GGUF files is to divide layers: what that takes was never recorded.
    """
    by_itself: SplitMode = "tensor" if engine in ("vllm", "sglang") else "layer"
    if split_mode == "tensor" and by_itself == "layer":
        raise RequestError(
            "bad_value",
            f"Split mode 'tensor' of {engine} is not priced: what it takes on each card is known for 'layer' only.",
            ("layer",),
        )
    return Asked(depth, prompt_tokens, backend, split_mode or by_itself, borrows=engine != "ktransformers")


@dataclass(frozen=True, slots=True)
class Wishes:
    """``objective``, what speed is asked for, and what of the placement is pinned (None: searched).

    A pinned placement stands even where it does not fit; its verdict says so.
    """

    objective: Objective = "fastest"
    asked: Asked = NO_DEPTH
    gpu_layers: int | None = None
    cpu_moe_layers: int | None = None
    tensor_split: tuple[float, ...] | None = None

    @property
    def pinned(self) -> bool:
        """Whether anything of the placement is fixed."""
        return (self.gpu_layers, self.cpu_moe_layers, self.tensor_split) != (None, None, None)


NO_WISHES = Wishes()

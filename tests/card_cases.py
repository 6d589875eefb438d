"""What llama.cpp said of itself on real cards (``data/card``), with what FitCheck says of the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from fitcheck.catalog.models import find_model
from fitcheck.core.estimate import Estimate, estimate
from fitcheck.core.hardware import Machine
from fitcheck.core.placement import Placement
from fitcheck.core.prediction import Asked, Pace
from fitcheck.core.quantization import find_file_type
from fitcheck.core.speed import Speed
from fitcheck.core.workload import Workload

CARD = "CUDA0"


@dataclass(frozen=True)
class Measured:
    """One line of the results."""

    record: dict[str, Any]

    @cached_property
    def case(self) -> dict[str, Any]:
        """What was asked."""
        case: dict[str, Any] = self.record["case"]
        return case

    @cached_property
    def inputs(self) -> tuple[Any, Any, Workload, Placement, bool]:
        """Model, file type, workload, placement and whether with an importance matrix."""
        case = self.case
        spec = find_model(case["model"]).spec
        if case.get("n_layers"):
            spec = replace(spec, n_layers=case["n_layers"])
        workload = Workload(
            case.get("context", 4096), ubatch=case.get("ubatch", 512), flash_attn=case.get("flash_attn", "on"),
            type_k=case.get("type_k", "f16"), type_v=case.get("type_v", "f16"),
        )  # fmt: skip
        experts = spec.n_layers if case.get("experts_on_host") else 0
        cards = case.get("gpus", 1)
        placement = Placement(1, case.get("gpu_layers") or spec.n_layers + 1, experts) if cards else Placement()
        return spec, find_file_type(case["quant"]), workload, placement, case.get("imatrix", False)

    @cached_property
    def estimate(self) -> Estimate:
        """What FitCheck says of its memory."""
        spec, file_type, workload, placement, imatrix = self.inputs
        return estimate(spec, file_type, workload, placement, imatrix=imatrix)

    @property
    def on_card(self) -> tuple[list[int], list[int]]:
        """Weights, cache and compute buffers on the card: the engine's, ours."""
        ours = self.estimate.devices[0]
        return self.record["breakdown"][CARD], [ours.weights_bytes, ours.kv_cache_bytes, ours.compute_bytes]

    @property
    def on_host(self) -> tuple[list[int], list[int]]:
        """Cache and compute buffers in RAM. Weights are not compared: a mapped file counts with all between them."""
        rows = [row for name, row in self.record["breakdown"].items() if name != CARD]
        ours = self.estimate.devices[-1]
        return [sum(row[1] for row in rows), sum(row[2] for row in rows)], [ours.kv_cache_bytes, ours.compute_bytes]

    def beside_buffers(self) -> Iterator[tuple[str, int]]:
        """What the card holds more than before the engine came, beside the engine's buffers, moment by moment."""
        memory = self.record["memory"]
        held = sum(self.record["breakdown"].get(CARD, ()))
        for moment, (used, _own) in memory.items():
            if moment not in ("before", "backends", "model") and used is not None:
                yield moment, used - memory["before"][0] - held

    def predicted(self, machine: Machine, *, depth: int = 0, prompt: int = 512) -> tuple[Speed, Speed]:
        """Answering at a depth, and reading a prompt."""
        spec, file_type, workload, placement, imatrix = self.inputs
        pace = Pace(spec, file_type, imatrix, workload, machine, Asked(depth, prompt))
        prediction = pace.predict(placement, 0)
        return prediction.decode, prediction.prompt


def read(path: Path) -> list[Measured]:
    """The cases that came far enough to say something of memory."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Measured(one) for one in records if "breakdown" in one]

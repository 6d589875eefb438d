"""One estimate and whole batches, beside what the engine itself takes; nothing asserted about time."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from fitcheck import service
from fitcheck.contract.answers import answer_lines
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import Workload

from ..engine_truth import FOLDER, RECORDS, records

CASES: list[dict[str, Any]] = json.loads((FOLDER / "speed.json").read_text(encoding="utf-8"))["cases"]
Q4_K_M = find_file_type("Q4_K_M")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']} (engine {case['engine_ms']} ms)")
def test_one_estimate_of_another_size(benchmark: BenchmarkFixture, case: dict[str, Any]) -> None:
    model = service.find_model(case["model"])
    placement = Placement(case["gpus"], case["gpu_layers"], case["cpu_moe_layers"])
    # None is asked twice: that would only be looked up.
    sizes = itertools.product(range(4096, 131_072, 256), range(512, 2048))

    def estimate() -> None:
        context, ubatch = next(sizes)
        service.estimate(model, Q4_K_M, Workload(context, ubatch), placement)

    benchmark(estimate)


@pytest.mark.parametrize("name", RECORDS)
def test_a_batch(benchmark: BenchmarkFixture, name: str) -> None:
    lines = [json.dumps(request).encode() for request, _ in records(name)]

    benchmark.extra_info["requests"] = len(lines)
    benchmark.pedantic(lambda: list(answer_lines(lines)), rounds=1)

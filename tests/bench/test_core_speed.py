"""How long the core takes; run by ``dev.py bench`` only, nothing asserted about time.

Every round asks for another context: a question that was asked before is only looked up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from fitcheck import service
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload

CARD = Gpu("RTX 4090", 24 * GIB, 23 * GIB, bandwidth_bytes_per_s=1_008_000_000_000, fp16_flops=165e12)
Q4_K_M = find_file_type("Q4_K_M")
COMMON = tuple(file_type for file_type in FILE_TYPES if file_type.common)


def _machine(cards: int) -> Machine:
    return Machine((CARD,) * cards, ram_available_bytes=512 * GIB, ram_bandwidth_bytes_per_s=10**11, cpu_cores=16)


def _workloads() -> Iterator[Workload]:
    return (Workload(context, flash_attn="auto") for context in itertools.cycle(range(4096, 131_072, 256)))


@pytest.mark.parametrize("name", ["r1", "70b", "7b"])
@pytest.mark.parametrize("cards", [0, 1, 2, 8, 16])
def test_one_plan(benchmark: BenchmarkFixture, name: str, cards: int) -> None:
    model, machine, workloads = service.find_model(name), _machine(cards), _workloads()

    benchmark(lambda: service.plan(model, Q4_K_M, next(workloads), machine))


def test_the_speed_of_one_plan(benchmark: BenchmarkFixture) -> None:
    plan = service.plan(service.find_model("r1"), Q4_K_M, Workload(16384), _machine(1))

    benchmark(lambda: plan.prediction)


@pytest.mark.parametrize("cards", [0, 1, 2, 8])
def test_the_cells_that_are_seen(benchmark: BenchmarkFixture, cards: int) -> None:
    machine, workloads = _machine(cards), _workloads()
    # Variants of a model are folded into its row.
    rows = tuple({model.family: model for model in reversed(service.models())}.values())

    plans = benchmark(lambda: list(service.matrix(machine, next(workloads), rows, COMMON)))

    assert len(plans) == len(rows) * len(COMMON)


@pytest.mark.parametrize("columns", [COMMON, FILE_TYPES], ids=["common types", "all types"])
@pytest.mark.parametrize("cards", [0, 1, 2, 8])
def test_the_matrix(benchmark: BenchmarkFixture, cards: int, columns: tuple[FileType, ...]) -> None:
    machine, workloads = _machine(cards), _workloads()

    plans = benchmark(lambda: list(service.matrix(machine, next(workloads), service.models(), columns)))

    assert len(plans) == len(service.models()) * len(columns)

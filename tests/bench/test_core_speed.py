"""How long the core takes; run by ``dev.py bench`` only, nothing asserted about time."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from fitcheck import service
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload

MACHINE = Machine((Gpu("RTX 4090", 24 * GIB, 23 * GIB),), ram_available_bytes=100 * GIB)
Q4_K_M = find_file_type("Q4_K_M")
COMMON = tuple(file_type for file_type in FILE_TYPES if file_type.common)


def test_one_estimate_of_r1(benchmark: BenchmarkFixture) -> None:
    model = service.find_model("r1")
    placement = Placement(gpus=1, gpu_layers=62, cpu_moe_layers=58)

    answer = benchmark(service.estimate, model, Q4_K_M, Workload(16384), placement)

    assert answer.total_bytes


def test_one_plan_of_r1(benchmark: BenchmarkFixture) -> None:
    answer = benchmark(service.plan, service.find_model("r1"), Q4_K_M, Workload(16384), MACHINE)

    assert answer.verdict


def test_the_matrix_of_common_types(benchmark: BenchmarkFixture) -> None:
    plans = benchmark(lambda: list(service.matrix(MACHINE, Workload(16384), service.models(), COMMON)))

    assert len(plans) == len(service.models()) * len(COMMON)


def test_the_whole_matrix(benchmark: BenchmarkFixture) -> None:
    plans = benchmark(lambda: list(service.matrix(MACHINE, Workload(16384), service.models())))

    assert len(plans) == len(service.models()) * len(FILE_TYPES)

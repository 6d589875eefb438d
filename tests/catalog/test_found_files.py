"""Model files that are here already, matched with the plan they are for."""

from __future__ import annotations

import pytest

from fitcheck import service
from fitcheck.catalog.found_files import found_file
from fitcheck.core.hardware import Disk, Machine, ModelFile
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload

HEADER = 5_980_000


def planned(model: str, quant: str, *files: ModelFile) -> Plan:
    machine = Machine(ram_available_bytes=1000 * GIB, ram_total_bytes=1000 * GIB, model_files=files)
    return service.plan(service.find_model(model), find_file_type(quant), Workload(), machine)


def tensors(model: str, quant: str) -> int:
    return planned(model, quant).tensor_bytes


@pytest.mark.parametrize(
    "name",
    [
        "DeepSeek-R1-Distill-Qwen-32B-Q4_K_M.gguf",
        "bartowski_DeepSeek-R1-Distill-Qwen-32B-GGUF_DeepSeek-R1-Distill-Qwen-32B-Q4_K_M.gguf",
        "deepseek-r1-distill-qwen-32b.q4_k_m.gguf",
        "deepseek-r1:32b",
        "deepseek-r1:32b-qwen-distill-q4_K_M",
    ],
)
def test_a_file_of_the_right_size_and_name_is_found(name: str) -> None:
    file = ModelFile("/m/file", tensors("32b", "Q4_K_M") + HEADER, name)

    assert found_file(service.find_model("32b"), "Q4_K_M", tensors("32b", "Q4_K_M"), (file,)) == file


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("DeepSeek-R1-Distill-Qwen-32B-Q4_K_M.gguf", 200_000_000),
        ("DeepSeek-R1-Distill-Qwen-32B-Q4_K_M.gguf", -HEADER - 1),
        ("DeepSeek-R1-Distill-Qwen-32B-Q4_K_S.gguf", 0),
        ("Some-Finetune-of-32B-Q4_K_M.gguf", 0),
        ("deepseek-r1:14b", 0),
        ("qwen2.5:32b", 0),
    ],
)
def test_another_size_or_another_name_is_another_file(name: str, more: int) -> None:
    file = ModelFile("/m/file", tensors("32b", "Q4_K_M") + HEADER + more, name)

    assert found_file(service.find_model("32b"), "Q4_K_M", tensors("32b", "Q4_K_M"), (file,)) is None


def test_models_of_one_size_are_told_apart_by_their_names() -> None:
    file = ModelFile("/m/file", tensors("r1", "Q4_K_M") + HEADER, "DeepSeek-R1-0528-Q4_K_M.gguf", parts=9)
    here = (file,)

    assert found_file(service.find_model("r1-0528"), "Q4_K_M", tensors("r1", "Q4_K_M"), here) == file
    assert found_file(service.find_model("r1"), "Q4_K_M", tensors("r1", "Q4_K_M"), here) is None


def test_the_command_names_the_file_that_is_here() -> None:
    path = "/models/my files/DeepSeek-R1-Distill-Llama-8B-Q8_0.gguf"
    file = ModelFile(path, tensors("llama-8b", "Q8_0") + HEADER, path.rpartition("/")[2], "llama.cpp")

    commands = service.commands(service.find_model("llama-8b"), planned("llama-8b", "Q8_0", file))

    assert f"-m '{path}'" in commands["llama-server"].sh
    assert "-hf" not in commands["llama-server"].sh
    assert f"FROM {path}" in commands["ollama"].sh


@pytest.mark.parametrize(("here", "verdict"), [(True, "disk"), (False, "no")])
def test_a_file_that_is_here_needs_no_room_on_the_disk(here: bool, verdict: str) -> None:
    # Given too little RAM for the weights, and a disk that has no room for another file
    file = ModelFile("/m/file", tensors("r1", "Q4_K_M") + HEADER, "DeepSeek-R1-Q4_K_M.gguf")
    machine = Machine(
        ram_available_bytes=256 * GIB, ram_total_bytes=256 * GIB, disk=Disk("/m", 1000 * GIB, 50 * GIB),
        model_files=(file,) if here else (),
    )  # fmt: skip
    model = service.find_model("r1")

    plan = service.plan(model, find_file_type("Q4_K_M"), Workload(), machine)

    assert plan.verdict == verdict
    assert service.file_here(model, plan) == (file if here else None)
    assert not any("free" in warning for warning in plan.warnings)

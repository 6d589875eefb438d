"""Jobs: every byte of a plan's weights and cache is in it once, on its device, as the child counts it."""

from __future__ import annotations

from collections import Counter

import pytest
import torch

from fitcheck import service
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES, find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload
from fitcheck.verify.child.weights import held_bytes
from fitcheck.verify.job import Job, VerifyOptions, chosen_layers, job_of, layer_kinds, plan_name

from .tiny import DENSE, LATENT, job, planned

THOROUGH = VerifyOptions("thorough")
SERVER = Machine(
    (Gpu("RTX 4090", 24 * GIB, 23 * GIB, bandwidth_bytes_per_s=10**12),) * 2, ram_available_bytes=700 * GIB,
    ram_total_bytes=768 * GIB, ram_bandwidth_bytes_per_s=3 * 10**11,
)  # fmt: skip
PLAIN = Machine(ram_available_bytes=22 * GIB, ram_total_bytes=24 * GIB)


def catalogue_job(name: str, quant: str, on: Machine, workload: Workload, options: VerifyOptions) -> Job:
    model = service.find_model(name)
    return job_of(service.plan(model, find_file_type(quant), workload, on), model.details, options)


def child_counts(found: Job) -> tuple[Counter[str], Counter[str]]:
    """Weights and cache by device as the child computes them: from types and shapes alone."""
    weights: Counter[str] = Counter()
    cached: Counter[str] = Counter()
    for part in found.message["parts"]:
        for one in part["tensors"]:
            size = held_bytes(one["type"], one["row"], one["rows"], torch.device(one["device"]))
            weights[plan_name(one["device"])] += size
        if cache := part.get("cache"):
            for kind, width in cache["rows"]:
                cached[plan_name(cache["device"])] += held_bytes(
                    kind, width, cache["cells"], torch.device(cache["device"])
                )
    return weights, cached


def by_device(found: Plan, component: str) -> dict[str, int]:
    sizes = {one.name: getattr(one, component) for one in found.estimate.devices}
    return {name: size for name, size in sizes.items() if size}


@pytest.mark.parametrize("on", [PLAIN, SERVER], ids=["no card", "two cards"])
@pytest.mark.parametrize("quant", ["Q4_K_M", "IQ1_S", "TQ1_0", "Q8_0"])
@pytest.mark.parametrize("name", ["r1", "70b", "1.5b", "qwen3-8b"])
@pytest.mark.parametrize(
    "workload",
    [
        Workload(4096),
        Workload(16384, type_k="q8_0", type_v="q8_0"),
        Workload(2048, kv_layout="legacy", kv_offload=False),
    ],
    ids=["plain", "small cache", "legacy, cache in RAM"],
)
def test_a_thorough_job_holds_what_the_estimate_says(name: str, quant: str, on: Machine, workload: Workload) -> None:
    found = catalogue_job(name, quant, on, workload, THOROUGH)

    weights, cached = child_counts(found)

    assert +weights == by_device(found.plan, "weights_bytes")
    assert +cached == by_device(found.plan, "kv_cache_bytes")
    assert {plan_name(key): size for key, size in found.weights.items()} == weights
    assert found.message["bytes"] == sum(weights.values()) + sum(cached.values())


@pytest.mark.parametrize("file_type", FILE_TYPES, ids=lambda one: one.id)
def test_every_file_type_is_counted_alike(file_type: object) -> None:
    found = catalogue_job("r1", getattr(file_type, "id", ""), SERVER, Workload(4096), THOROUGH)

    assert +child_counts(found)[0] == by_device(found.plan, "weights_bytes")


def test_quick_takes_a_dense_layer_and_one_with_experts() -> None:
    found = catalogue_job("r1", "Q4_K_M", PLAIN, Workload(4096), VerifyOptions())

    names = [{tensor["name"].split(".", 2)[-1] for tensor in part["tensors"]} for part in found.message["parts"]]
    assert sum("ffn_gate_exps.weight" in one for one in names) == 1
    assert any("ffn_gate.weight" in one for one in names)
    assert not found.whole
    assert found.message["bytes"] < 10 * GIB


def test_quick_takes_all_of_a_small_model() -> None:
    assert catalogue_job("1.5b", "Q4_K_M", PLAIN, Workload(4096), VerifyOptions()).whole


@pytest.mark.parametrize(("asked", "expected"), [(1, 1), (2, 2), (3, 3), (99, 5)])
def test_the_number_of_layers_can_be_chosen(asked: int, expected: int) -> None:
    assert len(chosen_layers(planned(LATENT), VerifyOptions(layers=asked))) == expected


def test_layers_of_one_kind_have_the_same_tensors_on_the_same_devices() -> None:
    kinds = layer_kinds(catalogue_job("r1", "Q4_K_M", SERVER, Workload(4096), THOROUGH).plan)

    assert sorted(layer for kind in kinds for layer in kind) == list(range(61))
    assert len(kinds) >= 3


def test_a_short_context_leaves_room_for_the_tokens() -> None:
    message = job(planned(DENSE, workload=Workload(17)), tokens=50).message

    assert message["prompt_tokens"] + message["decode_tokens"] <= 17


def test_thorough_takes_the_compute_buffers_too_and_quick_does_not() -> None:
    found = planned(DENSE)

    assert job(found).message["compute_bytes"] == {"cpu": found.devices[-1].memory.compute_bytes}
    assert job(found, "quick").message["compute_bytes"] == {}

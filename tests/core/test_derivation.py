"""Every number of a plan follows from the expression that explains it."""

from __future__ import annotations

import pytest

from fitcheck import service
from fitcheck.core.derivation import Expression, Leaf, evaluated, memory_of, speed_of
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.layer_places import layer_places
from fitcheck.core.placement import HOST_INDEX
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload

CARD = Gpu("NVIDIA GeForce RTX 4090", memory_total_bytes=24 * GIB, memory_free_bytes=22 * GIB)
MACHINES = {
    "no card": Machine(ram_total_bytes=512 * GIB, ram_available_bytes=500 * GIB),
    "one card": Machine(gpus=(CARD,), ram_total_bytes=512 * GIB, ram_available_bytes=500 * GIB),
    "three cards": Machine(gpus=(CARD,) * 3, ram_total_bytes=512 * GIB, ram_available_bytes=500 * GIB),
}


def planned(name: str, quant: str, machine: str, **workload: object) -> Plan:
    asked = Workload(context=8192, **workload)  # type: ignore[arg-type]
    return service.plan(service.find_model(name), find_file_type(quant), asked, MACHINES[machine])


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("model", "quant"), [("r1", "IQ1_S"), ("70b", "Q4_K_M"), ("llama-8b", "Q8_0"), ("1.5b", "TQ1_0")]
)
@pytest.mark.parametrize("cache", ["f16", "q8_0"])
def test_every_component_of_every_device_is_the_value_of_its_expression(
    model: str, quant: str, machine: str, cache: str
) -> None:
    plan = planned(model, quant, machine, type_k=cache, type_v=cache)

    for index, device in enumerate(plan.devices):
        found = {one.component: one.value for one in memory_of(plan, index)}
        memory = device.memory
        assert found.get("weights", 0) == memory.weights_bytes
        assert found.get("kv_cache", 0) == memory.kv_cache_bytes
        assert found.get("compute", 0) == memory.compute_bytes
        assert found.get("runtime", 0) == memory.runtime_bytes


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("model", ["r1", "70b", "1.5b"])
def test_the_speed_is_the_value_of_its_expression(model: str, machine: str) -> None:
    plan = planned(model, "Q4_K_M", machine)
    prediction = plan.prediction

    assert speed_of(plan, prediction.decode).value == pytest.approx(prediction.decode.expected)
    assert speed_of(plan, prediction.prompt).value == pytest.approx(prediction.prompt.expected)


def test_a_margin_is_called_one_and_what_was_seen_on_the_card_is_not() -> None:
    measured = Gpu(CARD.name, CARD.memory_total_bytes, CARD.memory_free_bytes, runtime_overhead_bytes=300 << 20)
    margin = planned("llama-8b", "Q8_0", "one card")
    seen = service.plan(
        service.find_model("llama-8b"), find_file_type("Q8_0"), Workload(8192), Machine(gpus=(measured,))
    )  # fmt: skip

    assert next(one for one in memory_of(margin, 0) if one.component == "runtime").certainty == "margin"
    assert next(one for one in memory_of(seen, 0) if one.component == "runtime").certainty == "exact"


def test_a_quotient_a_product_and_a_sum_are_evaluated_inside_out() -> None:
    two, three, six = (Leaf("n", value, "count") for value in (2, 3, 6))
    nested = Expression("÷", (Expression("×", (two, six)), Expression("+", (three, three))))

    assert evaluated(nested) == 2


def test_layer_places_hold_every_layer_and_their_shares_are_whole() -> None:
    plan = planned("r1", "IQ1_S", "one card")
    places = layer_places(plan)
    moe = plan.model.mla_moe
    assert moe is not None

    assert len(places) == plan.model.n_layers + 1
    assert all(not place.routed for place in places[: moe.first_dense_layers])
    for place in places:
        assert sum(share for _, share in place.shared) == pytest.approx(1)
        assert not place.routed or sum(share for _, share in place.routed) == pytest.approx(1)
    in_ram = [i for i, place in enumerate(places) if place.routed and place.routed[0] == (HOST_INDEX, 1.0)]
    assert in_ram
    assert max(in_ram) < plan.placement.cpu_moe_layers

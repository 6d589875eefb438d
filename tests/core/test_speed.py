"""The speed model against published measurements, and what any of its answers must keep."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.hardware import Disk, Gpu, Machine
from fitcheck.core.placement import Placement
from fitcheck.core.planner import plan
from fitcheck.core.prediction import Asked, Pace
from fitcheck.core.quantization import find_file_type
from fitcheck.core.rates import machine_rates
from fitcheck.core.speed import Speed, Term
from fitcheck.core.speed_sentences import rate
from fitcheck.core.workload import Workload

from ..speed_cases import Which, all_cases, cases, measured, measured_cases
from .specs import DENSE, LATENT

Q4_K_M = find_file_type("Q4_K_M")
CARD = Gpu("card", 1 << 40, 1 << 40, bandwidth_bytes_per_s=10**12, fp16_flops=1e14)
MACHINE = Machine(gpus=(CARD, CARD), ram_bandwidth_bytes_per_s=10**11, cpu_cores=16)


@pytest.mark.parametrize("which", ["decode", "prefill"])
def test_half_of_the_published_cases_lie_within_18_percent_and_85_percent_in_the_band(which: Which) -> None:
    held = cases(which)
    speeds = [one.predicted(which) for one in held]
    published = [one.published(which) or 0.0 for one in held]

    inside = sum(speed.low <= value <= speed.high for speed, value in zip(speeds, published, strict=True))

    assert len(held) >= 98
    assert median(abs(one.log_ratio(which)) for one in held) <= 0.18
    assert inside / len(held) >= 0.85
    assert median(speed.high / speed.low for speed in speeds) <= 2.2


def test_r1_with_experts_in_ram_is_met_like_the_rest() -> None:
    hybrids = [one for one in cases("decode") if one.record["placement"] == "experts on cpu"]

    assert len(hybrids) >= 15
    assert median(abs(one.log_ratio("decode")) for one in hybrids) <= 0.18


@pytest.mark.parametrize("which", ["decode", "prefill"])
def test_our_own_measurements_of_the_engine_lie_in_the_band(which: Which) -> None:
    held = measured(which)
    speeds = [one.predicted(which) for one in held]

    inside = sum(
        speed.low <= (one.published(which) or 0.0) <= speed.high for speed, one in zip(speeds, held, strict=True)
    )

    assert len(held) >= 66
    assert inside / len(held) >= 0.85


def test_where_unpacking_bounds_a_faster_memory_helps_little() -> None:
    # As measured: an H200 has 1.44 times the bandwidth of an H100 and answers with Q4_K_M 1.02 times as fast.
    h100, h200 = (
        Gpu(name, 1 << 40, 1 << 40, bandwidth_bytes_per_s=bandwidth, fp16_flops=989.5e12, multiprocessors=132)
        for name, bandwidth in (("H100", 3_352_000_000_000), ("H200", 4_814_000_000_000))
    )
    placement = Placement(1, DENSE.n_layers + 1)

    slower, faster = (_decode(replace(MACHINE, gpus=(card,)), placement, 0) for card in (h100, h200))

    assert 1 < faster / slower < 1.2


def test_a_quantized_cache_is_unpacked_for_every_head_where_flash_attention_reads_it() -> None:
    card = replace(CARD, vendor="nvidia", bandwidth_bytes_per_s=3_352_000_000_000, multiprocessors=132)
    machine, placement = replace(MACHINE, gpus=(card,)), Placement(1, DENSE.n_layers + 1)

    plain, quantized = (
        Pace(DENSE, Q4_K_M, True, Workload(131072, type_k=kind, type_v=kind), machine, Asked(60_000))
        for kind in ("f16", "q8_0")
    )

    assert quantized.decode(placement).expected < plain.decode(placement).expected
    [cache] = [term for term in quantized.decode(placement).terms if term.kind == "cache"]
    assert cache.bytes / cache.rate == pytest.approx(cache.seconds)


def test_every_case_has_a_source() -> None:
    assert (len(all_cases()), len(measured_cases())) == (152, 140)
    assert all(one.record["source"] for one in (*all_cases(), *measured_cases()))


@given(
    layers=st.integers(0, DENSE.n_layers + 1), depth=st.integers(0, 100_000), faster=st.floats(1, 10), ram=st.booleans()
)
def test_more_bandwidth_is_never_slower_and_a_deeper_cache_never_faster(
    layers: int, depth: int, faster: float, ram: bool
) -> None:
    placement = Placement(2, layers)
    better = replace(MACHINE, ram_bandwidth_bytes_per_s=int(faster * 10**11)) if ram else _with_faster_cards(faster)

    speed = _decode(MACHINE, placement, depth)

    assert _decode(better, placement, depth) >= speed
    assert _decode(MACHINE, placement, depth + 1000) <= speed


def _with_faster_cards(factor: float) -> Machine:
    card = replace(CARD, bandwidth_bytes_per_s=int(factor * 10**12), fp16_flops=factor * 1e14)
    return replace(MACHINE, gpus=(card, card))


def _decode(machine: Machine, placement: Placement, depth: int) -> float:
    pace = Pace(DENSE, Q4_K_M, True, Workload(131072), machine, Asked(depth))
    return pace.decode(placement).expected


def test_the_terms_of_a_token_add_up_to_its_time() -> None:
    pace = Pace(LATENT, Q4_K_M, True, Workload(), MACHINE)

    speed = pace.decode(Placement(2, LATENT.n_layers + 1, LATENT.n_layers))

    assert sum(term.seconds for term in speed.terms) == pytest.approx(1 / speed.expected)
    assert speed.low < speed.expected < speed.high
    assert {"weights", "layers"} <= {term.kind for term in speed.terms}


def test_what_is_not_known_of_a_machine_is_assumed_and_said() -> None:
    bare = Machine(gpus=(Gpu("Mystery", 1 << 35, 1 << 35),))

    on_card = Pace(DENSE, Q4_K_M, True, Workload(), bare).predict(Placement(1, DENSE.n_layers + 1), 1)
    in_ram = Pace(DENSE, Q4_K_M, True, Workload(), bare).predict(Placement(), 1)
    known = Pace(DENSE, Q4_K_M, True, Workload(), replace(MACHINE, disk=Disk("models", read_bytes_per_s=10**9)))

    assert any("bandwidth of Mystery" in one for one in on_card.assumptions)
    assert not any("RAM" in one for one in on_card.assumptions)
    assert any("bandwidth of the RAM" in one for one in in_ram.assumptions)
    assert not known.predict(Placement(), 1).assumptions


def test_weights_that_ram_does_not_hold_come_from_the_disk_at_its_speed() -> None:
    slow = replace(MACHINE, disk=Disk("models", read_bytes_per_s=10**6))
    pace = Pace(DENSE, Q4_K_M, True, Workload(), slow)

    streamed = pace.decode(Placement(), from_disk=0.5)

    assert streamed.limit.kind == "disk"
    assert streamed.expected < pace.decode(Placement()).expected


def test_a_plan_in_ram_alone_fetches_nothing_to_cards_that_it_does_not_use() -> None:
    pace = Pace(DENSE, Q4_K_M, True, Workload(), MACHINE)

    in_ram, shared = (pace.predict(placement, 1).prompt for placement in (Placement(), Placement(2, 4)))

    assert "link" not in {term.kind for term in in_ram.terms}
    assert "link" in {term.kind for term in shared.terms}


def test_cards_that_do_the_same_limit_together() -> None:
    terms = (
        Term("weights", "GPU0", 2.0, 4e9, 2e9), Term("weights", "GPU1", 2.0, 4e9, 2e9), Term("layers", "GPU0", 3.0),
        Term("weights", "host", 1.0, 1e9, 1e9),
    )  # fmt: skip

    limit = Speed(0.1, 0.125, 0.2, terms).limit

    assert (limit.kind, limit.device, limit.seconds, limit.bytes, limit.rate) == ("weights", "cards", 4.0, 8e9, 2e9)


def test_one_memory_for_card_and_processor_has_one_bandwidth() -> None:
    # Given a chip whose memory's speed is known as the card's
    chip = Gpu("chip", 64 << 30, 48 << 30, unified=True, bandwidth_bytes_per_s=800_000_000_000)
    machine = Machine(gpus=(chip,), unified=True, ram_available_bytes=60 << 30)

    rates = machine_rates(machine)

    # Then the RAM is as fast, and nobody weighs the processor alone against the card for it
    assert rates.ram_bandwidth == 800e9
    assert not any("RAM" in one.sentence for one in rates.assumptions)
    assert not rates.ram_known
    assert plan(DENSE, Q4_K_M, Workload(), machine).verdict == "gpu"


def test_a_rate_of_thousands_has_a_separator() -> None:
    assert [rate(one) for one in (0.416, 7.52, 120.4, 13_444.2)] == ["0.42", "7.5", "120", "13,444"]

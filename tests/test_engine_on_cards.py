"""What llama.cpp took on real cards, run with weights in place, beside today's estimates."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fitcheck.catalog.models import find_model
from fitcheck.core.estimate import RUNTIME_BYTES_PER_GPU, Estimate, estimate
from fitcheck.core.placement import Placement
from fitcheck.core.planner import MARGIN_BYTES
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import Workload

RECORDS = [
    json.loads(line)
    for line in (Path(__file__).resolve().parent / "data" / "engine" / "on_cards.jsonl").read_text("utf-8").splitlines()
]


def named(record: dict[str, Any]) -> str:
    return "-".join(str(record[key]) for key in ("card", "model", "quant", "context", "type_k", "ubatch"))


def priced(record: dict[str, Any]) -> Estimate:
    spec = find_model(record["model"]).spec
    if record["n_layers"]:
        # R1 with fewer layers, for one card to hold it.
        spec = replace(spec, n_layers=record["n_layers"])
    on_card = record["gpu_layers"] or spec.n_layers + 1
    workload = Workload(
        record["context"], ubatch=record["ubatch"], flash_attn=record["flash_attn"],
        type_k=record["type_k"], type_v=record["type_v"],
    )  # fmt: skip
    placement = Placement(1, on_card, spec.n_layers if record["experts_on_host"] else 0)
    return estimate(spec, find_file_type(record["quant"]), workload, placement, imatrix=record["imatrix"])


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_an_estimate_is_what_the_engine_took_on_a_real_card(record: dict[str, Any]) -> None:
    card, host = priced(record).devices

    assert [card.weights_bytes, card.kv_cache_bytes, card.compute_bytes] == record["card_bytes"]
    assert (host.kv_cache_bytes, host.compute_bytes) == (record["host_kv_cache_bytes"], record["host_compute_bytes"])


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_what_the_card_held_beside_it_stays_within_what_is_kept_free(record: dict[str, Any]) -> None:
    kept = max(priced(record).devices[0].runtime_bytes, MARGIN_BYTES)

    assert max(record["beside_bytes"].values()) < kept


def test_without_flash_attention_a_card_takes_more_the_fuller_the_cache() -> None:
    [record] = [one for one in RECORDS if one["flash_attn"] == "off"]

    grown = record["beside_bytes"]["answers"] - record["beside_bytes"]["prompt"]

    # Between 2,048 and 8,192 tokens, of 10,240 in all.
    whole = priced(record).devices[0].runtime_bytes - RUNTIME_BYTES_PER_GPU
    assert grown == pytest.approx(whole * 6144 / 10240, rel=0.05)

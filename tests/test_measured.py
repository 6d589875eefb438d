"""What verifications measured of cards, kept for later plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitcheck import service
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, MIB
from fitcheck.core.workload import Workload
from fitcheck.measured import known, measured_path, remember

CARD = Gpu("RTX 4090", 24 * GIB, 23 * GIB, uuid="GPU-1")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITCHECK_CONFIG_DIR", str(tmp_path / "kept"))


def runtime_of(card: Gpu) -> int:
    machine = Machine((card,), ram_available_bytes=64 * GIB)
    found = service.plan(service.find_model("7b"), find_file_type("Q4_K_M"), Workload(4096), machine)
    return found.estimate.devices[0].runtime_bytes


def test_a_measured_card_brings_its_own_overhead_into_every_plan() -> None:
    remember({"GPU-1": 321 * MIB})

    assert runtime_of(CARD) == 321 * MIB


def test_other_cards_and_imagined_ones_keep_the_margin() -> None:
    remember({"GPU-1": 321 * MIB})

    other, imagined = (Gpu("RTX 4090", 24 * GIB, 23 * GIB, uuid=uuid) for uuid in ("GPU-2", None))
    assert runtime_of(other) == runtime_of(imagined) == 457 * MIB


def test_what_was_known_of_other_cards_stays() -> None:
    remember({"GPU-1": 1})
    remember({"GPU-2": 2})

    assert known() == {"GPU-1": 1, "GPU-2": 2}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"runtime_bytes": 3}', '{"runtime_bytes": {"GPU-1": "much"}}'])
def test_a_file_that_holds_something_else_counts_for_nothing(text: str) -> None:
    measured_path().parent.mkdir(parents=True)
    measured_path().write_text(text, encoding="utf-8")

    assert known() == {}
    assert runtime_of(CARD) == 457 * MIB

"""All runtimes at once: every plan gets an answer from each, text or a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.core.calibration import BACKENDS
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.planner import plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import KV_TYPES, Workload
from fitcheck.engines.all_commands import TITLES, commands
from fitcheck.engines.command import Command, ModelNames, ModelSource

from ..core.specs import DENSE, LATENT
from .plans import (
    NAMES,
    NOWHERE,
    from_disk,
    impossible,
    offloaded,
    on_one_card,
    on_two_cards,
    with_experts_in_ram,
    with_overrides,
    without_card,
)

PLANS = {
    "one card": on_one_card(),
    "offload": offloaded(),
    "two cards": on_two_cards(),
    "experts in RAM": with_experts_in_ram(),
    "overrides": with_overrides(("exps", "host")),
    "q8_0 cache": on_one_card(Workload(type_k="q8_0", type_v="q8_0")),
    "no card": without_card(),
    "disk": from_disk(),
    "impossible": impossible(),
}
GIVEN = {
    "one card": {"llama-server", "llama-cli", "ollama", "lm-studio", "vllm", "sglang"},
    "offload": {"llama-server", "llama-cli", "ollama", "lm-studio", "vllm", "sglang"},
    "two cards": {"llama-server", "llama-cli", "ollama", "lm-studio", "vllm", "sglang"},
    "experts in RAM": {"llama-server", "llama-cli", "lm-studio", "vllm", "sglang", "ktransformers"},
    "overrides": {"llama-server", "llama-cli", "vllm", "sglang", "ktransformers"},
    "q8_0 cache": {"llama-server", "llama-cli", "ollama", "lm-studio", "vllm", "sglang"},
    "no card": {"llama-server", "llama-cli", "ollama", "lm-studio"},
    "disk": {"llama-server", "llama-cli"},
    "impossible": set(),
}


def check(command: Command) -> None:
    """Text or a sentence, never both, never neither."""
    assert bool(command.sh) != bool(command.refusal)
    assert not (command.refusal and command.powershell)
    for sentence in (*command.notes, command.refusal):
        assert not sentence or (sentence.endswith(".") and "\n" not in sentence)


@pytest.mark.parametrize("name", PLANS)
def test_who_can_do_which_plan(name: str) -> None:
    found = commands(PLANS[name], NOWHERE, names=NAMES)

    assert tuple(found) == tuple(TITLES)
    assert {engine for engine, command in found.items() if command.sh} == GIVEN[name]


def test_a_plan_that_does_not_run_is_refused_by_all_with_its_reason() -> None:
    found = commands(PLANS["impossible"], NOWHERE, names=NAMES)

    assert {command.refusal for command in found.values()} == {PLANS["impossible"].reasons[0]}
    assert [command.title for command in found.values()] == list(TITLES.values())


@settings(max_examples=100, deadline=None)
@given(
    spec=st.sampled_from((DENSE, LATENT)),
    frees=st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 16 * GIB)), max_size=4),
    cache=st.sampled_from(KV_TYPES),
    context=st.integers(1, 131072),
    ram=st.one_of(st.none(), st.integers(0, 16 * GIB)),
    backend=st.sampled_from(BACKENDS),
    shards=st.integers(1, 3),
    path=st.sampled_from((None, "a.gguf")),
    known=st.booleans(),
)
def test_every_runtime_answers_every_plan(
    spec: ModelSpec, frees: list[tuple[str, int]], cache: str, context: int, ram: int | None, backend: str, shards: int,
    path: str | None, known: bool,
) -> None:  # fmt: skip
    cards = tuple(Gpu(name, 16 * GIB, free) for name, free in frees)
    on = Machine(cards, ram_available_bytes=ram)
    workload = Workload(context, type_k=cache, type_v=cache)
    answer = plan(spec, find_file_type("Q4_K_M"), workload, on)
    names = ModelNames("maker/model" if known else None)

    found = commands(answer, ModelSource(path, shards=shards), backend=backend, names=names)

    for engine, command in found.items():
        assert (command.engine, command.title) == (engine, TITLES[engine])
        check(command)

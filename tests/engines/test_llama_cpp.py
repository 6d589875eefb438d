"""llama.cpp: the flags say exactly what the estimate assumed, and nothing that the engine does not know."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement, layer_devices
from fitcheck.core.planner import Plan, plan
from fitcheck.core.quantization import FILE_TYPES, FileType, find_file_type
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload
from fitcheck.engines.command import Command, ModelSource
from fitcheck.engines.devices import layers_by_card
from fitcheck.engines.llama_cpp import llama_cli, llama_server, override_pattern
from fitcheck.errors import RequestError

from ..core.specs import DENSE, LATENT
from .plans import (
    FILE,
    LARGE,
    NAMES,
    NOWHERE,
    RAM,
    SMALL,
    from_disk,
    machine,
    offloaded,
    on_one_card,
    on_two_cards,
    placed,
    planned,
    value,
    with_experts_in_ram,
    with_overrides,
    without_card,
    words,
)

WITH_VALUE = {
    "-m", "-hf", "-c", "-b", "-ub", "-np", "-fa", "-ctk", "-ctv", "-ngl", "-fit", "-dev", "-sm", "-ts", "-ot", "-ncmoe",
    "-lm", "-cram",
}  # fmt: skip
ALONE = {"-kvu", "-no-kvu", "-nkvo", "--no-op-offload", "-nr"}
"""Options of common/arg.cpp in v0.5.0 with and without a value."""

SERVER_ONLY = {"-kvu", "-no-kvu"}


def server(plan: Plan, source: ModelSource = FILE, backend: str = "cuda") -> Command:
    return llama_server(plan, source, NAMES, backend)


def options(text: str) -> dict[str, str]:
    """Options with their values; fails on one that is unknown or stands twice."""
    found: dict[str, str] = {}
    rest = iter(word for word in words(text) if "=" not in word or not word[0].isupper())
    assert next(rest) in ("llama-server", "llama-cli")
    for word in rest:
        assert word in WITH_VALUE | ALONE
        assert word not in found
        found[word] = next(rest) if word in WITH_VALUE else ""
    return found


def test_a_model_on_one_card_names_every_value_of_the_estimate() -> None:
    assert server(on_one_card()).sh == (
        "llama-server \\\n  -m /models/file.gguf \\\n  -c 4096 -b 2048 -ub 512 \\\n  -np 1 -kvu \\\n"
        "  -fa on -ctk f16 -ctv f16 \\\n  -ngl 9 -fit off"
    )


def test_powershell_has_the_same_words() -> None:
    command = server(on_two_cards())

    assert command.powershell.startswith("$env:CUDA_DEVICE_ORDER='PCI_BUS_ID'; llama-server `\n")
    assert "-ts '" in command.powershell
    plain = re.sub(r"^\$env:.*?; |'|`\n", "", command.powershell)
    assert plain.split() == words(command.sh)[1:]


def test_a_dense_model_too_large_for_the_card_leaves_layers_in_ram() -> None:
    assert value(server(offloaded()).sh, "-ngl") == "5"


def test_two_unequal_cards_get_their_layers_as_a_split() -> None:
    plan = on_two_cards()
    command = server(plan)

    assert layers_by_card(plan) == (7, 2)
    assert value(command.sh, "-ts") == "7,2"
    assert command.sh.startswith("CUDA_DEVICE_ORDER=PCI_BUS_ID llama-server")
    assert any("CUDA0 (RTX 3090)" in note and "CUDA1 (RTX 3060)" in note for note in command.notes)


@given(
    layers=st.integers(0, 62),
    free=st.lists(st.integers(0, 80 * GIB), min_size=2, max_size=15).filter(any),
    explicit=st.booleans(),
)
def test_layer_counts_as_a_split_give_the_same_split(layers: int, free: list[int], explicit: bool) -> None:
    explicit_split = tuple(map(float, free)) if explicit else None
    base = Placement(len(free), layers, gpu_free_bytes=tuple(free), tensor_split=explicit_split)
    devices = layer_devices(61, base)
    counts = tuple(float(devices.count(card)) for card in range(len(free)))

    again = replace(base, tensor_split=counts) if any(counts) else base

    assert layer_devices(61, again) == devices


def test_experts_in_ram_are_counted_by_layers() -> None:
    plan = with_experts_in_ram()

    assert value(server(plan).sh, "-ncmoe") == "4"
    assert value(server(plan).sh, "-ngl") == str(LATENT.n_layers + 1)


def test_overrides_stand_in_one_option_before_ncmoe() -> None:
    command = server(with_overrides((r"blk\.1\..*_exps", "GPU0"), ("exps", "host"), cpu_moe_layers=3))

    assert value(command.sh, "-ot") == r"blk\.1\..*_exps=CUDA0,exps=CPU"
    assert command.sh.index("-ot") < command.sh.index("-ncmoe")
    assert any("first match" in note for note in command.notes)


@pytest.mark.parametrize(("backend", "name"), [("rocm", "ROCm0"), ("vulkan", "Vulkan0"), ("metal", "MTL0")])
def test_cards_are_named_after_the_backend(backend: str, name: str) -> None:
    command = server(with_overrides(("exps", "GPU0")), backend=backend)

    assert value(command.sh, "-ot") == f"exps={name}"
    assert any("--list-devices" in note for note in command.notes)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("exps", "exps"),
        ("a,b=c", r"a\x2Cb\x3Dc"),
        (r"a\,b\.c", r"a\x2Cb\.c"),
        ("[,=]", r"[\x2C\x3D]"),
        ("a{2}", "a{2}"),
    ],
)
def test_signs_that_the_option_cuts_at_are_written_as_codes(pattern: str, written: str) -> None:
    assert override_pattern(pattern) == written
    texts = ("exps", "a,b=c", "a,b.c", ",", "=", "aa", "x")
    assert [re.findall(written, text) for text in texts] == [re.findall(pattern, text) for text in texts]


@pytest.mark.parametrize("pattern", ["a{1,2}", "a(?=b)", "a{,2}"])
def test_a_pattern_that_needs_those_signs_is_refused(pattern: str) -> None:
    command = server(with_overrides((pattern, "host")))

    assert pattern in command.refusal
    assert not command.sh + command.powershell


def test_a_quantized_cache_and_the_switches_are_spelled_out() -> None:
    workload = replace(
        Workload(8192, 256, 1024, 2, type_k="q8_0", type_v="q8_0"),
        kv_unified=False, kv_offload=False, op_offload=False, repack=False,
    )  # fmt: skip

    found = options(server(on_one_card(workload)).sh)

    assert (
        found.items() >= {"-c": "8192", "-ub": "256", "-b": "1024", "-np": "2", "-ctk": "q8_0", "-ctv": "q8_0"}.items()
    )
    assert set(found) >= {"-no-kvu", "-nkvo", "--no-op-offload", "-nr"}


def test_without_a_card_none_is_used_even_if_there_is_one() -> None:
    tiny = planned(machine(Gpu("GT 710", GIB, 100)))

    for answer in (without_card(), tiny):
        found = options(server(answer).sh)
        assert (found["-ngl"], found["-dev"]) == ("0", "none")
        assert "-ts" not in found


def test_a_card_that_the_plan_leaves_out_is_left_out_by_name() -> None:
    unknown = Gpu("GB10", vendor="nvidia")
    plan = planned(machine(unknown, replace(LARGE, vendor="nvidia"), Gpu("Iris", integrated=True)))

    assert value(server(plan).sh, "-dev") == "CUDA1"


def test_equal_cards_are_told_apart() -> None:
    plan = planned(machine(SMALL, Gpu("GB10"), SMALL))

    assert value(server(plan).sh, "-dev") == "CUDA0,CUDA2"


def test_a_card_of_another_maker_is_refused() -> None:
    plan = planned(machine(replace(LARGE, name="RX 7900", vendor="amd")))

    assert "RX 7900" in server(plan).refusal
    assert "RTX 3090" in server(on_one_card(), backend="cpu").refusal
    assert not server(plan, backend="rocm").refusal


def test_an_unknown_backend_is_an_error() -> None:
    with pytest.raises(RequestError, match="opencl"):
        server(on_one_card(), backend="opencl")


def test_more_cards_than_the_split_takes_are_refused() -> None:
    assert "15 cards" in server(planned(machine(*[SMALL] * 16))).refusal
    assert not server(planned(machine(*[SMALL] * 15))).refusal


def test_weights_that_stream_stay_mapped() -> None:
    command = server(from_disk())
    found = options(command.sh)

    assert (found["-lm"], found["-nr"]) == ("mmap", "")
    assert any("disk" in note for note in command.notes)


def test_the_prompt_cache_is_turned_off_where_ram_lacks_room_for_it() -> None:
    assert "-cram" not in options(server(planned(machine(LARGE, ram=RAM))).sh)
    assert options(server(planned(machine(LARGE, ram=4 * GIB))).sh)["-cram"] == "0"


def test_a_repository_is_asked_for_the_quantization() -> None:
    command = server(on_one_card(), ModelSource(repository="bartowski/Some-GGUF"))

    assert value(command.sh, "-hf") == "bartowski/Some-GGUF:Q4_K_M"
    assert "-m" not in words(command.sh)
    assert any("downloads" in note for note in command.notes)


@pytest.mark.parametrize("path", ["/my models/a b.gguf", '/it\'s "here"/$x.gguf', "C:\\models\\a b.gguf"])
def test_any_path_arrives(path: str) -> None:
    assert value(server(on_one_card(), ModelSource(path)).sh, "-m") == path
    assert "'" + path.replace("'", "''") + "'" in server(on_one_card(), ModelSource(path)).powershell


def test_rows_of_output_that_the_server_does_not_reserve_are_told() -> None:
    assert any("every token" in note for note in server(on_one_card(Workload(outputs=0))).notes)
    assert not server(on_one_card()).notes


def test_the_older_conversion_is_told() -> None:
    plan = planned(machine(LARGE), Workload(kv_layout="legacy"), LATENT)

    assert any("attn_kv_b" in note for note in server(plan).notes)


def test_the_chat_in_a_terminal_has_no_option_of_the_server() -> None:
    alone = llama_cli(on_one_card(), NOWHERE, NAMES)
    several = llama_cli(on_one_card(Workload(parallel=4)), NOWHERE, NAMES)

    assert not SERVER_ONLY & set(options(alone.sh))
    assert "llama-server" in several.refusal
    assert not llama_cli(on_one_card(Workload(parallel=4, kv_unified=False)), NOWHERE, NAMES).refusal


CARDS = st.lists(st.integers(0, 4 * GIB).map(lambda free: Gpu("card", 4 * GIB, free)), max_size=4).map(tuple)
WORKLOADS = st.builds(
    Workload, context=st.integers(1, 131072), parallel=st.integers(1, 4), kv_unified=st.booleans(),
    flash_attn=st.sampled_from(("on", "auto")), kv_offload=st.booleans(), op_offload=st.booleans(),
    repack=st.booleans(),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    spec=st.sampled_from((DENSE, LATENT)),
    file_type=st.sampled_from(FILE_TYPES),
    workload=WORKLOADS,
    on=st.builds(Machine, gpus=CARDS, ram_available_bytes=st.one_of(st.none(), st.integers(0, 8 * GIB))),
)
def test_any_plan_becomes_options_that_the_engine_knows(
    spec: ModelSpec, file_type: FileType, workload: Workload, on: Machine
) -> None:
    answer = plan(spec, file_type, workload, on)

    found = options(llama_server(answer, FILE, NAMES).sh)

    assert found["-fit"] == "off"
    assert int(found["-ngl"]) == (answer.placement.gpu_layers if answer.placement.gpus else 0)
    assert ("-ts" in found) == (answer.placement.gpus > 1)


def test_a_pinned_placement_with_no_layer_on_its_cards_has_no_split() -> None:
    plan = placed(Placement(2, 0), on_two_cards())

    found = options(server(plan).sh)

    assert (found["-ngl"], found["-sm"]) == ("0", "layer")
    assert "-ts" not in found


def test_the_types_of_a_file_reach_the_name() -> None:
    plan = replace(on_one_card(), file_type=find_file_type("IQ4_XS"))

    assert "Llama-8B-IQ4_XS.gguf" in server(plan, NOWHERE).sh

"""Ollama and LM Studio: what they can be told, and which plans they cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fitcheck.core.hardware import Gpu
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan
from fitcheck.core.workload import Workload
from fitcheck.engines.command import Command, ModelSource
from fitcheck.engines.lm_studio import gpu_ratio, lm_studio
from fitcheck.engines.ollama import ollama

from ..core.specs import DENSE, LATENT
from .plans import (
    FILE,
    LARGE,
    NAMES,
    NOWHERE,
    from_disk,
    machine,
    offloaded,
    on_one_card,
    on_two_cards,
    placed,
    planned,
    with_experts_in_ram,
    with_overrides,
    without_card,
    words,
)

Q8 = Workload(type_k="q8_0", type_v="q8_0")


def in_ollama(plan: Plan, source: ModelSource = FILE) -> Command:
    return ollama(plan, source, NAMES)


def in_lm_studio(plan: Plan, source: ModelSource = FILE) -> Command:
    return lm_studio(plan, source, NAMES)


def split_by_hand(*layers: float, count: int = DENSE.n_layers + 1) -> Plan:
    return placed(Placement(2, count, tensor_split=layers), on_two_cards())


def test_ollama_gets_a_modelfile_and_its_servers_variables() -> None:
    assert in_ollama(on_one_card()).sh == "\n".join(
        (
            "cat > Modelfile <<'EOF'",
            "FROM /models/file.gguf",
            "PARAMETER num_ctx 4096",
            "PARAMETER num_gpu 9",
            "PARAMETER num_batch 512",
            "EOF",
            "OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=f16 OLLAMA_NUM_PARALLEL=1 OLLAMA_CONTEXT_LENGTH=4096 "
            "ollama serve > ollama.log 2>&1 &",
            "until ollama list > /dev/null 2>&1; do sleep 1; done",
            "ollama create fitcheck-dense-q4_k_m -f Modelfile",
            "ollama run fitcheck-dense-q4_k_m",
        )
    )


def test_ollama_in_powershell_writes_the_same_modelfile() -> None:
    text = in_ollama(on_one_card(), ModelSource("C:\\it's here\\a.gguf")).powershell

    assert text.startswith("@'\nFROM C:\\it's here\\a.gguf\nPARAMETER num_ctx 4096\n")
    assert "$env:OLLAMA_CONTEXT_LENGTH='4096'; Start-Process ollama serve\n" in text


def test_ollama_gets_the_layers_of_an_offloaded_plan() -> None:
    assert "PARAMETER num_gpu 5\n" in in_ollama(offloaded()).sh


def test_ollama_spreads_over_cards_by_itself() -> None:
    command = in_ollama(on_two_cards())

    assert "OLLAMA_SCHED_SPREAD=1" in command.sh
    assert any("shares the layers" in note for note in command.notes)


def test_a_split_that_free_memory_makes_by_itself_needs_no_tensor_split() -> None:
    plan = split_by_hand(7, 2)

    assert in_ollama(plan).sh
    assert in_lm_studio(plan).sh


def test_a_card_without_layers_is_hidden_where_the_model_is_wholly_on_the_other() -> None:
    plan, offload = split_by_hand(0, 9), split_by_hand(0, 9, count=6)

    assert "CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=1 ollama" in in_ollama(plan).sh
    assert "SPREAD" not in in_ollama(plan).sh
    assert "Turn RTX 3090 off among LM Studio's GPUs." in in_lm_studio(plan).notes
    assert in_ollama(offload).refusal


def test_ollama_is_kept_off_cards_that_the_plan_does_not_use() -> None:
    unused = planned(machine(Gpu("GT 710", 2**30, 100)))
    partly = planned(machine(Gpu("GB10"), LARGE))

    assert "num_gpu 0\n" in in_ollama(unused).sh
    assert "CUDA_VISIBLE_DEVICES=-1 " in in_ollama(unused).sh
    assert "CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=1 " in in_ollama(partly).sh
    assert "VISIBLE" not in in_ollama(on_one_card()).sh + in_ollama(without_card()).sh


def test_ollama_divides_the_context_among_its_chats() -> None:
    command = in_ollama(on_one_card(Workload(8192, parallel=3)))

    assert "PARAMETER num_ctx 2731\n" in command.sh
    assert "OLLAMA_NUM_PARALLEL=3 OLLAMA_CONTEXT_LENGTH=2731 " in command.sh
    assert any("2731 tokens of its own" in note for note in command.notes)


@pytest.mark.parametrize(
    ("workload", "variable"),
    [
        (Q8, "OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=q8_0 "),
        (Workload(flash_attn="off"), "OLLAMA_FLASH_ATTENTION=0 "),
        (replace(Q8, flash_attn="auto"), "OLLAMA_FLASH_ATTENTION=1 "),
    ],
)
def test_ollama_keeps_a_quantized_cache_with_flash_attention(workload: Workload, variable: str) -> None:
    assert variable in in_ollama(on_one_card(workload)).sh


def test_ollama_decides_on_flash_attention_where_the_plan_leaves_it_open() -> None:
    assert "OLLAMA_FLASH_ATTENTION" not in in_ollama(on_one_card(Workload(flash_attn="auto"))).sh


def test_ollama_takes_a_file_from_hugging_face() -> None:
    assert (
        "FROM hf.co/maker/Some-GGUF:Q4_K_M\n" in in_ollama(on_one_card(), ModelSource(repository="maker/Some-GGUF")).sh
    )
    assert "FROM PATH/TO/DeepSeek-R1-Distill-Llama-8B-Q4_K_M.gguf\n" in in_ollama(on_one_card(), NOWHERE).sh


def test_ollama_joins_parts_only_where_they_lie_on_the_disk() -> None:
    local = in_ollama(on_one_card(), ModelSource("a-00001-of-00002.gguf", shards=2))
    remote = in_ollama(on_one_card(), ModelSource(repository="maker/Some-GGUF", shards=2))

    assert any("joined" in note for note in local.notes)
    assert "split files" in remote.refusal


REFUSED_BY_OLLAMA = [
    (with_experts_in_ram(), "experts"),
    (with_overrides(("exps", "host")), "single tensors"),
    (split_by_hand(1, 8), "tensor split"),
    (on_one_card(Workload(type_v="q8_0")), "f16 and q8_0"),
    (on_one_card(Workload(type_k="q5_0", type_v="q5_0")), "not q5_0"),
    (on_one_card(Workload(type_k="bf16", type_v="bf16")), "not bf16"),
    (on_one_card(Workload(kv_offload=False)), "KV cache in RAM"),
    (on_one_card(Workload(op_offload=False)), "op offload"),
    (on_one_card(Workload(repack=False)), "repacking"),
    (from_disk(), "larger than the free memory"),
]


@pytest.mark.parametrize(("plan", "why"), REFUSED_BY_OLLAMA, ids=[why for _, why in REFUSED_BY_OLLAMA])
def test_ollama_refuses_what_it_cannot_do(plan: Plan, why: str) -> None:
    command = in_ollama(plan)

    assert why in command.refusal
    assert (command.sh, command.powershell) == ("", "")


def test_lm_studio_imports_and_loads() -> None:
    assert in_lm_studio(on_one_card()).sh == (
        "lms import --symbolic-link /models/file.gguf\n"
        "lms load deepseek-r1-distill-llama-8b --gpu max --context-length 4096"
    )


@pytest.mark.parametrize("path", ["/a b/it's.gguf", 'C:\\a "b"\\c.gguf'])
def test_lm_studio_gets_any_path(path: str) -> None:
    command = in_lm_studio(on_one_card(), ModelSource(path))

    assert words(command.sh)[3] == path
    assert "'" + path.replace("'", "''") + "'" in command.powershell


def test_lm_studio_gets_the_part_of_the_layers() -> None:
    command = in_lm_studio(offloaded())

    assert "--gpu 0.556 " in command.sh
    assert "GPU offload: 5 of 9 layers, the output layer counted as one." in command.notes
    assert gpu_ratio(without_card()) == "off"


def test_lm_studio_has_a_slider_for_experts_in_ram() -> None:
    wanted = "Number of layers for which to force MoE weights onto CPU: 4."

    assert wanted in in_lm_studio(with_experts_in_ram()).notes
    assert not any("MoE" in note for note in in_lm_studio(on_one_card()).notes)


def test_lm_studio_does_without_single_tensors_where_ram_has_room_for_them() -> None:
    plan = with_overrides((r"blk\.3\..*exps", "GPU0"), cpu_moe_layers=6)
    host = replace(plan.devices[-1], capacity_bytes=plan.devices[-1].memory.total_bytes)

    assert any("stay in RAM here" in note for note in in_lm_studio(plan).notes)
    assert "single tensors" in in_lm_studio(replace(plan, devices=(plan.devices[0], host))).refusal


def test_lm_studio_is_told_the_rest_as_values_of_its_settings() -> None:
    workload = replace(Q8, parallel=2, kv_offload=False)

    notes = in_lm_studio(on_one_card(workload)).notes

    assert "K cache quantization type: q8_0; V cache quantization type: q8_0." in notes
    assert "Offload KV cache to GPU memory: off." in notes
    assert "Concurrent predictions: 2, unified KV cache on." in notes


def test_lm_studio_downloads_from_a_repository_and_needs_parts_in_its_folder() -> None:
    remote = in_lm_studio(on_one_card(), ModelSource(repository="maker/Some-GGUF"))
    parts = in_lm_studio(on_one_card(), ModelSource("a-00001-of-00002.gguf", shards=2))

    assert words(remote.sh)[:3] == ["lms", "get", "maker/Some-GGUF@q4_k_m"]
    assert parts.sh.startswith("lms load")
    assert any("2 parts" in note for note in parts.notes)


def test_lm_studio_shares_cards_by_itself() -> None:
    assert any("by itself" in note for note in in_lm_studio(on_two_cards()).notes)


REFUSED_BY_LM_STUDIO = [
    (with_overrides(("exps", "host")), "single tensors"),
    (split_by_hand(1, 8), "tensor split"),
    (on_one_card(Workload(type_k="bf16", type_v="bf16")), "bf16"),
    (on_one_card(Workload(op_offload=False)), "op offload"),
    (on_one_card(Workload(repack=False)), "repacking"),
    (from_disk(), "larger than the free memory"),
]


@pytest.mark.parametrize(("plan", "why"), REFUSED_BY_LM_STUDIO, ids=[why for _, why in REFUSED_BY_LM_STUDIO])
def test_lm_studio_refuses_what_it_cannot_do(plan: Plan, why: str) -> None:
    command = in_lm_studio(plan)

    assert why in command.refusal
    assert (command.sh, command.powershell) == ("", "")


def test_a_quantized_cache_of_r1_without_flash_attention_is_refused_by_ollama() -> None:
    plan = planned(machine(LARGE), Q8, LATENT)
    without = replace(plan, workload=replace(Q8, flash_attn="off"))

    assert "flash attention" in in_ollama(without).refusal

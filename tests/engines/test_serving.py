"""vLLM, SGLang and KTransformers: the real R1 and a distill on machines that hold them and on ones that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fitcheck.catalog.models import CatalogModel, find_model
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.serving import Division, longest_context, room_for_cache, stage_loads
from fitcheck.core.units import GIB
from fitcheck.core.workload import Workload
from fitcheck.engines.command import Command, ModelNames, ModelSource
from fitcheck.engines.deployment import Deployment, deploy
from fitcheck.engines.ktransformers import host_bytes, ktransformers
from fitcheck.engines.sglang import sglang
from fitcheck.engines.vllm import vllm

from .plans import FILE, NOWHERE, planned, value, words

R1, LLAMA_8B, QWEN_7B, QWEN_32B = (find_model(name) for name in ("deepseek-r1-671b", "llama-8b", "7b", "32b"))
H200 = Gpu("H200", 141 * GIB, 140 * GIB, vendor="nvidia", compute_capability="9.0")
RTX_3090 = Gpu("RTX 3090", 24 * GIB, 23 * GIB, vendor="nvidia", compute_capability="8.6")
SMALL = Gpu("RTX 3060", 12 * GIB, 11 * GIB, vendor="nvidia", compute_capability="8.6")


def on(
    cards: tuple[Gpu, ...], model: CatalogModel = LLAMA_8B, workload: Workload | None = None, ram: int = 1024 * GIB
) -> Plan:
    return planned(Machine(cards, ram_available_bytes=ram, cpu_cores=64), workload, model.spec)


def in_vllm(plan: Plan, backend: str = "cuda") -> Command:
    return vllm(plan, ModelNames("maker/model"), backend)


def in_sglang(plan: Plan, backend: str = "cuda") -> Command:
    return sglang(plan, ModelNames("maker/model"), backend)


def test_a_distill_on_one_card() -> None:
    assert in_vllm(on((RTX_3090,))).sh == (
        "vllm serve maker/model \\\n  --tensor-parallel-size 1 \\\n  --pipeline-parallel-size 1 \\\n"
        "  --dtype bfloat16 --kv-cache-dtype auto \\\n  --max-model-len 4096 --max-num-seqs 1 \\\n"
        "  --gpu-memory-utilization 0.90"
    )
    assert in_sglang(on((RTX_3090,))).sh == (
        "python3 -m sglang.launch_server --model-path maker/model \\\n  --tp-size 1 --pp-size 1 \\\n"
        "  --dtype bfloat16 --kv-cache-dtype auto \\\n  --context-length 4096 --max-running-requests 1 \\\n"
        "  --mem-fraction-static 0.90"
    )


def test_both_run_on_linux_alone_and_say_so() -> None:
    for command in (in_vllm(on((RTX_3090,))), in_sglang(on((RTX_3090,)))):
        assert command.powershell == ""
        assert any("WSL" in note for note in command.notes)
        assert any("not a GGUF file" in note for note in command.notes)


def test_r1_in_its_own_format_on_eight_cards() -> None:
    plan = on((H200,) * 8, R1, Workload(32768))

    assert value(in_vllm(plan).sh, "--tensor-parallel-size") == "8"
    assert value(in_vllm(plan).sh, "--dtype") == "auto"
    assert value(in_sglang(plan).sh, "--tp-size") == "8"
    assert "--trust-remote-code" in words(in_sglang(plan).sh)
    assert any("FP8 checkpoint" in note for note in in_vllm(plan).notes)


def test_r1_on_one_card_is_refused_with_what_is_missing() -> None:
    for command in (in_vllm(on((H200,), R1)), in_sglang(on((H200,), R1))):
        assert "GiB are missing on H200 for the FP8 checkpoint and 4k tokens" in command.refusal
        assert command.sh == ""


def test_heads_that_do_not_divide_make_a_pipeline() -> None:
    three = on((RTX_3090,) * 3, QWEN_7B)

    assert value(in_vllm(three).sh, "--tensor-parallel-size") == "1"
    assert value(in_vllm(three).sh, "--pipeline-parallel-size") == "3"


def test_kv_heads_that_do_not_divide_evenly_are_no_tensor_parallelism() -> None:
    # 28 query heads divide by 7, 4 KV heads neither divide by 7 nor 7 by 4.
    seven = deploy(on((RTX_3090,) * 7, QWEN_7B), "vllm", "vLLM", "cuda")

    assert isinstance(seven, Deployment)
    assert seven.division == Division(1, 7)


def test_the_kind_of_cards_with_most_memory_is_taken_and_the_others_hidden() -> None:
    command = in_vllm(on((SMALL, RTX_3090, RTX_3090), QWEN_7B))

    assert command.sh.startswith("CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=1,2 vllm serve")
    assert value(command.sh, "--tensor-parallel-size") == "2"


def test_a_card_in_use_gives_less_than_the_usual_share() -> None:
    busy = replace(RTX_3090, memory_free_bytes=20 * GIB)

    assert value(in_vllm(on((busy,))).sh, "--gpu-memory-utilization") == "0.83"
    assert value(in_sglang(on((busy,))).sh, "--mem-fraction-static") == "0.90"


def test_sglang_counts_from_what_is_free() -> None:
    # 15.0 GiB of weights and 0.5 GiB of cache are 90 % of 17.2 GiB.
    free, busy = (on((replace(RTX_3090, memory_free_bytes=size * GIB),)) for size in (18, 17))

    assert in_sglang(free).sh
    assert "missing" in in_sglang(busy).refusal


@pytest.mark.parametrize("context", [1024, 16384, 60000, 131072])
def test_it_is_given_only_where_the_cache_has_room_for_the_context(context: int) -> None:
    plan = on((RTX_3090,), workload=Workload(context))
    (load,) = stage_loads(LLAMA_8B.spec, "BF16", Division())
    room = longest_context(load, room_for_cache(load, 24 * GIB, "vllm"), "vllm")

    assert bool(in_vllm(plan).sh) == (room >= context)


def test_a_quantized_cache_becomes_eight_bits() -> None:
    plan = on((RTX_3090,), workload=Workload(type_k="q8_0", type_v="q8_0"))

    assert value(in_vllm(plan).sh, "--kv-cache-dtype") == "fp8"
    assert value(in_sglang(plan).sh, "--kv-cache-dtype") == "fp8_e4m3"
    assert any("8 bits" in note for note in in_vllm(plan).notes)


def test_chats_that_share_a_cache_may_each_fill_it() -> None:
    shared, apart = (
        in_vllm(on((RTX_3090,), workload=Workload(8192, parallel=4, kv_unified=unified))).sh
        for unified in (True, False)
    )

    assert (value(shared, "--max-model-len"), value(apart, "--max-model-len")) == ("8192", "2048")
    assert value(shared, "--max-num-seqs") == "4"


def test_an_old_card_takes_float16() -> None:
    volta = replace(RTX_3090, name="V100", memory_total_bytes=32 * GIB, compute_capability="7.0")
    command = in_vllm(on((volta,)))

    assert value(command.sh, "--dtype") == "float16"
    assert any("no bfloat16" in note for note in command.notes)


def test_a_card_without_fp8_is_warned_of() -> None:
    a100 = replace(H200, name="A100", compute_capability="8.0")

    assert any("FP8" in note and "A100" in note for note in in_vllm(on((a100,) * 8, R1)).notes)
    assert not any("multiply" in note for note in in_vllm(on((H200,) * 8, R1)).notes)


def test_without_cards_or_checkpoint_or_backend_both_refuse() -> None:
    plan = on((RTX_3090,))

    assert "there is none" in in_vllm(on(())).refusal
    assert "not on metal" in in_sglang(plan, "metal").refusal
    assert "none is known" in vllm(plan, ModelNames()).refusal
    assert "none is known" in sglang(plan, ModelNames()).refusal


def in_ktransformers(plan: Plan, source: ModelSource = FILE, backend: str = "cuda") -> Command:
    return ktransformers(plan, source, ModelNames("deepseek-ai/DeepSeek-R1"), backend)


def test_r1_with_experts_in_ram_in_ktransformers() -> None:
    plan = on((RTX_3090,), R1, Workload(8192, parallel=2))

    assert in_ktransformers(plan, ModelSource("/models/r1 q4/a.gguf")).sh == (
        "python ktransformers/server/main.py --backend_type balance_serve \\\n"
        "  --model_path deepseek-ai/DeepSeek-R1 --gguf_path '/models/r1 q4' \\\n"
        "  --optimize_config_path ktransformers/optimize/optimize_rules/DeepSeek-V3-Chat-serve.yaml \\\n"
        "  --cpu_infer 62 \\\n  --cache_lens 8192 --max_batch_size 2 \\\n  --chunk_size 256"
    )


def test_ktransformers_takes_the_folder_of_any_path() -> None:
    plan = on((RTX_3090,), R1)

    assert value(in_ktransformers(plan, ModelSource("C:\\it's r1\\a.gguf")).sh, "--gguf_path") == "C:\\it's r1"
    assert value(in_ktransformers(plan, NOWHERE).sh, "--gguf_path") == "PATH/TO"


def test_ktransformers_leaves_the_threads_where_the_cores_are_unknown() -> None:
    plan = on((RTX_3090,), R1)

    assert "--cpu_infer" not in in_ktransformers(replace(plan, machine=replace(plan.machine, cpu_cores=None))).sh


def test_ktransformers_runs_on_the_card_with_most_free_memory() -> None:
    assert "CUDA_VISIBLE_DEVICES=1 python" in in_ktransformers(on((SMALL, RTX_3090), R1)).sh


def test_ktransformers_tells_which_files_and_caches_it_knows() -> None:
    plan = on((RTX_3090,), R1, Workload(type_k="q8_0", type_v="q8_0"))
    older = on((RTX_3090,), R1, Workload(kv_layout="legacy"))

    assert any("attn_kv_b" in note for note in in_ktransformers(plan).notes)
    assert any("its own type" in note for note in in_ktransformers(plan).notes)
    assert not any("attn_kv_b" in note for note in in_ktransformers(older).notes)


def test_ktransformers_refuses_what_it_was_not_made_for() -> None:
    experts = host_bytes(on((RTX_3090,), R1))
    mixed = on((H200,) * 2, R1, ram=experts - GIB)

    assert mixed.verdict == "offload"
    refusals = {
        "has none": in_ktransformers(on((RTX_3090,))),
        "14.0 GB": in_ktransformers(on((SMALL,), R1)),
        "not on rocm": in_ktransformers(on((RTX_3090,), R1), backend="rocm"),
        "all of them fit": in_ktransformers(on((H200,) * 8, R1)),
        "1.0 GiB are missing": in_ktransformers(mixed),
        "none is known": ktransformers(on((RTX_3090,), R1), FILE, ModelNames()),
    }
    for why, command in refusals.items():
        assert why in command.refusal
        assert command.sh == ""

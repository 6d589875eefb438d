"""Small architectures with the real ones' parts, planned on imagined machines: jobs that run within a second."""

from __future__ import annotations

from typing import Any

from fitcheck.core.hardware import Disk, Gpu, Machine
from fitcheck.core.model import MlaMoe, ModelSpec
from fitcheck.core.planner import Plan, plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, MIB
from fitcheck.core.wishes import NO_WISHES, Wishes
from fitcheck.core.workload import Workload
from fitcheck.verify.job import Job, VerifyOptions, job_of

DENSE = ModelSpec("tiny-qwen", "qwen2", 4, 512, 1024, 8, 4, 64, 1024, 4096, qkv_bias=True)
LLAMA = ModelSpec("tiny-llama", "llama", 4, 512, 1024, 8, 4, 64, 1024, 4096, rope_factors=True)
LATENT = ModelSpec(
    "tiny-r1", "deepseek2", 5, 512, 1024, 8, 8, 96, 1024, 4096,
    mla_moe=MlaMoe(256, 256, 64, 32, 64, 2, 16, 1, 4, 256, 4, 2),
)  # fmt: skip
DETAILS: dict[str, Any] = {
    "rms_norm_eps": 1e-6,
    "rope": {
        "theta": 10000, "type": "yarn", "factor": 40, "original_context": 4096, "mscale": 1.0, "mscale_all_dim": 1.0,
    },
    "router": {"routed_scaling_factor": 2.5, "norm_topk_prob": True},
}  # fmt: skip
PLAIN_DETAILS: dict[str, Any] = {"rms_norm_eps": 1e-6, "rope": {"theta": 10000}}
MARGIN = 64 * MIB


def machine(cards: int = 0, ram: int = 8 * GIB, card: int = 8 * GIB) -> Machine:
    return Machine(
        (Gpu("RTX 4090", card, card, bandwidth_bytes_per_s=10**12, fp16_flops=165e12),) * cards,
        ram_total_bytes=ram, ram_available_bytes=ram, ram_bandwidth_bytes_per_s=5 * 10**10, cpu_cores=2,
        disk=Disk("models", free_bytes=10**12, read_bytes_per_s=2 * 10**9),
    )  # fmt: skip


def planned(
    spec: ModelSpec, quant: str = "Q4_K_M", workload: Workload | None = None, on: Machine | None = None,
    wishes: Wishes = NO_WISHES,
) -> Plan:  # fmt: skip
    workload = workload or Workload(512)
    return plan(spec, find_file_type(quant), workload, on or machine(), margin_bytes=MARGIN, wishes=wishes)


def job(found: Plan, mode: str = "thorough", **options: Any) -> Job:
    details = DETAILS if found.model.is_moe else PLAIN_DETAILS
    return job_of(found, details, VerifyOptions(mode, margin_bytes=MARGIN, threads=1, **options))  # type: ignore[arg-type]

"""Plans to write commands for: one of each kind, made by the planner where it makes such a plan."""

from __future__ import annotations

import shlex
from dataclasses import replace

from fitcheck.core.estimate import estimate
from fitcheck.core.hardware import Disk, Gpu, Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.planner import Plan, Verdict, plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, MIB
from fitcheck.core.workload import Workload
from fitcheck.engines.command import ModelNames, ModelSource

from ..core.specs import DENSE, LATENT

NAMES = ModelNames("deepseek-ai/DeepSeek-R1-Distill-Llama-8B")
FILE = ModelSource("/models/file.gguf")
NOWHERE = ModelSource()
LARGE, SMALL = Gpu("RTX 3090", 24 * GIB, 23 * GIB), Gpu("RTX 3060", 12 * GIB, 11 * GIB)
RAM = 64 * GIB


def machine(*gpus: Gpu, ram: int | None = RAM) -> Machine:
    return Machine(gpus, ram_available_bytes=ram, cpu_cores=16)


def planned(
    on: Machine, workload: Workload | None = None, spec: ModelSpec = DENSE, quant: str = "Q4_K_M", margin: int = GIB
) -> Plan:
    return plan(spec, find_file_type(quant), workload or Workload(), on, margin_bytes=margin)


def placed(placement: Placement, base: Plan, verdict: Verdict = "offload") -> Plan:
    """The same question with a placement of one's own, as when a person pins it."""
    answer = estimate(base.model, base.file_type, base.workload, placement)
    devices = tuple(replace(base.devices[-1], memory=memory) for memory in answer.devices)
    return replace(base, placement=placement, verdict=verdict, estimate=answer, devices=devices)


def on_one_card(workload: Workload | None = None) -> Plan:
    return planned(machine(LARGE), workload)


def offloaded() -> Plan:
    return placed(Placement(1, 5), planned(machine(LARGE)))


def on_two_cards() -> Plan:
    free = (23 * GIB, 11 * GIB)
    return placed(Placement(2, DENSE.n_layers + 1, gpu_free_bytes=free), planned(machine(LARGE, SMALL)), "gpu")


def with_experts_in_ram() -> Plan:
    return with_overrides(cpu_moe_layers=4)


def with_overrides(*overrides: tuple[str, str], cpu_moe_layers: int = 0) -> Plan:
    base = planned(machine(LARGE), spec=LATENT)
    return placed(Placement(1, LATENT.n_layers + 1, cpu_moe_layers, overrides=overrides), base)


def without_card() -> Plan:
    return planned(machine())


def from_disk() -> Plan:
    small = Machine(ram_available_bytes=1200 * MIB, disk=Disk("models", None, 10 * GIB))
    return planned(small, quant="F32")


def impossible() -> Plan:
    return planned(Machine(ram_available_bytes=0))


def words(text: str) -> list[str]:
    """What a shell would hand to the program; shlex does not know that a backslash joins lines."""
    return shlex.split(text.replace("\\\n", ""))


def value(text: str, option: str) -> str:
    found = words(text)
    return found[found.index(option) + 1]

"""SGLang. Options: advanced_features/server_arguments and basic_usage/deepseek_v3 of its documentation."""

from __future__ import annotations

from fitcheck.core.planner import Plan
from fitcheck.engines.command import Command, Line, ModelNames, sh_text
from fitcheck.engines.deployment import context_of_each, deploy, notes
from fitcheck.engines.devices import only_cards

_TITLE = "SGLang"


def sglang(plan: Plan, names: ModelNames, backend: str = "cuda") -> Command:
    """The server, with the makers' checkpoint on all cards of one kind."""
    if names.hugging_face is None:
        return Command(
            "sglang", _TITLE, refusal="SGLang needs a safetensors checkpoint, and none is known of this model."
        )
    found = deploy(plan, "sglang", _TITLE, backend)
    if isinstance(found, str):
        return Command("sglang", _TITLE, refusal=found)
    # The weights say themselves that they are FP8; R1 comes with code of its own.
    own_code: tuple[Line, ...] = (("--trust-remote-code",),) if plan.model.is_moe else ()
    lines = (
        ("python3", "-m", "sglang.launch_server", "--model-path", names.hugging_face),
        ("--tp-size", str(found.division.tensor), "--pp-size", str(found.division.pipeline)),
        ("--dtype", found.dtype, "--kv-cache-dtype", "fp8_e4m3" if found.cache_type == "fp8" else "auto"),
        ("--context-length", str(context_of_each(plan)), "--max-running-requests", str(plan.workload.parallel)),
        ("--mem-fraction-static", f"{found.share:.2f}"),
        *own_code,
    )
    environment = only_cards(plan.machine, backend, found.positions)
    return Command("sglang", _TITLE, sh_text(lines, environment), notes=tuple(notes(found, _TITLE)))

"""What the person asked for: context, batch sizes, cache types and the engine's switches."""

from __future__ import annotations

from typing import Literal

from fitcheck.core.hashed_once import HashedOnce, hashed_once
from fitcheck.errors import RequestError
from fitcheck.frozen import dataclass

FlashAttention = Literal["on", "off", "auto"]
KvLayout = Literal["mla", "legacy"]

KV_TYPES = ("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")
"""KV cache types that llama.cpp accepts for ``--cache-type-k`` and ``--cache-type-v`` (common/arg.cpp)."""


@hashed_once
@dataclass(frozen=True, slots=True)
class Workload(HashedOnce):
    """One way to run a model; the defaults are those of the command line.

    ``context``, ``ubatch`` and ``batch`` are tokens, ``parallel`` is sequences sharing the context.
    ``outputs`` is how many logit rows are reserved: 0 means the whole ubatch (llama.cpp's command-line
    tools), n what its server reserves; None means one for each parallel sequence.
    """

    context: int = 4096
    ubatch: int = 512
    batch: int = 2048
    parallel: int = 1
    kv_unified: bool = True
    outputs: int | None = None
    flash_attn: FlashAttention = "on"
    type_k: str = "f16"
    type_v: str = "f16"
    kv_layout: KvLayout = "mla"
    kv_offload: bool = True
    op_offload: bool = True
    repack: bool = True

    def __post_init__(self) -> None:
        if min(self.context, self.ubatch, self.batch, self.parallel) < 1:
            for name in ("context", "ubatch", "batch", "parallel"):
                if getattr(self, name) < 1:
                    raise RequestError("bad_value", f"{name} is a number from 1 up, not {getattr(self, name)}.")
        if self.outputs is not None and self.outputs < 0:
            raise RequestError("bad_value", f"outputs is a number from 0 up, not {self.outputs}.")
        for name in ("type_k", "type_v"):
            if getattr(self, name) not in KV_TYPES:
                raise RequestError(
                    "unknown_kv_type", f"'{getattr(self, name)}' is not a KV cache type of llama.cpp.", KV_TYPES
                )

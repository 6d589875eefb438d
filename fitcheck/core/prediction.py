"""How fast a plan runs: the work of its placement on the rates of its machine.

The same function ranks placements in the planner and fills every face, so they cannot disagree.
"""

from __future__ import annotations

from fitcheck.core.calibration import Backend
from fitcheck.core.graph.graph_key import has_pipeline
from fitcheck.core.hardware import Machine
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import Placement
from fitcheck.core.quantization import FileType, is_quantized
from fitcheck.core.rates import machine_rates
from fitcheck.core.speed import Run, Speed, SplitMode, decode_seconds, decode_speed, prompt_speed
from fitcheck.core.traffic import Traffic, traffic
from fitcheck.core.workload import Workload
from fitcheck.frozen import dataclass

PROMPT_TOKENS = 512
"""A prompt of the length that llama.cpp's own benchmark takes (tools/llama-bench, ``-p 512``)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What speed is asked for: ``depth`` tokens in the cache while decoding, ``prompt_tokens`` for reading.

    ``borrows`` False: an engine that computes what lies in RAM there, whatever the batch (KTransformers).
    """

    depth: int = 0
    prompt_tokens: int = PROMPT_TOKENS
    backend: Backend | None = None
    split_mode: SplitMode = "layer"
    borrows: bool = True


NO_DEPTH = Asked()
"""An empty cache, llama.cpp's own prompt length, the cards' own backends."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Decoding and reading a prompt in tokens per second, seconds to load, and what had to be assumed."""

    decode: Speed
    prompt: Speed
    load_seconds: float
    assumptions: tuple[str, ...]


class Pace:
    """Predicts placements of one file on one machine."""

    def __init__(
        self,
        spec: ModelSpec,
        file_type: FileType,
        imatrix: bool,
        workload: Workload,
        machine: Machine,
        asked: Asked = NO_DEPTH,
    ) -> None:
        self._file = (spec, file_type, imatrix)
        self._workload, self._asked = workload, asked
        self._expected: dict[Placement, float] = {}
        self.rates = machine_rates(machine, asked.backend)

    def decode(self, placement: Placement, from_disk: float = 0.0) -> Speed:
        """Tokens per second of a chat; ``from_disk`` is the part of the host's weights that RAM does not hold."""
        work = traffic(*self._file, self._workload, placement)
        return decode_speed(work, self.rates, self._run(placement, from_disk), self._asked.depth)

    def expected(self, placement: Placement) -> float:
        """Tokens per second of a chat, from memory; placements are compared by it again and again."""
        known = self._expected.get(placement)
        if known is None:
            known = self._expected[placement] = 1 / self._seconds(
                traffic(*self._file, self._workload, placement), placement
            )
        return known

    def is_slower_than_ram(self, placement: Placement) -> bool:
        """Whether the processor alone would be faster: an old card beside a server's memory."""
        work = traffic(*self._file, self._workload, placement)
        seconds = self._seconds(work, placement)
        # RAM that gave all of its bandwidth would take so long at least, and no RAM does.
        if seconds * self.rates.ram_bandwidth <= sum([work.read_by_a_token(part) for part in work.devices]):
            return False
        return self.expected(Placement()) * seconds > 1

    def _seconds(self, work: Traffic, placement: Placement) -> float:
        return decode_seconds(work, self.rates, self._run(placement, 0.0), self._asked.depth)

    def predict(self, placement: Placement, file_bytes: int, from_disk: float = 0.0) -> Prediction:
        """All of it."""
        work = traffic(*self._file, self._workload, placement)
        run = self._run(placement, from_disk)
        uses_host = bool(work.host.shared_bytes or work.host.routed_bytes)
        unused = () if uses_host else ("host",)
        return Prediction(
            decode_speed(work, self.rates, run, self._asked.depth),
            prompt_speed(work, self.rates, run, self._asked.prompt_tokens),
            file_bytes / self.rates.disk,
            tuple(one.sentence for one in self.rates.assumptions if one.about not in unused),
        )

    def _run(self, placement: Placement, from_disk: float) -> Run:
        workload, (spec, file_type, _) = self._workload, self._file
        return Run(
            quantized=is_quantized(file_type.base_type),
            # Auto becomes off only where a layer's attention would leave its card.
            flash_attn=workload.flash_attn != "off",
            quantized_cache=is_quantized(workload.type_k.upper()) or is_quantized(workload.type_v.upper()),
            ubatch=min(workload.ubatch, workload.batch, workload.context),
            split_mode=self._asked.split_mode,
            borrows=workload.op_offload and self._asked.borrows,
            pipeline=has_pipeline(spec, workload, placement),
            from_disk=from_disk,
        )

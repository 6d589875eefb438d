"""(model, quantization, workload, machine) -> the best placement, its verdict and the reasons.

Every candidate goes through the one estimate function, so a plan can never promise what the estimate
denies. Dense models put as many layers on the cards as fit; R1 keeps attention and shared weights of all
layers there and as many routed experts as fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache

from fitcheck.core import explanation
from fitcheck.core.estimate import Estimate, check_context
from fitcheck.core.hardware import Machine, SameMachine
from fitcheck.core.kv_cache import check_cache_types
from fitcheck.core.model import ModelSpec
from fitcheck.core.pinned import pinned_placement
from fitcheck.core.placement import Placement
from fitcheck.core.prediction import Pace, Prediction
from fitcheck.core.pricing import (
    MARGIN_BYTES,
    Candidate,
    DevicePlan,
    Question,
    with_usable_cards,
    without_smallest_card,
)
from fitcheck.core.quantization import FileType
from fitcheck.core.search import QUICK, THOROUGH, Effort, candidates
from fitcheck.core.verdict import RUNS, VERDICTS, Lacking, Verdict
from fitcheck.core.weights import weight_table
from fitcheck.core.wishes import NO_WISHES, Wishes
from fitcheck.core.workload import Workload
from fitcheck.frozen import dataclass

__all__ = ["MARGIN_BYTES", "RUNS", "VERDICTS", "DevicePlan", "Plan", "Verdict", "Wishes", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer for one model and quantization on one machine.

    ``machine`` is what was planned for. ``download_bytes`` is the size of the file. ``lacking_bytes`` is how
    much is missing where the verdict is ``disk`` or ``no``, and ``lacking_of`` names it: RAM, disk, or VRAM where a
    pinned placement is too large for a card.
    """

    model: ModelSpec
    file_type: FileType
    workload: Workload
    machine: Machine
    placement: Placement
    verdict: Verdict
    estimate: Estimate
    devices: tuple[DevicePlan, ...]
    download_bytes: int
    lacking_bytes: int = 0
    lacking_of: Lacking = ""
    imatrix: bool = True
    wishes: Wishes = NO_WISHES

    @property
    def model_id(self) -> str:
        """The model's id."""
        return self.model.id

    @property
    def quantization(self) -> str:
        """The file type's id."""
        return self.file_type.id

    @property
    def runs(self) -> bool:
        """Whether it runs from memory (exit code 0)."""
        return self.verdict in RUNS

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in sentences; the verdict's own reason first."""
        return explanation.reasons(self)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know although it does not change the verdict."""
        return explanation.warnings(self)

    @property
    def tensor_bytes(self) -> int:
        """Bytes of all tensors in the file, without its header."""
        layout = self.model.kv_layout(self.workload.kv_layout)
        return weight_table(self.model, self.file_type, self.imatrix, layout).data_bytes

    @property
    def prediction(self) -> Prediction:
        """How fast it runs, with the terms that say why; computed when asked for."""
        pace = Pace(self.model, self.file_type, self.imatrix, self.workload, self.machine, self.wishes.asked)
        return pace.predict(self.placement, self.download_bytes, self.from_disk)

    @property
    def from_disk(self) -> float:
        """Part of the host's weights that RAM does not hold, 0 to 1."""
        held = self.devices[-1].memory.weights_bytes
        return min(1.0, self.lacking_bytes / held) if self.verdict == "disk" and held else 0.0

    @property
    def gpu_weight_share(self) -> float:
        """Part of the weights that sits on cards, 0 to 1."""
        on_cards = sum(device.memory.weights_bytes for device in self.devices if device.memory.kind == "gpu")
        return on_cards / self.estimate.weights_bytes


def plan(
    spec: ModelSpec,
    file_type: FileType,
    workload: Workload,
    machine: Machine,
    *,
    margin_bytes: int = MARGIN_BYTES,
    imatrix: bool = True,
    header_bytes: int = 0,
    wishes: Wishes = NO_WISHES,
) -> Plan:
    """Find the best placement on a machine and judge it.

    ``margin_bytes`` stays free on every device; ``header_bytes`` is the file's metadata (vocabulary), which
    counts as download only. Where the processor is to do it, cards are as good as not there, and so are those that are
    too small to take part: the plan's machine says why. Raises RequestError as ``estimate`` does.
    """
    check_context(spec, workload)
    check_cache_types(spec, workload)
    if wishes.asked.backend == "cpu":
        machine = replace(machine, gpus=())
    elif not wishes.pinned:
        machine = with_usable_cards(SameMachine(machine), margin_bytes)
    question = Question(spec, file_type, workload, machine, margin_bytes, imatrix)
    best = _best(_Search(question.identity, wishes, question))
    stored = weight_table(spec, file_type, imatrix, question.kv_layout).data_bytes
    verdict, lacking, lacking_of = _judge(question, best, stored + header_bytes)
    answer = Plan(
        spec, file_type, workload, machine, best.placement, verdict, replace(best.estimate, model_id=spec.id),
        best.devices,
        stored + header_bytes, lacking, lacking_of, imatrix, wishes,
    )  # fmt: skip
    # The first card does the work for weights in RAM, whatever its share, so a small one can spoil it for all.
    spoilt = question.cards and not best.placement.gpus
    fewer = without_smallest_card(SameMachine(machine)) if spoilt else None
    if fewer is None:
        return answer
    other = plan(
        spec, file_type, workload, fewer, margin_bytes=margin_bytes, imatrix=imatrix, header_bytes=header_bytes,
        wishes=wishes,
    )  # fmt: skip
    return other if _is_better(other, answer) else answer


def _is_better(one: Plan, other: Plan) -> bool:
    """Whether a plan on cards is better than one in RAM alone."""
    ranks = [VERDICTS.index(plan.verdict) for plan in (one, other)]
    if ranks[0] != ranks[1] or one.verdict == "no":
        return ranks[0] < ranks[1]
    return one.placement.gpus > 0 and one.prediction.decode.expected > other.prediction.decode.expected


@dataclass(frozen=True, slots=True)
class _Search:
    """A question as far as it decides about its answer: models of one architecture share theirs."""

    identity: tuple[object, ...]
    wishes: Wishes
    question: Question = field(compare=False)


@lru_cache(maxsize=512)
def _best(search: _Search) -> Candidate:
    """The pinned placement, or the best of the candidates; in RAM alone where no card helps."""
    best = _searched(search.question, search.wishes)
    search.question.forget()
    return best


def _searched(question: Question, wishes: Wishes) -> Candidate:
    pace = Pace(question.spec, question.file_type, question.imatrix, question.workload, question.machine, wishes.asked)
    if wishes.pinned and question.cards:
        return question.priced(pinned_placement(question, wishes))
    found = list(candidates(question, _effort(wishes)))
    fitting = [one for one in found if one.host.fits] or found
    if wishes.objective == "most_on_gpu":
        best = max(fitting, key=lambda one: one.on_cards, default=None)
    else:
        best = _fastest(fitting, pace)
    if (
        best is not None
        and best.host.fits
        and not (wishes.objective == "fastest" and pace.rates.ram_known and pace.is_slower_than_ram(best.placement))
    ):
        return best
    in_ram = question.priced(Placement())
    if best is None or in_ram.host.fits:
        return in_ram
    # With unified memory the card's part can leave less than nothing; the file alone can still be streamed.
    return best if _streams(best) or not _streams(in_ram) else in_ram


def _effort(wishes: Wishes) -> Effort:
    if wishes.objective == "most_on_gpu":
        return THOROUGH
    # Where cards divide every layer, fewer of them are no faster.
    return QUICK if wishes.asked.split_mode == "layer" else replace(QUICK, fewest_cards=False)


def _streams(candidate: Candidate) -> bool:
    """Whether all that RAM lacks is weights, which can be read from the disk again and again."""
    return -(candidate.host.headroom_bytes or 0) <= candidate.host.memory.weights_bytes


def _fastest(found: Sequence[Candidate], pace: Pace) -> Candidate | None:
    """The candidate of the highest predicted decoding speed; where equal, the first, which is the plainest."""
    if len(found) < 2:
        return found[0] if found else None
    return max(found, key=lambda one: pace.expected(one.placement))


def _judge(question: Question, best: Candidate, file_bytes: int) -> tuple[Verdict, int, Lacking]:
    """The verdict on the best placement, and what is missing."""
    lacking = -min((device.headroom_bytes or 0 for device in best.devices[:-1]), default=0)
    if lacking > 0:
        return "no", lacking, "VRAM"
    if best.host.fits:
        layers = best.placement.gpu_layers if best.placement.gpus else 0
        if not layers:
            return "cpu", 0, ""
        return ("gpu" if layers > question.spec.n_layers and _all_on_cards(question, best) else "offload"), 0, ""
    missing = -(best.host.headroom_bytes or 0)
    if missing > best.host.memory.weights_bytes:
        return "no", missing, "RAM"
    free = question.machine.disk.free_bytes if question.machine.disk else None
    if free is not None and free < file_bytes:
        return "no", file_bytes - free, "disk"
    # Weights are mapped from the file and read again and again; all else is in memory.
    return "disk", missing, "RAM"


def _all_on_cards(question: Question, best: Candidate) -> bool:
    """Whether nothing but the token embedding (and what no card has a kernel for) stays in RAM."""
    if not best.placement.cpu_moe_layers:
        return True
    table = weight_table(question.spec, question.file_type, question.imatrix, question.kv_layout)
    return best.host.memory.weights_bytes <= table.always_host + table.sums.host_only[-1]

"""One question asked everywhere: by each command in a process of its own, in a batch, in a report, and in the window.

The answers must be the same to the last byte and digit; each function here compares two of them and says which differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitcheck import service
from fitcheck.contract.results import matrix_object, plan_object, recommendation_object
from fitcheck.core.planner import Plan
from fitcheck.probe.machine_json import machine_to_object
from fitcheck.recommendations import Recommendation

LONGEST_S = 120
PARTS = ("weights_bytes", "kv_cache_bytes", "compute_bytes", "runtime_bytes")


@dataclass(frozen=True)
class Question:
    """A model in a quantization at a context; the window and the command line have other contexts by default."""

    model: str
    quant: str
    context: int = 4096
    cache: str = "f16"

    @property
    def options(self) -> list[str]:
        """What every command takes."""
        return ["-q", self.quant, "-c", str(self.context), "--type-k", self.cache, "--type-v", self.cache]

    def request(self, **more: object) -> dict[str, object]:
        """The same in a batch."""
        same = {"model": self.model, "quant": self.quant, "context": self.context}
        return {**same, "type_k": self.cache, "type_v": self.cache, **more}


class Asked:
    """A command that runs in a process of its own while others do; ``answer`` waits for it."""

    def __init__(self, *arguments: str, lines: Iterable[Mapping[str, object]] = ()) -> None:
        self.arguments = arguments
        self._given = "".join(json.dumps(line) + "\n" for line in lines)
        # As wide as a script's output, wherever the tests run.
        environ = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "fitcheck", *arguments], env=environ, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def text(self, *codes: int) -> str:
        """What it printed; it must end with one of these codes (0 unless told) and complain of nothing."""
        out, complaint = self._process.communicate(self._given, timeout=LONGEST_S)
        assert self._process.returncode in (codes or (0,)), (self.arguments, self._process.returncode, complaint, out)
        assert complaint == "", (self.arguments, complaint)
        return out

    def refusal(self, code: int) -> str:
        """The one line it complained of."""
        out, complaint = self._process.communicate(self._given, timeout=LONGEST_S)
        assert (self._process.returncode, out) == (code, ""), (self.arguments, out, complaint)
        assert complaint.count("\n") == 1, complaint
        return complaint

    def json(self, *codes: int) -> Any:
        """What it printed as JSON."""
        return json.loads(self.text(*codes))

    def lines(self) -> list[Any]:
        """What it printed as JSON, line by line."""
        return [json.loads(line) for line in self.text().splitlines()]


def told(*arguments: str, codes: Sequence[int] = (0,)) -> str:
    """What a command prints."""
    return Asked(*arguments).text(*codes)


def asked_report(folder: Path, *arguments: str, codes: Sequence[int] = (0,)) -> Any:
    """The report that a command writes, as JSON without its moment."""
    path = folder / "asked.json"
    assert told("report", *arguments, "-o", str(path), codes=codes) == ""
    return report_in(path)


def report_in(path: Path) -> Any:
    """A report that was written as JSON: all but its moment."""
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found.pop("date")
    return found


def from_window(plan: Plan) -> Any:
    """A plan of the window as ``plan --json`` would print it."""
    model = service.find_model(plan.model_id)
    return json.loads(json.dumps(plan_object(plan, model, service.advice(plan))))


@dataclass(frozen=True)
class Answers:
    """The same answer as ``plan --json`` prints it, and as a report (without its moment) has it."""

    plan: dict[str, Any]
    report: dict[str, Any]


def ask_everywhere(question: Question, plan: Plan, machine: Sequence[str], folder: Path, verdict: str) -> Answers:
    """Compare the window's plan with every other way to ask.

    ``machine`` are the options that name the machine the window shows.
    """
    report = folder / "everywhere.json"
    runs = 0 if verdict in ("gpu", "offload", "cpu") else 1
    planned = Asked("plan", question.model, *question.options, *machine, "--json")
    table = Asked("matrix", *question.options, *machine, "--json")
    written = Asked("report", question.model, *question.options, *machine, "-o", str(report))
    asks = {"do": "plan", "machine": machine_to_object(plan.machine)}
    batch = Asked("batch", lines=(question.request(id="p", **asks), question.request(id="e", **_placed(plan))))
    estimated = Asked("estimate", question.model, *question.options, *machine, "--json", *_placement_options(plan))

    answer = planned.json(runs)
    shown = from_window(plan)
    assert shown == answer
    assert answer["verdict"] == verdict
    in_batch, estimate = batch.lines()
    compare_batch(in_batch, answer)
    compare_estimate(estimate, answer)
    compare_cell(table.json(0, 1), answer)
    assert written.text(runs) == ""
    reported = report_in(report)
    compare_report(reported, answer)
    if not plan.placement.overrides:
        compare_estimate(estimated.json(), answer)
    else:
        # No option of estimate places single tensors; it must still be a sound command.
        assert estimated.json()["weights_bytes"] == answer["weights_bytes"]
    return Answers(answer, reported)


def _placed(plan: Plan) -> dict[str, object]:
    place = plan.placement
    split, free = place.tensor_split, place.gpu_free_bytes
    return {
        "gpus": place.gpus, "gpu_layers": place.gpu_layers, "cpu_moe_layers": place.cpu_moe_layers,
        "flash_attn": plan.workload.flash_attn, "tensor_split": list(split) if split else None,
        "gpu_free_bytes": list(free) if free else None, "overrides": [list(pair) for pair in place.overrides],
    }  # fmt: skip


def _placement_options(plan: Plan) -> list[str]:
    place = plan.placement
    options = ["--flash-attn", plan.workload.flash_attn]
    if place.gpus:
        options += ["--gpu-layers", str(place.gpu_layers), "--cpu-moe", str(place.cpu_moe_layers)]
    if place.tensor_split:
        options += ["--tensor-split", ",".join(f"{share:g}" for share in place.tensor_split)]
    return options


def compare_batch(answer: dict[str, Any], planned: dict[str, Any]) -> None:
    """A batch's plan: all of ``plan --json`` but the advice, which takes as long as many plans."""
    assert {**answer, "id": None} == {**{key: planned[key] for key in planned if key != "advice"}, "id": None}


def compare_estimate(answer: dict[str, Any], planned: dict[str, Any]) -> None:
    """The memory of the plan's own placement."""
    for key in ("model", "quant", "context", "weights_bytes", "kv_cache_bytes", "compute_bytes", "total_bytes"):
        assert answer[key] == planned[key], key
    devices = [{key: one[key] for key in ("name", "kind", *PARTS)} for one in planned["devices"]]
    assert answer["devices"] == devices


def compare_cell(table: dict[str, Any], planned: dict[str, Any]) -> None:
    """The plan's cell of a matrix of its quantization."""
    cells = [cell for cell in table["cells"] if (cell["model"], cell["quant"]) == (planned["model"], planned["quant"])]
    assert cells == [{key: planned[key] for key in cells[0]}]


def compare_report(report: dict[str, Any], planned: dict[str, Any]) -> None:
    """The choice of a report."""
    (choice,) = report["choices"]
    same = (
        "model", "quant", "context", "verdict", "download_bytes", "lacking_bytes", "cpu_moe_layers", "tensor_split",
        "overrides", "load_seconds", "reasons",
    )  # fmt: skip
    for key in same:
        assert choice[key] == planned[key], key
    for one, other in zip(choice["devices"], planned["devices"], strict=True):
        for key in ("name", "kind", *PARTS, "capacity_bytes", "headroom_bytes"):
            assert one[key] == other[key], key
    assert (choice["decode"], choice["prompt"]) == (planned["decode_tokens_per_s"], planned["prefill_tokens_per_s"])
    assert choice["terms"] == planned["decode_terms"]
    assert choice["advice"] == [one["sentence"] for one in planned["advice"]]
    assert [*choice["warnings"], *choice["assumptions"]] == planned["warnings"]
    commands = {one["engine"]: one["sh"] for one in choice["commands"] if one["sh"]}
    assert commands == planned["commands"]


def compare_matrix(plans: Iterable[Plan], table: dict[str, Any]) -> None:
    """Every cell that the window shows."""
    shown = {(cell["model"], cell["quant"]): cell for cell in matrix_object(plans, 0, {})["cells"]}
    printed = {(cell["model"], cell["quant"]): cell for cell in table["cells"]}
    assert shown
    missing = [place for place in shown if place not in printed]
    assert missing == []
    differ = [place for place in shown if printed[place] != shown[place]]
    assert differ == []


def compare_picks(picks: Recommendation, printed: dict[str, Any], context: int) -> None:
    """The window's three picks and ``recommend``."""
    assert json.loads(json.dumps(recommendation_object(picks, context))) == printed

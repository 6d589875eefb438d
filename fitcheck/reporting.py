"""Reports as a use case: one choice, several, or the whole matrix of a machine, as data; then a file of any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import fitcheck
from fitcheck import recommendations, service
from fitcheck.core.contexts import watched
from fitcheck.core.derivation import memory_of, speed_of
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.report import (
    CardFacts,
    CardOffer,
    Cell,
    ChoiceReport,
    ContextPoint,
    DeviceShare,
    MachineFacts,
    Origin,
    QualityFacts,
    Report,
    RuntimeCommand,
    Span,
    TimeShare,
)
from fitcheck.probe.recording import Scrubber

if TYPE_CHECKING:
    from fitcheck.catalog.models import CatalogModel
    from fitcheck.core.planner import Plan
    from fitcheck.core.speed import Speed, Term
    from fitcheck.core.verification import Verification

__all__ = ["choice_report", "comparison_report", "matrix_report"]


def choice_report(
    model: CatalogModel, plan: Plan, *, margin_bytes: int, verification: Verification | None = None, cards: bool = True
) -> Report:
    """One choice. ``cards`` False leaves out which cards would run it, which takes the longest to find."""
    return _report("choice", plan.machine, plan.workload.context, margin_bytes, choices=(
        _choice(model, plan, margin_bytes, Scrubber(), verification, cards),
    ))  # fmt: skip


def comparison_report(pairs: Sequence[tuple[CatalogModel, Plan]], *, margin_bytes: int) -> Report:
    """Several choices on one machine at one context, without the cards to buy for each."""
    scrubber = Scrubber()
    choices = tuple(_choice(model, plan, margin_bytes, scrubber, None, False) for model, plan in pairs)
    first = pairs[0][1]
    return _report("comparison", first.machine, first.workload.context, margin_bytes, choices=choices)


def matrix_report(
    plans: Iterable[Plan], machine: Machine, context: int, *, margin_bytes: int, left_out: Sequence[str] = ()
) -> Report:
    """Every model by every quantization that ``plans`` brings; ``left_out`` are ids of models they leave out."""
    plans = tuple(plans)
    pick = recommendations.among(plans).by_wish["balanced"]
    best = None if pick is None else plans.index(pick.plan)
    machine = service.with_known_rates(machine)
    cells, names = tuple(map(_cell, plans)), tuple(service.find_model(one).name for one in left_out)
    return _report("matrix", machine, context, margin_bytes, cells=cells, best=best, left_out=names)


def _report(kind: str, machine: Machine, context: int, margin_bytes: int, **parts: object) -> Report:
    values: dict[str, object] = {
        "kind": kind, "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "version": fitcheck.__version__, "context": context, "margin_bytes": margin_bytes,
        "machine": _machine(machine, Scrubber()), **parts,
    }  # fmt: skip
    return Report(**values)  # type: ignore[arg-type]


def _machine(machine: Machine, scrubber: Scrubber) -> MachineFacts:
    plannable = machine.plannable_gpus
    cards = tuple(
        CardFacts(
            scrubber.text(card.name), card.memory_total_bytes, card.memory_free_bytes, card.bandwidth_bytes_per_s,
            card in plannable,
        )
        for card in machine.gpus
    )  # fmt: skip
    cpu, system = machine.cpu_name, machine.os_name
    return MachineFacts(
        machine.what_if, cards, machine.ram_total_bytes, machine.ram_available_bytes,
        machine.ram_bandwidth_bytes_per_s, machine.ram_bandwidth_from,
        None if cpu is None else scrubber.text(cpu), machine.cpu_cores,
        machine.disk.free_bytes if machine.disk else None, None if system is None else scrubber.text(system),
        machine.driver_version, tuple(map(scrubber.text, machine.notes)),
    )  # fmt: skip


def _choice(
    model: CatalogModel, plan: Plan, margin: int, scrubber: Scrubber, verification: Verification | None, cards: bool
) -> ChoiceReport:
    runs = plan.verdict != "no"
    prediction, placement, workload = plan.prediction if runs else None, plan.placement, plan.workload
    said = scrubber.text
    return ChoiceReport(
        model=model.id, name=model.name, quant=plan.quantization, context=workload.context,
        parallel=workload.parallel, type_k=workload.type_k, type_v=workload.type_v,
        verdict=plan.verdict, download_bytes=plan.download_bytes,
        lacking_bytes=plan.lacking_bytes, lacking_of=plan.lacking_of,
        n_layers=plan.model.n_layers, gpu_layers=placement.gpu_layers if placement.gpus else 0,
        cpu_moe_layers=placement.cpu_moe_layers, tensor_split=placement.tensor_split, overrides=placement.overrides,
        devices=tuple(_devices(plan, scrubber)),
        decode=_span(prediction.decode) if prediction else None,
        prompt=_span(prediction.prompt) if prediction else None,
        terms=tuple(map(_time, prediction.decode.terms)) if prediction else (),
        load_seconds=prediction.load_seconds if prediction else None,
        reasoning_tokens=model.reasoning.tokens,
        reasons=tuple(map(said, plan.reasons)), warnings=tuple(map(said, plan.warnings)),
        assumptions=prediction.assumptions if prediction else (),
        advice=tuple(one.sentence for one in service.advice(plan, margin_bytes=margin)),
        commands=tuple(_commands(model, plan, scrubber)) if runs else (),
        cards=tuple(_cards(model, plan)) if cards else (),
        quality=_quality(model, plan),
        origins=tuple(_origins(plan)), points=tuple(_points(plan, margin)),
        watched=watched(plan) % len(plan.devices),
        others=tuple(_cell(one) for one in _others(model, plan, margin)),
        verification=None if verification is None else _without_names(verification, scrubber),
    )  # fmt: skip


def _without_names(found: Verification, scrubber: Scrubber) -> Verification:
    return replace(
        found, sentence=scrubber.text(found.sentence), python=scrubber.text(found.python),
        notes=tuple(map(scrubber.text, found.notes)),
    )  # fmt: skip


def _devices(plan: Plan, scrubber: Scrubber) -> Iterator[DeviceShare]:
    for index, device in enumerate(plan.devices):
        memory, machine = device.memory, plan.machine
        card: Gpu | None = machine.plannable_gpus[index] if memory.kind == "gpu" else None
        yield DeviceShare(
            memory.name, memory.kind, scrubber.text(card.name) if card else "",
            memory.weights_bytes, memory.kv_cache_bytes, memory.compute_bytes, memory.runtime_bytes,
            device.capacity_bytes, device.headroom_bytes,
            card.memory_total_bytes if card else machine.ram_total_bytes,
            card.memory_free_bytes if card else machine.ram_available_bytes,
            card is not None and card.runtime_overhead_bytes is not None,
        )  # fmt: skip


def _span(speed: Speed) -> Span:
    return Span(speed.low, speed.expected, speed.high)


def _time(term: Term) -> TimeShare:
    reads = term.rate > 0
    return TimeShare(
        term.kind, term.device, term.seconds, term.bytes if reads else None, term.rate if reads else None
    )  # fmt: skip


def _commands(model: CatalogModel, plan: Plan, scrubber: Scrubber) -> Iterator[RuntimeCommand]:
    said = scrubber.text
    for name, one in service.commands(model, plan).items():
        yield RuntimeCommand(
            name, one.title, said(one.sh), said(one.powershell), tuple(map(said, one.notes)), said(one.refusal)
        )


def _cards(model: CatalogModel, plan: Plan) -> Iterator[CardOffer]:
    ram = plan.machine.ram_available_bytes or 0
    for one in recommendations.few_cards(model, plan.file_type, plan.workload, ram):
        if one is not None:
            memory = one.card.memory_bytes or 0
            yield CardOffer(one.card.name, one.count, memory, one.plan.verdict, one.ram_bytes, _span(one.decode))


def _quality(model: CatalogModel, plan: Plan) -> QualityFacts:
    found = recommendations.quality(model, plan.quantization)
    score, loss = found.score, found.loss
    return QualityFacts(
        found.benchmark, score.percent if score else None, score.source if score else "",
        loss.word if loss else None, loss.perplexity_percent if loss else None, loss.kld_mean if loss else None,
        loss.table if loss else "", loss.source if loss else "", found.same_kind,
    )  # fmt: skip


def _origins(plan: Plan) -> Iterator[Origin]:
    """Each component once, with the rule that made it."""
    found: dict[tuple[str, str, str], Origin] = {}
    made = [one for index in range(len(plan.devices)) for one in memory_of(plan, index)]
    if plan.verdict != "no":
        made.append(speed_of(plan, plan.prediction.decode))
    for one in made:
        key = (one.component, one.certainty, one.source)
        found.setdefault(key, Origin(*key))
    yield from found.values()


def _points(plan: Plan, margin_bytes: int) -> Iterator[ContextPoint]:
    for one in sorted(service.at_contexts(plan, margin_bytes=margin_bytes), key=lambda one: one.context):
        yield ContextPoint(one.context, one.needed_bytes, _span(one.decode), one.plan.verdict)


def _others(model: CatalogModel, plan: Plan, margin_bytes: int) -> Iterator[Plan]:
    """The model's other common quantizations under the same wishes."""
    columns = [one for one in FILE_TYPES if one.common and one.id != plan.quantization]
    return service.matrix(
        plan.machine, plan.workload, (model,), columns, margin_bytes=margin_bytes, imatrix=plan.imatrix,
        wishes=replace(plan.wishes, gpu_layers=None, cpu_moe_layers=None, tensor_split=None),
    )  # fmt: skip


def _cell(plan: Plan) -> Cell:
    decode = None if plan.verdict == "no" else _span(service.decode_speed(plan))
    name = service.find_model(plan.model_id).name
    return Cell(
        plan.model_id, name, plan.quantization, plan.verdict, plan.estimate.total_bytes, plan.download_bytes,
        plan.lacking_bytes, plan.lacking_of, decode,
    )  # fmt: skip

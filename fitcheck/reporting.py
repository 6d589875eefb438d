"""Reports as a use case: one choice, several, or the whole matrix of a machine, as data; then a file of any format."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import fitcheck
from fitcheck import recommendations, service
from fitcheck.catalog.own_file import OwnFile
from fitcheck.core.contexts import watched
from fitcheck.core.derivation import memory_of, speed_of
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.layer_places import layer_places
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.report import (
    CardFacts,
    CardOffer,
    Cell,
    ChoiceReport,
    ContextPoint,
    DeviceShare,
    LayerRun,
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
    from fitcheck.core.layer_places import Shares
    from fitcheck.core.planner import Plan
    from fitcheck.core.speed import Speed, Term
    from fitcheck.core.verification import Verification

Made = TypeVar("Made")

__all__ = [
    "Subject", "choice_report", "choice_steps", "comparison_report", "comparison_steps", "matrix_report", "matrix_steps"
]  # fmt: skip

Subject: TypeAlias = "CatalogModel | OwnFile"
"""What a report is about: a model of the catalogue, or a person's own file."""

Steps: TypeAlias = Generator[None, None, Made]
"""Work that is done step by step, for who must not wait long; what it made is what it returns."""


def choice_report(
    subject: Subject, plan: Plan, *, margin_bytes: int, verification: Verification | None = None, cards: bool = True
) -> Report:
    """One choice. ``cards`` False leaves out which cards would run it, which takes the longest to find."""
    return _at_once(choice_steps(subject, plan, margin_bytes=margin_bytes, verification=verification, cards=cards))


def choice_steps(
    subject: Subject, plan: Plan, *, margin_bytes: int, verification: Verification | None = None, cards: bool = True
) -> Steps[Report]:
    """The same step by step."""
    choice = yield from _choice(subject, plan, margin_bytes, Scrubber(), verification, cards)
    return _report("choice", plan.machine, plan.workload.context, margin_bytes, choices=(choice,))


def comparison_report(
    pairs: Sequence[tuple[Subject, Plan]], *, margin_bytes: int, cards: bool = True
) -> Report:  # fmt: skip
    """Several choices on one machine at one context."""
    return _at_once(comparison_steps(pairs, margin_bytes=margin_bytes, cards=cards))


def comparison_steps(
    pairs: Sequence[tuple[Subject, Plan]], *, margin_bytes: int, cards: bool = True
) -> Steps[Report]:  # fmt: skip
    """The same step by step."""
    scrubber, choices = Scrubber(), []
    for subject, plan in pairs:
        choices.append((yield from _choice(subject, plan, margin_bytes, scrubber, None, cards)))
    first = pairs[0][1]
    return _report("comparison", first.machine, first.workload.context, margin_bytes, choices=tuple(choices))


def matrix_report(
    plans: Iterable[Plan], machine: Machine, context: int, *, margin_bytes: int, left_out: Sequence[str] = ()
) -> Report:
    """Every model by every quantization that ``plans`` brings; ``left_out`` are ids of models they leave out."""
    return _at_once(matrix_steps(plans, machine, context, margin_bytes=margin_bytes, left_out=left_out))


def matrix_steps(
    plans: Iterable[Plan], machine: Machine, context: int, *, margin_bytes: int, left_out: Sequence[str] = ()
) -> Steps[Report]:
    """The same step by step."""
    made, cells = [], []
    for plan in plans:
        made.append(plan)
        cells.append(_cell(plan))
        yield
    pick = recommendations.among(made).by_wish["balanced"]
    best = None if pick is None else made.index(pick.plan)
    machine, names = service.with_known_rates(machine), tuple(service.find_model(one).name for one in left_out)
    return _report("matrix", machine, context, margin_bytes, cells=tuple(cells), best=best, left_out=names)


def _at_once(steps: Steps[Made]) -> Made:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made


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
    subject: Subject, plan: Plan, margin: int, scrubber: Scrubber, verification: Verification | None, cards: bool
) -> Steps[ChoiceReport]:
    model, name = (None, subject.model.name) if isinstance(subject, OwnFile) else (subject, subject.name)
    runs = plan.verdict != "no"
    prediction, placement, workload = plan.prediction if runs else None, plan.placement, plan.workload
    said, moe = scrubber.text, plan.model.mla_moe
    own = isinstance(subject, OwnFile) and subject.file_type is not None
    yield
    commands = tuple(_commands(subject, plan, scrubber)) if runs else ()
    yield
    advice = yield from _advice(plan, margin)
    points = yield from _points(plan, margin)
    others = yield from _others(model, plan, margin)
    return ChoiceReport(
        model=said(plan.model_id), name=said(name), quant=plan.quantization,
        context=workload.context, parallel=workload.parallel, type_k=workload.type_k, type_v=workload.type_v,
        verdict=plan.verdict, download_bytes=plan.download_bytes,
        lacking_bytes=plan.lacking_bytes, lacking_of=plan.lacking_of,
        n_layers=plan.model.n_layers, gpu_layers=placement.gpu_layers if placement.gpus else 0,
        cpu_moe_layers=placement.cpu_moe_layers, tensor_split=placement.tensor_split, overrides=placement.overrides,
        devices=tuple(_devices(plan, scrubber)),
        decode=_span(prediction.decode) if prediction else None,
        prompt=_span(prediction.prompt) if prediction else None,
        terms=tuple(map(_time, prediction.decode.terms)) if prediction else (),
        load_seconds=prediction.load_seconds if prediction else None,
        reasoning_tokens=model.reasoning.tokens if model else None,
        reasons=tuple(map(said, plan.reasons)), warnings=tuple(map(said, plan.warnings)),
        assumptions=prediction.assumptions if prediction else (),
        advice=advice, commands=commands,
        cards=(yield from _cards(model, plan)) if cards and model else (),
        quality=_quality(model, plan) if model else None,
        origins=tuple(_origins(plan)), points=points, watched=watched(plan) % len(plan.devices), others=others,
        verification=None if verification is None else _without_names(verification, scrubber),
        layers=tuple(_layers(plan)) if runs else (), n_experts=moe.n_routed_experts if moe else 0,
        own_file=own, file_is_here=own or (model is not None and service.file_here(model, plan) is not None),
    )  # fmt: skip


def _advice(plan: Plan, margin_bytes: int) -> Steps[tuple[str, ...]]:
    found = []
    for one in service.advice_steps(plan, margin_bytes=margin_bytes):
        if one is not None:
            found.append(one.sentence)
        yield
    return tuple(found)


def _layers(plan: Plan) -> Iterator[LayerRun]:
    """Layers that lie alike as one run; the output layer, which is the last, stays by itself."""
    places = layer_places(plan)
    for place, run in groupby(places[:-1]):
        yield LayerRun(len(list(run)), _named(plan, place.shared), _named(plan, place.routed))
    yield LayerRun(1, _named(plan, places[-1].shared), _named(plan, places[-1].routed))


def _named(plan: Plan, shares: Shares) -> tuple[tuple[str, float], ...]:
    # The host is the last device, and its index is -1.
    return tuple((plan.devices[device].memory.name, part) for device, part in shares)


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


def _commands(subject: Subject, plan: Plan, scrubber: Scrubber) -> Iterator[RuntimeCommand]:
    said = scrubber.text
    found = service.commands_own(subject, plan) if isinstance(subject, OwnFile) else service.commands(subject, plan)
    for name, one in found.items():
        yield RuntimeCommand(
            name, one.title, said(one.sh), said(one.powershell), tuple(map(said, one.notes)), said(one.refusal)
        )


def _cards(model: CatalogModel, plan: Plan) -> Steps[tuple[CardOffer, ...]]:
    found, ram = [], plan.machine.ram_available_bytes or 0
    for one in recommendations.few_cards(model, plan.file_type, plan.workload, ram):
        if one is not None:
            memory = one.card.memory_bytes or 0
            found.append(
                CardOffer(one.card.name, one.count, memory, one.plan.verdict, one.ram_bytes, _span(one.decode))
            )
        yield
    return tuple(found)


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
    found: set[Origin] = set()
    made = [one for index in range(len(plan.devices)) for one in memory_of(plan, index)]
    if plan.verdict != "no":
        made.append(speed_of(plan, plan.prediction.decode))
    for one in made:
        origin = Origin(one.component, one.certainty, one.source)
        if origin not in found:
            found.add(origin)
            yield origin


def _points(plan: Plan, margin_bytes: int) -> Steps[tuple[ContextPoint, ...]]:
    found = []
    for one in service.at_contexts(plan, margin_bytes=margin_bytes):
        found.append(ContextPoint(one.context, one.needed_bytes, _span(one.decode), one.plan.verdict))
        yield
    return tuple(sorted(found, key=lambda point: point.context))


def _others(model: CatalogModel | None, plan: Plan, margin_bytes: int) -> Steps[tuple[Cell, ...]]:
    """The model's other common quantizations under the same wishes; of a person's own file there are none."""
    if model is None:
        return ()
    found = []
    columns = [one for one in FILE_TYPES if one.common and one.id != plan.quantization]
    for other in service.matrix(
        plan.machine, plan.workload, (model,), columns, margin_bytes=margin_bytes, imatrix=plan.imatrix,
        wishes=replace(plan.wishes, gpu_layers=None, cpu_moe_layers=None, tensor_split=None),
    ):  # fmt: skip
        found.append(_cell(other))
        yield
    return tuple(found)


def _cell(plan: Plan) -> Cell:
    decode = None if plan.verdict == "no" else _span(service.decode_speed(plan))
    name = service.find_model(plan.model_id).name
    return Cell(
        plan.model_id, name, plan.quantization, plan.verdict, plan.estimate.total_bytes, plan.download_bytes,
        plan.lacking_bytes, plan.lacking_of, decode,
    )  # fmt: skip

"""What to get: the best files for a machine, and the cards for a model. A use case beside ``service``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from fitcheck import service
from fitcheck.catalog.cards import Card, cards, parse_gpu
from fitcheck.catalog.models import CatalogModel
from fitcheck.catalog.published import where_published
from fitcheck.catalog.quality import Loss, Score, benchmark, model_score, model_scores, quantization_loss
from fitcheck.core.choices import Choice, Facts, Wish, best, choices, ranked
from fitcheck.core.hardware import Gpu, Machine
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import FILE_TYPES, FileType
from fitcheck.core.speed import Speed
from fitcheck.core.units import GIB
from fitcheck.core.wishes import NO_WISHES, Wishes
from fitcheck.core.workload import Workload
from fitcheck.frozen import dataclass

WISHES: tuple[Wish, ...] = ("best quality", "balanced", "fastest")
MOST_CARDS = 8
"""More cards in one computer are rare."""

DESKTOP_RAM_BYTES = 256 * GIB
"""The most that a computer of two memory channels holds: four modules of 64 GB (Intel ARK, Core Ultra 9 285K)."""

SERVER_RAM = "8x DDR4-3200"
"""What a computer with more is taken to have: the oldest server that is common, EPYC 7002/7003 or Xeon Scalable 3."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The choice for each wish (None where nothing runs), and the best of each model in order."""

    by_wish: dict[Wish, Choice | None]
    ranked: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CardChoice:
    """So many of a card: all of the model on them, or one of them with the rest in RAM.

    ``ram_bytes`` is what must be available in RAM beside them, margin included.
    """

    card: Card
    count: int
    plan: Plan
    ram_bytes: int
    decode: Speed


def recommend(machine: Machine, workload: Workload, *, margin_bytes: int, count: int = 6) -> Recommendation:
    """The best published files for a machine, for three wishes and over all."""
    return weighed(choices(published(machine, workload, margin_bytes)), count)


def weighed(found: Sequence[Choice], count: int = 6) -> Recommendation:
    """The best of choices that were considered already."""
    return Recommendation({wish: best(found, wish) for wish in WISHES}, ranked(found, count))


def among(plans: Iterable[Plan]) -> Recommendation:
    """The best of plans that were made already, such as those of a matrix; what nobody publishes is passed over."""
    known = ((plan, _facts(service.find_model(plan.model_id), plan.file_type)) for plan in plans)
    return weighed(choices((plan, facts) for plan, facts in known if facts is not None))


def published(
    machine: Machine, workload: Workload, margin_bytes: int, wishes: Wishes = NO_WISHES
) -> Iterator[tuple[Plan, Facts]]:
    """Every file that is known to be published, planned when it is asked for, with what is known of it."""
    for model in service.models():
        if workload.context > model.spec.context_limit:
            continue
        for file_type in FILE_TYPES:
            facts = _facts(model, file_type)
            if facts is not None:
                plan = service.plan(model, file_type, workload, machine, margin_bytes=margin_bytes, wishes=wishes)
                yield plan, facts


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a model answers, unquantized, and what a quantization of it loses; None where nobody measured it.

    ``same_kind`` is False where the loss was measured on a smaller model, which loses more than a large one.
    """

    benchmark: str
    score: Score | None
    loss: Loss | None
    same_kind: bool


def quality(model: CatalogModel, quant: str) -> Quality:
    """What is published about a model's answers and about a quantization's loss."""
    known = quantization_loss(model.spec, quant)
    # Dense models are all measured on a small one.
    smaller = next(other.spec for other in service.models() if not other.spec.is_moe)
    score = next((one for one in model_scores() if one.model == model.id), None)
    return Quality(benchmark(), score, known or quantization_loss(smaller, quant), known is not None)


def _facts(model: CatalogModel, file_type: FileType) -> Facts | None:
    """None where no such file is published, or where nobody measured the model or what the type loses."""
    score = model_score(model.id)
    if score is None or model.not_recommended is not None:
        return None
    places = [one for one in where_published(model.id, file_type.id) if one.kind == "file" and one.repository]
    found = quality(model, file_type.id)
    if not places or (found.loss is None and file_type.bits < 16):
        return None
    word = found.loss.word if found.loss else "near lossless"
    return Facts(model.name, score, word, found.same_kind, places[0].repository, model.reasoning.tokens)


def cards_for(model: CatalogModel, file_type: FileType, workload: Workload) -> tuple[CardChoice, ...]:
    """For every card of the catalogue the fewest that hold all of the model, and one with the rest in RAM.

    Smallest memory first. Cards of one size share their plans: what fits does not depend on speed. Where one of them
    needs more than DESKTOP_RAM_BYTES, the machines of all have SERVER_RAM, so that their speeds can be compared.
    """
    # Imported late: no pick needs it.
    from fitcheck.catalog.memory import parse_ram_bandwidth

    found: list[tuple[Card, Plan]] = []
    for memory_cards in _by_memory():
        gpu = parse_gpu(memory_cards[0].name)[0]
        plans = tuple(_plans(model, file_type, workload, gpu))
        found += [(card, plan) for card in memory_cards for plan in plans]
    most = max((_ram_bytes(plan) for _, plan in found), default=0)
    ram = parse_ram_bandwidth(SERVER_RAM) if most > DESKTOP_RAM_BYTES else None
    return tuple(_choice(card, parse_gpu(card.name)[0], plan, ram) for card, plan in found)


def fastest_of_each_size(found: Iterable[CardChoice]) -> tuple[CardChoice, ...]:
    """Of each memory size the card that answers fastest, with everything on cards and with the rest in RAM."""
    fastest: dict[tuple[int | None, str], CardChoice] = {}
    for one in found:
        size = (one.card.memory_bytes, one.plan.verdict)
        if size not in fastest or one.decode.expected > fastest[size].decode.expected:
            fastest[size] = one
    return tuple(fastest.values())


def few_cards(
    model: CatalogModel, file_type: FileType, workload: Workload, ram_bytes: int, count: int = 3
) -> Iterator[CardChoice | None]:
    """The smallest card that holds all of the model alone, in pairs, in threes …, at most ``count`` of these; then one.

    That one is the largest card that is too small and runs it with the rest in ``ram_bytes`` of available RAM. Of cards
    of one size the fastest is named. Step by step, for who must not wait long: None where something was tried.
    """

    sizes, shown = _by_memory(), 0

    def planned(same: list[Card], number: int, wishes: Wishes = NO_WISHES) -> Plan:
        machine = Machine(gpus=(parse_gpu(same[0].name)[0],) * number)
        return service.plan(model, file_type, workload, machine, wishes=wishes)

    everything = Wishes(gpu_layers=model.spec.n_layers + 1, cpu_moe_layers=0)
    whole = planned(sizes[-1], 1, everything)
    weights = whole.estimate.weights_bytes
    on_cards = whole.devices[0].memory.weights_bytes + whole.devices[0].memory.kv_cache_bytes
    yield None
    below = len(sizes)
    for number in range(1, MOST_CARDS + 1):
        # More of them are worth naming only where smaller ones will do, and together they must hold weights and cache.
        # The token embedding stays in RAM, a seventh of the smallest model's weights, and so does what no card has a
        # kernel for; a card that holds nothing else is none to name.
        least = max(0.8 * weights / number, on_cards / number + service.MARGIN_BYTES)
        low, high = bisect_left(sizes, least, key=lambda same: same[0].memory_bytes or 0), below
        while low < high:
            middle = (low + high) // 2
            evenly = planned(sizes[middle], number, everything)
            holds = evenly.verdict == "gpu"
            if not holds and sum(device.headroom_bytes or 0 for device in evenly.devices[:-1]) >= 0:
                # What one card lacks another has: divided otherwise it may fit, which takes a search.
                yield None
                holds = planned(sizes[middle], number).verdict == "gpu"
            if holds:
                high = middle
            else:
                low = middle + 1
            yield None
        if number == 1:
            alone = low
        if low < below and shown < count:
            below, shown = low, shown + 1
            yield _choice(sizes[low][0], parse_gpu(sizes[low][0].name)[0], planned(sizes[low], number))
        if shown == count:
            break
    for same in reversed(sizes[:alone]):
        if weights - (same[0].memory_bytes or 0) > ram_bytes:
            return
        choice = _choice(same[0], parse_gpu(same[0].name)[0], planned(same, 1))
        yield None
        if choice.plan.verdict == "offload" and choice.ram_bytes <= ram_bytes:
            yield choice
            return


def _by_memory() -> list[list[Card]]:
    """Cards with memory of their own, by its size, smallest first; of one size the fastest first."""
    found: dict[int, list[Card]] = {}
    for card in sorted(cards(), key=lambda card: -(card.bandwidth_bytes_per_s or 0)):
        if card.memory_bytes is not None and not card.unified_memory:
            found.setdefault(card.memory_bytes, []).append(card)
    return [found[size] for size in sorted(found)]


def _plans(model: CatalogModel, file_type: FileType, workload: Workload, gpu: Gpu) -> Iterator[Plan]:
    """On the fewest of a card that hold everything, if so few are enough; and on one, if any of it fits there."""

    def planned(count: int) -> Plan:
        return service.plan(model, file_type, workload, Machine(gpus=(gpu,) * count))

    alone = planned(1)
    low, high = max(1, -(-alone.estimate.weights_bytes // (gpu.memory_total_bytes or 1))), MOST_CARDS + 1
    while low < high:
        middle = (low + high) // 2
        if planned(middle).verdict == "gpu":
            high = middle
        else:
            low = middle + 1
    if low <= MOST_CARDS:
        yield planned(low)
    if low != 1 and alone.placement.gpu_layers:
        yield alone


def _ram_bytes(plan: Plan) -> int:
    return plan.devices[-1].memory.total_bytes + service.MARGIN_BYTES


def _choice(card: Card, gpu: Gpu, plan: Plan, ram_bandwidth: int | None = None) -> CardChoice:
    """The plan of a card of this size, at this card's speed."""
    machine = Machine(gpus=(gpu,) * len(plan.machine.gpus), ram_bandwidth_bytes_per_s=ram_bandwidth)
    plan = replace(plan, machine=machine)
    return CardChoice(card, len(machine.gpus), plan, _ram_bytes(plan), plan.prediction.decode)

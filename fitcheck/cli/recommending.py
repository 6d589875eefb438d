"""``fitcheck recommend`` and ``fitcheck gpus``: what to get for a machine, and which machine for a model."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

from fitcheck import recommendations, service
from fitcheck.catalog.published import file_type_for
from fitcheck.catalog.quality import benchmark
from fitcheck.cli import inputs, words
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.tables import comma_separated, table, terminal_width, wrapped
from fitcheck.contract.results import cards_object, recommendation_object
from fitcheck.core.choices import LOSS_POINTS, POINTS_A_DOUBLING, Choice
from fitcheck.core.rates import ASSUMED_RAM_BANDWIDTH
from fitcheck.core.speed_sentences import band, duration, rate
from fitcheck.core.units import format_bandwidth, format_bytes, format_tokens, in_unit
from fitcheck.errors import RequestError
from fitcheck.recommendations import DESKTOP_RAM_BYTES, SERVER_RAM, CardChoice, Recommendation


def recommend(options: argparse.Namespace) -> int:
    """The best files for a machine."""
    if options.quant is not None:
        raise RequestError(
            "bad_option", "recommend chooses the quantization itself; matrix --quant compares models in one."
        )
    workload, machine = inputs.workload(options, "auto"), inputs.machine(options)
    found = recommendations.recommend(machine, workload, margin_bytes=inputs.margin(options))
    if options.json:
        print(json.dumps(recommendation_object(found, workload.context), indent=1, ensure_ascii=False))
    elif options.csv:
        print(comma_separated(_CHOICE_HEAD, map(_choice_row, found.ranked)))
    else:
        print(wrapped(_text(found, workload.context, options.download_rate), terminal_width()))
    return RUNS if found.ranked else DOES_NOT_RUN


_CHOICE_HEAD = ("model", "quant", "verdict", "tokens_per_s", "minutes", "score", "loss", "download_bytes", "repository")


def _choice_row(one: Choice) -> Sequence[object]:
    plan, facts = one.plan, one.facts
    return (
        plan.model_id, plan.quantization, plan.verdict, _plain(one), f"{one.minutes:.1f}", facts.score,
        facts.loss, plan.download_bytes, facts.repository,
    )  # fmt: skip


def _plain(one: Choice | CardChoice) -> str:
    """Tokens a second for a program: as people read it, without separators."""
    return rate(one.decode.expected).replace(",", "")


def _text(found: Recommendation, context: int, download_rate: int) -> str:
    if not found.ranked:
        return f"No published file runs here at a token a second or more with {format_tokens(context)} of context."
    lines = []
    for wish, one in found.by_wish.items():
        if one is not None:
            lines += [f"{wish[0].upper()}{wish[1:]}: {_sentence(one, download_rate)}", ""]
    rows = [
        (
            one.facts.name, one.plan.quantization, words.VERDICT_WORDS[one.plan.verdict].removeprefix("runs "),
            rate(one.decode.expected), duration(one.minutes * 60), f"{one.facts.score:g}", one.facts.loss,
            in_unit(one.plan.download_bytes),
        )
        for one in found.ranked
    ]  # fmt: skip
    head = ("the best of each model", "type", "runs", "tokens/s", "an answer", "score", "loss", "file, GiB")
    return "\n".join([*lines, table(head, rows, limit=terminal_width()), "", *_how_weighed()])


def _sentence(one: Choice, download_rate: int) -> str:
    plan, facts = one.plan, one.facts
    size = f"{format_bytes(plan.download_bytes)} from {facts.repository}"
    free = plan.machine.disk.free_bytes if plan.machine.disk else None
    disk = f", but only {format_bytes(free)} are free" if free is not None and free < plan.download_bytes else ""
    loss = facts.loss if facts.loss_known else f"{facts.loss}, measured on a smaller model"
    return (
        f"{facts.name} at {plan.quantization} {words.VERDICT_WORDS[plan.verdict]}, about {band(one.decode)}, "
        f"{duration(one.minutes * 60)} for a reasoning answer. {facts.score:g} points; quantization: {loss}. "
        f"Download {size}, {duration(plan.download_bytes / download_rate)} at {download_rate / 1e6:g} MB/s{disk}."
    )


def _how_weighed() -> list[str]:
    points = ", ".join(f"{wish} {points:g}" for wish, points in POINTS_A_DOUBLING.items())
    losses = ", ".join(f"{word} {points:g}" for word, points in LOSS_POINTS.items())
    return [
        f"Points: {benchmark()}, of the unquantized model.",
        f"Weighed (proposals of ours): twice the time costs points ({points}), so does a type's loss ({losses}).",
    ]


def gpus(options: argparse.Namespace) -> int:
    """The cards for a model."""
    model = service.find_model(options.model)
    file_type = file_type_for(model.id, options.quant or "Q4_K_M")
    workload = inputs.workload(options, "auto")
    service.check_context(model, workload)
    found = recommendations.cards_for(model, file_type, workload)
    if options.json:
        print(json.dumps(cards_object(model.id, file_type.id, workload.context, found), indent=1, ensure_ascii=False))
    elif options.csv:
        print(comma_separated(_CARD_HEAD, map(_card_row, found)))
    else:
        head = f"{model.name} at {file_type.id}, context {format_tokens(workload.context)}"
        shown = found if options.all else recommendations.fastest_of_each_size(found)
        print(wrapped(_cards_text(head, shown, len(found) - len(shown)), terminal_width()))
    return RUNS if found else DOES_NOT_RUN


_CARD_HEAD = ("card", "count", "memory_bytes", "verdict", "ram_bytes", "tokens_per_s")


def _card_row(one: CardChoice) -> Sequence[object]:
    memory = one.card.memory_bytes
    return one.card.name, one.count, memory, one.plan.verdict, one.ram_bytes, _plain(one)


def _cards_text(head: str, shown: Sequence[CardChoice], left_out: int) -> str:
    parts = [head]
    for verdict, title in (("gpu", "All of it on cards:"), ("offload", "One card, the rest in RAM:")):
        rows = [
            (f"{one.count}x {one.card.name}", in_unit(one.card.memory_bytes or 0), in_unit(one.ram_bytes), _speed(one))
            for one in shown
            if one.plan.verdict == verdict
        ]
        if rows:
            parts += ["", title, table(("card", "GiB each", "GiB of RAM", "tokens/s"), rows)]
    parts.append("")
    if left_out:
        parts.append(f"Of cards with equally much memory the fastest is listed; --all lists {left_out} rows more.")
    return "\n".join([*parts, "RAM: what must be free, margin included.", *_ram_sentences(shown)])


def _ram_sentences(shown: Sequence[CardChoice]) -> Iterator[str]:
    """Which RAM the speeds were counted with."""
    bandwidths = {one.plan.machine.ram_bandwidth_bytes_per_s for one in shown if one.plan.verdict == "offload"}
    for bandwidth in bandwidths:
        if bandwidth is None:
            yield f"Speeds with RAM assume two channels of DDR4-3200, {format_bandwidth(ASSUMED_RAM_BANDWIDTH)}."
        else:
            yield (
                f"Speeds with RAM assume a server's {SERVER_RAM}, {format_bandwidth(bandwidth)}: a computer of two "
                f"channels holds {format_bytes(DESKTOP_RAM_BYTES)} at most."
            )
        yield "For other RAM ask plan with --gpu, --ram and --ram-bandwidth."


def _speed(one: CardChoice) -> str:
    return f"{rate(one.decode.expected)} ({rate(one.decode.low)} to {rate(one.decode.high)})"

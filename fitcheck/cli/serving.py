"""``fitcheck estimate`` and ``plan`` with ``--engine vllm|sglang``: a safetensors model divided among equal cards."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from fitcheck import serving
from fitcheck.catalog.models import CatalogModel
from fitcheck.cli import inputs, words
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.tables import comma_separated, terminal_width, wrapped
from fitcheck.contract.results import serving_object
from fitcheck.contract.serving_plans import ServingAnswer, serving_plan_object
from fitcheck.core.hardware import Machine
from fitcheck.core.serving import Division
from fitcheck.core.speed_sentences import speed_sentences
from fitcheck.core.units import format_bytes, format_tokens
from fitcheck.errors import RequestError
from fitcheck.serving import Serving


def estimate_serving(options: argparse.Namespace, model: CatalogModel) -> int:
    """What each card holds, and how long a context the rest has room for."""
    if options.kv_layout != "mla" or options.type_k != options.type_v or options.type_k not in ("f16", "fp8"):
        raise RequestError(
            "bad_option", f"{options.engine} keeps the KV cache as f16 (its auto) or fp8.", ("f16", "fp8")
        )
    cards = inputs.named_cards(options) or ()
    tensor = options.tensor_parallel or max(1, len(cards) // options.pipeline_parallel)
    division = Division(tensor, options.pipeline_parallel, options.expert_parallel)
    answer = serving.estimate_serving(
        model, serving.checkpoint_format(model, options.quant), options.engine, division, options.context,
        fp8_cache=options.type_k == "fp8", cards=cards, share=options.gpu_memory_utilization, mtp=options.mtp,
    )  # fmt: skip
    if options.json:
        print(json.dumps(serving_object(answer), indent=1))
    elif options.csv:
        print(comma_separated(words.ESTIMATE_HEAD, words.estimate_rows(answer.estimate)))
    else:
        print(wrapped(_text(answer), terminal_width()))
    return RUNS if answer.fits else DOES_NOT_RUN


def plan_serving(options: argparse.Namespace, answer: ServingAnswer, machine: Machine) -> int:
    """What the engine holds of the makers' checkpoint on this machine, how fast it answers, and the command."""
    held = answer.found.serving
    if options.json:
        print(json.dumps(serving_plan_object(answer), indent=1))
    elif options.csv:
        print(comma_separated(words.ESTIMATE_HEAD, words.estimate_rows(held.estimate) if held else ()))
    else:
        text = "\n".join(_plan_lines(answer, machine))
        print(wrapped(text, terminal_width(), words.command_text(answer.found.command).splitlines()))
    return RUNS if answer.runs else DOES_NOT_RUN


def _plan_lines(planned: ServingAnswer, machine: Machine) -> Iterator[str]:
    """The verdict, what each card holds, how fast it answers and what to type."""
    found, model = planned.found, planned.model
    answer, title = found.serving, found.command.title
    if answer is None:
        yield f"{model.name} does not run in {title}."
        yield f"On {words.machine_words(machine)}."
    else:
        runs = "runs on the GPU" if answer.fits else "does not run"
        yield f"{model.name} as {answer.estimate.quantization} {runs} in {title} " + (
            f"(context {format_tokens(answer.estimate.context)})."
        )
        fewer = len(found.positions) < len(machine.plannable_gpus)
        used = f"; used: {words.machine_words(planned.plan.machine, ram=False)}" if fewer else ""
        yield f"On {words.machine_words(machine)}{used}."
        yield ""
        yield from _memory_lines(answer)
    if planned.runs:
        yield ""
        yield from speed_sentences(planned.plan, planned.plan.prediction, model.reasoning.tokens)
        yield from (f"Note: {one}" for one in planned.notes())
    yield ""
    yield from words.command_lines(found.command)


def _text(answer: Serving) -> str:
    estimate = answer.estimate
    head = f"{estimate.model_id} {estimate.quantization} in {answer.engine}, context {format_tokens(estimate.context)}"
    return "\n".join([f"{head}, in GiB", *_memory_lines(answer)])


def _memory_lines(answer: Serving) -> Iterator[str]:
    """How the model is divided, what each card holds in GiB, and what the share of the card leaves for the cache."""
    estimate, division = answer.estimate, answer.division
    ways = [f"{division.tensor} cards share each layer"] if division.tensor > 1 else []
    if division.pipeline > 1:
        ways.append(f"{division.pipeline} stages follow each other")
    if division.expert_parallel:
        ways.append("experts stay whole")
    how = "; ".join(ways) or "one card holds everything"
    yield f"{how[0].upper()}{how[1:]}; runtime is a margin for activations and CUDA graphs."
    yield ""
    yield words.estimate_table(estimate)
    yield ""
    yield (
        f"Weights on disk: {format_bytes(answer.checkpoint_bytes)} ({format_bytes(answer.checkpoint_bytes, 'GB')}) of "
        f"tensors; loaded: {format_bytes(answer.loaded_bytes)}"
        + (", without the layer that only predicts further tokens." if answer.leaves_out_mtp else ".")
    )
    if answer.memory_bytes is None or answer.room_tokens is None:
        yield "Name the cards (--gpu) to learn how long a context they have room for."
        return
    option = "--gpu-memory-utilization" if answer.engine == "vllm" else "--mem-fraction-static"
    share = f"{answer.share:.0%} of each card's {format_bytes(answer.memory_bytes)} ({option})"
    if answer.room_bytes is not None and answer.room_bytes < 0:
        yield f"With {share} each card lacks {format_bytes(-answer.room_bytes)} for the weights alone."
    else:
        yield (
            f"With {share} the cache has room for {answer.room_tokens:,} tokens of all chats together; the model takes "
            f"{format_tokens(answer.context_limit)} in one."
        )

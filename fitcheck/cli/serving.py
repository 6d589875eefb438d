"""``fitcheck estimate --engine vllm|sglang``: a safetensors model divided among equal cards."""

from __future__ import annotations

import argparse
import json

from fitcheck import serving
from fitcheck.catalog.models import CatalogModel
from fitcheck.cli import inputs, words
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.tables import comma_separated, terminal_width, wrapped
from fitcheck.contract.results import serving_object
from fitcheck.core.serving import Division
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


def _text(answer: Serving) -> str:
    estimate, division = answer.estimate, answer.division
    context = format_tokens(estimate.context)
    ways = [f"{division.tensor} cards share each layer"] if division.tensor > 1 else []
    if division.pipeline > 1:
        ways.append(f"{division.pipeline} stages follow each other")
    if division.expert_parallel:
        ways.append("experts stay whole")
    lines = [
        f"{estimate.model_id} {estimate.quantization} in {answer.engine}, context {context}, in GiB",
        f"{'; '.join(ways) or 'one card holds everything'}; runtime is a margin for activations and CUDA graphs.",
        "",
        words.estimate_table(estimate),
        "",
        f"Weights on disk: {format_bytes(answer.checkpoint_bytes)} ({format_bytes(answer.checkpoint_bytes, 'GB')}) of "
        f"tensors; loaded: {format_bytes(answer.loaded_bytes)}"
        + (", without the layer that only predicts further tokens." if answer.leaves_out_mtp else "."),
    ]
    if answer.room_tokens is None:
        lines.append("Name the cards (--gpu) to learn how long a context they have room for.")
    elif answer.room_bytes is not None and answer.room_bytes < 0:
        lines.append(f"Each card lacks {format_bytes(-answer.room_bytes)} for the weights alone.")
    else:
        lines.append(
            f"With {answer.share:.0%} of each card the cache has room for {answer.room_tokens:,} tokens of all chats "
            f"together; the model takes {format_tokens(answer.context_limit)} in one."
        )
    return "\n".join(lines)

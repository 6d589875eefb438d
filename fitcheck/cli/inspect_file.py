"""``fitcheck inspect``: a file on this computer, priced like a catalogue model."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from fitcheck import service
from fitcheck.catalog.own_file import OwnFile
from fitcheck.cli import inputs, words
from fitcheck.cli.exit_codes import DOES_NOT_RUN, RUNS
from fitcheck.cli.tables import comma_separated, table, terminal_width, wrapped
from fitcheck.contract.results import estimate_object, own_file_object, plan_object
from fitcheck.core.model import parameter_count
from fitcheck.core.quantization import FileType, OwnTypes, find_file_type
from fitcheck.core.units import format_bytes, format_tokens
from fitcheck.errors import RequestError


def inspect(options: argparse.Namespace) -> int:
    """What is in a file; then its best placement on a machine, or the memory of the placement that was named."""
    file = service.own_file(options.file)
    file_type = _file_type(file, options.quant)
    workload = inputs.workload(options, "auto")
    named = (options.gpu_layers, options.cpu_moe, options.tensor_split)
    if any(option is not None for option in named):
        placement = inputs.placement(options, file.model.spec)
        answer = service.estimate_own(file, file_type, workload, placement)
        text = words.estimate_text(answer, placement, file.model.spec)
        columns: tuple[str, ...] = words.ESTIMATE_HEAD
        rows, runs = words.estimate_rows(answer), True
        found = {"estimate": estimate_object(answer)}
    else:
        plan = service.plan_own(file, file_type, workload, inputs.machine(options), margin_bytes=inputs.margin(options))
        text = words.plan_text(plan, file.model.name, download=False)
        columns, rows, runs = words.PLAN_HEAD, words.plan_rows(plan), plan.runs
        found = {"plan": plan_object(plan)}
    if options.json:
        print(json.dumps(own_file_object(file) | found, indent=1, ensure_ascii=False))
    elif options.csv:
        print(comma_separated(columns, rows))
    else:
        print(wrapped("\n".join([*_about(file), "", text]), terminal_width()))
    return RUNS if runs else DOES_NOT_RUN


def _file_type(file: OwnFile, named: str | None) -> FileType:
    """The file's own types; a ``config.json`` has none, so there one may be named."""
    if file.file_type is None:
        return find_file_type(named or "Q4_K_M")
    if named is not None:
        raise RequestError("bad_option", "--quant is for a config.json; a GGUF file has its types in it.")
    return file.file_type


def _about(file: OwnFile) -> Iterator[str]:
    model, spec = file.model, file.model.spec
    parts = f" in {len(model.paths)} parts" if len(model.paths) > 1 else ""
    yield f"{model.name}: {spec.gguf_arch}, {spec.n_layers} layers, {parameter_count(spec) / 1e9:.2f} B parameters"
    yield f"context up to {format_tokens(spec.context_limit)} tokens"
    if spec.is_moe and model.kv_layout == "legacy":
        yield "an older conversion (attn_kv_b), with a far larger KV cache"
    if file.file_type is None:
        yield "a description without tensors; --quant names the type to price it as"
        return
    exact = "a mix of its own, called" if isinstance(file.file_type, OwnTypes) else "every tensor as in"
    size = f"{format_bytes(model.file_bytes)} ({format_bytes(model.file_bytes, 'GB')})"
    yield f"{size}{parts}, {exact} {file.file_type.id}"
    yield ""
    rows = [(share.ggml_type, share.tensors, format_bytes(share.bytes)) for share in file.types]
    yield table(("type", "tensors", "size"), rows)

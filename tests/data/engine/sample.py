"""Takes the sample in this folder from the full record of the engine's answers.

    python sample.py FOLDER      FOLDER holds memory.jsonl.gz, random.jsonl.gz, random2.jsonl.gz, sizes.json and
                                 tensor_types.json.gz

First come records that show something new: for each model every file type, cache layout and type, flash attention mode,
number of cards, kind of placement and so on that the full record has. The rest is drawn from all kinds of request in
turn. The same folder always gives the same sample.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COUNTS = {"memory": 3000, "random": 700, "random2": 700}
MADE_UP = ("weights_on_other_devices",)
"""Asked for this folder, not taken from the full record."""

KINDS = ("model", "kv_layout", "type_k", "flash_attn", "gpus", "kv_unified", "kv_offload", "op_offload")
SHOWN = (*KINDS, "type_v", "quant", "imatrix", "parallel", "ubatch", "batch", "outputs", "repack")


def placement(record: dict[str, Any]) -> tuple[bool, ...]:
    """What kind of placement a request asks for, and whether the engine refused."""
    request = record["request"]
    return (
        bool(request["cpu_moe_layers"]),
        request["gpu_layers"] == 0,
        "overrides" in request,
        "tensor_split" in request,
        "gpu_free_bytes" in request,
        "error" in record["result"],
    )


def stratum(record: dict[str, Any]) -> tuple[Any, ...]:
    """What kind of request this is."""
    return (*(record["request"][kind] for kind in KINDS), *placement(record))


def shows(record: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Everything a record is an example of, for its model."""
    request = record["request"]
    values = {(request["model"], key, request[key]) for key in SHOWN}
    return values | {(request["model"], "placement", number, is_so) for number, is_so in enumerate(placement(record))}


def sampled(records: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """``count`` records in the order of the record: what shows something new, then one of each kind in turn."""
    order = list(range(len(records)))
    random.Random(1).shuffle(order)
    seen: set[tuple[Any, ...]] = set()
    chosen: set[int] = set()
    for index in order:
        if not shows(records[index]) <= seen:
            seen |= shows(records[index])
            chosen.add(index)
    if len(chosen) > count:
        raise ValueError(f"{len(chosen)} records show something new; {count} are too few")
    kinds: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index in order:
        if index not in chosen:
            kinds[stratum(records[index])].append(index)
    while len(chosen) < min(count, len(records)):
        for queue in kinds.values():
            if queue and len(chosen) < count:
                chosen.add(queue.pop())
    return [records[index] for index in sorted(chosen)]


def write(name: str, lines: list[str]) -> None:
    """A compressed file whose bytes depend on nothing but its content."""
    content = "".join(line + "\n" for line in lines).encode()
    (HERE / name).write_bytes(gzip.compress(content, 9, mtime=0))


def main() -> None:
    """Write all files of the sample."""
    folder = Path(sys.argv[1])
    for name, count in COUNTS.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = sampled([json.loads(line) for line in lines], count)
        for record in records:
            record["result"].pop("schema", None)
        write(f"{name}.jsonl.gz", [json.dumps(record, separators=(",", ":")) for record in records])
    sizes = json.loads((folder / "sizes.json").read_text(encoding="utf-8"))["models"]
    kept = {
        model: {
            quant: {key: one[key] for key in ("total_bytes", "gguf_data_bytes", "requires_imatrix")}
            for quant, one in entry["quants"].items()
        }
        for model, entry in sizes.items()
    }
    write("sizes.json.gz", [json.dumps(kept, separators=(",", ":"))])
    with gzip.open(folder / "tensor_types.json.gz", "rt", encoding="utf-8") as file:
        types = json.load(file)
    compact = {
        model: {"tensors": list(next(iter(quants.values()))), "types": {q: list(t.values()) for q, t in quants.items()}}
        for model, quants in types.items()
    }
    write("tensor_types.json.gz", [json.dumps(compact, separators=(",", ":"))])


if __name__ == "__main__":
    main()

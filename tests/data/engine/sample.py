"""Takes the sample in this folder from the full record of the engine's answers.

    python sample.py FOLDER      FOLDER holds memory.jsonl.gz, random.jsonl.gz, random2.jsonl.gz, sizes.json and
                                 tensor_types.json.gz

Every model, cache layout, cache type, flash attention mode, number of cards and kind of placement stays in the sample;
the same folder always gives the same sample.
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
KINDS = ("model", "kv_layout", "type_k", "flash_attn", "gpus", "kv_unified", "kv_offload", "op_offload")


def stratum(record: dict[str, Any]) -> tuple[Any, ...]:
    """What kind of request this is; the sample takes from all kinds in turn."""
    request = record["request"]
    placed = (
        bool(request["cpu_moe_layers"]),
        request["gpu_layers"] == 0,
        "overrides" in request,
        "tensor_split" in request,
    )
    return (*(request[kind] for kind in KINDS), *placed, "error" in record["result"])


def sampled(records: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """``count`` records, one of each kind in turn, in the order of the record."""
    kinds: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        kinds[stratum(record)].append(index)
    draw = random.Random(1)
    queues = [draw.sample(kinds[kind], len(kinds[kind])) for kind in sorted(kinds, key=str)]
    chosen: list[int] = []
    while len(chosen) < min(count, len(records)):
        for queue in queues:
            if queue and len(chosen) < count:
                chosen.append(queue.pop())
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

"""Asks a newer engine the same questions and keeps its answers.

    python refresh.py COMMAND...      for example: python refresh.py python oracle.py -

COMMAND reads requests from its standard input and writes results to its standard output, one JSON object a line, in the
form of FitCheck's own batch. Answers that changed are counted for each file; the files are only written once all
questions were answered.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import Any

from sample import COUNTS, HERE, MADE_UP, write  # type: ignore[import-not-found,unused-ignore]

COMPARED = ("weights_bytes", "kv_cache_bytes", "compute_bytes")


def asked(command: list[str], requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The engine's results, in the order of the requests."""
    lines = "".join(json.dumps({**request, "id": number}) + "\n" for number, request in enumerate(requests))
    answer = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, check=True)
    results = {result.pop("id"): result for result in map(json.loads, answer.stdout.splitlines())}
    if len(results) != len(requests):
        raise SystemExit(f"{len(requests)} questions, {len(results)} answers: nothing was written.")
    return [results[number] for number in range(len(requests))]


def bytes_of(result: dict[str, Any]) -> list[tuple[int, ...]] | None:
    """What a result is compared by; None for a refusal."""
    return [tuple(device[key] for key in COMPARED) for device in result.get("devices", ())] or None


def main() -> None:
    """Refresh every file."""
    fresh: dict[str, list[str]] = {}
    for name in (*COUNTS, *MADE_UP):
        with gzip.open(HERE / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        results = asked(sys.argv[1:], [record["request"] for record in records])
        changed = 0
        for record, result in zip(records, results, strict=True):
            changed += bytes_of(record["result"]) != bytes_of(result)
            record["result"] = {key: value for key, value in result.items() if key != "schema"}
        print(f"{name}: {changed} of {len(records)} answers changed")
        fresh[name] = [json.dumps(record, separators=(",", ":")) for record in records]
    for name, kept in fresh.items():
        write(f"{name}.jsonl.gz", kept)


if __name__ == "__main__":
    main()

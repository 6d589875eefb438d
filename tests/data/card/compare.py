"""What llama.cpp said and did on a real card, beside what FitCheck says of the same.

    python tests/data/card/compare.py RESULTS [MACHINE]

RESULTS is what ``measure.py`` wrote, MACHINE what ``fitcheck scan --json`` said of that computer; without it no speeds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from fitcheck.catalog.cards import with_known_rates
from fitcheck.core.hardware import Machine
from fitcheck.core.speed import Speed
from fitcheck.core.units import MIB
from fitcheck.probe.machine_json import machine_from_object
from tests.card_cases import CARD, Measured, read


def speeds(one: Measured, machine: Machine) -> Iterator[str]:
    """Measured and predicted rates."""
    count = one.case.get("count", 64)
    for depth, rate in one.record.get("decode", {}).items():
        yield beside(f"answer at {depth}", rate, one.predicted(machine, depth=int(depth) + count // 2)[0])
    for size, rates in one.record.get("prefill", {}).items():
        yield beside(f"prompt of {size}", sorted(rates)[len(rates) // 2], one.predicted(machine, prompt=int(size))[1])


def beside(what: str, rate: float, speed: Speed) -> str:
    """One rate beside its prediction."""
    off = "" if speed.low <= rate <= speed.high else ", outside"
    return f"{what}: {rate:.1f}, predicted {speed.low:.1f} to {speed.high:.1f}, {speed.expected:.1f} expected{off}"


def main() -> None:
    """Everything, a paragraph a case."""
    machine = None
    if len(sys.argv) > 2:
        found = machine_from_object(json.loads(Path(sys.argv[2]).read_text("utf-8")))
        machine = replace(found, gpus=tuple(map(with_known_rates, found.gpus)))
    cases = read(Path(sys.argv[1]))
    unequal = 0
    for one in cases:
        print(" ".join(f"{key}={value}" for key, value in one.case.items() if key not in ("depths", "prompts")))
        if CARD in one.record["breakdown"]:
            for name, (theirs, ours) in (("card", one.on_card), ("host", one.on_host)):
                unequal += theirs != ours
                print(f"    {name}: {theirs}", "equal" if theirs == ours else f"NOT EQUAL: {ours}")
            beside_it = ", ".join(f"{moment} {size / MIB:.0f}" for moment, size in one.beside_buffers())
            print(f"    beside the engine's buffers, MiB: {beside_it}")
        for line in speeds(one, machine) if machine else ():
            print("    " + line)
        for word in ("error", "failure"):
            if word in one.record:
                print(f"    {word}: {one.record[word]}")
    print(f"{len(cases)} cases, {unequal} rows not equal")


if __name__ == "__main__":
    main()

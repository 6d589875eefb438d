"""One case in a process of its own: ``measure_one.py ENGINE_FOLDER MODEL_FILE CASE``, JSON in and out.

Prints what is known whenever something new is, a line each, so that a case that is cut off loses little.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from engine_library import Engine, EngineError  # type: ignore[import-not-found,unused-ignore]

EXPERTS = r"\.ffn_(up|down|gate|gate_up)_(ch|)exps"
"""What ``--cpu-moe`` keeps in RAM (common/arg.cpp)."""
TOLD = ("Device 0", "VMM", "offloaded", "flash", "graph splits", "load_mode")


class Card:
    """What the driver says of the first card's memory, if there is one."""

    def __init__(self) -> None:
        try:
            import pynvml

            pynvml.nvmlInit()
            self._nvml, self._handle = pynvml, pynvml.nvmlDeviceGetHandleByIndex(0)
        except Exception as error:
            # Any error of a driver that is absent or broken: the record says that no memory was read.
            self._nvml, self.absent = None, f"{type(error).__name__}: {error}"

    def used(self) -> list[int | None]:
        """Bytes used on the card, and those that the driver books for this process."""
        if self._nvml is None:
            return [None, None]
        running = self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)
        own = [one.usedGpuMemory for one in running if one.pid == os.getpid()]
        return [self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used, own[0] if own else None]


def seconds(work: Callable[[], None]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Measurement:
    """What was found so far."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case, self.card = case, Card()
        self.found: dict[str, Any] = {"memory": {}}
        self.stamp("before")

    def stamp(self, moment: str) -> None:
        """Note what the card holds at this moment."""
        self.found["memory"][moment] = self.card.used()

    def tell(self) -> None:
        """Print what is known."""
        print(json.dumps(self.found), flush=True)

    def load(self, engine: Engine, path: Path) -> None:
        """The model and its context."""
        case, card = self.case, bool(self.case.get("gpus", 1))
        layers = case.get("gpu_layers") or 999
        on_host = EXPERTS if case.get("experts_on_host") else None
        self.found["load_s"] = seconds(
            lambda: engine.load(path, card=card, gpu_layers=layers if card else 0, on_host=on_host)
        )
        self.stamp("model")
        engine.make_context(
            context=case.get("context", 4096), ubatch=case.get("ubatch", 512),
            flash_attn=case.get("flash_attn", "on"), type_k=case.get("type_k", "f16"),
            type_v=case.get("type_v", "f16"), threads=case.get("threads", os.cpu_count()),
        )  # fmt: skip
        self.stamp("context")
        self.found["breakdown"] = engine.breakdown()

    def prompts(self, engine: Engine, sizes: Sequence[int], repeats: int) -> None:
        """Tokens a second of prompts; the first token and prompt are not counted, they prepare kernels."""
        engine.decode([1])
        self.stamp("first token")
        engine.forget()
        engine.decode([min(512, self.case.get("context", 4096))])
        self.stamp("first prompt")
        self.found["prefill"] = {}
        for size in sizes:
            rates = []
            for _ in range(repeats):
                engine.forget()
                rates.append(size / seconds(partial(engine.decode, [size])))
            self.found["prefill"][str(size)] = [round(rate, 1) for rate in rates]
        self.found["sound"] = engine.sound()
        self.stamp("prompts")

    def answers(self, engine: Engine, depths: Sequence[int], count: int) -> None:
        """Tokens a second of answers behind prompts of each length, and of filling the cache so far."""
        self.found["decode"], self.found["fill"] = {}, {}
        for depth in depths:
            engine.forget()
            if depth:
                rate = depth / seconds(partial(engine.decode, [depth]))
                self.found["fill"][str(depth)] = round(rate, 1)
            engine.decode([1, 1])
            rate = count / seconds(partial(engine.decode, [1] * count))
            self.found["decode"][str(depth)] = round(rate, 2)
            self.stamp(f"depth {depth}")
            self.tell()


def main() -> None:
    """Measure what the arguments say."""
    folder, path, case = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    one = Measurement(case)
    try:
        engine = Engine(folder)
        one.stamp("backends")
        one.load(engine, path)
        one.found["log"] = engine.said(*TOLD)[:12]
        one.tell()
        one.prompts(engine, case.get("prompts", (512, 2048)), case.get("repeats", 3))
        one.answers(engine, case.get("depths", (0,)), case.get("count", 64))
    except EngineError as error:
        one.found["error"] = str(error)
    one.tell()


if __name__ == "__main__":
    main()

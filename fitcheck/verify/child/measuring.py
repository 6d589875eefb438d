"""What is measured: time of every part for a prompt and for single tokens, bandwidth, and memory while it runs."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any, Callable, Dict, List, Optional

import torch
from torch import Tensor

from . import memory
from .allocation import Ledger, out_of_memory
from .model import Model
from .recording import Recorder
from .talk import Failure, Talk
from .weights import METER, settled

COPY_BYTES = 256 << 20
"""Copied to measure a bandwidth: many times what any cache holds."""

COPIES = 5
SAMPLE_S = 0.05
SAY_MEMORY_EVERY = 10
"""Samples between two lines about memory: half a second."""


class Sampler:
    """Watches memory from its own thread: the curve for whoever looks on, and the peak of each stretch.

    When the system begins to swap this process, measuring makes no sense any more and the process ends itself.
    """

    def __init__(self, talk: Talk, ledger: Ledger, devices: List[torch.device]) -> None:
        self._talk, self._ledger, self._devices = talk, ledger, devices
        self._end = threading.Event()
        self.peak = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def new_peak(self) -> int:
        """Begin a new stretch; resident bytes now."""
        self.peak = memory.resident() or 0
        return self.peak

    def stop(self) -> None:
        """No more samples."""
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        count = 0
        while not self._end.wait(SAMPLE_S):
            resident = memory.resident() or 0
            self.peak = max(self.peak, resident)
            count += 1
            if count % SAY_MEMORY_EVERY == 0:
                self._say(resident)

    def _say(self, resident: int) -> None:
        swapped = memory.swapped()
        if swapped:
            self._talk.give_up("swap", f"The system began to swap ({swapped / 2**20:.0f} MiB of this process).")
        cards = {str(one): self._ledger.free(one) for one in self._devices if one.type == "cuda"}
        host_free = self._ledger.free(torch.device("cpu"))
        self._talk.say(
            "memory", resident_bytes=resident, host_free_bytes=host_free, card_free_bytes=cards, steps=METER.count
        )


def copy_bandwidth(device: torch.device, ledger: Ledger) -> Optional[float]:
    """Bytes read and written a second while copying; None where two buffers have no room."""
    free = ledger.free(device)
    size = COPY_BYTES if free is None else min(COPY_BYTES, max(0, free - int(ledger.limits["reserve_bytes"])) // 4)
    if size < 1 << 20:
        return None
    try:
        source = torch.ones(size, dtype=torch.uint8, device=device)
        target = torch.zeros_like(source)
    except RuntimeError:
        # A limit that free memory says nothing of; the parts of the model will name it.
        return None
    best = float("inf")
    for _ in range(COPIES + 1):
        begun = settled(device)
        target.copy_(source)
        best = min(best, settled(device) - begun)
    return 2 * size / best


class Stopwatch:
    """Seconds of each part of one pass, all devices waited for."""

    def __init__(self, devices: List[torch.device], recorder: Recorder) -> None:
        self._devices, self._recorder = devices, recorder
        self.seconds: Dict[str, float] = {}
        self.bytes: Dict[str, Dict[str, int]] = {}
        self.busy: Dict[str, Dict[str, float]] = {}

    def __call__(self, name: str, compute: Callable[[], Tensor], card: Optional[torch.device] = None) -> Tensor:
        """Time one part; what happens on one card alone is recorded first and then done as a whole."""
        METER.reset()
        recorded = self._recorder.record(name, compute, card) if card is not None else None
        begun = self._now()
        result = recorded.play() if recorded else compute()
        self.seconds[name] = self._now() - begun
        METER.settle()
        if recorded:
            METER.add(str(card), self.seconds[name])
        self.bytes[name], self.busy[name] = dict(METER.bytes), dict(METER.seconds)
        return result

    def _now(self) -> float:
        return max(map(settled, self._devices))


class Pass:
    """A prompt and a few tokens through a model, each part timed."""

    def __init__(self, model: Model, devices: List[torch.device], job: Dict[str, Any], talk: Talk) -> None:
        self._model, self._devices, self._job, self._talk = model, devices, job, talk
        self.recorder = Recorder()
        self._vocabulary = model.outer["token_embd.weight"].shape.rows
        self._ends = time.monotonic() + job["limits"]["pass_seconds"] if job["limits"].get("pass_seconds") else None

    def run(self) -> Dict[str, Any]:
        """Seconds of the prompt and (medians) of one token by part, and the packed bytes that a token reads."""
        prompt, steps = int(self._job["prompt_tokens"]), int(self._job["decode_tokens"])
        tokens = torch.randint(0, self._vocabulary, (prompt + steps,), generator=torch.Generator().manual_seed(1))
        reading = self._step("reading the prompt", tokens[:prompt], 0)
        decoding: List[Stopwatch] = []
        for step in range(steps):
            if step and self._late():
                break
            position = prompt + step
            decoding.append(self._step(f"token {step + 1} of {steps}", tokens[position : position + 1], position))
            self._talk.say("progress", phase="decoding", label=f"token {step + 1} of {steps}", done=step + 1, of=steps)
        # The first token still warms caches and allocators up.
        settled_steps = decoding[1:] or decoding
        names = list(reading.seconds)
        return {
            "prompt_tokens": prompt,
            "decode_tokens": len(decoding),
            "parts": {
                name: {
                    "prompt_seconds": reading.seconds[name],
                    "token_seconds": statistics.median(one.seconds[name] for one in settled_steps),
                    "token_bytes": settled_steps[-1].bytes[name],
                    "token_busy_seconds": _median_by_device([one.busy[name] for one in settled_steps]),
                }
                for name in names
            },
        }

    def _late(self) -> bool:
        return self._ends is not None and time.monotonic() > self._ends

    def _step(self, label: str, tokens: Tensor, first: int) -> Stopwatch:
        timer = Stopwatch(self._devices, self.recorder)
        done = 0

        def timed(name: str, compute: Callable[[], Tensor], card: Optional[torch.device]) -> Tensor:
            nonlocal done
            result = timer(name, compute, card)
            done += 1
            if first == 0:
                self._talk.say("progress", phase="reading", label=label, done=done, of=len(self._model.layers) + 2)
            return result

        try:
            logits = self._model.logits(tokens, first, timed, last_only=True)
        except RuntimeError as error:
            raise _explained(error, self._devices, label) from error
        if not bool(logits.isfinite().all()):
            raise Failure(
                "not_finite", f"{label.capitalize()} gave values that are no numbers: the arithmetic here is broken."
            )
        return timer


def _explained(error: RuntimeError, devices: List[torch.device], label: str) -> Failure:
    """A device that gave out while computing."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "memory" in text.lower() or type(error).__name__ == "OutOfMemoryError":
        return out_of_memory(devices[0], 0, f"the working memory of {label}")
    return Failure("device_failed", f"A device gave up while {label}: {text}")


def _median_by_device(found: List[Dict[str, float]]) -> Dict[str, float]:
    return {name: statistics.median(one.get(name, 0.0) for one in found) for name in found[-1]}

"""One verification from the job to its result: take the memory, run the pass, say what was measured."""

from __future__ import annotations

import os
import platform
from typing import Any, Dict, List, Optional, Set, Tuple

import torch

from . import memory
from .allocation import Filler, Ledger, Piece, allocate, out_of_memory
from .card_memory import Cards
from .card_products import PROGRAMS
from .measuring import Pass, Sampler, copy_bandwidth
from .model import Model
from .talk import Failure, Talk

WARM_UP = 256
"""Rows of a small product that makes a card load its libraries before anything is counted."""

STACKED = ("_exps.weight", "attn_k_b.weight", "attn_v_b.weight")
"""Tensors of one matrix for each expert or head, of which a token multiplies some."""


def run(job: Dict[str, Any], talk: Talk, busy_processors: Optional[float] = None) -> None:
    """Carry out a job and say its result (Failure where there is nothing to measure).

    ``busy_processors`` is how many others kept busy before.
    """
    cards, uuids = Cards(), job.get("card_uuids", {})
    names: List[str] = job["devices"]
    before = {name: cards.used(uuids.get(name)) for name in names}
    devices = _opened(names)
    if job["limits"].get("threads"):
        torch.set_num_threads(int(job["limits"]["threads"]))
    opened = {name: _growth(cards.used(uuids.get(name)), before[name]) for name in names}
    talk.say(
        "started", python=platform.python_version(), torch=str(torch.__version__), threads=torch.get_num_threads(),
        devices=names, busy_processors=busy_processors, processors=os.cpu_count(),
    )  # fmt: skip
    if job["limits"].get("growth_bytes"):
        memory.limit_growth(int(job["limits"]["growth_bytes"]))
    with torch.inference_mode():
        _measure(job, talk, devices, opened)


def _opened(names: List[str]) -> List[torch.device]:
    """The devices, every card opened and its libraries loaded (Failure where this torch cannot use one)."""
    devices = [torch.device(name) for name in names]
    for device in devices:
        if device.type == "cpu":
            continue
        if not torch.cuda.is_available() or (device.index or 0) >= torch.cuda.device_count():
            seen = torch.cuda.device_count()
            raise Failure("no_card", f"This torch ({torch.__version__}) sees {seen} cards and cannot use {device}.")
        try:
            square = torch.ones(WARM_UP, WARM_UP, device=device)
            (square @ square).sum().item()
            torch.cuda.empty_cache()
        except RuntimeError as error:
            raise Failure(
                "device_failed", f"The card {device} cannot be opened: {str(error).splitlines()[0]}"
            ) from error
    return devices


def _growth(after: Optional[int], before: Optional[int]) -> Optional[int]:
    return None if after is None or before is None else max(0, after - before)


def _measure(job: Dict[str, Any], talk: Talk, devices: List[torch.device], opened: Dict[str, Optional[int]]) -> None:
    ledger = Ledger(job["limits"])
    empty = memory.resident()
    sampler = Sampler(talk, ledger, devices)
    bandwidth = {str(device): copy_bandwidth(device, ledger) for device in devices}
    if any(device.type == "cuda" for device in devices):
        torch.cuda.empty_cache()
    pieces = _allocated(job, talk, ledger)
    full = sampler.new_peak()
    held = _held_for_computing(job, ledger)
    model = _assembled(job, pieces)
    for ggml_type, device in multiplied_by_programs(pieces):
        # Compiled before anything is timed.
        PROGRAMS.ready(ggml_type, device)
    for device in devices:
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
    base = {str(one): torch.cuda.memory_allocated(one) for one in devices if one.type == "cuda"}
    start = sampler.new_peak()
    passing = Pass(model, devices, job, talk)
    passed = passing.run()
    activations: Dict[str, Optional[int]] = {
        name: torch.cuda.max_memory_allocated(torch.device(name)) - size for name, size in base.items()
    }
    activations["cpu"] = max(0, sampler.peak - start) if start else None
    sampler.stop()
    for device in devices:
        ledger.note_free(device)
    talk.say(
        "result", pass_=passed, weights_bytes=ledger.weights, kv_cache_bytes=ledger.cache, compute_held_bytes=held,
        activation_bytes=activations, copy_bytes_per_s=bandwidth, runtime_bytes=opened,
        lowest_free_bytes=ledger.lowest_free, resident_empty_bytes=empty, resident_full_bytes=full,
        card_programs_refused=PROGRAMS.refused, card_recording_refused=passing.recorder.refused,
    )  # fmt: skip


def multiplied_by_programs(pieces: List[Piece]) -> Set[Tuple[str, torch.device]]:
    """Types and devices of what a card's programs multiply: all but F32, which they do where parts are stacked only."""
    weights = [one for piece in pieces for one in piece.weights.values()]
    return {
        (one.shape.ggml_type, one.device)
        for one in weights
        if one.shape.ggml_type != "F32" or one.shape.name.endswith(STACKED)
    }


def _allocated(job: Dict[str, Any], talk: Talk, ledger: Ledger) -> List[Piece]:
    """All parts of the job in order; a part that has no room is named with what was taken before it."""
    filler, written, of, pieces = Filler(), 0, int(job["bytes"]), []

    def told(size: int) -> None:
        nonlocal written
        written += size
        talk.say("progress", phase="allocating", label=part["name"], done=written, of=of)

    for part in job["parts"]:
        try:
            pieces.append(allocate(part, ledger, filler, told))
        except RuntimeError as error:
            raise out_of_memory_in(part["name"], error) from error
        except Failure as failure:
            taken = {"weights_bytes": ledger.weights, "kv_cache_bytes": ledger.cache}
            raise Failure(failure.code, failure.sentence, **failure.facts, **taken) from failure
    return pieces


def out_of_memory_in(part: str, error: RuntimeError) -> Exception:
    """The failure where memory was refused while a part was written; any other error stays what it is."""
    refused = "memory" in str(error)
    return out_of_memory(torch.device("cpu"), 0, f"what {part} is made from", part) if refused else error


def _held_for_computing(job: Dict[str, Any], ledger: Ledger) -> Dict[str, int]:
    """Take and write the predicted compute buffers and give them back: that they fit beside the rest is a fact."""
    buffers = []
    for name, size in job.get("compute_bytes", {}).items():
        device = torch.device(name)
        buffers.append(ledger.take(device, size, "the compute buffer").fill_(1))
        ledger.note_free(device)
    sizes = {str(one.device): one.numel() for one in buffers}
    buffers.clear()
    return sizes


def _assembled(job: Dict[str, Any], pieces: List[Piece]) -> Model:
    outer = {name: one for piece in pieces if piece.cache is None for name, one in piece.weights.items()}
    model = Model(job["architecture"], outer)
    for part, piece in zip(job["parts"], pieces):
        if piece.cache is not None:
            prefix = f"blk.{part['layer']}."
            model.add_layer({name[len(prefix) :]: one for name, one in piece.weights.items()}, piece.cache)
    return model

"""How fast Verify's pass reads packed weights: the experts that one token touches in a true-size layer of R1, by type.

Floor: the packed bytes over the measured copy bandwidth (bytes read and written a second). The goal is three times that
on a processor for types of four and eight bits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from fitcheck.verify.child import memory
from fitcheck.verify.child.allocation import Ledger
from fitcheck.verify.child.blocks import BLOCKS, PLAIN
from fitcheck.verify.child.measuring import copy_bandwidth
from fitcheck.verify.child.synthetic import synthetic_blocks
from fitcheck.verify.child.weights import Packed, Shape

HIDDEN, WIDTH, EXPERTS = 7168, 2048, 9
"""R1: hidden size, width of an expert, eight routed experts and the shared one."""

ROUNDS = 3
GOAL = 3.0
FOUR_AND_EIGHT_BITS = ("Q4_0", "Q4_1", "Q4_K", "IQ4_NL", "IQ4_XS", "MXFP4", "Q8_0")


def stacked(ggml_type: str, row: int, rows: int) -> Packed:
    """All experts' rows of one matrix; random blocks, repeated."""
    count = EXPERTS * rows * row // BLOCKS[ggml_type][0]
    pool = synthetic_blocks(ggml_type, 0.01, min(count, 1 << 15)).flatten()
    held = pool.repeat(-(-count * BLOCKS[ggml_type][1] // pool.numel()))[: count * BLOCKS[ggml_type][1]]
    return Packed(Shape("experts", ggml_type, row, EXPERTS * rows), held)


def token_seconds(ggml_type: str) -> tuple[int, float]:
    """Bytes that a token touches and the best time for them."""
    gate, up, down = (
        stacked(ggml_type, HIDDEN, WIDTH),
        stacked(ggml_type, HIDDEN, WIDTH),
        stacked(ggml_type, WIDTH, HIDDEN),
    )
    x, best = torch.randn(1, HIDDEN), float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for expert in range(EXPERTS):
            hidden = gate.times(x, expert, EXPERTS) * up.times(x, expert, EXPERTS)
            down.times(hidden, expert, EXPERTS)
        best = min(best, time.perf_counter() - begun)
    return sum(one.rows_RB.numel() for one in (gate, up, down)), best


def main() -> int:
    """Print the table."""
    memory.keep_scratch()
    rate = copy_bandwidth(torch.device("cpu"), Ledger({"reserve_bytes": 0}))
    assert rate is not None
    threads = torch.get_num_threads()
    print(f"\nVerify: the experts of one token in one layer of R1, {threads} threads, copying {rate / 1e9:.1f} GB/s")
    print(f"{'type':8} {'MB':>7} {'floor ms':>9} {'pass ms':>9} {'times the floor':>16}")
    with torch.inference_mode():
        for kind in sys.argv[1:] or sorted(set(BLOCKS) - set(PLAIN)):
            size, seconds = token_seconds(kind)
            floor = size / rate
            goal = f"  (goal: {GOAL:g})" if kind in FOUR_AND_EIGHT_BITS else ""
            print(f"{kind:8} {size / 1e6:7.0f} {1e3 * floor:9.1f} {1e3 * seconds:9.1f} {seconds / floor:16.1f}{goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

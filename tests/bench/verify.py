"""How fast Verify's pass reads packed weights: the experts that one token touches in a true-size layer of R1, by type.

Floor: the packed bytes over the measured copy bandwidth (bytes read and written a second). The goal is three times that
on a processor for types of four and eight bits, and twice on a card (``--card``).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from fitcheck.verify.child import memory
from fitcheck.verify.child.allocation import Ledger
from fitcheck.verify.child.blocks import BLOCKS, PLAIN
from fitcheck.verify.child.measuring import copy_bandwidth
from fitcheck.verify.child.recording import Recorder
from fitcheck.verify.child.synthetic import synthetic_blocks
from fitcheck.verify.child.weights import Packed, Shape, settled

HIDDEN, WIDTH, EXPERTS = 7168, 2048, 9
"""R1: hidden size, width of an expert, eight routed experts and the shared one."""

ROUNDS, CARD_ROUNDS = 3, 30
CARD_LAYERS = 10
"""Recorded one after the other, so that starting them does not count; engines start a whole token at once."""

GOAL, CARD_GOAL = 3.0, 2.0
FOUR_AND_EIGHT_BITS = ("Q4_0", "Q4_1", "Q4_K", "IQ4_NL", "IQ4_XS", "MXFP4", "Q8_0")


def stacked(ggml_type: str, row: int, rows: int, device: torch.device) -> Packed:
    """All experts' rows of one matrix; random blocks, repeated."""
    count = EXPERTS * rows * row // BLOCKS[ggml_type][0]
    pool = synthetic_blocks(ggml_type, 0.01, min(count, 1 << 15)).flatten().to(device)
    held = pool.repeat(-(-count * BLOCKS[ggml_type][1] // pool.numel()))[: count * BLOCKS[ggml_type][1]]
    return Packed(Shape("experts", ggml_type, row, EXPERTS * rows), held)


def token_seconds(ggml_type: str, device: torch.device) -> tuple[int, float]:
    """Bytes that a token touches and the best time for them."""
    gate, up, down = (
        stacked(ggml_type, HIDDEN, WIDTH, device),
        stacked(ggml_type, HIDDEN, WIDTH, device),
        stacked(ggml_type, WIDTH, HIDDEN, device),
    )
    x, best = torch.randn(1, HIDDEN, device=device), float("inf")
    experts = torch.arange(EXPERTS, device=device)

    def layer() -> torch.Tensor:
        hidden = gate.times_each(x, experts, EXPERTS, EXPERTS) * up.times_each(x, experts, EXPERTS, EXPERTS)
        return down.times_each(hidden, experts, EXPERTS)

    def layers() -> torch.Tensor:
        return torch.stack([layer() for _ in range(CARD_LAYERS)])

    on_card = device.type == "cuda"
    recorded = Recorder().record(ggml_type, layers, device) if on_card else None
    for _ in range(CARD_ROUNDS if on_card else ROUNDS):
        begun = settled(device)
        if recorded:
            recorded.play()
        elif on_card:
            layers()
        else:
            layer()
        best = min(best, (settled(device) - begun) / (CARD_LAYERS if on_card else 1))
    return sum(one.rows_RB.numel() for one in (gate, up, down)), best


def main() -> int:
    """Print the table."""
    kinds = [one for one in sys.argv[1:] if one != "--card"]
    device = torch.device("cuda:0" if "--card" in sys.argv else "cpu")
    memory.keep_scratch()
    rate = copy_bandwidth(device, Ledger({"reserve_bytes": 0}))
    assert rate is not None
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"\nVerify: the experts of one token in one layer of R1, {where}, copying {rate / 1e9:.1f} GB/s")
    print(f"{'type':8} {'MB':>7} {'floor ms':>9} {'pass ms':>9} {'times the floor':>16}")
    goal = GOAL if device.type == "cpu" else CARD_GOAL
    with torch.inference_mode():
        for kind in kinds or sorted(set(BLOCKS) - set(PLAIN)):
            size, seconds = token_seconds(kind, device)
            floor = size / rate
            wanted = f"  (goal: {goal:g})" if kind in FOUR_AND_EIGHT_BITS else ""
            print(f"{kind:8} {size / 1e6:7.0f} {1e3 * floor:9.3f} {1e3 * seconds:9.3f} {seconds / floor:16.1f}{wanted}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

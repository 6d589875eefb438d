"""Draws docs/drawings/memory-of-r1.svg: where the bytes of R1 Q4_K_M go at 32k with the experts on the host.

    python docs/drawings/memory_of_r1.py

Every number comes from the estimate function; run it again when that changes.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from fitcheck import service
from fitcheck.core.model import Tensor
from fitcheck.core.placement import HOST_INDEX, Placement
from fitcheck.core.quantization import find_file_type
from fitcheck.core.units import GIB, format_bytes
from fitcheck.core.weights import tensor_devices, weight_file
from fitcheck.core.workload import Workload

MODEL = service.find_model("r1")
FILE_TYPE = find_file_type("Q4_K_M")
PLACEMENT = Placement(1, MODEL.spec.n_layers + 1, MODEL.spec.n_layers)
WORKLOAD = Workload(32768)

WIDTH, LEFT, BAR, HEIGHT = 860, 20, 820, 30
COLOURS = {"weights": "#2552a8", "kv": "#b5651d", "compute": "#00838a", "runtime": "#722f3f"}


def group(tensor: Tensor) -> str:
    """What a tensor is for."""
    if tensor.expert == "routed":
        return "routed experts"
    if tensor.role == "token_embd":
        return "token embedding"
    if tensor.expert == "shared":
        return "shared experts"
    if tensor.layer is None:
        return "output matrix"
    return "attention" if "attn" in tensor.name else "dense layers, routers, norms"


def weights_by_group() -> tuple[Counter[str], Counter[str]]:
    """Bytes of weights on the card and on the host."""
    file = weight_file(MODEL.spec, FILE_TYPE, True, "mla")
    card: Counter[str] = Counter()
    host: Counter[str] = Counter()
    for index, device in enumerate(tensor_devices(MODEL.spec, FILE_TYPE, True, "mla", PLACEMENT)):
        name = group(file.tensors[index])
        if device == HOST_INDEX:
            host[name] += file.host_bytes[index]
        else:
            card[name] += file.gpu_bytes[index]
    return card, host


def borrowed_bytes() -> int:
    """The largest expert tensor, which the card copies for a large batch."""
    file = weight_file(MODEL.spec, FILE_TYPE, True, "mla")
    return max(size for tensor, size in zip(file.tensors, file.gpu_bytes, strict=True) if tensor.expert == "routed")


def bar(top: int, title: str, parts: list[tuple[str, str, int]]) -> list[str]:
    """One device: a bar whose parts are to scale, and what they are below it."""
    total = sum(size for _, _, size in parts)
    lines = [f'<text x="{LEFT}" y="{top}" class="head">{title}: {format_bytes(total)}</text>']
    x = float(LEFT)
    for kind, _, size in parts:
        width = BAR * size / total
        place = f'x="{x:.1f}" y="{top + 10}" width="{max(width - 1, 0.5):.1f}" height="{HEIGHT}"'
        lines.append(f'<rect {place} fill="{COLOURS[kind]}"/>')
        x += width
    for number, (kind, name, size) in enumerate(parts):
        y = top + 62 + 20 * number
        lines.append(f'<rect x="{LEFT}" y="{y - 10}" width="11" height="11" fill="{COLOURS[kind]}"/>')
        lines.append(f'<text x="{LEFT + 20}" y="{y}">{name}</text>')
        lines.append(f'<text x="{LEFT + 470}" y="{y}" text-anchor="end">{size / GIB:.3f} GiB</text>')
    return lines


def drawing() -> str:
    """The whole picture."""
    answer = service.estimate(MODEL, FILE_TYPE, WORKLOAD, PLACEMENT)
    on_card, on_host = weights_by_group()
    card, host = answer.devices
    copy = borrowed_bytes()
    assert (sum(on_card.values()), sum(on_host.values())) == (card.weights_bytes, host.weights_bytes)
    card_parts = [("weights", name, size) for name, size in on_card.most_common()]
    card_parts.append(("kv", "KV cache: 61 layers x 576 values x 32,768 tokens", card.kv_cache_bytes))
    card_parts.append(("compute", "compute: a copy of the largest expert tensor", copy))
    card_parts.append(("compute", "compute: results of one batch of 512 tokens", card.compute_bytes - copy))
    card_parts.append(("runtime", "CUDA context and libraries, a margin", card.runtime_bytes))
    host_parts = [("weights", name, size) for name, size in on_host.most_common()]
    host_parts.append(("compute", "compute: inputs and the host's part of a batch", host.compute_bytes))
    lines = bar(30, "One card", card_parts)
    lines += bar(30 + 90 + 20 * len(card_parts), "Host", host_parts)
    height = 30 + 90 + 20 * len(card_parts) + 70 + 20 * len(host_parts)
    style = "text{font:13px sans-serif;fill:#1c1f24}.head{font-weight:600;font-size:15px}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>R1 Q4_K_M, context 32k, routed experts on the host: {format_bytes(answer.total_bytes)}</title>",
            f'<style>{style}</style><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    (Path(__file__).parent / "memory-of-r1.svg").write_text(drawing(), encoding="utf-8")

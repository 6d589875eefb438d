"""Draws docs/drawings/speeds.svg and fills the table of docs/how-speed-is-predicted.md: predicted against measured.

    python docs/drawings/speeds.py

Every case of tests/data/speed, by the same functions that answer every request.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.speed_cases import Case, Which, all_cases, cases, measured, measured_cases

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parent / "how-speed-is-predicted.md"
BEGIN, END = "<!-- every case, written by drawings/speeds.py -->", "<!-- end of the cases -->"

SIDE, MARGIN, GAP = 380, 52, 40
RANGES: dict[Which, tuple[float, float]] = {"decode": (1, 1_000), "prefill": (8, 200_000)}
TITLES: dict[Which, str] = {"decode": "Answering", "prefill": "Reading a prompt"}
KINDS = (
    ("all gpu", "all on cards", "#2552a8"),
    ("experts on cpu", "a part in RAM", "#b5651d"),
    ("cpu only", "RAM alone", "#00838a"),
)
LIKE = {"some layers on gpu": "experts on cpu"}


def drawing() -> str:
    """Both speeds side by side, each case a dot; the grey band is the model's own."""
    width, height = 2 * (SIDE + MARGIN) + GAP + 12, SIDE + 2 * MARGIN + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="13" role="img">',
        "<title>Predicted against measured tokens per second of every case</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, which in enumerate(RANGES):
        lines += _panel(which, MARGIN + number * (SIDE + MARGIN + GAP), 30)
    for number, (_, name, colour) in enumerate(KINDS):
        x = MARGIN + number * 140
        lines.append(f'<circle cx="{x}" cy="{height - 12}" r="4" fill="{colour}"/>')
        lines.append(f'<text x="{x + 10}" y="{height - 8}" fill="#333333">{name}</text>')
    x = MARGIN + len(KINDS) * 140
    lines.append(f'<circle cx="{x}" cy="{height - 12}" r="4" fill="none" stroke="#333333"/>')
    lines.append(f'<text x="{x + 10}" y="{height - 8}" fill="#333333">measured by us</text>')
    return "\n".join([*lines, "</svg>", ""])


def _panel(which: Which, left: float, top: float) -> Iterator[str]:
    low, high = RANGES[which]

    def place(value: float) -> float:
        return SIDE * math.log(value / low) / math.log(high / low)

    yield f'<text x="{left}" y="{top - 10}" fill="#111111" font-weight="bold">{TITLES[which]}, tokens/s</text>'
    spread = cases(which)[0].predicted(which)
    factor = spread.high / spread.expected
    corners = [
        (low, low * factor),
        (high / factor, high),
        (high, high),
        (high, high / factor),
        (low * factor, low),
        (low, low),
    ]
    points = " ".join(f"{left + place(x):.1f},{top + SIDE - place(y):.1f}" for x, y in corners)
    yield f'<polygon points="{points}" fill="#e9ecf1"/>'
    yield f'<rect x="{left}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#7d8590"/>'
    yield f'<line x1="{left}" y1="{top + SIDE}" x2="{left + SIDE}" y2="{top}" stroke="#7d8590"/>'
    for power in range(6):
        value = 10**power
        if low <= value <= high:
            x, y = left + place(value), top + SIDE - place(value)
            yield f'<text x="{x:.1f}" y="{top + SIDE + 16}" text-anchor="middle" fill="#555555">{value:,}</text>'
            yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555555">{value:,}</text>'
    yield f'<text x="{left + SIDE / 2}" y="{top + SIDE + 34}" text-anchor="middle" fill="#333333">measured</text>'
    yield f'<text x="{left + 8}" y="{top + 18}" fill="#333333">predicted</text>'
    colours = {kind: colour for kind, _, colour in KINDS}
    for one in (*cases(which), *measured(which)):
        published, expected = one.published(which) or low, one.predicted(which).expected
        kind = one.record["placement"]
        colour = colours[LIKE.get(kind, kind)]
        ours = one in measured(which)
        paint = f'fill="none" stroke="{colour}"' if ours else f'fill="{colour}" fill-opacity="0.75"'
        yield (f'<circle cx="{left + place(published):.1f}" cy="{top + SIDE - place(expected):.1f}" r="3" {paint}/>')


def table() -> str:
    """One line a case: measured and predicted, and a word where it misses the band."""
    head = ("case", "model", "type", "engine", "answering: measured", "predicted", "prompt: measured", "predicted")
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    held = {id(one) for which in RANGES for one in (*cases(which), *measured(which))}
    for one in (*all_cases(), *measured_cases()):
        if id(one) not in held:
            continue
        record = one.record
        name = record["model"].removeprefix("deepseek-").removeprefix("r1-") + _asked(record)
        first = (record["case"], name, record["quant"], record["engine"])
        lines.append(f"| {' | '.join((*first, *_pair(one, 'decode'), *_pair(one, 'prefill')))} |")
    return "\n".join(lines)


def _asked(record: dict[str, Any]) -> str:
    """What was asked beside the model, where that is known and not the usual."""
    if "ubatch" not in record:
        return ""
    depth = record["n_past_mean"] or record["prefill_tokens"]
    words = [f"{depth} tokens"]
    words += [f"{record['n_layers']} layers"] if record["n_layers"] else []
    words += [f"{record['gpu_layers']} layers on the card"] if record["gpu_layers"] else []
    words += [f"{record['type_k']} cache"] if record["type_k"] != "f16" else []
    words += ["no flash attention"] if record["flash_attn"] == "off" else []
    words += [f"ubatch {record['ubatch']}"] if record["ubatch"] != 512 else []
    return f" ({', '.join(words)})"


def _pair(one: Case, which: Which) -> tuple[str, str]:
    published = one.published(which)
    if published is None:
        return "", ""
    speed = one.predicted(which)
    outside = "" if speed.low <= published <= speed.high else " **outside**"
    return f"{published:.4g}", f"{speed.expected:.3g} ({speed.low:.3g} to {speed.high:.3g}){outside}"


def page() -> str:
    """The page with today's table."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    (FOLDER / "speeds.svg").write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")

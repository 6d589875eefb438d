"""Examples for each command's help; a test asks every one of them."""

from __future__ import annotations

REQUEST = '{"do": "estimate", "model": "r1", "quant": "Q4_K_M", "gpus": 1}'

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "scan": (
        ("fitcheck scan --why", "why a card is missing, or a number unknown"),
        ("fitcheck scan --json > office.json", "for --machine office.json on another computer"),
    ),
    "models": (("fitcheck models", "all, with their short names"), ("fitcheck models r1", "one, with its sources")),
    "estimate": (
        ("fitcheck estimate 32b -q Q4_K_M -c 32k --gpu-layers all", "everything on one card"),
        ("fitcheck estimate r1 --gpu-layers all --cpu-moe all", "R1 with its experts in RAM"),
        ('fitcheck estimate r1 --engine vllm --gpu "8x H200"', "R1's FP8 files on a server"),
    ),
    "plan": (
        ("fitcheck plan 32b -c 16k", "on this computer"),
        ('fitcheck plan r1 -q IQ1_S --gpu "RTX 4090" --ram 192GiB', "on one that you think of buying"),
        ('fitcheck plan r1 -q Q4_K_M --gpu "M3 Ultra 512GB" -c 0', "how long a context is possible"),
        ('fitcheck plan r1 --engine vllm --gpu "8x H200"', "R1's FP8 files on a server"),
    ),
    "matrix": (
        ("fitcheck matrix", "on this computer"),
        ('fitcheck matrix -c 32k --gpu "2x RTX 3090" --ram 64GiB', "on one that you think of buying"),
        ("fitcheck matrix --all --csv > matrix.csv", "all 33 types, for a spreadsheet"),
    ),
    "recommend": (
        ("fitcheck recommend -c 16k", "on this computer, with room for a reasoning answer"),
        ('fitcheck recommend --gpu "RTX 4090" --ram 64GiB', "on one that you think of buying"),
    ),
    "gpus": (
        ("fitcheck gpus 32b -q Q4_K_M -c 32k", "one file, with 32k tokens of context"),
        ("fitcheck gpus r1", "R1 as Q4_K_M: alone, or with RAM beside them"),
    ),
    "inspect": (
        ("fitcheck inspect some-mix.gguf -c 16k", "a file, on this computer"),
        ("fitcheck inspect config.json -q Q4_K_M", "a model of which there is no file yet"),
    ),
    "verify": (
        ("fitcheck verify 1.5b", "a small model, or of a large one a layer of each kind"),
        ("fitcheck verify 32b -q Q4_K_M --thorough", "everything that the plan takes"),
    ),
    "report": (
        ("fitcheck report r1 -q Q4_K_M -o r1.pdf", "one choice"),
        ("fitcheck report 32b@Q4_K_M 14b@Q8_0 -o compared.html", "two beside each other"),
        ("fitcheck report -o matrix.html --lang zh", "every model, in Chinese"),
    ),
    "batch": (("fitcheck batch requests.jsonl > results.jsonl", f"with lines such as {REQUEST}"),),
}
"""Command -> lines to type, each with what it asks where that is not plain."""


def examples_of(command: str) -> str:
    """The examples of a command as text, the remarks below each other."""
    lines = EXAMPLES[command]
    widest = max(len(line) for line, _ in lines)
    return "\n".join(["examples:", *(f"  {line:{widest}}  {remark}".rstrip() for line, remark in lines)])

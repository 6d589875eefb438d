"""Groups of options that several commands share: what is run, on which machine, where, and how it is told."""

from __future__ import annotations

import argparse
from pathlib import Path

from fitcheck.cli.option_values import context, count, layers, one_of, positive, split, tokens, valued
from fitcheck.core.prediction import PROMPT_TOKENS
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import parse_bytes
from fitcheck.core.wishes import OBJECTIVES
from fitcheck.core.workload import KV_TYPES
from fitcheck.errors import RequestError

ESTIMATE_ENGINES = ("llama.cpp", "vllm", "sglang")


def run_options(
    command: argparse.ArgumentParser,
    quant: str | None,
    *,
    longest: bool = False,
    engines: tuple[str, ...] = ("llama.cpp",),
) -> None:
    """What is run, by which engine; ``quant`` says what no file type means, None leaves that option untold.

    ``longest``: a context of 0 asks for the longest.
    """
    run = command.add_argument_group("run")
    names = ", ".join(file_type.id for file_type in FILE_TYPES if file_type.common)
    about = f"llama.cpp's file type, such as {names}; {quant}" if quant else argparse.SUPPRESS
    run.add_argument("-q", "--quant", metavar="TYPE", help=about)
    read, more = (tokens, "; 0: the longest that runs as 4096 does") if longest else (context, "")
    run.add_argument(
        "-c", "--context", type=valued(read), default=4096, metavar="TOKENS",
        help=f"tokens of prompt and answer together, such as 64k (4096{more})",
    )  # fmt: skip
    for name, usual, about in (
        ("--ubatch", 512, "tokens computed at once, llama.cpp's -ub (512)"),
        ("--batch", 2048, "tokens taken at once, llama.cpp's -b (2048)"),
        ("--parallel", 1, "chats at the same time, which share the context (1)"),
    ):
        run.add_argument(name, type=valued(positive), default=usual, metavar="N", help=about)
    run.add_argument(
        "--flash-attn", type=one_of("on", "off", "auto"), metavar="on|off|auto",
        help="flash attention (on in estimate, otherwise auto)",
    )  # fmt: skip
    types = ", ".join(KV_TYPES)
    kinds = (*KV_TYPES, "fp8") if engines == ESTIMATE_ENGINES else KV_TYPES
    run.add_argument(
        "--type-k", type=one_of(*kinds), default="f16", metavar="TYPE", help=f"K of the KV cache (f16): {types}"
    )
    run.add_argument(
        "--type-v", type=one_of(*kinds), default="f16", metavar="TYPE", help="V of the KV cache (f16): the same"
    )
    run.add_argument(
        "--kv-layout", type=one_of("mla", "legacy"), default="mla", metavar="mla|legacy",
        help="R1 files: current (mla) or older conversion, which takes 71 times the KV cache",
    )  # fmt: skip
    run.add_argument(
        "--imatrix",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether the file was made with an importance matrix (most are)",
    )
    run.add_argument(
        "--outputs", type=valued(count), metavar="N", help="rows of logits reserved (one a chat); 0: a whole ubatch"
    )
    run.add_argument("--no-kv-offload", action="store_true", help="keep the KV cache in RAM")
    run.add_argument(
        "--no-op-offload", action="store_true", help="never copy weights from RAM to a card to read a prompt"
    )
    run.add_argument("--no-repack", action="store_true", help="keep weights in RAM in the layout of the file")
    run.add_argument(
        "--engine", type=one_of(*engines), default="llama.cpp", metavar="NAME",
        help=f"the program that runs the model (llama.cpp): {', '.join(engines)}",
    )  # fmt: skip


def machine_options(
    command: argparse.ArgumentParser, about: str = "without any of these: this computer as it is"
) -> None:
    """The computer to plan for; ``about`` says what none of these options means."""
    machine = command.add_argument_group("machine", about)
    machine.add_argument(
        "--machine", type=Path, metavar="FILE.json", help="a computer that `fitcheck scan --json` or `--record` wrote"
    )
    machine.add_argument(
        "--gpu", action="append", metavar="CARD",
        help='what if: "RTX 4090", "2x RTX 3090", "M3 Ultra 512GB", "24GiB@936GB/s"; may be repeated',
    )  # fmt: skip
    machine.add_argument("--no-gpu", action="store_true", help="what if there were no card")
    machine.add_argument(
        "--ram", type=valued(parse_bytes), metavar="SIZE", help="what if: so much RAM, 128GiB; without --gpu no card"
    )
    machine.add_argument(
        "--ram-bandwidth",
        type=valued(_ram_bandwidth),
        metavar="SPEED",
        help='how fast RAM is: 80GB/s, "8x DDR5-4800", "EPYC 9004"',
    )
    machine.add_argument("--free-vram", type=valued(parse_bytes), metavar="SIZE", help="so much of each card is free")
    machine.add_argument(
        "--runtime-overhead", type=valued(parse_bytes), metavar="SIZE",
        help="what the engine's context and workspaces take on each card (457MiB, a margin)",
    )  # fmt: skip
    machine.add_argument(
        "--margin", type=valued(parse_bytes), metavar="SIZE", help="what stays free on every device (1GiB)"
    )


def _ram_bandwidth(text: str) -> int:
    # Imported late: the other options do not need the catalogue.
    from fitcheck.catalog.memory import parse_ram_bandwidth

    return parse_ram_bandwidth(text)


def placement_options(command: argparse.ArgumentParser) -> None:
    """Where layers and experts go."""
    where = command.add_argument_group(
        "placement", "what you fix; estimate puts all layers on the cards that are named, the others search the rest"
    )
    where.add_argument(
        "--gpu-layers",
        type=valued(layers),
        metavar="N|all",
        help="layers on cards, the last ones first (the output layer counts)",
    )
    where.add_argument(
        "--cpu-moe",
        type=valued(layers),
        metavar="N|all",
        help="layers whose routed experts stay in RAM, the first ones first (R1)",
    )
    where.add_argument("--tensor-split", type=valued(split), metavar="3,1", help="each card's share of the layers")


def speed_options(command: argparse.ArgumentParser) -> None:
    """What of the speed is asked for."""
    asked = command.add_argument_group("speed")
    asked.add_argument(
        "--objective", type=one_of(*OBJECTIVES), default=OBJECTIVES[0], metavar="|".join(OBJECTIVES),
        help=f"what the placement shall be best at ({OBJECTIVES[0]})",
    )  # fmt: skip
    asked.add_argument(
        "--depth",
        type=valued(tokens),
        default=0,
        metavar="TOKENS",
        help="speed with so many tokens in the cache, 16k (0)",
    )
    asked.add_argument(
        "--prompt",
        type=valued(context),
        default=PROMPT_TOKENS,
        metavar="TOKENS",
        help=f"tokens of the prompt whose reading is timed ({PROMPT_TOKENS})",
    )


def serving_options(command: argparse.ArgumentParser) -> None:
    """How vLLM and SGLang divide a model."""
    many = command.add_argument_group("vllm and sglang", "FP8, BF16, AWQ-INT4 or GPTQ-INT4 on equal cards")
    many.add_argument("--tensor-parallel", type=valued(positive), metavar="N", help="cards that share each layer")
    many.add_argument("--pipeline-parallel", type=valued(positive), default=1, metavar="N", help="stages of layers")
    many.add_argument("--expert-parallel", action="store_true", help="whole experts on each card")
    many.add_argument(
        "--gpu-memory-utilization", type=valued(_share), default=0.9, metavar="SHARE",
        help="of each card's memory (SGLang: --mem-fraction-static)",
    )  # fmt: skip
    many.add_argument("--mtp", action="store_true", help="load the layer for multi-token prediction too")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise RequestError("bad_value", f"'{text}' is not a share of the memory.", ("0.9",))
    return share


def formats(command: argparse.ArgumentParser) -> None:
    """How the answer is written."""
    formats = command.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="as JSON")
    formats.add_argument("--csv", action="store_true", help="as comma-separated values, sizes in bytes")

"""The command line's words: which commands and options there are, and how their values are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import fitcheck
from fitcheck.cli.option_values import (
    context,
    context_or_longest,
    count,
    layers,
    one_of,
    positive,
    split,
    valued,
    whole,
)
from fitcheck.core.prediction import PROMPT_TOKENS
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import parse_bandwidth, parse_bytes
from fitcheck.core.wishes import ENGINES, OBJECTIVES
from fitcheck.core.workload import KV_TYPES
from fitcheck.errors import RequestError

COMMANDS = (
    "scan", "models", "estimate", "plan", "matrix", "recommend", "gpus", "inspect", "verify", "report", "batch",
)  # fmt: skip

_EPILOG = """\
Without a command the window opens; it takes --machine, --theme, --context, --size and --screenshot.
Exit codes: 0 it runs, 1 it does not, 2 the request is wrong, 3 something is missing here, 130 interrupted.
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are FitCheck's own: one line that says what is accepted, exit code 2."""

    def __init__(self, **settings: Any) -> None:
        # An abbreviation that works today would break the scripts that use it when an option joins.
        super().__init__(allow_abbrev=False, **settings)
        # What begins like a negative number is a wrong value rather than an unknown option.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into a sentence."""
        sentence = f"{message[:1].upper()}{message[1:]}"
        command = self.prog if " " in self.prog else f"{self.prog} COMMAND"
        hint = "" if sentence.endswith(".") else f"; {command} --help says what is accepted."
        raise RequestError("bad_option", f"{sentence}{hint}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command and its options (RequestError: ``unknown_command``, ``bad_option``)."""
    command = next((word for word in arguments if not word.startswith("-")), None)
    if command is None and not {"-h", "--help", "--version"} & set(arguments):
        raise RequestError("unknown_command", "A command is missing.", COMMANDS)
    if command is not None and command not in COMMANDS:
        raise RequestError("unknown_command", f"'{command}' is not a command.", COMMANDS)
    return build().parse_args(arguments)


def build() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="fitcheck",
        description="Will DeepSeek-R1 run on this machine, how much memory does it take, and with which settings?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fitcheck {fitcheck.__version__}")
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _scan(commands)
    _models(commands)
    _estimate(commands)
    _plan(commands)
    _matrix(commands)
    _recommend(commands)
    _gpus(commands)
    _inspect(commands)
    _verify(commands)
    _report(commands)
    _batch(commands)
    return parser


def _add(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    added.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return added


ESTIMATE_ENGINES = ("llama.cpp", "vllm", "sglang")


def _scan(commands: Any) -> None:
    command = _add(commands, "scan", "This machine: cards and who uses them, RAM, processor, disks, runtimes, models.")
    command.add_argument("--json", action="store_true", help="as JSON, for --machine on another computer")
    command.add_argument("--why", action="store_true", help="what was asked for cards and all else, and what it said")
    command.add_argument(
        "--record", type=Path, metavar="FILE.json",
        help="keep what was read too, without serial numbers and names of people, to look at it again elsewhere",
    )  # fmt: skip
    command.add_argument("--machine", type=Path, metavar="FILE.json", help="show a machine or a recording again")


def _models(commands: Any) -> None:
    command = _add(commands, "models", "The catalogue, or one model's sheet with the source of each value.")
    command.add_argument("model", nargs="?", metavar="MODEL", help="an id or an alias such as r1, 70b or qwen3-8b")
    _formats(command)


def _estimate(commands: Any) -> None:
    command = _add(commands, "estimate", "Memory for one placement, per device.")
    command.add_argument("model", metavar="MODEL")
    _run_options(command, engines=ESTIMATE_ENGINES)
    _machine_options(command)
    _placement_options(command)
    _serving_options(command)
    _formats(command)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise RequestError("bad_value", f"'{text}' is not a share of the memory.", ("0.9",))
    return share


def _serving_options(command: argparse.ArgumentParser) -> None:
    many = command.add_argument_group("vllm and sglang", "FP8, BF16, AWQ-INT4 or GPTQ-INT4 on equal cards")
    many.add_argument("--tensor-parallel", type=valued(positive), metavar="N", help="cards that share each layer")
    many.add_argument("--pipeline-parallel", type=valued(positive), default=1, metavar="N", help="stages of layers")
    many.add_argument("--expert-parallel", action="store_true", help="whole experts on each card")
    many.add_argument(
        "--gpu-memory-utilization", type=valued(_share), default=0.9, metavar="SHARE",
        help="of each card's memory (SGLang: --mem-fraction-static)",
    )  # fmt: skip
    many.add_argument("--mtp", action="store_true", help="load the layer for multi-token prediction too")


def _placement_options(command: argparse.ArgumentParser) -> None:
    where = command.add_argument_group("placement")
    where.add_argument(
        "--gpu-layers", type=valued(layers), metavar="N|all", help="layers on cards, the last ones first"
    )
    where.add_argument(
        "--cpu-moe", type=valued(layers), metavar="N|all", help="layers whose routed experts stay in RAM"
    )
    where.add_argument("--tensor-split", type=valued(split), metavar="3,1", help="each card's share of the layers")


def _plan(commands: Any) -> None:
    command = _add(commands, "plan", "The best placement on a machine, its speed, and the command to run it.")
    command.add_argument("model", metavar="MODEL")
    _run_options(
        command, context=context_or_longest, context_help=", 0: the longest that keeps the verdict of 4096",
        engines=ENGINES,
    )  # fmt: skip
    _machine_options(command)
    _placement_options(command)
    _speed_options(command)
    _formats(command)


def _speed_options(command: argparse.ArgumentParser) -> None:
    asked = command.add_argument_group("speed")
    asked.add_argument(
        "--objective", type=one_of(*OBJECTIVES), default=OBJECTIVES[0], metavar="|".join(OBJECTIVES),
        help="what the placement shall be best at",
    )  # fmt: skip
    asked.add_argument("--depth", type=valued(count), default=0, metavar="N", help="tokens in the cache already")
    asked.add_argument("--prompt", type=valued(positive), default=PROMPT_TOKENS, metavar="N", help="tokens of a prompt")


def _report(commands: Any) -> None:
    # Imported late, because it takes the groups of options from here.
    from fitcheck.cli.report_options import add_report

    command = _add(commands, "report", "Write a report to hand over: one choice, several side by side, or the matrix.")
    add_report(command)
    _run_options(command, context=context_or_longest, engines=ENGINES)
    _machine_options(command)
    _placement_options(command)
    _speed_options(command)


def _matrix(commands: Any) -> None:
    command = _add(commands, "matrix", "Every model by every quantization on a machine at one context.")
    command.add_argument("--all", action="store_true", help="all 33 file types rather than the common ones")
    _run_options(command)
    _machine_options(command)
    _formats(command)


def _recommend(commands: Any) -> None:
    command = _add(commands, "recommend", "The best published files for a machine: best quality, balanced, fastest.")
    _run_options(command)
    _machine_options(command)
    command.add_argument(
        "--download-rate", type=valued(parse_bandwidth), default=12_500_000, metavar="SPEED",
        help="for the time a download takes (12.5MB/s, a line of 100 Mbit/s)",
    )  # fmt: skip
    _formats(command)


def _gpus(commands: Any) -> None:
    command = _add(commands, "gpus", "Which cards run a model, and how many, smallest first.")
    command.add_argument("model", metavar="MODEL")
    _run_options(command)
    _formats(command)


def _inspect(commands: Any) -> None:
    summary = (
        "A .gguf file (of a split one, any part) or a config.json on this computer, priced like a catalogue model."
    )
    command = _add(commands, "inspect", summary)
    command.add_argument("file", type=Path, metavar="FILE")
    _run_options(command)
    _machine_options(command)
    _placement_options(command)
    _formats(command)


def _device(text: str) -> str:
    number = whole(text.lower().removeprefix("cuda:")) if text.lower().startswith("cuda:") else None
    if text.lower() not in ("auto", "cpu") and number is None:
        raise RequestError("bad_device", f"'{text}' is not a device.", ("auto", "cpu", "cuda:0"))
    return text.lower()


def _verify(commands: Any) -> None:
    summary = "Run the short forward pass in torch on this machine and compare measured with predicted."
    command = _add(commands, "verify", summary)
    command.add_argument("model", metavar="MODEL")
    how = command.add_argument_group("verify")
    mode = how.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="a layer of each kind, scaled (the default; under a minute)")
    mode.add_argument("--thorough", action="store_true", help="everything that the plan puts on each device")
    how.add_argument(
        "--device", type=valued(_device), default="auto", metavar="auto|cpu|cuda:0", help="what may be used"
    )
    how.add_argument("--layers", type=valued(positive), metavar="N", help="layers that run, at most")
    how.add_argument("--tokens", type=valued(positive), metavar="N", help="tokens to decode")
    how.add_argument("--threads", type=valued(positive), metavar="N", help="of the processor (torch's own choice)")
    how.add_argument("--python", metavar="PATH", help="a Python that has torch (otherwise one is looked for)")
    how.add_argument(
        "--margin", type=valued(parse_bytes), metavar="SIZE", help="what stays free on every device (1GiB)"
    )
    how.add_argument("--json", action="store_true", help="as JSON")
    _run_options(command)


def _batch(commands: Any) -> None:
    summary = "One JSON request a line in, one JSON result a line out, in order; blank lines are passed over."
    command = _add(commands, "batch", summary)
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a file of requests; - is standard input")


def _formats(command: argparse.ArgumentParser) -> None:
    formats = command.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="as JSON")
    formats.add_argument("--csv", action="store_true", help="as a table of comma-separated values, sizes in bytes")


def _run_options(
    command: argparse.ArgumentParser,
    context: Callable[[str], int] = context,
    context_help: str = "",
    engines: tuple[str, ...] = ("llama.cpp",),
) -> None:
    run = command.add_argument_group("run")
    names = ", ".join(file_type.id for file_type in FILE_TYPES if file_type.common)
    run.add_argument("-q", "--quant", metavar="TYPE", help=f"llama.cpp's file type, such as {names}")
    run.add_argument(
        "-c", "--context", type=valued(context), default=4096, metavar="TOKENS",
        help=f"such as 4096 or 64k{context_help}",
    )  # fmt: skip
    run.add_argument("--ubatch", type=valued(positive), default=512, metavar="N", help="tokens computed at once")
    run.add_argument("--batch", type=valued(positive), default=2048, metavar="N", help="tokens taken at once")
    run.add_argument("--parallel", type=valued(positive), default=1, metavar="N", help="chats at the same time")
    run.add_argument("--flash-attn", type=one_of("on", "off", "auto"), metavar="on|off|auto", help="flash attention")
    types = ", ".join(KV_TYPES)
    kinds = (*KV_TYPES, "fp8") if engines == ESTIMATE_ENGINES else KV_TYPES
    run.add_argument("--type-k", type=one_of(*kinds), default="f16", metavar="TYPE", help=f"K cache: {types}")
    run.add_argument("--type-v", type=one_of(*kinds), default="f16", metavar="TYPE", help="V cache: the same")
    run.add_argument(
        "--kv-layout", type=one_of("mla", "legacy"), default="mla", metavar="mla|legacy",
        help="R1 files: current or older conversion",
    )  # fmt: skip
    run.add_argument(
        "--imatrix",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="the file was made with an importance matrix",
    )
    run.add_argument("--outputs", type=valued(count), metavar="N", help="rows of logits reserved; 0: the whole ubatch")
    run.add_argument("--no-kv-offload", action="store_true", help="keep the KV cache in RAM")
    run.add_argument("--no-op-offload", action="store_true", help="no borrowing of host weights by the first card")
    run.add_argument("--no-repack", action="store_true", help="no second layout of weights on the processor")
    run.add_argument(
        "--engine", type=one_of(*engines), default="llama.cpp", metavar="NAME",
        help=f"the program that runs the model: {', '.join(engines)}",
    )  # fmt: skip


def _ram_bandwidth(text: str) -> int:
    # Imported late: the catalogue needs pydantic, the other options do not.
    from fitcheck.catalog.memory import parse_ram_bandwidth

    return parse_ram_bandwidth(text)


def _machine_options(command: argparse.ArgumentParser) -> None:
    machine = command.add_argument_group("machine")
    machine.add_argument(
        "--machine", type=Path, metavar="FILE.json", help="what `fitcheck scan --json` or `--record` wrote"
    )
    machine.add_argument(
        "--gpu", action="append", metavar="CARD",
        help='what if: "RTX 4090", "2x RTX 3090", "M3 Ultra 512GB", "24GiB@936GB/s"; repeatable',
    )  # fmt: skip
    machine.add_argument("--no-gpu", action="store_true", help="what if there were no card")
    machine.add_argument(
        "--ram", type=valued(parse_bytes), metavar="SIZE", help="what if: 128GiB; no card unless named"
    )
    machine.add_argument(
        "--ram-bandwidth", type=valued(_ram_bandwidth), metavar="SPEED", help='80GB/s, "8x DDR5-4800" or "EPYC 9004"'
    )
    machine.add_argument("--free-vram", type=valued(parse_bytes), metavar="SIZE", help="free memory of each card")
    machine.add_argument(
        "--runtime-overhead", type=valued(parse_bytes), metavar="SIZE",
        help="what the engine's context and workspaces take on each card (457MiB, a margin)",
    )  # fmt: skip
    machine.add_argument(
        "--margin", type=valued(parse_bytes), metavar="SIZE", help="what stays free on every device (1GiB)"
    )

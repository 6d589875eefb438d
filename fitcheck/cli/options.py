"""The command line's words: which commands and options there are, and how their values are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import fitcheck
from fitcheck.core.quantization import FILE_TYPES
from fitcheck.core.units import parse_bandwidth, parse_bytes, parse_tokens
from fitcheck.core.workload import KV_TYPES
from fitcheck.errors import RequestError

COMMANDS = ("scan", "models", "estimate", "plan", "matrix", "batch")

Value = TypeVar("Value")

_EPILOG = """\
Without a command the window opens; it takes --machine, --theme, --context, --size and --screenshot.
Exit codes: 0 it runs, 1 it does not, 2 the request is wrong, 3 something is missing here, 130 interrupted.
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are FitCheck's own: one line that says what is accepted, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into a sentence."""
        sentence = f"{message[:1].upper()}{message[1:]}"
        raise RequestError("bad_option", sentence if sentence.endswith(".") else f"{sentence}.")


def _value(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """A reader for argparse that keeps FitCheck's own sentence."""

    def convert(text: str) -> Value:
        try:
            return read(text)
        except RequestError as error:
            accepted = f" Accepted: {', '.join(error.accepted)}." if error.accepted else ""
            raise argparse.ArgumentTypeError(f"{error.message}{accepted}") from error

    return convert


def _layers(text: str) -> int | str:
    if text.lower() == "all":
        return "all"
    if not text.isdecimal():
        raise RequestError("bad_value", f"'{text}' is not a number of layers.", ("0", "33", "all"))
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise RequestError("bad_value", f"'{text}' is not a whole number from 1 up.")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise RequestError("bad_value", f"'{text}' is not a whole number from 0 up.")
    return int(text)


def _split(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise RequestError("bad_value", f"'{text}' is not a split.", ("3,1",)) from None


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
    _batch(commands)
    return parser


def _add(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    added.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return added


def _scan(commands: Any) -> None:
    command = _add(commands, "scan", "This machine: GPUs, RAM, processor, disk.")
    command.add_argument("--json", action="store_true", help="as JSON, for --machine on another computer")


def _models(commands: Any) -> None:
    command = _add(commands, "models", "The catalogue, or one model's sheet with the source of each value.")
    command.add_argument("model", nargs="?", metavar="MODEL", help="an id or an alias such as r1, 70b or qwen3-8b")
    _formats(command)


def _estimate(commands: Any) -> None:
    command = _add(commands, "estimate", "Memory for one placement, per device.")
    command.add_argument("model", metavar="MODEL")
    _run_options(command)
    _machine_options(command)
    where = command.add_argument_group("placement")
    where.add_argument(
        "--gpu-layers", type=_value(_layers), metavar="N|all", help="layers on cards, the last ones first"
    )
    where.add_argument(
        "--cpu-moe", type=_value(_layers), metavar="N|all", help="layers whose routed experts stay in RAM"
    )
    where.add_argument("--tensor-split", type=_value(_split), metavar="3,1", help="each card's share of the layers")
    _formats(command)


def _plan(commands: Any) -> None:
    command = _add(commands, "plan", "The best placement on a machine, with the reason.")
    command.add_argument("model", metavar="MODEL")
    _run_options(command)
    _machine_options(command)
    command.add_argument("--json", action="store_true", help="as JSON")


def _matrix(commands: Any) -> None:
    command = _add(commands, "matrix", "Every model by every quantization on a machine at one context.")
    command.add_argument("--all", action="store_true", help="all 33 file types rather than the common ones")
    _run_options(command, quant=False)
    _machine_options(command)
    _formats(command)


def _batch(commands: Any) -> None:
    command = _add(commands, "batch", "One JSON request a line in, one JSON result a line out, in order.")
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a file of requests; - is standard input")


def _formats(command: argparse.ArgumentParser) -> None:
    formats = command.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="as JSON")
    formats.add_argument("--csv", action="store_true", help="as a table of comma-separated values, sizes in bytes")


def _run_options(command: argparse.ArgumentParser, quant: bool = True) -> None:
    run = command.add_argument_group("run")
    if quant:
        names = ", ".join(file_type.id for file_type in FILE_TYPES if file_type.common)
        run.add_argument("-q", "--quant", metavar="TYPE", help=f"llama.cpp's file type, such as {names}")
    run.add_argument(
        "-c", "--context", type=_value(parse_tokens), default=4096, metavar="TOKENS", help="such as 4096, 64k"
    )
    run.add_argument("--ubatch", type=_value(_positive), default=512, metavar="N", help="tokens computed at once")
    run.add_argument("--batch", type=_value(_positive), default=2048, metavar="N", help="tokens taken at once")
    run.add_argument("--parallel", type=_value(_positive), default=1, metavar="N", help="chats at the same time")
    run.add_argument("--flash-attn", choices=("on", "off", "auto"), help="how attention is computed")
    run.add_argument("--type-k", choices=KV_TYPES, default="f16", help="type of the K cache")
    run.add_argument("--type-v", choices=KV_TYPES, default="f16", help="type of the V cache")
    run.add_argument(
        "--kv-layout", choices=("mla", "legacy"), default="mla", help="R1 files: current or older conversion"
    )
    run.add_argument(
        "--imatrix",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="the file was made with an importance matrix",
    )
    run.add_argument("--outputs", type=_value(_count), metavar="N", help="rows of logits reserved; 0: the whole ubatch")
    run.add_argument("--no-kv-offload", action="store_true", help="keep the KV cache in RAM")
    run.add_argument("--no-op-offload", action="store_true", help="no borrowing of host weights by the first card")
    run.add_argument("--no-repack", action="store_true", help="no second layout of weights on the processor")
    run.add_argument("--engine", choices=("llama.cpp",), default="llama.cpp", help="the program that runs the model")


def _machine_options(command: argparse.ArgumentParser) -> None:
    machine = command.add_argument_group("machine")
    machine.add_argument("--machine", type=Path, metavar="FILE.json", help="what `fitcheck scan --json` wrote")
    machine.add_argument(
        "--gpu", action="append", metavar="CARD", help='what if: "RTX 4090", "2x RTX 3090", "24GiB@936GB/s"; repeatable'
    )
    machine.add_argument("--no-gpu", action="store_true", help="what if there were no card")
    machine.add_argument("--ram", type=_value(parse_bytes), metavar="SIZE", help="what if: such as 128GiB")
    machine.add_argument("--ram-bandwidth", type=_value(parse_bandwidth), metavar="SPEED", help="such as 80GB/s")
    machine.add_argument("--free-vram", type=_value(parse_bytes), metavar="SIZE", help="free memory of each card")
    machine.add_argument(
        "--margin", type=_value(parse_bytes), metavar="SIZE", help="what stays free on every device (1GiB)"
    )

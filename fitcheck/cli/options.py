"""The command line's words: which commands and options there are, and how their values are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import fitcheck
from fitcheck.cli.examples import examples_of
from fitcheck.cli.option_groups import (
    ESTIMATE_ENGINES,
    formats,
    machine_options,
    placement_options,
    run_options,
    serving_options,
    speed_options,
)
from fitcheck.cli.option_values import positive, valued, whole
from fitcheck.cli.report_options import add_report
from fitcheck.core.units import parse_bandwidth, parse_bytes
from fitcheck.core.wishes import ENGINES
from fitcheck.errors import RequestError

COMMANDS = (
    "scan", "models", "estimate", "plan", "matrix", "recommend", "gpus", "inspect", "verify", "report", "batch",
)  # fmt: skip

_EPILOG = """\
Each command explains itself: fitcheck plan --help. The usual way: scan, recommend, plan MODEL.
Without a command the window opens; it takes --machine, --theme, --language, --context, --size and --screenshot.
Exit codes: 0 it runs, 1 it does not, 2 the request is wrong, 3 something is missing here, 130 interrupted.
"""

_MODEL_HELP = "an id or a short name of `fitcheck models`, such as r1, 70b, 32b, qwen3-8b or 1.5b"


class _Help(argparse.HelpFormatter):
    """Wraps texts of one line and keeps those of several, such as examples, as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" not in text:
            return super()._fill_text(text, width, indent)
        return "".join(f"{indent}{line}" for line in text.splitlines(keepends=True))


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are FitCheck's own: one line that says what is accepted, exit code 2."""

    def __init__(self, **settings: Any) -> None:
        # An abbreviation that works today would break the scripts that use it when an option joins.
        super().__init__(allow_abbrev=False, formatter_class=_Help, **settings)
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


def _add(commands: Any, name: str, summary: str, more: str = "") -> argparse.ArgumentParser:
    """A command; ``more`` than its summary is said by its own help alone."""
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary} {more}".rstrip(), epilog=examples_of(name)
    )
    added.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return added


def _scan(commands: Any) -> None:
    command = _add(commands, "scan", "This machine: cards and who uses them, RAM, processor, disks, runtimes, models.")
    command.add_argument(
        "--json", action="store_true", help="as JSON; kept in a file, --machine reads it on any computer"
    )
    command.add_argument(
        "--why",
        action="store_true",
        help="also say what was asked (drivers, system) and what it said: why a card is missing",
    )
    command.add_argument(
        "--record", type=Path, metavar="FILE.json",
        help="write the machine and all that was read into a file, without serial numbers and names of people",
    )  # fmt: skip
    command.add_argument(
        "--machine", type=Path, metavar="FILE.json", help="show what --json or --record wrote instead of looking"
    )


def _models(commands: Any) -> None:
    command = _add(commands, "models", "The catalogue, or one model's sheet with the source of each value.")
    command.add_argument("model", nargs="?", metavar="MODEL", help=f"{_MODEL_HELP}; none lists all")
    formats(command)


def _estimate(commands: Any) -> None:
    command = _add(commands, "estimate", "Memory for one placement that you name, device by device.")
    command.add_argument("model", metavar="MODEL", help=_MODEL_HELP)
    run_options(command, "Q4_K_M unless named", engines=ESTIMATE_ENGINES)
    machine_options(command, "without any of these: as many cards as the placement names; this computer is not asked")
    placement_options(command)
    serving_options(command)
    formats(command)


def _plan(commands: Any) -> None:
    command = _add(
        commands, "plan", "The best placement on a machine, its speed, and the command to run it.",
        "Nothing is downloaded or started. MODEL is all that it needs; it exits with 0 where the model runs (on cards, "
        "in RAM, or in both) and with 1 where it does not, and then says what would change that.",
    )  # fmt: skip
    command.add_argument("model", metavar="MODEL", help=_MODEL_HELP)
    run_options(command, "the best that fits unless named", longest=True, engines=ENGINES)
    machine_options(command)
    placement_options(command)
    speed_options(command)
    formats(command)


def _report(commands: Any) -> None:
    command = _add(commands, "report", "Write a report to hand over: one choice, several side by side, or the matrix.")
    add_report(command)
    run_options(command, "the best that fits unless named", longest=True, engines=ENGINES)
    machine_options(command)
    placement_options(command)
    speed_options(command)


def _matrix(commands: Any) -> None:
    command = _add(
        commands, "matrix", "Every model by every quantization on a machine at one context.",
        "A quantization is how a file packs the weights: fewer bits take less memory and answer worse. Each cell is "
        "what it takes in GiB, with a sign for where it runs.",
    )  # fmt: skip
    command.add_argument("--all", action="store_true", help="all 33 file types rather than the common ones")
    run_options(command, "this one alone; otherwise all common ones")
    machine_options(command)
    formats(command)


def _recommend(commands: Any) -> None:
    command = _add(
        commands, "recommend", "The best published files for a machine: best quality, balanced, fastest.",
        "The first thing to ask on a new computer. Only files that somebody offers for download and whose quality was "
        "measured are weighed; plan then says how to run one.",
    )  # fmt: skip
    run_options(command, None)
    machine_options(command)
    command.add_argument(
        "--download-rate", type=valued(parse_bandwidth), default=12_500_000, metavar="SPEED",
        help="your line, for the time a download takes (12.5MB/s, which is 100 Mbit/s)",
    )  # fmt: skip
    formats(command)


def _gpus(commands: Any) -> None:
    command = _add(
        commands, "gpus", "Which cards run a model, and how many, smallest first.",
        "For who wants to buy: the fewest of each card that hold all of it, and one card with the rest in RAM. This "
        "computer is not asked.",
    )  # fmt: skip
    command.add_argument("model", metavar="MODEL", help=_MODEL_HELP)
    command.add_argument("--all", action="store_true", help="all cards rather than the fastest of each memory size")
    run_options(command, "Q4_K_M unless named")
    formats(command)


def _inspect(commands: Any) -> None:
    summary = (
        "A .gguf file (of a split one, any part) or a config.json on this computer, priced like a catalogue model."
    )
    command = _add(
        commands, "inspect", summary,
        "Says what is in it, then plans it as plan does; only its header is read. A config.json stands for weights "
        "that are not there yet.",
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar="FILE", help="a .gguf file or a config.json")
    run_options(command, "only for a config.json, Q4_K_M unless named")
    machine_options(command)
    placement_options(command)
    formats(command)


def _device(text: str) -> str:
    number = whole(text.lower().removeprefix("cuda:")) if text.lower().startswith("cuda:") else None
    if text.lower() not in ("auto", "cpu") and number is None:
        raise RequestError("bad_device", f"'{text}' is not a device.", ("auto", "cpu", "cuda:0"))
    return text.lower()


def _verify(commands: Any) -> None:
    summary = (
        "Measure: run the model's shapes with made-up weights on this machine (needs torch), beside what was predicted."
    )
    command = _add(commands, "verify", summary)
    command.add_argument("model", metavar="MODEL", help=_MODEL_HELP)
    how = command.add_argument_group("verify")
    mode = how.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="a layer of each kind, scaled (the default; under a minute)")
    mode.add_argument("--thorough", action="store_true", help="everything that the plan puts on each device")
    how.add_argument(
        "--device",
        type=valued(_device),
        default="auto",
        metavar="auto|cpu|cuda:0",
        help="where it may run: as planned (auto), in RAM alone, on one card",
    )
    how.add_argument(
        "--layers", type=valued(positive), metavar="N", help="run at most so many layers; the rest is scaled"
    )
    how.add_argument("--tokens", type=valued(positive), metavar="N", help="tokens to answer after the prompt")
    how.add_argument(
        "--threads", type=valued(positive), metavar="N", help="threads of the processor (as many as torch takes)"
    )
    how.add_argument("--python", metavar="PATH", help="a Python that has torch (otherwise one is looked for)")
    how.add_argument(
        "--margin", type=valued(parse_bytes), metavar="SIZE", help="what stays free on every device (1GiB)"
    )
    how.add_argument("--json", action="store_true", help="as JSON")
    run_options(command, "the best that fits unless named")


def _batch(commands: Any) -> None:
    summary = "One JSON request a line in, one JSON result a line out, in order; blank lines are passed over."
    command = _add(commands, "batch", summary)
    command.add_argument("file", nargs="?", default="-", metavar="FILE", help="a file of requests; - is standard input")

"""The help of every command: no word without an explanation, and examples that work."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path

import manual
import pytest

from fitcheck.cli.examples import EXAMPLES, REQUEST
from fitcheck.cli.main import main
from fitcheck.cli.options import COMMANDS, build

MACHINE = Path(__file__).resolve().parent.parent / "data" / "machines" / "rtx-4090-128gb.json"
NOT_RUN = ("inspect", "scan", "verify")
"""They need a file of somebody's, or look at this computer; they have tests of their own."""

THIS_COMPUTER = {"plan", "matrix", "recommend", "report"}


@pytest.mark.parametrize("command", COMMANDS)
def test_everything_that_can_be_typed_is_explained(command: str) -> None:
    parser = manual.subcommands(build())[command]

    assert all(action.help for action in parser._actions)
    assert "examples:" in parser.format_help()


def test_an_option_that_a_command_refuses_is_not_told() -> None:
    assert "--quant" not in manual.subcommands(build())["recommend"].format_help()


def _lines() -> list[str]:
    return [line for name, told in EXAMPLES.items() if name not in NOT_RUN for line, _ in told]


@pytest.mark.slow
@pytest.mark.parametrize("line", _lines())
def test_every_example_is_answered(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requests.jsonl").write_text(f"{REQUEST}\n", encoding="utf-8")
    words = shlex.split(line.partition(" > ")[0])[1:]
    if words[0] in THIS_COMPUTER and "--gpu" not in words:
        words += ["--machine", str(MACHINE)]
    if words[0] == "report":
        words.append("--no-cards")

    code = main(words)

    captured = capsys.readouterr()
    assert code in (0, 1)
    assert captured.err == ""
    if words[0] == "batch":
        assert "error" not in json.loads(captured.out)


@pytest.mark.parametrize("command", NOT_RUN)
def test_the_other_examples_are_understood(command: str) -> None:
    for line, _ in EXAMPLES[command]:
        options = build().parse_args(shlex.split(line.partition(" > ")[0])[1:])

        assert isinstance(options, argparse.Namespace)
        assert options.command == command


def test_the_man_page_keeps_the_quotes_of_its_examples() -> None:
    terms = [line for line in manual.command_line_page().splitlines() if line.startswith(".B ")]

    assert any("RTX 4090" in term for term in terms)
    # In a macro's line a plain quote only holds words together and is not printed.
    assert not any('"' in term for term in terms)

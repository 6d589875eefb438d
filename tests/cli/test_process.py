"""The program as a process: what only a process shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import fitcheck
from fitcheck.probe.sources import SOURCES


def started(
    arguments: Sequence[str], text: str = "", *, cwd: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    root = str(Path(fitcheck.__file__).resolve().parent.parent)
    return subprocess.run(
        [sys.executable, "-m", "fitcheck", *arguments],
        input=text, capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd,
        env={**os.environ, "PYTHONPATH": root, **environ},
    )  # fmt: skip


def test_the_version_is_told() -> None:
    done = started(["--version"])

    assert (done.returncode, done.stdout.strip()) == (0, f"fitcheck {fitcheck.__version__}")


def test_help_names_every_command() -> None:
    done = started(["--help"])

    assert done.returncode == 0
    assert all(name in done.stdout for name in ("scan", "models", "estimate", "plan", "matrix", "batch"))


def test_a_wrong_request_is_one_line_and_exit_code_2() -> None:
    done = started(["plan", "nope"])

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_debug_shows_where_an_error_comes_from() -> None:
    done = started(["--debug", "plan", "nope"])

    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_a_batch_answers_in_order_and_goes_on_after_a_bad_line() -> None:
    lines = [
        '{"id": 1, "do": "estimate", "model": "7b"}',
        "{",
        "",
        '{"id": "three", "do": "estimate", "model": "7b", "quant": "Q9"}',
        '{"id": 4, "do": "plan", "model": "1.5b", "quant": "Q4_K_M", "machine": {"ram_available_bytes": 8589934592}}',
    ]

    done = started(["batch", "-"], "\n".join(lines) + "\n")

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == [1, None, "three", 4]
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, "bad_json", "unknown_quant", None]
    assert answers[3]["verdict"] == "cpu"


def test_a_batch_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"id": 1, "model": "7b"}\n', encoding="utf-8")

    done = started(["batch", str(path)])

    assert json.loads(done.stdout)["schema"] == "fitcheck.estimate/1"


def test_a_batch_answers_each_line_before_the_next_is_asked() -> None:
    root = str(Path(fitcheck.__file__).resolve().parent.parent)
    partner = subprocess.Popen(
        [sys.executable, "-m", "fitcheck", "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip

    answers = []
    with partner:
        assert partner.stdin is not None
        assert partner.stdout is not None
        for identity in (1, 2):
            partner.stdin.write(b'{"id": %d, "model": "7b"}\n' % identity)
            partner.stdin.flush()
            answers.append(json.loads(partner.stdout.readline())["id"])

    assert answers == [1, 2]
    assert partner.returncode == 0


def test_a_line_in_another_encoding_is_that_lines_error(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 1, "model": "7b"}\r\n{"id": "\xe4", "model": "7b"}\n{"id": 3, "model": "7b"}')

    done = started(["batch", str(path)])

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == [1, None, 3]
    assert answers[1]["error"]["code"] == "bad_json"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently on Windows")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f'"{sys.executable}" -m fitcheck models --json | head -n 1'
    root = str(Path(fitcheck.__file__).resolve().parent.parent)

    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root}
    )

    assert done.stderr == ""


def test_the_program_can_look_at_the_machine_as_its_own_child() -> None:
    done = started(["--fitcheck-probe"])

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["source"] for line in lines if "source" in line] == list(SOURCES)
    assert lines[-1] == {"end": True}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_the_window_says_so() -> None:
    environ: dict[str, Any] = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")

    done = started([], **environ)

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "display" in done.stderr

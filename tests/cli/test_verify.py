"""``fitcheck verify``: answers, formats and exit codes, with real child processes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from fitcheck.cli.main import main
from fitcheck.cli.verifying import verification_text
from fitcheck.contract.verification import verification_from_object

Out = pytest.CaptureFixture[str]
ONE_LAYER = ["verify", "1.5b", "-q", "Q4_K_M", "--device", "cpu", "--layers", "1", "--tokens", "1", "--margin", "64MiB"]


def bare_python(folder: Path) -> str:
    """A Python that has no packages."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.slow
def test_one_layer_is_measured_beside_what_was_predicted(capsys: Out) -> None:
    code = main([*ONE_LAYER, "--json"])
    found = json.loads(capsys.readouterr().out)

    assert code == 0, found["sentence"]
    assert (found["schema"], found["model"]) == ("fitcheck.verification/1", "deepseek-r1-distill-qwen-1.5b")
    assert (found["layers_run"], found["layers"], found["scaled"], found["exact"]) == (1, 28, True, True)
    text = verification_text(verification_from_object(found), "1.5B")
    assert "scaling" in text
    assert "equal" in text
    assert "DIFFERS" not in text
    assert "scaled to all layers" in text


@pytest.mark.slow
def test_too_little_memory_is_exit_code_one(capsys: Out) -> None:
    code = main([*ONE_LAYER, "--margin", "900TiB"])

    assert code == 1
    assert "It did not fit at the input" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for a Python")
def test_a_python_without_torch_is_exit_code_three_and_says_how_to_get_it(capsys: Out, tmp_path: Path) -> None:
    code = main([*ONE_LAYER, "--python", bare_python(tmp_path)])
    captured = capsys.readouterr()

    assert (code, captured.out) == (3, "")
    assert captured.err.count("\n") == 1
    assert "has no torch" in captured.err
    assert "pip install" in captured.err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for a Python")
def test_the_python_of_the_settings_is_taken(capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITCHECK_CONFIG_DIR", str(tmp_path))
    chosen = bare_python(tmp_path)
    (tmp_path / "settings.json").write_text(json.dumps({"verify_python": chosen}), encoding="utf-8")

    assert main(ONE_LAYER) == 3
    assert chosen in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--device", "tpu"], "auto, cpu, cuda:0"),
        (["--device", "cuda:12"], "no card"),
        (["--layers", "0"], "from 1 up"),
        (["--quick", "--thorough"], "not allowed"),
        (["--python", "no-such-python"], "not a Python"),
        (["-c", "200k"], "at most"),
    ],
)
def test_a_wrong_request_says_what_is_accepted(capsys: Out, wrong: list[str], said: str) -> None:
    code = main([*ONE_LAYER, *wrong])
    captured = capsys.readouterr()

    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert said in captured.err

"""The program as a person starts it: a real process, from the first paint to the picture."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from fitcheck.probe.machine_json import machine_to_object
from tests.gui.conftest import RTX_4090, desktop

pytestmark = pytest.mark.slow

HEAVY = {"jinja2", "pynvml", "psutil", "torch", "numpy"}
"""What nobody may wait for before the answer stands."""

LONGEST_S = 60


@pytest.fixture
def machine_file(tmp_path: Path) -> Path:
    file = tmp_path / "machine.json"
    file.write_text(json.dumps(machine_to_object(desktop(RTX_4090))), encoding="utf-8")
    return file


def start(*arguments: object, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the window until it ends by itself."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **{k: v for k, v in environment.items() if v is not None}}
    for name in (name for name, value in environment.items() if value is None):
        environ.pop(name, None)
    command = [sys.executable, "-W", "error", "-m", "fitcheck", *map(str, arguments)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=LONGEST_S, check=False)


def milestones(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["milestone"]: line for line in lines}


def test_nothing_heavy_is_loaded_before_the_answer_stands(config_dir: Path, machine_file: Path) -> None:
    done = start("--machine", machine_file, FITCHECK_BENCH="1")
    assert (done.returncode, done.stderr) == (0, "")
    found = milestones(done)
    loaded = found["matrix_filled"]["loaded"]
    assert isinstance(loaded, list)
    assert "PySide6" in loaded
    assert not HEAVY & set(loaded)


def test_without_arguments_it_looks_at_this_machine_and_fills_the_matrix(config_dir: Path) -> None:
    done = start(FITCHECK_BENCH="1")
    assert (done.returncode, done.stderr) == (0, "")
    found = milestones(done)
    assert list(found) == ["shell_painted", "matrix_filled"]
    assert not HEAVY & set(found["matrix_filled"]["loaded"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_of_the_filled_window_can_be_taken(tmp_path: Path, machine_file: Path, theme: str) -> None:
    picture = tmp_path / "window.png"
    done = start("--machine", machine_file, "--theme", theme, "--size", "1100x700", "--screenshot", picture)
    assert (done.returncode, done.stderr) == (0, "")
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1100, 700)
    assert (image.pixelColor(8, 8).lightness() < 128) == (theme == "dark")


def test_a_picture_is_crisp_at_twice_the_size(tmp_path: Path, machine_file: Path) -> None:
    picture = tmp_path / "window.png"
    done = start("--machine", machine_file, "--screenshot", picture, QT_SCALE_FACTOR="2")
    assert (done.returncode, done.stderr) == (0, "")
    assert QImage(str(picture)).width() == 2560


def test_a_file_that_a_person_opens_is_priced(tmp_path: Path, machine_file: Path, config_dir: Path) -> None:
    # Given a file that is no model: the answer comes as a notice, and the window opens all the same
    file = tmp_path / "not a model.gguf"
    file.write_bytes(b"GGUF")
    with_file = start("--machine", machine_file, file, FITCHECK_BENCH="1")
    assert (with_file.returncode, with_file.stderr) == (0, "")
    assert list(milestones(with_file)) == ["shell_painted", "matrix_filled"]


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path, machine_file: Path) -> None:
    done = start("--machine", machine_file, "--screenshot", tmp_path / "no" / "such" / "window.png")
    assert done.returncode == 2
    assert "could not be written" in done.stderr


def test_no_display_ends_with_one_sentence_and_code_3() -> None:
    if sys.platform in ("win32", "darwin"):
        # Those systems always have a display; the rule itself is tested in test_shell.py.
        return
    done = start(QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "display" in done.stderr


def test_a_platform_that_does_not_load_ends_with_one_sentence_and_code_3() -> None:
    done = start(QT_QPA_PLATFORM="no-such-platform")
    assert done.returncode == 3
    assert done.stderr.startswith("fitcheck: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--theme", "pink"], "pink"),
        (["--size", "big"], "1280x800"),
        (["--machine", "no-such-file.json"], "no-such-file.json"),
        (["--context", "many"], "many"),
        (["--context", "1000k"], "160k"),
        (["--no-such-option"], "no-such-option"),
    ],
)
def test_a_wrong_option_is_one_line_and_code_2(config_dir: Path, arguments: list[str], words: str) -> None:
    done = start(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_corrupt_settings_file_is_set_aside_by_a_real_start(config_dir: Path, machine_file: Path) -> None:
    config_dir.mkdir()
    (config_dir / "settings.json").write_bytes(b"{ half")
    done = start("--machine", machine_file, FITCHECK_BENCH="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert (config_dir / "settings.json.bad-1").read_bytes() == b"{ half"

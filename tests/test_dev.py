"""dev.py, the command that everything else hangs on, as a real program."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    """dev.py as a module."""
    path = Path(__file__).resolve().parent.parent / "dev.py"
    spec = importlib.util.spec_from_file_location("dev", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def started(root: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "dev.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environ})


def test_an_unknown_command_names_those_that_exist(repo_root: Path) -> None:
    done = started(repo_root, "fly")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(name in done.stderr for name in ("run", "test", "bench", "package", "desktop"))


def test_without_a_command_it_explains_itself(repo_root: Path) -> None:
    done = started(repo_root)

    assert done.returncode == 0
    assert "dev.py run" in done.stdout


def test_a_python_without_venv_gets_one_sentence_with_the_package(repo_root: Path, tmp_path: Path) -> None:
    # Given a copy of the checkout's files and a Python from which ensurepip was taken, as Debian ships it
    for name in ("dev.py", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((repo_root / name).read_bytes())
    hider = tmp_path / "site" / "sitecustomize.py"
    hider.parent.mkdir()
    hider.write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'ensurepip' else real(name, package)\n"
    )

    done = started(tmp_path, "run", PYTHONPATH=str(hider.parent))

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "python3." in done.stderr
    assert "-venv" in done.stderr


def test_the_environments_own_python_does_not_remove_the_environment(dev: ModuleType) -> None:
    own = Path(sys.prefix)

    with pytest.raises(dev.RefusalError, match="run the same command with the system's Python"):
        dev.make_environment(own)

    assert own.is_dir()


def test_missing_libraries_become_one_sentence_with_their_packages(dev: ModuleType) -> None:
    sentence = dev.libraries_sentence(["libEGL.so.1", "libxcb-cursor.so.0"])

    assert "libEGL.so.1" in sentence
    assert "\n" not in sentence
    assert any(package in sentence for package in ("libegl1", "libglvnd"))


def test_a_library_that_cannot_be_loaded_is_found_missing(dev: ModuleType) -> None:
    assert dev.missing_libraries({"libnobody-has-this.so.9": ("", "", "")}) == ["libnobody-has-this.so.9"]


def test_only_a_screen_under_x11_needs_its_libraries(dev: ModuleType) -> None:
    # Given a system without any of them, told by names that cannot be loaded
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dev, "QT_LIBRARIES", {})
        patch.setattr(dev, "X11_LIBRARIES", {"libnobody-has-this.so.9": ("nobody", "nobody", "nobody")})

        # Then without a screen nothing is refused
        dev.check_libraries("linux", {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"})
        # And with one the library is named
        with pytest.raises(dev.RefusalError, match="libnobody-has-this"):
            dev.check_libraries("linux", {"DISPLAY": ":0"})


@pytest.mark.parametrize(
    ("arguments", "opens"),
    [([], True), (["--theme", "dark"], True), (["scan"], False), (["--version"], False), (["--help"], False)],
)
def test_only_the_window_needs_qt(dev: ModuleType, arguments: list[str], opens: bool) -> None:
    assert dev.opens_window(arguments) is opens


def test_an_environment_counts_only_where_it_was_made_from_the_same(dev: ModuleType, tmp_path: Path) -> None:
    # Given an environment for tests, complete
    python = dev.environment_python(tmp_path)
    python.parent.mkdir(parents=True)
    python.touch()
    stamp = tmp_path / "made-from.json"
    stamp.write_text(json.dumps({"fingerprint": "same", "extras": ["dev"]}))

    assert dev.extras_of(stamp, "same") == {"dev"}
    assert dev.extras_of(stamp, "other") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"fingerprint": "same", "extras": []}'])
def test_a_half_made_environment_is_made_again(dev: ModuleType, tmp_path: Path, content: str) -> None:
    stamp = tmp_path / "made-from.json"
    stamp.write_text(content)

    assert dev.extras_of(stamp, "same") is None

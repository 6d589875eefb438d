"""A stand-in driver, compiled once and loaded by the real binding in the real child process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Driver = Callable[[str], None]


@pytest.fixture(scope="session")
def standin_folder(c_compiler: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``libnvidia-ml.so.1`` that tells what a settings file says."""
    if sys.platform != "linux":
        pytest.skip("the stand-in driver is loaded through LD_LIBRARY_PATH, which only Linux has")
    folder = tmp_path_factory.mktemp("driver")
    source = Path(__file__).with_name("nvml_standin.c")
    command = [c_compiler, "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", str(source)]
    subprocess.run([*command, "-o", str(folder / "libnvidia-ml.so.1")], check=True)
    return folder


@pytest.fixture
def driver(standin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Install the stand-in for the child processes of one test, with the given settings."""

    def install(settings: str) -> None:
        path = tmp_path / "standin.txt"
        path.write_text(settings, encoding="utf-8")
        monkeypatch.setenv("STANDIN_NVML", str(path))
        monkeypatch.setenv("LD_LIBRARY_PATH", str(standin_folder))

    return install

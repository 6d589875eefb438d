"""Finding the data files from a checkout, an installation, and where they are missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fitcheck
from fitcheck import resources

PRINT_ROOT = """
from fitcheck import resources
from fitcheck.errors import EnvironmentLacksError
try:
    print(resources.root())
except EnvironmentLacksError as error:
    print(error.code, error)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder with just enough of the package to ask where its data is."""
    package = tmp_path / "fitcheck"
    package.mkdir()
    for name in ("__init__.py", "errors.py", "resources.py"):
        shutil.copy(Path(fitcheck.__file__).parent / name, package)
    return tmp_path


def _asked(folder: Path) -> str:
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{PRINT_ROOT}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_the_data_of_this_program_is_found() -> None:
    assert (resources.root() / "catalog" / "models.json").is_file()


def test_an_installed_package_uses_its_own_data(installation: Path) -> None:
    inside, beside = installation / "fitcheck" / "resources", installation / "resources"
    for folder in (inside, beside):
        (folder / "catalog").mkdir(parents=True)

    assert Path(_asked(installation)) == inside.resolve()


def test_a_checkout_uses_the_data_at_its_top(installation: Path) -> None:
    (installation / "resources" / "catalog").mkdir(parents=True)

    assert Path(_asked(installation)) == (installation / "resources").resolve()


def test_a_folder_of_another_program_is_not_taken_for_the_data(installation: Path) -> None:
    (installation / "resources").mkdir()

    assert _asked(installation).startswith("no_resources ")


def test_missing_data_is_one_sentence(installation: Path) -> None:
    answer = _asked(installation)

    assert answer == "no_resources FitCheck's data files are missing; installing it again brings them back."

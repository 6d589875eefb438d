"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import fitcheck

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("fitcheck", "tests", "packaging") for path in (ROOT / folder).rglob("*.py"))
TEXTS = {".py", ".md", ".json", ".toml", ".txt", ".svg", ".desktop", ".c", ".yml", ".spec", ".nsi", ".xml", ""}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    long = [node.name for node in functions if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION]

    assert text.count("\n") <= LONGEST_FILE
    assert not long


def test_data_files_are_json() -> None:
    for path in [*(ROOT / "resources").rglob("*.json"), *(ROOT / "tests" / "data").rglob("*.json")]:
        json.loads(path.read_text(encoding="utf-8"))


def test_no_text_points_outside_the_repository() -> None:
    # Written apart, so that this file does not find itself.
    outside = re.compile(
        "|".join(
            (r"\.\./" + "shared", "/" + "work/", r"/home/" + r"(?!linuxbrew)[a-z]+/", "/" + "root/", "/" + "tmp/ref")
        )
    )
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listed.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in SOURCES]
    pointing = [
        name for name in names
        if Path(name).suffix in TEXTS and (ROOT / name).is_file()
        and outside.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]  # fmt: skip

    assert not pointing


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{fitcheck.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_names_both_commands_and_shows_the_window() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"(?:src=|srcset=|\]\()\"?([^\")\s]+\.png)", readme)

    assert "python3 dev.py run" in readme
    assert "python3 dev.py test" in readme
    assert shown
    assert all((ROOT / name).is_file() for name in shown)


def test_the_desktop_entry_is_valid_and_its_icon_exists() -> None:
    validator = shutil.which("desktop-file-validate")
    if validator is None:
        pytest.skip("desktop-file-validate is not installed")

    checked = subprocess.run(
        [validator, str(ROOT / "packaging/linux/fitcheck.desktop")], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout
    assert (ROOT / "resources" / "icons" / "fitcheck.svg").is_file()

"""Which modules become machine code, and what of a finished build goes into the program."""

from __future__ import annotations

from pathlib import Path

import compiled
import pytest


def test_what_stays_interpreted_is_there(repo_root: Path) -> None:
    names = {path.stem for path in (repo_root / "fitcheck" / "core").rglob("*.py")}

    assert names >= compiled.INTERPRETED
    # The layout of buffers is what machine code is for.
    assert not {"arena", "joined", "layout", "reserve", "sizes"} & compiled.INTERPRETED


@pytest.mark.parametrize("suffix", ["cpython-311-x86_64-linux-gnu.so", "cpython-311-darwin.so", "cp311-win_amd64.pyd"])
def test_libraries_are_taken_with_the_module_that_each_holds(tmp_path: Path, suffix: str) -> None:
    # Given what a build leaves: libraries in place, and its own objects and copies beside them
    made = [
        f"fitcheck__mypyc.{suffix}", f"fitcheck/core/units.{suffix}", f"fitcheck/core/graph/arena.{suffix}",
    ]  # fmt: skip
    for name in (*made, "fitcheck/core/units.py", f"build/lib/fitcheck/core/units.{suffix}", "build/native.c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    found = compiled.libraries(tmp_path)

    assert {one.as_posix() for one in found} == set(made)
    assert {compiled.module_of(one) for one in found} == {
        "fitcheck__mypyc", "fitcheck.core.units", "fitcheck.core.graph.arena",
    }  # fmt: skip

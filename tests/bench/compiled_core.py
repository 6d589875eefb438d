"""The core as it is in the packages, compiled by mypyc: tested and timed beside the sources.

``python tests/bench/compiled_core.py`` needs a C compiler and two minutes. The benchmarks run with a copy of the
program whose core is compiled and then as ever, on the same machine; the tests tell whether both answer alike.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import compiled  # noqa: E402

BENCHMARKS = ["--benchmark-only", "--benchmark-columns=min,median,rounds", "tests/bench/test_core_speed.py"]
TESTS = ["-m", "not slow", "tests/core", "tests/cli", "tests/test_contract.py"]


def compiled_copy(folder: Path) -> None:
    """Copy what is tracked to a folder, with the core compiled beside its sources."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    work = folder / "build" / "compiled"
    compiled.build(work)
    for library in compiled.libraries(work):
        shutil.copy2(work / library, folder / library)


def run(folder: Path, arguments: list[str]) -> int:
    """Run pytest in a folder with the program that lies there."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def main() -> int:
    """Exit code 0 where the copy passes its tests."""
    with tempfile.TemporaryDirectory(prefix="fitcheck-compiled-") as name:
        folder = Path(name)
        compiled_copy(folder)
        which = "import fitcheck.core.graph.arena as arena; print('Compiled:', arena.__file__)"
        subprocess.run([sys.executable, "-c", which], cwd=folder, env={**os.environ, "PYTHONPATH": name}, check=True)
        code = run(folder, TESTS)
        run(folder, BENCHMARKS)
    print("Interpreted:", ROOT)
    run(ROOT, BENCHMARKS)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""What compiling the core would give: a copy of the program with most of the core compiled by mypyc, tested and timed.

Nothing that is shipped is compiled. ``python tests/bench/compiled_core.py`` needs a C compiler and two minutes. The
benchmarks run with the copy and then as ever, on the same machine; the tests tell whether both answer alike.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

INTERPRETED = {
    "__init__", "derivation", "hashed_once", "model", "placement", "quantization", "report", "verification", "workload"
}  # fmt: skip
"""Modules whose classes mypyc does not take.

They are changed by decorators, frozen with a base, have hashes of their own, or JSON is read by their annotations.
"""

SETUP = """
import sys
from mypyc.build import mypycify
from setuptools import setup

modules = sys.argv[3:]
del sys.argv[3:]
setup(name="compiled", packages=[], ext_modules=mypycify(["--strict", *modules], opt_level="3"))
"""

BENCHMARKS = ["--benchmark-only", "--benchmark-columns=min,median,rounds", "tests/bench/test_core_speed.py"]
TESTS = ["-m", "not slow", "tests/core", "tests/cli", "tests/test_contract.py"]


def compiled_copy(folder: Path) -> None:
    """Copy what is tracked to a folder, with the core compiled beside its sources."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    core = sorted((folder / "fitcheck" / "core").rglob("*.py"))
    modules = [str(path.relative_to(folder)) for path in core if path.stem not in INTERPRETED]
    # Beside a project's own description setuptools reads that instead of its arguments.
    work = folder / "build" / "compiled"
    work.mkdir(parents=True)
    shutil.copytree(folder / "fitcheck", work / "fitcheck")
    (work / "setup.py").write_text(SETUP, encoding="utf-8")
    command = [sys.executable, "setup.py", "build_ext", "--inplace", *modules]
    built = subprocess.run(command, cwd=work, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        sys.exit(f"The core could not be compiled:\n{built.stdout[-2000:]}")
    for library in [*work.rglob("*.so"), *work.rglob("*.pyd")]:
        if "build" not in library.relative_to(work).parts:
            shutil.copy2(library, folder / library.relative_to(work))


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

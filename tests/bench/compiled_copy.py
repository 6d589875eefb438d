"""The program as packages have it, its core compiled by mypyc, in a folder of its own where it is tested and timed.

``python tests/bench/compiled_copy.py FOLDER`` needs a C compiler and a minute and a half. Exit code 0 where the copy
passes the tests of core, commands and contract; ``dev.py bench`` times nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import compiled  # noqa: E402

TESTS = ["-m", "not slow", "tests/core", "tests/cli", "tests/test_contract.py"]


def compiled_copy(folder: Path) -> None:
    """Copy what is tracked, and what is made of it for Qt, with the core compiled beside its sources."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "resources", folder / "resources", dirs_exist_ok=True)
    work = folder / "build" / "compiled"
    compiled.build(work)
    for library in compiled.libraries(work):
        shutil.copy2(work / library, folder / library)


def main(arguments: list[str]) -> int:
    """Make the copy in the folder that is named and test it there."""
    folder = Path(arguments[0]).resolve()
    compiled_copy(folder)
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    which = "import fitcheck.core.graph.arena as arena; print('Machine code:', arena.__file__)"
    subprocess.run([sys.executable, "-c", which], cwd=folder, env=environment, check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

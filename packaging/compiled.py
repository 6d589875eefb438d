"""The core as machine code, by mypyc: what is frozen answers as the sources do, in two thirds of the time.

``python packaging/compiled.py`` compiles the modules of ``fitcheck/core`` below the folder that it is started in.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import product

INTERPRETED = frozenset({
    "__init__", "derivation", "hashed_once", "model", "placement", "quantization", "report", "verification", "workload"
})  # fmt: skip
"""Modules whose classes mypyc does not take.

They are changed by decorators, frozen with a base, have hashes of their own, or JSON is read by their annotations.
"""

GROUP = "fitcheck"
"""Names the library that holds all of the code, ``fitcheck__mypyc``; without it mypyc makes a name out of a hash."""


def build(work: Path) -> None:
    """Compile a copy of the sources in a new folder (RefusalError where it fails: there is no C compiler)."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(product.ROOT / product.NAME, work / product.NAME, ignore=shutil.ignore_patterns("__pycache__"))
    product.call(sys.executable, Path(__file__).resolve(), cwd=work)


def libraries(work: Path) -> list[Path]:
    """What ``build`` made, as places below its folder: a small library for each module, and that with the code."""
    return sorted(
        path.relative_to(work)
        for pattern in (f"{GROUP}__mypyc.*", f"{product.NAME}/core/**/*")
        for path in work.glob(pattern)
        if path.suffix in (".so", ".pyd")
    )


def module_of(library: Path) -> str:
    """The module that a library holds, such as ``fitcheck.core.graph.arena``."""
    return ".".join((*library.parent.parts, library.name.split(".")[0]))


def compile_here() -> None:
    """Compile what lies in this folder; without paths and symbols of the builder, so that all builds are alike."""
    from mypyc.build import mypycify
    from setuptools import setup

    core = sorted((Path(product.NAME) / "core").rglob("*.py"))
    modules = [str(path) for path in core if path.stem not in INTERPRETED]
    extensions = mypycify(["--strict", *modules], opt_level="2", debug_level="0", group_name=GROUP)
    setup(name=GROUP, packages=[], ext_modules=extensions, script_args=["-q", "build_ext", "--inplace"])


if __name__ == "__main__":
    compile_here()

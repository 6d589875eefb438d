"""Builds the packages of FitCheck; ``dev.py package`` starts it inside the environment.

python3 dev.py package                   everything that this system can build, into dist/
python3 dev.py package deb tar           only these
python3 dev.py package --frozen deb      pack what was frozen before
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import product
import targets

ENVIRONMENT_LACKS = 3


def main(arguments: list[str]) -> int:
    """Build what is asked for and print each file with its size."""
    parser = argparse.ArgumentParser(prog="dev.py package", description="Build FitCheck's packages into dist/.")
    parser.add_argument(
        "target", nargs="*", help=f"of {', '.join(targets.TARGETS)} (here: {', '.join(targets.here())})"
    )
    parser.add_argument("--frozen", action="store_true", help="pack what was frozen before")
    parser.add_argument("--quick", action="store_true", help="pack fast and large, for tests")
    parser.add_argument("--out", type=Path, default=product.DIST, metavar="FOLDER", help="where the packages go")
    parser.add_argument("--as-version", default=product.version(), metavar="VERSION", help="for a test of upgrades")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.target if name not in targets.TARGETS]
    if unknown:
        parser.error(f"'{unknown[0]}' is not a package; these are: {', '.join(targets.TARGETS)}")
    try:
        made = targets.build(
            options.target or targets.here(), options.out, options.as_version,
            again=not options.frozen, quick=options.quick,
        )  # fmt: skip
    except product.RefusalError as refusal:
        print(f"dev.py package: {refusal}", file=sys.stderr)
        return ENVIRONMENT_LACKS
    for path in made:
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

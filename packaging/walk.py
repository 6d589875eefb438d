#!/usr/bin/env python3
"""A Debian package from its installation to its end: installed by apt over an older version, tried, purged, gone.

    python3 packaging/walk.py OLD.deb NEW.deb      as root, on a computer that may be changed

Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import smoke

PLACES = ("/usr", "/etc", "/opt", "/var/lib", "/var/cache")
KEPT_BY_APT = ("/var/lib/apt", "/var/cache/apt", "/var/lib/dpkg/info/fitcheck")
TYPES = ("/usr/share/mime/globs2", "/usr/share/applications/mimeinfo.cache")


class WalkError(Exception):
    """A step that did not leave what it should; the text says which."""


def apt(*arguments: str) -> None:
    """Run apt-get without questions."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-y", "-q", *arguments], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WalkError(f"apt-get {' '.join(arguments)}: {done.stdout[-1500:]}{done.stderr[-1500:]}")


def status() -> str:
    """The package's state and version as dpkg knows them; empty where it does not know it."""
    command = ["dpkg-query", "-W", "-f", "${Status} ${Version}", "fitcheck"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def traces() -> set[str]:
    """Everything on the system that bears FitCheck's name, and the file type where it is registered."""
    command = ["find", *PLACES, "-xdev", "-iname", "*fitcheck*"]
    named = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    found = {name for name in named if not name.startswith(KEPT_BY_APT[:2])}
    for name in TYPES:
        file = Path(name)
        found |= {
            f"{name}: {line}" for line in (file.read_text().splitlines() if file.exists() else ()) if "gguf" in line
        }
    return found


def walk(old: Path, new: Path, pictures: str) -> None:
    """All steps; WalkError at the first one that fails."""
    if status():
        raise WalkError(f"FitCheck is installed already ({status()}); purge it first")
    before = traces()
    try:
        apt("install", f"{old.resolve()}")
        first = status()
        inside = set(listed())
        apt("install", f"{new.resolve()}")
        print(f"upgraded       from {first.split()[-1]} to {status().split()[-1]}", flush=True)
        left = [name for name in inside - set(listed()) if Path(name).exists()]
        if status() == first or left:
            raise WalkError(f"the upgrade left {left or 'everything as it was'}")
        damaged = subprocess.run(["dpkg", "--verify", "fitcheck"], capture_output=True, text=True, check=False).stdout
        if damaged:
            raise WalkError(f"installed files differ from the package: {damaged}")
        if smoke.main(["--pictures", pictures]):
            raise WalkError("the smoke test failed")
    finally:
        if status():
            apt("purge", "fitcheck")
    after = traces()
    if status() or after - before:
        raise WalkError(f"purging left {sorted(after - before) or status()}")
    print("purged         nothing is left", flush=True)


def listed() -> list[str]:
    """Files of the installed package."""
    names = subprocess.run(["dpkg", "-L", "fitcheck"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in names if not Path(name).is_dir()]


def main(arguments: list[str]) -> int:
    """Two packages, the older one first, and a folder for pictures."""
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        walk(Path(arguments[0]), Path(arguments[1]), arguments[2] if len(arguments) == 3 else "build/pictures")
    except WalkError as error:
        print(f"walk: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

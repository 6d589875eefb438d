"""What the packages say of FitCheck: names, version, who keeps it, and the moment that all files carry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build" / "package"
DIST = ROOT / "dist"

NAME = "fitcheck"
TITLE = "FitCheck"
SUMMARY = "See whether DeepSeek-R1 fits this computer before you download it"
# To be replaced by whoever publishes: an address that is read, and a name under a domain of theirs.
MAINTAINER = "FitCheck contributors <fitcheck@example.org>"
COMPONENT_ID = "io.github.r1_fitcheck.fitcheck"
GGUF_TYPE = "application/x-gguf"
REPORT_TYPE = "application/vnd.fitcheck.report+json"


class RefusalError(Exception):
    """Something is missing; the text is one sentence that says what to do."""


def version() -> str:
    """The version that the program says of itself."""
    text = (ROOT / NAME / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    assert found is not None
    return found[1]


def epoch() -> int:
    """Seconds since 1970 that every packed file carries: SOURCE_DATE_EPOCH, the last commit's, or the changelog's."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        committed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        committed = ""
    if committed:
        return int(committed)
    dates = re.findall(
        r"^## \[[\d.]+\] - (\d{4}-\d{2}-\d{2})", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    return int(datetime.fromisoformat(dates[0]).replace(tzinfo=UTC).timestamp())


def moment() -> datetime:
    """``epoch`` as a date, in UTC."""
    return datetime.fromtimestamp(epoch(), UTC)


def machine() -> str:
    """This computer's processor as the kernel calls it: ``x86_64``, ``aarch64``, ``arm64`` …"""
    return os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "AMD64").lower()


def environment() -> dict[str, str]:
    """The environment of every tool that packs: the same moment and language on every computer."""
    return {**os.environ, "SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def call(*command: str | Path, cwd: Path = ROOT, **environ: str) -> str:
    """Run a tool and return what it printed; RefusalError with its last words where it fails or is missing."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=cwd, env={**environment(), **environ}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise RefusalError(f"{words[0]} is missing; install it and run the same command again.") from error
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise RefusalError(f"{Path(words[0]).name} ended with status {done.returncode}; what it said stands above.")
    return done.stdout

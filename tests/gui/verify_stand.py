"""What the tests of Verify in the window share: plans, and Pythons whose child only pretends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

import pytest
from pytestqt.qtbot import QtBot

from fitcheck import service
from fitcheck.core.planner import Plan
from fitcheck.core.quantization import find_file_type
from fitcheck.core.workload import Workload
from fitcheck.gui.verifier import Verifier
from tests.gui.conftest import RTX_4090, desktop

needs_shell = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand in for a Python")
LONGEST_MS = 60_000
CHILD = Path(__file__).with_name("pretended_child.py")


class Stand(Protocol):
    """Makes a stand-in for a Python whose child takes a way; ``torch`` is its version as JSON."""

    def __call__(self, way: str, torch: str = ...) -> str: ...


def stand_in(tmp_path: Path) -> Stand:
    """A stand-in for a Python with torch: a shell script that answers the question, and runs a pretended child."""

    def write(way: str, torch: str = '"2.9"') -> str:
        path = tmp_path / f"python-{way}"
        answer = f'{{"python": "3.11.0", "torch": {torch}, "new_enough": true}}'
        path.write_text(
            f"#!/bin/sh\nif [ \"$1\" = -c ]; then echo '{answer}'; exit; fi\nexec '{sys.executable}' '{CHILD}' {way}\n",
            encoding="utf-8",
        )
        path.chmod(0o755)
        return str(path)

    return write


def planned(model: str = "1.5b", quant: str = "Q4_K_M", context: int = 4096, cards: bool = False) -> Plan:
    on = desktop(RTX_4090) if cards else desktop()
    return service.plan(service.find_model(model), find_file_type(quant), Workload(context), on)


def under_way(qtbot: QtBot, verifier: Verifier) -> int:
    """Wait until the child has said something; its process."""
    qtbot.waitUntil(lambda: bool(verifier.memory), timeout=LONGEST_MS)
    pid = verifier.pid
    assert pid is not None
    return pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

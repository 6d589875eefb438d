"""The child's files by themselves: what they need, what they ask the system, how they end."""

from __future__ import annotations

import ast
import mmap
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from fitcheck.verify.child import memory
from fitcheck.verify.child.allocation import Ledger
from fitcheck.verify.child.card_memory import Cards
from fitcheck.verify.child.measuring import Sampler
from fitcheck.verify.client import CHILD

FILES = sorted(CHILD.glob("*.py"))
OLDEST = (3, 9)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_old_python_can_read_it(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_needs_the_standard_library_and_torch_alone(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).split(".")[0])

    assert found <= {*sys.stdlib_module_names, "torch"}


def test_free_and_resident_memory_are_told() -> None:
    free, resident = memory.host_free(), memory.resident()

    assert free is not None
    assert free > 0
    assert resident is not None
    # Pages of its own: what the allocator has left over from other tests is resident already.
    with mmap.mmap(-1, 64 << 20) as held:
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        grown = memory.resident()
        assert grown is not None
        assert grown - resident > len(held) // 2


class SaidError(Exception):
    """What a talk was told to give up with."""


class Listening:
    """A talk that keeps what is said and raises where the child would end itself."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def say(self, event: str, **facts: Any) -> None:
        self.said.append({"event": event, **facts})

    def give_up(self, code: str, sentence: str, **facts: Any) -> None:
        raise SaidError(code, sentence)


def test_swapping_ends_the_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    talk: Any = Listening()
    sampler = Sampler(talk, Ledger({"reserve_bytes": 0}), [torch.device("cpu")])
    sampler.stop()
    monkeypatch.setattr(memory, "swapped", lambda: 5 << 20)

    with pytest.raises(SaidError, match="swap"):
        sampler._say(0)


def test_without_a_driver_a_cards_memory_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fitcheck.verify.child.card_memory.LIBRARY", str(tmp_path / "no-such-library.so"))

    assert Cards().used("GPU-1") is None


DRIVER = """
#include <string.h>
struct memory { unsigned long long total, free, used; };
int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetHandleByUUID(const char *uuid, void **out) { *out = (void *)1; return strcmp(uuid, "GPU-1") != 0; }
int nvmlDeviceGetMemoryInfo(void *handle, struct memory *out) { out->used = 12345678901ULL; return handle == 0; }
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in driver is a Linux library")
def test_a_driver_tells_what_is_used(c_compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    (tmp_path / "driver.c").write_text(DRIVER, encoding="utf-8")
    library = tmp_path / "libstandin.so"
    subprocess.run([c_compiler, "-shared", "-fPIC", "-o", str(library), str(tmp_path / "driver.c")], check=True)
    monkeypatch.setattr("fitcheck.verify.child.card_memory.LIBRARY", str(library))

    assert Cards().used("GPU-1") == 12_345_678_901
    assert Cards().used("GPU-2") is None
    assert Cards().used(None) is None


def test_a_granted_amount_counts_beside_the_systems_own_number() -> None:
    resident = memory.resident()
    assert resident is not None

    free = Ledger({"reserve_bytes": 0, "host_bytes": resident + (100 << 20)}).free(torch.device("cpu"))

    assert free is not None
    assert free <= 110 << 20

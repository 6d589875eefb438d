"""Runs of the probe's client with pretended children, for the tests of what a driver may do to the program."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from fitcheck.core.hardware import Machine
from fitcheck.probe.client import ProbeClient
from fitcheck.probe.detect import Detection

PROGRAM = Path(__file__).with_name("pretend_child.py")
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Run:
    """A client with what it said; ``seconds`` is the time until the end was called."""

    client: ProbeClient = field(init=False)
    detection: Detection = field(default_factory=Detection)
    lines: list[bytes] = field(default_factory=list)
    ends: list[int | str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    heard: threading.Event = field(default_factory=threading.Event)

    def take(self, line: bytes) -> None:
        self.lines.append(line)
        self.detection.feed(line)
        self.heard.set()

    def end(self, end: int | str) -> None:
        self.ends.append(end)
        self.seconds = time.monotonic() - self.begun

    @property
    def machine(self) -> Machine:
        return self.detection.machine

    def states(self) -> dict[str, str]:
        return {one.name: one.state for one in self.machine.sources}

    def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until a line made the condition true."""
        limit = time.monotonic() + seconds
        while not condition():
            self.heard.clear()
            assert time.monotonic() < limit, f"not within {seconds} s; lines: {self.lines}"
            self.heard.wait(0.05)


@contextmanager
def run(*, live: bool = False, record: bool = False, wait: bool = True, **behaviours: str) -> Iterator[Run]:
    """Children that behave so, waited for, and stopped afterwards."""
    pairs = [f"{name}={behaviour}" for name, behaviour in behaviours.items()]
    made = Run()
    made.client = ProbeClient(
        made.take, made.end, live=live, record=record, command=(sys.executable, str(PROGRAM), *pairs),
        names=tuple(behaviours),
    )  # fmt: skip
    try:
        if wait:
            made.client.wait()
        yield made
    finally:
        made.client.stop()


def children() -> list[psutil.Process]:
    """Probe processes of this one that still run."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.status() != psutil.STATUS_ZOMBIE and PROGRAM.name in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found

"""The child process that looks at the machine and writes JSON lines.

``{"begin": name, "tried": …}`` comes before a source is asked, ``{"source": name, "tried": …}`` with ``facts``,
``reason`` or ``failed`` after it, ``{"end": true}`` when all were asked. A further look is answered by
``{"live": name}`` with ``facts`` or ``failed`` for every source of which something changes, and ``{"looked": true}``.
Every line is flushed at once, so that a driver that hangs costs only its own line.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from fitcheck.probe.source import Facts, Source, SourceFailedError
from fitcheck.probe.sources import SOURCES
from fitcheck.probe.system import System

LOOK = "look "
"""What the program writes to ask for what changes from second to second, before the names of the sources to ask."""

Table = Mapping[str, Callable[[System], Source]]


def main(arguments: Sequence[str] = (), table: Table | None = None) -> int:
    """Ask the sources in turn; the last line says that all were asked."""
    parser = argparse.ArgumentParser(prog="fitcheck-probe")
    parser.add_argument("--sources", type=lambda text: text.split(",") if text else [], help="only these")
    parser.add_argument("--watched", action="store_true", help="end when standard input closes")
    parser.add_argument("--live", action="store_true", help="stay for further looks")
    parser.add_argument("--record", action="store_true", help="tell the raw facts too")
    options = parser.parse_args(arguments)
    asked = _watched_input() if options.watched or options.live else None
    child = _Child(_table() if table is None else table, record=options.record)
    child.scan(options.sources)
    if asked is not None and options.live:
        child.stay(asked)
    return 0


def _table() -> Table:
    """The sources of the program, each loaded when its turn comes."""

    def load(place: str) -> Callable[[System], Source]:
        def make(system: System) -> Source:
            module, _, name = place.partition(":")
            source: Source = getattr(import_module(module), name)(system)
            return source

        return make

    return {name: load(place) for name, place in SOURCES.items()}


class _Child:
    """The sources of this process and the stream to the program."""

    def __init__(self, table: Table, *, record: bool) -> None:
        self._table, self._record = table, record
        self._made: dict[str, Source] = {}
        self._readable: dict[str, Source | None] = {}
        self._systems: dict[str, System] = {}
        # What a driver prints must not fall between the lines: it goes where errors go from now on.
        self._stream = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def scan(self, names: Sequence[str] | None) -> None:
        """Ask all sources, or those named."""
        for name in self._table:
            if names is None or name in names:
                self._say({"begin": name})
                answer = self._answer(name)
                self._say({"source": name, **answer, **(self._raw(name) if self._record else {})})
        self._say({"end": True})

    def stay(self, asked: queue.SimpleQueue[str]) -> None:
        """Answer every further look; ends with the process."""
        while True:
            line = asked.get()
            if line.startswith(LOOK):
                for name in line.removeprefix(LOOK).split(","):
                    self._look(name)
                self._say({"looked": True})

    def _answer(self, name: str) -> dict[str, Any]:
        """A source's facts, or the reason why there are none; one that breaks must not take the others with it."""
        tried = ""
        try:
            source = self._source(name)
            tried = source.tried
            self._say({"begin": name, "tried": tried})
            reason = source.is_available()
            self._readable[name] = source if reason is None else None
            return {"tried": tried, **({"facts": source.read()} if reason is None else {"reason": reason})}
        except Exception as error:
            return {"tried": tried, "failed": _failure(error)}

    def _look(self, name: str) -> None:
        """What changed of one source, which another process may have read first."""
        if name not in self._table or self._readable.get(name, ...) is None:
            return
        self._say({"begin": name})
        try:
            if name not in self._readable:
                source = self._source(name)
                self._readable[name] = source if source.is_available() is None else None
            readable = self._readable[name]
            facts: Facts = readable.live() if readable is not None else {}
        except Exception as error:
            self._say({"live": name, "failed": _failure(error)})
            return
        # Kept on and on, the files of processes that come and go would fill the memory.
        self._systems[name].read.clear()
        if facts:
            self._say({"live": name, "facts": facts})

    def _source(self, name: str) -> Source:
        if name not in self._made:
            self._systems[name] = System.here()
            self._made[name] = self._table[name](self._systems[name])
        return self._made[name]

    def _raw(self, name: str) -> dict[str, Any]:
        """What a source read, as it was read."""
        system, source = self._systems.get(name), self._made.get(name)
        raw: dict[str, Any] = {"files": dict(system.read) if system is not None else {}}
        if (tell := getattr(source, "raw", None)) is not None:
            try:
                raw["text"] = tell()
            except Exception as error:
                raw["text"] = None
                raw["failed"] = _failure(error)
        return {"raw": raw}

    def _say(self, line: Mapping[str, object]) -> None:
        self._stream.write(json.dumps(line).encode("ascii") + b"\n")
        self._stream.flush()


def _failure(error: Exception) -> str:
    return str(error) if isinstance(error, SourceFailedError) else f"{type(error).__name__}: {error}"


def _watched_input() -> queue.SimpleQueue[str]:
    """Lines of standard input as they come; the process ends with the input, whatever a driver is doing."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def watch() -> None:
        rest = b""
        while True:
            # Not sys.stdin: a thread that waits inside it spoils an orderly end of the interpreter.
            piece = os.read(0, 4096)
            if not piece:
                os._exit(0)
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                lines.put(line.decode("ascii", "replace").strip())

    threading.Thread(target=watch, name="probe-input", daemon=True).start()
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

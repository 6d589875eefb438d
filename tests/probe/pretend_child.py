"""A probe's child with made-up sources that behave as a driver may: ``python pretend_child.py NAME=BEHAVIOUR …``.

Behaviours: ``good``, ``absent``, ``raises``, ``sleeps SECONDS``, ``live_sleeps SECONDS`` (only the first process
sleeps; a file named by ``once`` says that one did), ``dies``, ``live_dies``, ``prints`` (garbage on standard output),
``stops`` (the whole process stands still, so that not even its end is noticed).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fitcheck.probe.child import main
from fitcheck.probe.source import Facts, Source
from fitcheck.probe.system import System


class Pretender:
    """One source with one behaviour."""

    def __init__(self, name: str, behaviour: str, system: System) -> None:
        self.name, self.tried = name, f"pretending to be {name}"
        self._do, _, self._rest = behaviour.partition(":")
        self._system = system
        self._readings = 0

    def is_available(self) -> str | None:
        return f"There is no {self.name}." if self._do == "absent" else None

    def read(self) -> Facts:
        if self._do == "raises":
            raise OSError(5, "the card is on fire")
        if self._do == "prints":
            os.write(1, b'{"source": "host", "facts": {"cpu_cores": 99}}\n\xff\x00 half a line')
        if self._do == "sleeps":
            time.sleep(float(self._rest))
        if self._do == "stops":
            os.kill(os.getpid(), signal.SIGSTOP)
        if self._do == "dies":
            os._exit(7)
        if self._do == "reads":
            self._system.text(self._rest)
        card = {"name": f"{self.name} card", "vendor": self.name, "uuid": self.name, "memory_free_bytes": 100}
        return {"gpus": [card]} if self._do != "prints" else {"cpu_name": self.name}

    def live(self) -> Facts:
        if self._do == "live_sleeps" and _is_first(self._rest):
            time.sleep(60)
        if self._do == "live_dies":
            os._exit(7)
        if self._do == "changes":
            return {"changed": True}
        self._readings += 1
        return {"gpus": [{"uuid": self.name, "memory_free_bytes": 100 - self._readings % 50}]}

    def raw(self) -> str:
        return f"raw {self.name}"


def _is_first(path: str) -> bool:
    """Whether nobody asked before in any process."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _maker(name: str, behaviour: str) -> Callable[[System], Source]:
    return lambda system: Pretender(name, behaviour, system)


if __name__ == "__main__":
    pairs = [argument.partition("=") for argument in sys.argv[1:] if not argument.startswith("--") and "=" in argument]
    options = sys.argv[1 + len(pairs) :]
    sys.exit(main(options, {name: _maker(name, behaviour) for name, _, behaviour in pairs}))

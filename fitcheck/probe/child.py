"""The child process that looks at the machine and writes one JSON line a source.

What is quick comes first and every line is flushed at once, so that a driver that hangs costs only its own line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from fitcheck.probe.source import Source


def main() -> int:
    """Read every source in turn; the last line says that all were asked."""
    for load in (_host, _disk, _nvml):
        _say({"source": load.__name__.strip("_"), **_answer(load)})
    _say({"end": True})
    return 0


def _host() -> Source:
    from fitcheck.probe.host import Host

    return Host()


def _disk() -> Source:
    from fitcheck.probe.disk import ModelDisk

    return ModelDisk()


def _nvml() -> Source:
    from fitcheck.probe.nvml import Nvml

    return Nvml()


def _answer(load: Callable[[], Source]) -> dict[str, object]:
    """A source's facts, or the reason why there are none; one that breaks must not take the others with it."""
    try:
        source = load()
        reason = source.is_available()
        return {"facts": source.read()} if reason is None else {"reason": reason}
    except Exception as error:
        return {"reason": f"Looking failed: {type(error).__name__}: {error}"}


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

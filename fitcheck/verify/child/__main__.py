"""Runs one job: ``python path/to/child`` reads it as a line of JSON from standard input and answers with JSON lines."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import traceback


def _as_a_package() -> str:
    """Make this folder a package of its own, so that its files find each other in any Python."""
    if __package__:
        return __package__
    folder = os.path.dirname(os.path.abspath(__file__))
    # Names such as "memory" must not be found in place of anybody else's.
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or os.curdir) != folder]
    name = "fitcheck_verify_child"
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    return name


def main() -> int:
    """Read the job, run it, and turn whatever goes wrong into an event; 0 where there is a result."""
    package = _as_a_package()
    talk_module = importlib.import_module(f"{package}.talk")
    memory = importlib.import_module(f"{package}.memory")
    talk = talk_module.Talk()
    job = json.loads(sys.stdin.buffer.readline())
    talk.end_with_input()
    memory.step_back()
    memory.keep_scratch()
    busy = memory.busy_processors()
    memory.wait_asleep_if_busy()
    talk.say("progress", phase="starting", label="loading torch", done=0, of=1)
    try:
        importlib.import_module("torch")
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "torch":
            talk.give_up("no_torch", f"The Python {sys.executable} has no torch.")
        talk.give_up(
            "broken_torch",
            f"The Python {sys.executable} cannot load its torch: {_first_line(error)}. Choose another Python (in the "
            "settings, or by --python), or install torch there again.",
        )
    try:
        importlib.import_module(f"{package}.run").run(job, talk, busy)
    except talk_module.Failure as failure:
        talk.give_up(failure.code, failure.sentence, **failure.facts)
    except Exception as error:
        traceback.print_exc()
        talk.give_up("broken", f"The pass broke: {_first_line(error)}.")
    return 0


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else 'no reason given'}".rstrip(".")


if __name__ == "__main__":
    sys.exit(main())

"""The child's side of the conversation: one JSON object a line on standard output, nothing else.

Whatever torch or a driver prints goes to standard error. When standard input ends, the program that started this one
is gone or has changed its mind: the process ends at once, and the system takes all its memory back.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, Dict

CANCELLED = 130
GAVE_UP = 1


class Failure(Exception):  # noqa: N818 - an answer rather than an error
    """Why there is nothing to measure: a stable code, one sentence, and facts beside it."""

    def __init__(self, code: str, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.facts = code, sentence, facts


class Talk:
    """Says events; safe from several threads."""

    def __init__(self) -> None:
        sys.stdout.flush()
        # The pipe keeps to events alone; prints of others are sent elsewhere.
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def say(self, event: str, **facts: Any) -> None:
        """One event; a reader that has gone ends this process."""
        line: Dict[str, Any] = {"event": event, **facts}
        with self._lock:
            try:
                self._out.write(json.dumps(line) + "\n")
                self._out.flush()
            except OSError:
                os._exit(CANCELLED)

    def give_up(self, code: str, sentence: str, **facts: Any) -> None:
        """Say why nothing can be measured and end this process at once, from whatever thread."""
        self.say("failed", code=code, sentence=sentence, **facts)
        os._exit(GAVE_UP)

    def end_with_input(self) -> None:
        """From now on the end of standard input ends this process, whatever it is doing."""
        threading.Thread(target=self._wait_for_the_end, daemon=True).start()

    def _wait_for_the_end(self) -> None:
        # Unbuffered, so that no lock is held when Python ends while this thread still waits.
        while os.read(0, 4096):
            continue
        os._exit(CANCELLED)

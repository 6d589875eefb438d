"""What a command that was answered exits with; wrong requests and missing parts have theirs in ``fitcheck.errors``."""

from __future__ import annotations

RUNS, DOES_NOT_RUN = 0, 1

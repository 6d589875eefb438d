"""Everything FitCheck raises on purpose, and the exit code each one means.

FitCheckError                what went wrong, in one sentence a person can act on
├── RequestError             the request is wrong                       exit code 2
└── EnvironmentLacksError    this machine lacks something it needs      exit code 3

``code`` is the stable word of JSON error objects; ``accepted`` lists what would have been right.
"""

from __future__ import annotations


class FitCheckError(Exception):
    """Base of all deliberate errors: a stable code, one sentence, and what is accepted instead."""

    exit_code = 2

    def __init__(self, code: str, message: str, accepted: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.accepted = accepted


class RequestError(FitCheckError):
    """The person or script asked for something that does not exist or cannot be (exit code 2)."""

    exit_code = 2


class EnvironmentLacksError(FitCheckError):
    """The machine lacks what the request needs, such as a display or torch (exit code 3)."""

    exit_code = 3

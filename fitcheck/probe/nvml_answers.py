"""Answers of NVIDIA's NVML: the one place where its refusals become values and reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pynvml

_REASONS = {
    pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: "No NVIDIA driver is installed.",
    pynvml.NVML_ERROR_DRIVER_NOT_LOADED: "The NVIDIA driver is installed but not loaded.",
    pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: (
        "The NVIDIA driver was updated while it was running; restart the computer to use it."
    ),
    pynvml.NVML_ERROR_NO_PERMISSION: "The NVIDIA driver does not let this user look.",
    pynvml.NVML_ERROR_NOT_SUPPORTED: "The driver does not say for this card.",
    pynvml.NVML_ERROR_FUNCTION_NOT_FOUND: "This driver is too old to say.",
    pynvml.NVML_ERROR_GPU_IS_LOST: "The card does not answer any more; restart the computer to get it back.",
    pynvml.NVML_ERROR_RESET_REQUIRED: "The card must be reset before it works again; restart the computer.",
    pynvml.NVML_ERROR_IRQ_ISSUE: "The card's interrupts do not reach the driver; check its seat and power.",
    pynvml.NVML_ERROR_INSUFFICIENT_POWER: "A power cable of the card is not connected.",
}


def reason_of(error: pynvml.NVMLError) -> str:
    """An NVML error as a sentence."""
    known = _REASONS.get(error.value)
    return known or f"The NVIDIA driver answered: {error}."


def plain_text(value: Any) -> str:
    """Names come as bytes from old bindings and as text from new ones."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class Answers:
    """What one card, or the system, tells; ``unknown`` collects a reason for each thing it does not.

    ``codes`` has NVML's number for each question that was refused.
    """

    def __init__(self, *handle: Any) -> None:
        self._handle = handle
        self.unknown: dict[str, str] = {}
        self.codes: dict[str, int] = {}

    def ask(self, fields: str, question: Callable[..., Any], *arguments: Any) -> Any:
        """The library's answer; None and a reason for each of ``fields`` where it gives none that can be read."""
        try:
            return question(*self._handle, *arguments)
        except pynvml.NVMLError as error:
            reason = reason_of(error)
            self.codes[question.__name__] = error.value
        except UnicodeDecodeError:
            reason = "The driver's answer is no text."
        for field in fields.split():
            self.unknown[field] = reason
        return None

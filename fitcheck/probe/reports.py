"""What each source of a machine tried and saw, in sentences for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fitcheck.core.hardware import SourceReport
from fitcheck.core.units import format_bandwidth, format_bytes
from fitcheck.frozen import dataclass
from fitcheck.probe.source import Facts

TITLES = {
    "host": "The operating system", "disk": "The disk of the models",
    "memory_modules": "The list of memory modules",
    "pci": "The list of devices", "nvml": "NVIDIA's driver", "amdgpu": "AMD's driver", "intel": "Intel's driver",
    "apple": "Apple's graphics", "dxgi": "Windows' list of adapters", "memory_speed": "The measurement of RAM",
    "disk_speed": "The measurement of the disk",
    "runtimes": "The search for installed runtimes", "model_files": "The search for model files",
}  # fmt: skip


def title(name: str) -> str:
    """A source as the subject of a sentence."""
    return TITLES.get(name, f"The source '{name}'")


@dataclass(frozen=True, slots=True)
class Answer:
    """A source's last word: facts, else why there are none, with what it tries. ``late_s`` is how long it is silent."""

    tried: str = ""
    facts: Facts | None = None
    reason: str | None = None
    failed: str | None = None
    late_s: float | None = None

    @property
    def seen(self) -> str:
        """What was found; empty where it works and nothing is there."""
        return _seen(self.facts) if self.facts else ""

    def note(self, name: str) -> str | None:
        """What a person has to know about a source that should have answered and did not."""
        if self.late_s is not None:
            if self.facts:
                return f"{title(name)} did not answer within {self.late_s:g} seconds; what is shown of it is older."
            return f"{title(name)} did not answer within {self.late_s:g} seconds; what it says later is taken in."
        if self.failed is None or self.failed.endswith("."):
            # A sentence of its own.
            return self.failed
        return f"{title(name)} could not be read: {self.failed}"

    def report(self, name: str) -> SourceReport:
        """The source's row on the page that says why something is missing."""
        if self.late_s is not None:
            return SourceReport(name, "late", self.tried, f"No answer within {self.late_s:g} seconds.")
        if self.failed is not None:
            return SourceReport(name, "failed", self.tried, self.failed)
        if self.reason is not None:
            return SourceReport(name, "absent", self.tried, self.reason)
        return SourceReport(name, "seen" if self.seen else "nothing", self.tried, self.seen or "It found nothing.")


def _seen(facts: Facts) -> str:
    parts = [
        _cards([str(card.get("name", "a card without a name")) for card in facts.get("gpus") or ()]),
        _runtimes([str(runtime["name"]) for runtime in facts.get("runtimes") or ()]),
        _files([str(file["name"]) for file in facts.get("model_files") or ()]),
        f"the disk of {facts['disk_path']}" if facts.get("disk_path") else "",
        f"{format_bytes(facts['ram_total_bytes'])} of RAM" if facts.get("ram_total_bytes") else "",
        str(facts.get("cpu_name") or ""),
        str(facts.get("os_name") or ""),
        _memory_speed(facts),
    ]
    sentence = "; ".join(part for part in parts if part)
    return f"{sentence[:1].upper()}{sentence[1:].removesuffix('.')}." if sentence else ""


MOST_NAMES = 8
"""Names in a sentence; a machine with more of a kind has equal ones or a long list elsewhere."""


def _cards(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"{len(names)} cards: {_named(names)}"
    return f"1 card: {names[0]}" if names else ""


def _runtimes(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"{len(names)} runtimes: {_named(names)}"
    return f"1 runtime: {names[0]}" if names else ""


def _files(names: Sequence[str]) -> str:
    if len(names) > 1:
        return f"{len(names)} model files: {_named(names)}"
    return f"1 model file: {names[0]}" if names else ""


def _named(names: Sequence[str]) -> str:
    """Each name once, with its number."""
    told = [f"{count} x {name}" if count > 1 else name for name, count in Counter(names).items()]
    more = f" and {len(told) - MOST_NAMES} more" if len(told) > MOST_NAMES else ""
    return f"{', '.join(told[:MOST_NAMES])}{more}"


def _memory_speed(facts: Facts) -> str:
    speed = facts.get("ram_bandwidth_bytes_per_s")
    return f"RAM with {format_bandwidth(speed)}" if speed else ""

"""The memory of a verification over its seconds, as data for the charts: one drawing for each device in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fitcheck.charts.shapes import Drawing
from fitcheck.charts.timeline import Moment, Timeline, thinned, timeline
from fitcheck.core.units import GB, GIB, format_number
from fitcheck.verify.job import torch_name

if TYPE_CHECKING:
    from fitcheck.gui.sentences import Sentences
    from fitcheck.gui.verify_words import VerifyWords
    from fitcheck.verify.job import Job
    from fitcheck.verify.protocol import MemoryNow

Draw = Callable[[float, float], Drawing]
_HEIGHT = 170.0
_MOST_MOMENTS = 400
"""More than a line of some hundred pixels can show."""


class VerifyDrawings(QObject):
    """Makes the drawings, with words in the window's language."""

    def __init__(self, said: Sentences, words: VerifyWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said, self._words = said, words

    def curves(self, job: Job, memory: Sequence[MemoryNow], *, running: bool) -> tuple[list[Draw], list[str]]:
        """Drawings and their titles; none for a device that tells nothing."""
        draws, titles = [], []
        for device in job.message["devices"]:
            sizes = list(_sizes(job, device, memory))
            if sizes:
                expected, words = self._expected(job, device, sizes[0][1])
                title = self.tr("{0} · dashed: {1}").format(self._title(job, device), words)
                draws.append(self._drawn(sizes, expected, title, running=running))
                titles.append(title)
        return draws, titles

    def _title(self, job: Job, device: str) -> str:
        if device == "cpu":
            text = self.tr("RAM of the process that runs it, torch included, {0}")
            return text.format(self._said.unit)
        name = self._said.device_name(job.plan, int(device.removeprefix("cuda:")))
        return self.tr("{0}, all programs, {1}").format(name, self._said.unit)

    def _expected(self, job: Job, device: str, before: int) -> tuple[int, str]:
        """What the memory should come to, and of what that consists."""
        expected, bare = self._words.held(job, device), self._said.bare
        if device == "cpu":
            return expected, self.tr("weights and cache, {0}; torch itself comes on top").format(bare(expected))
        expected += before + job.plan.devices[int(device.removeprefix("cuda:"))].memory.runtime_bytes
        return expected, self.tr("predicted, {0}, other programs included").format(bare(expected))

    def _drawn(self, sizes: list[tuple[float, int]], expected: int, title: str, *, running: bool) -> Draw:
        said, divisor = self._said, GIB if self._said.unit == "GiB" else GB
        word = self.tr("{0} s: {1}")
        moments = tuple(
            Moment(seconds, size / divisor, word.format(f"{seconds:.1f}", said.size(size))) for seconds, size in sizes
        )
        highest = max(size for _, size in sizes)
        summary = self.tr("{0}; highest {1}").format(title, said.size(highest))
        heading = (self.tr("seconds"), self.tr("memory"))
        shown = thinned(moments, _MOST_MOMENTS)
        data = Timeline(shown, heading, expected / divisor, running=running)
        return lambda width, scale: timeline(
            data, width, _HEIGHT * scale, summary, value=format_number, seconds=self._seconds, scale=scale
        )

    def _seconds(self, seconds: float) -> str:
        return self.tr("{0} s").format(f"{seconds:g}")


def _sizes(job: Job, device: str, memory: Sequence[MemoryNow]) -> Iterator[tuple[float, int]]:
    """Seconds and bytes in use: of the child's process in RAM, of all programs on a card."""
    if device == "cpu":
        yield from ((one.seconds, one.resident_bytes) for one in memory)
        return
    cards = {torch_name(index): card for index, card in enumerate(job.plan.machine.plannable_gpus)}
    total = cards[device].memory_total_bytes if device in cards else None
    for one in memory:
        free = one.card_free_bytes.get(device)
        if total is not None and free is not None:
            yield one.seconds, max(0, total - free)

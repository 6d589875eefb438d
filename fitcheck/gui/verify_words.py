"""A verification in the window's words: what will run and take how much, how it goes, what it found; as text, too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject

from fitcheck.core.speed_sentences import rate
from fitcheck.core.units import GB, GIB, format_bandwidth, format_tokens
from fitcheck.gui.language import in_one, said
from fitcheck.sentence_templates import put_in
from fitcheck.verify.job import torch_name

if TYPE_CHECKING:
    from fitcheck.core.planner import Plan
    from fitcheck.core.verification import Band, Verification
    from fitcheck.gui.sentences import Sentences
    from fitcheck.verify.job import Job
    from fitcheck.verify.protocol import Progress

PHASES = ("starting", "allocating", "reading", "decoding")

_DEVICE = re.compile(r"\bhost\b|\b(?:GPU|cuda:)\d+\b")
"""What plans and torch call devices."""

INSTALL_TORCH = "pip install torch --index-url https://download.pytorch.org/whl/cpu"
"""The smallest PyTorch; with a card people have it from elsewhere, or take the default index."""


class Figures(NamedTuple):
    """A table: column heads, rows of cells, and which columns hold numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


class VerifyWords(QObject):
    """Words about verifications, in the unit of ``sentences``."""

    def __init__(self, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._said = sentences

    def what_runs(self, job: Job) -> str:
        """Which parts run, for how many tokens, and what is not needed."""
        layers, tokens = job.plan.model.n_layers, job.message["prompt_tokens"]
        if job.whole:
            ran = self.tr("All {0} layers run").format(layers)
        elif len(job.run) == 1:
            ran = self.tr("One of {0} alike layers runs and is scaled to all").format(layers)
        else:
            ran = self.tr("{0} of {1} layers run, one of each kind, and are scaled to all").format(len(job.run), layers)
        text = self.tr("{0}, for a prompt of {1} tokens and {2} more, with random weights. Nothing is downloaded.")
        return text.format(ran, tokens, job.message["decode_tokens"])

    def takes(self, job: Job) -> str:
        """How much memory, where, in one sentence."""
        name, size = self._device, self._said.size
        parts = [
            put_in(
                self.tr("{size} of RAM") if one == "cpu" else self.tr("{size} on the {device}"),
                size=size(self.held(job, one)),
                device=name(job.plan, one),
            )
            for one in job.message["devices"]
        ]
        return put_in(
            self.tr("It takes {0} and gives all of it back."), reduce(partial(put_in, self.tr("{0} and {1}")), parts)
        )

    def held(self, job: Job, device: str) -> int:
        """Bytes that a run writes on a device of torch's name: weights, cache, and compute buffers where it does."""
        held = job.message["compute_bytes"].get(device, 0)
        return int(job.weights.get(device, 0) + job.kv_cache.get(device, 0) + held)

    def allocation(self, job: Job) -> Figures:
        """What is allocated, by device."""
        unit, bare = self._said.unit, self._fine
        heads = (
            self.tr("Device"), self.tr("Weights, {0}").format(unit), self.tr("KV cache, {0}").format(unit),
            self.tr("Compute buffers, {0}").format(unit), self.tr("Together, {0}").format(unit),
        )  # fmt: skip
        compute = job.message["compute_bytes"]
        rows = tuple(
            (
                self._device(job.plan, one), bare(job.weights.get(one, 0)), bare(job.kv_cache.get(one, 0)),
                bare(compute[one]) if one in compute else "–", bare(self.held(job, one)),
            )
            for one in job.message["devices"]
        )  # fmt: skip
        return Figures(heads, rows, (1, 2, 3, 4))

    def step(self, progress: Progress | None) -> str:
        """The step that is under way, of four."""
        names = {
            "starting": self.tr("Starting torch"), "allocating": self.tr("Writing weights and cache"),
            "reading": self.tr("Reading the prompt"), "decoding": self.tr("Writing tokens"),
        }  # fmt: skip
        if progress is None:
            return self.tr("Looking for a Python that has torch")
        number = PHASES.index(progress.phase) + 1
        words = self.tr("Step {0} of {1}: {2}").format(number, len(PHASES), names[progress.phase])
        # The labels of the others say the same once more.
        detailed = progress.phase in ("allocating", "decoding")
        return self.tr("{0} ({1})").format(words, said(progress.label)) if detailed else words

    def left(self, progress: Progress | None) -> str:
        """Time left of the step, empty where that cannot be said."""
        if progress is None or progress.seconds_left is None:
            return ""
        return self.tr("about {0} s left").format(f"{progress.seconds_left:.0f}")

    def headline(self, found: Verification, name: str) -> str:
        """The verdict in a few words."""
        texts = {
            "fits": self.tr("{0} in {1} fits: measured."),
            "just_fits": self.tr("{0} in {1} fits, but only just."),
            "does_not_fit": self.tr("{0} in {1} does not fit."),
            "not_verified": self.tr("{0} in {1} was not verified."),
        }  # fmt: skip
        if found.verdict == "fits" and found.scaled:
            texts["fits"] = self.tr("{0} in {1} fits, by scaling.")
        return texts[found.verdict].format(name, found.quantization)

    def circumstances(self, found: Verification) -> str:
        """What ran, how long, in what."""
        parts = [
            self.tr("context {0}").format(format_tokens(found.context)),
            self.tr("{0} of {1} layers").format(found.layers_run, found.layers),
            self.tr("{0} s").format(f"{found.seconds:.0f}"),
        ]
        if found.torch:
            parts.append(f"torch {found.torch}, Python {found.python}")
        if found.threads:
            parts.append(self.tr("{0} threads").format(found.threads))
        return " · ".join(parts)

    def comparisons(self, found: Verification, plan: Plan) -> Figures:
        """Predicted beside measured, by device and component."""
        names = {
            "weights": self.tr("weights"), "kv_cache": self.tr("KV cache"), "compute": self.tr("compute buffers"),
            "activations": self.tr("activations"), "runtime": self.tr("runtime"),
            "resident": self.tr("growth of the process"),
        }  # fmt: skip
        agrees = {True: self.tr("equal to the byte"), False: self.tr("DIFFERS"), None: ""}
        unit = self._said.unit
        heads = (
            self.tr("Device"), self.tr("Component"), self.tr("Predicted, {0}").format(unit),
            self.tr("Measured, {0}").format(unit), self.tr("Verdict"),
        )  # fmt: skip
        rows = tuple(
            (
                self._named(plan, one.device),
                names[one.component],
                self._size(one.predicted_bytes),
                self._size(one.measured_bytes),
                agrees[one.agrees] or said(one.note),
            )
            for one in found.comparisons
        )
        return Figures(heads, rows, (2, 3))

    def times(self, found: Verification, plan: Plan) -> Figures:
        """Time of every kind of part; what stands for more of its kind than ran is marked as scaled."""
        names = {"embedding": self.tr("embedding"), "head": self.tr("head")}
        heads = (
            self.tr("Part"), self.tr("Measured"), self.tr("Prompt of {0}, ms").format(found.prompt_tokens),
            self.tr("One token, ms"), self.tr("Read by a token, {0}").format(self._said.unit),
        )  # fmt: skip
        rows = tuple(
            (
                names.get(one.kind) or self.told(one.kind, plan), self._share(one.measured, one.count),
                f"{1000 * one.prompt_seconds:.1f}", f"{1000 * one.token_seconds:.1f}",
                self._fine(round(one.token_bytes)),
            )
            for one in found.times
        )  # fmt: skip
        return Figures(heads, rows, (2, 3, 4))

    def _share(self, measured: int, count: int) -> str:
        text = self.tr("{0} of {1}").format(measured, count)
        return self.tr("{0}, scaled").format(text) if measured < count else text

    def speeds(self, found: Verification) -> Figures:
        """Tokens a second, each with its ground."""
        heads = (self.tr("Ground"), self.tr("tokens/s"))
        return Figures(heads, tuple(self._speeds(found)), (1,))

    def _speeds(self, found: Verification) -> Iterator[tuple[str, str]]:
        pace = found.pace
        if pace is None:
            return
        scaled = self.tr("{0}, scaled to all layers") if found.scaled else "{0}"
        if pace.predicted is not None:
            yield self.tr("predicted for an engine"), self._band(pace.predicted)
        if pace.corrected is not None:
            text = self.tr("the same with the measured bandwidths; errs on the slow side")
            yield text, self._band(pace.corrected)
        if pace.bandwidth_decode is not None:
            yield self.tr("every byte at the measured copy bandwidth"), rate(pace.bandwidth_decode)
        yield scaled.format(self.tr("this pass in torch, which unpacks slower than an engine")), rate(pace.pass_decode)
        yield scaled.format(self.tr("this pass, reading the prompt")), rate(pace.pass_prompt)

    def rates(self, found: Verification, plan: Plan) -> str:
        """Measured bandwidths, a sentence a device."""
        return in_one(
            put_in(
                self.tr("{0} copies {1}."), self._named(plan, one.device), format_bandwidth(round(one.copy_bytes_per_s))
            )
            for one in found.rates
            if one.copy_bytes_per_s is not None
        )

    def lacks_torch(self, python: str | None) -> str:
        """What to do where no Python, or not the one that was chosen, has torch."""
        if python is None:
            lacks = self.tr("Verify runs in PyTorch, and no Python that was found on this computer has it.")
        else:
            lacks = self.tr("Verify runs in PyTorch, and the Python {0} has none.").format(python)
        advice = self.tr("Choose a Python that has it, or install it: {0}").format(INSTALL_TORCH)
        return in_one((lacks, advice))

    def told(self, text: str, plan: Plan) -> str:
        """A sentence of the engine with the devices as people call them."""
        return said(_DEVICE.sub(lambda match: self._named(plan, match[0]), text))

    def as_text(self, found: Verification, plan: Plan, name: str) -> str:
        """All of the answer as text with columns."""
        tables = ((self.comparisons(found, plan),) if found.comparisons else ()) + (
            (self.speeds(found), self.times(found, plan)) if found.times else ()
        )
        blocks = [f"{self.headline(found, name)}\n{self.told(found.sentence, plan)}\n{self.circumstances(found)}"]
        blocks += [_columns(one) for one in tables]
        notes = [self.rates(found, plan), *(self.told(one, plan) for one in found.notes)]
        return "\n\n".join([*blocks, *filter(None, notes)])

    def _size(self, size: int | None) -> str:
        return "–" if size is None else self._fine(size)

    def _fine(self, size: int) -> str:
        """A size without its unit, with the decimals that a comparison needs; small ones get one more."""
        value = size / (GIB if self._said.unit == "GiB" else GB)
        if 0 < value < 0.001:
            return "<0.001"
        return "0" if not value else f"{value:,.2f}" if value >= 0.1 else f"{value:.3f}"

    def _band(self, band: Band) -> str:
        return self.tr("{0} ({1} to {2})").format(rate(band.expected), rate(band.low), rate(band.high))

    def _device(self, plan: Plan, device: str) -> str:
        """A device by torch's name."""
        count = len(plan.devices) - 1
        index = next((one for one in range(count) if torch_name(one) == device), count)
        return self._said.device_name(plan, index)

    def _named(self, plan: Plan, device: str) -> str:
        """A device by the plan's name (``GPU0``, ``host``) or a card by torch's."""
        return self._device(plan, "cpu" if device == "host" else device.replace("GPU", "cuda:"))


def _columns(figures: Figures) -> str:
    """A table as text: words to the left, numbers to the right; a Chinese character is two columns wide."""
    lines: Sequence[tuple[str, ...]] = (figures.heads, *figures.rows)
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]

    def cell(index: int, text: str) -> str:
        gap = " " * (widths[index] - _width(text))
        return gap + text if index in figures.numbers else text + gap

    return "\n".join("  ".join(cell(i, text) for i, text in enumerate(line)).rstrip() for line in lines)


def _width(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(one) in ("W", "F") for one in text)

"""The words of a report in a language: its own texts, sentences of the core, sizes and rates."""

from __future__ import annotations

from fitcheck import resources
from fitcheck.core.report import ChoiceReport, DeviceShare, Span
from fitcheck.core.speed_sentences import duration, rate
from fitcheck.core.units import ByteUnit, format_bytes, in_unit
from fitcheck.errors import RequestError
from fitcheck.sentence_templates import Templates, translated

LANGUAGES = ("en", "zh")
CONTEXT = "Report"
"""Context of a report's own texts in the ``.ts`` file."""

VERDICT_SIGNS = {"gpu": "●", "offload": "◐", "cpu": "▣", "disk": "↓", "no": "✕"}
"""A sign beside every colour: one of both is enough to read a table."""

_TAGS = {"en": "en", "zh": "zh-Hans"}


class Words:
    """Everything that is said in one language and one unit of size (RequestError ``unknown_language``)."""

    def __init__(self, language: str = "en", unit: ByteUnit = "GiB") -> None:
        if language not in LANGUAGES:
            raise RequestError("unknown_language", f"'{language}' is not a language of reports.", LANGUAGES)
        self.language, self.unit = language, unit
        self._templates = Templates()
        self._own: dict[str, str] = {}
        if language != "en":
            file = resources.root() / "i18n" / f"fitcheck_{language}.ts"
            self._templates.use(file)
            self._own = dict(translated(file, CONTEXT))

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return _TAGS[self.language]

    def tr(self, text: str) -> str:
        """A text of the report's own (a literal: the sources are searched for them)."""
        return self._own.get(text, text)

    def said(self, sentence: str) -> str:
        """A sentence that the core made."""
        return self._templates.filled(sentence) if sentence else ""

    def join(self, *sentences: str) -> str:
        """Sentences one after another."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    def size(self, size_bytes: int) -> str:
        """A size with its unit."""
        return format_bytes(size_bytes, self.unit)

    def bare(self, size_bytes: int | None) -> str:
        """A size for a column that names the unit; a dash where it is unknown."""
        if size_bytes is None:
            return "–"
        return f"−{in_unit(-size_bytes, self.unit)}" if size_bytes < 0 else in_unit(size_bytes, self.unit)

    def speed(self, speed: Span) -> str:
        """``about 12 tokens/s (9.5 to 16)``."""
        text = self.tr("about {expected} tokens/s ({low} to {high})")
        return text.format(expected=rate(speed.expected), low=rate(speed.low), high=rate(speed.high))

    def span(self, speed: Span | None) -> str:
        """A speed for a column; a dash where there is none."""
        return "–" if speed is None else f"{rate(speed.expected)} ({rate(speed.low)}–{rate(speed.high)})"

    def duration(self, seconds: float) -> str:
        """``40 s``, ``18 min`` or ``3.4 h``."""
        count, _, unit = duration(seconds).partition(" ")
        return {"s": self.tr("{0} s"), "min": self.tr("{0} min"), "h": self.tr("{0} h")}[unit].format(count)

    def verdict(self, verdict: str) -> str:
        """How it runs, in few words."""
        return {
            "gpu": self.tr("on the GPU"),
            "offload": self.tr("GPU + RAM"),
            "cpu": self.tr("RAM only"),
            "disk": self.tr("streams from SSD"),
            "no": self.tr("does not fit"),
        }[verdict]

    def lacking(self, what: str) -> str:
        """What is missing."""
        return {"disk": self.tr("disk space"), "VRAM": self.tr("VRAM")}.get(what, self.tr("RAM"))

    def device(self, choice: ChoiceReport, name: str) -> str:
        """A device of the core (``GPU0``, ``host``, ``link``, ``disk``) as people call it."""
        words = {"host": self.tr("RAM"), "link": self.tr("the link to the card"), "disk": self.tr("the disk")}
        found = next((one for one in choice.devices if one.name == name and one.kind == "gpu"), None)
        return words.get(name, name) if found is None else self.share(choice, found)

    def share(self, choice: ChoiceReport, device: DeviceShare) -> str:
        """A device of a choice, numbered where several cards are called the same."""
        if device.kind == "host":
            return self.tr("RAM")
        alike = [one.name for one in choice.devices if one.label == device.label]
        number = f" ({alike.index(device.name) + 1})" if len(alike) > 1 else ""
        return f"{device.label}{number}"

    def loss(self, word: str) -> str:
        """A word of the scale of losses."""
        return self.said(word)

"""Sentences that were made in English by core, catalogue, engines and probe, in another language.

They are taken apart by their templates (``With {0} more RAM it runs from memory.``) and put together again; the
templates are found in the sources (``packaging/translations.py``) and stand in a ``.ts`` file. Without Qt, because
reports are written without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SAID = "Said"
"""Context of these texts in a ``.ts`` file."""

_MOST_KNOWN = 4096
"""Texts that are remembered: a slider brings new numbers with every step."""

_PATH = re.compile(r"(?<!B)/|\\")
"""A separator of folders; "GB/s" has none."""

_PLACE, _NAMED_PLACE = re.compile(r"\{(\d+)\}"), re.compile(r"\{(\w+)\}")

_HAN = "[\u4e00-\u9fff]"

_CLOSE = rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9%]{_HAN}"
"""Chinese and other letters or digits side by side: a space belongs between them.

A pattern that is compiled when it is first looked for: with so many letters that takes a millisecond of every start.
"""

_APART = rf"{_HAN} {_HAN}"
"""Chinese on both sides of a space that is for other letters."""


class Templates:
    """Texts with something put in, taken apart and put together in another language.

    No QTranslator that Qt asks: it would be asked under a lock, and Python may free an older translator at any time,
    which waits for that lock for ever.
    """

    def __init__(self) -> None:
        self.use(None)

    def use(self, file: Path | None) -> None:
        """Take the translations of a ``.ts`` file, read when the first text comes; None for English."""
        self._file = file
        self._loaded = False
        self._exact: dict[str, str] = {}
        self._patterns: tuple[tuple[str, re.Pattern[str], str], ...] = ()
        self._known: dict[str, str] = {}

    def filled(self, text: str) -> str:
        """The text in the other language; as it is where no template has its words."""
        if self._file is None:
            return text
        if not self._loaded:
            self._load(self._file)
        if text not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = self._exact.get(text) or self._from_template(text)
        return self._known[text]

    def _from_template(self, text: str) -> str:
        for longest, pattern, translation in self._patterns:
            if longest in text and (match := pattern.fullmatch(text)):
                # What was put in is often a clause of its own; a path stays as it is.
                return put_in(translation, *(one if _PATH.search(one) else self.filled(one) for one in match.groups()))
        return text

    def _load(self, file: Path) -> None:
        pairs = dict(translated(file, SAID))
        self._loaded = True
        self._exact = {source: text for source, text in pairs.items() if not _PLACE.search(source)}
        # The most words first: "{0} is {1}" would be found in longer sentences, too.
        sources = sorted((one for one in pairs if one not in self._exact), key=_fixed_length, reverse=True)
        self._patterns = tuple((max(_PLACE.split(one)[::2], key=len), _pattern(one), pairs[one]) for one in sources)


def translated(file: Path, context: str) -> Iterator[tuple[str, str]]:
    """Every text of a context of a ``.ts`` file with its translation."""
    from xml.etree import ElementTree

    for one in ElementTree.parse(file).getroot().iter("context"):
        if one.findtext("name") == context:
            for message in one.iter("message"):
                source, translation = message.findtext("source", ""), message.findtext("translation", "")
                if translation:
                    yield source, translation


def put_in(template: str, *parts: str, **named: str) -> str:
    """The template with the parts in its places, spaced as Chinese is; what is within a part stays as it is."""
    text, *rest = _NAMED_PLACE.split(template)
    for place, words in zip(rest[::2], rest[1::2], strict=True):
        for more in (parts[int(place)] if place.isdecimal() else named[place], words):
            text = _after(text, more)
    return text


def _after(text: str, more: str) -> str:
    if re.fullmatch(_CLOSE, text[-1:] + more[:1]):
        return f"{text} {more}"
    if re.fullmatch(_APART, text[-2:] + more[:1]):
        return text[:-1] + more
    return text + (more[1:] if re.fullmatch(_APART, text[-1:] + more[:2]) else more)


def _fixed_length(template: str) -> int:
    return len(_PLACE.sub("", template))


def _pattern(template: str) -> re.Pattern[str]:
    """``With {0} more RAM`` as a pattern; each place is a group, empty where nothing was put in."""
    parts = _PLACE.split(template)
    return re.compile("".join("(.*?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)), re.DOTALL)

"""The window's language: which one, its translators, and sentences that were made below the window.

Those sentences arrive as English text, some of them through a child process or from a recorded machine. They are
taken apart by their templates (``With {0} more RAM it runs from memory.``) and put together in the window's
language; the templates are found in the sources (``packaging/translations.py``) and stand in the ``.ts`` file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from fitcheck import resources

LANGUAGES: dict[str, str] = {"en": "English", "zh": "简体中文"}
"""What can be chosen, each in its own words."""

_LOCALES = {"en": "en_US", "zh": "zh_CN"}
_SAID = "Said"
_MOST_KNOWN = 4096
"""Texts that are remembered: a slider brings new numbers with every step."""

_PATH = re.compile(r"(?<!B)/|\\")
"""A separator of folders; "GB/s" has none."""

_PLACE = re.compile(r"\{(\d+)\}")


def chosen_language(setting: object) -> str:
    """The language for a setting; ``system`` and anything unknown mean the first of the desktop's that there is."""
    wanted = [setting] if setting in LANGUAGES else QLocale.system().uiLanguages()
    codes = (str(name).replace("_", "-").partition("-")[0] for name in wanted)
    return next((known for code in codes for known in LANGUAGES if code == known), "en")


def said(text: str) -> str:
    """A sentence of core, catalogue, engines or probe in the window's language; as it is where it is not known."""
    if not text:
        return ""
    found = QCoreApplication.translate(_SAID, text)
    return _templates.filled(text) if found == text else found


def in_one(sentences: Iterable[str]) -> str:
    """Sentences one after another: with a space between them where the language has one."""
    pair = QCoreApplication.translate("Language", "{0} {1}")
    return reduce(pair.format, filter(None, sentences), "").strip()


class Language:
    """The translators that are installed. Numbers, dates and times follow the language of the text around them."""

    def __init__(self) -> None:
        self.code = "en"
        self._installed: list[QTranslator] = []

    def use(self, code: str) -> None:
        """Speak another language from now on; what has been shown already must be made anew."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self.code, self._installed = code, []
        QLocale.setDefault(QLocale(_LOCALES[code]))
        folder = resources.root() / "i18n"
        _templates.use(None)
        if code == "en":
            return
        _templates.use(folder / f"fitcheck_{code}.ts")
        own, qt = QTranslator(), QTranslator()
        if qt.load(f"qtbase_{_LOCALES[code]}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._install(qt)
        if own.load(str(folder / f"fitcheck_{code}.qm")):
            self._install(own)

    def _install(self, translator: QTranslator) -> None:
        QCoreApplication.installTranslator(translator)
        self._installed.append(translator)


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
                parts = [part if _PATH.search(part) else self.filled(part) for part in match.groups()]
                return _PLACE.sub(lambda place, parts=parts: parts[int(place[1])], translation)
        return text

    def _load(self, file: Path) -> None:
        pairs = dict(_said_pairs(file))
        self._loaded = True
        self._exact = {source: text for source, text in pairs.items() if not _PLACE.search(source)}
        # The most words first: "{0} is {1}" would be found in longer sentences, too.
        sources = sorted((one for one in pairs if one not in self._exact), key=_fixed_length, reverse=True)
        self._patterns = tuple((max(_PLACE.split(one)[::2], key=len), _pattern(one), pairs[one]) for one in sources)


_templates = Templates()
"""Those of the language in use: one for the process, as Qt's own list of translators is."""


def _said_pairs(file: Path) -> Iterator[tuple[str, str]]:
    from xml.etree import ElementTree

    for context in ElementTree.parse(file).getroot().iter("context"):
        if context.findtext("name") == _SAID:
            for message in context.iter("message"):
                source, translation = message.findtext("source", ""), message.findtext("translation", "")
                if translation:
                    yield source, translation


def _fixed_length(template: str) -> int:
    return len(_PLACE.sub("", template))


def _pattern(template: str) -> re.Pattern[str]:
    """``With {0} more RAM`` as a pattern; each place is a group, empty where nothing was put in."""
    parts = _PLACE.split(template)
    return re.compile("".join("(.*?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)), re.DOTALL)

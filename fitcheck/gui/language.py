"""The window's language: which one, its translators, and sentences that were made below the window.

Those sentences arrive as English text, some of them through a child process or from a recorded machine
(``sentence_templates.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from fitcheck import resources
from fitcheck.sentence_templates import SAID, Templates

LANGUAGES: dict[str, str] = {"en": "English", "zh": "简体中文"}
"""What can be chosen, each in its own words."""

_LOCALES = {"en": "en_US", "zh": "zh_CN"}


def chosen_language(setting: object) -> str:
    """The language for a setting; ``system`` and anything unknown mean the first of the desktop's that there is."""
    wanted = [setting] if setting in LANGUAGES else QLocale.system().uiLanguages()
    codes = (str(name).replace("_", "-").partition("-")[0] for name in wanted)
    return next((known for code in codes for known in LANGUAGES if code == known), "en")


def said(text: str) -> str:
    """A sentence of core, catalogue, engines or probe in the window's language; as it is where it is not known."""
    if not text:
        return ""
    found = QCoreApplication.translate(SAID, text)
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


_templates = Templates()
"""Those of the language in use: one for the process, as Qt's own list of translators is."""

"""Which paper is usual where this computer is. Of Qt it needs only what the window has anyway."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from fitcheck.export.document import Paper

_TERRITORY = QLocale.Country
_LETTER_TERRITORIES = frozenset(
    (
        _TERRITORY.Belize, _TERRITORY.Canada, _TERRITORY.Chile, _TERRITORY.Colombia, _TERRITORY.CostaRica,
        _TERRITORY.ElSalvador, _TERRITORY.Guatemala, _TERRITORY.Mexico, _TERRITORY.Nicaragua, _TERRITORY.Panama,
        _TERRITORY.Philippines, _TERRITORY.PuertoRico, _TERRITORY.UnitedStates, _TERRITORY.Venezuela,
    )
)  # fmt: skip
"""Unicode CLDR, supplemental/measurementData: paperSize US-Letter."""


def usual_paper() -> Paper:
    """What this computer's country prints on."""
    return "letter" if QLocale.system().territory() in _LETTER_TERRITORIES else "a4"

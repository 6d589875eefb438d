"""Colours, type scale and sizes as the window uses them, read from ``resources/look/tokens.json``.

The tokens are the only place that holds a colour; code asks a ``Theme`` for it by name. A theme is
frozen: when the system changes between light and dark, the window loads another one and hands it on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette

from fitcheck import resources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fitcheck.core.planner import Verdict

ThemeMode = Literal["light", "dark", "system"]
"""What a person chooses; ``system`` follows the desktop."""

BODY_PX = 13
"""The type scale is a ratio to this size (README of the look); a larger system font enlarges all of it."""


class VerdictColours(NamedTuple):
    """One verdict's colours: glyph, mark inside the glyph, ground of a cell or badge, word on that ground."""

    solid: QColor
    on_solid: QColor
    tint: QColor
    text: QColor


class Theme:
    """One palette of the tokens with its fonts and sizes; never changed once made.

    ``colours`` is flat: ``surface``, ``verdict.gpu.tint``, ``component.weights``, ``series.0``. ``scale``
    is the system font's size over 13 px, at least 1; fonts and sizes are multiplied by it. A plain class:
    importing and defining a dataclass takes 4 ms of the first paint's time.
    """

    __slots__ = ("_fonts", "colours", "family", "family_mono", "name", "scale", "tokens")

    def __init__(
        self, name: Literal["light", "dark"], tokens: Mapping[str, Any], family: str, family_mono: str, scale: float
    ) -> None:
        self.name = name
        self.colours = _flat(tokens["palettes"][name])
        self.tokens = tokens
        self.family = family
        self.family_mono = family_mono
        self.scale = scale
        self._fonts: dict[str, QFont] = {}

    @property
    def dark(self) -> bool:
        """Whether this is the dark palette."""
        return self.name == "dark"

    def colour(self, name: str) -> QColor:
        """The colour called ``name``; KeyError for a name that the tokens do not have."""
        return self.colours[name]

    def hex(self, name: str) -> str:
        """The same colour as ``#rrggbb``, for stylesheets."""
        return self.colours[name].name()

    def verdict(self, verdict: Verdict) -> VerdictColours:
        """The four colours of a verdict."""
        return VerdictColours(*(self.colours[f"verdict.{verdict}.{part}"] for part in VerdictColours._fields))

    def series(self, index: int) -> QColor:
        """The colour of one line or card in a chart, in turn."""
        return self.colours[f"series.{index % len(self.tokens['palettes'][self.name]['series'])}"]

    def font(self, role: str) -> QFont:
        """The font of a role of the type scale (``answer``, ``title``, ``body``, ``small``, ``caption`` …).

        Digits are tabular, so that numbers stand in columns.
        """
        if role not in self._fonts:
            entry = self.tokens["type"][role]
            font = QFont(self.family_mono if role == "mono" else self.family)
            font.setPixelSize(round(entry["px"] * self.scale))
            font.setWeight(QFont.Weight(entry["weight"]))
            for feature, value in self.tokens["type"]["features"].items():
                font.setFeature(QFont.Tag(feature), value)
            self._fonts[role] = font
        return QFont(self._fonts[role])

    def line_height(self, role: str) -> int:
        """Height of one line of that role, in pixels."""
        return round(self.tokens["type"][role]["line"] * self.scale)

    def size(self, name: str) -> int:
        """A size of the tokens (``control_height``, ``cell_height`` …), in pixels."""
        return round(self.tokens["size"][name] * self.scale)

    def icon(self, name: str) -> int:
        """Edge of a glyph: ``glyph``, ``inline``, ``control``, ``nav`` or ``empty``, in pixels."""
        return round(self.tokens["icon"][name] * self.scale)

    def space(self, step: int) -> int:
        """Step 1 to 6 of the spacing scale (4, 8, 12, 16, 24, 32 px)."""
        return int(self.tokens["space"][str(step)])

    def radius(self, name: str) -> int:
        """Corner radius of a ``mark``, ``control`` or ``panel``, in pixels."""
        return int(self.tokens["radius"][name])

    def line(self, name: str) -> int:
        """Line width: ``hairline``, ``focus``, ``focus_gap``, ``cell_edge`` or ``curve``, in pixels."""
        return int(self.tokens["line"][name])

    def motion(self, name: str) -> int:
        """A duration such as ``copied_notice_ms``, in milliseconds."""
        return int(self.tokens["motion"][name])

    def palette(self) -> QPalette:
        """The tokens as Qt's roles, the way the look's table maps them."""
        palette = QPalette()
        for name, roles in _ROLES.items():
            for role in roles:
                palette.setColor(role, self.colours[name])
        for role in _TEXT_ROLES:
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colours["text_disabled"])
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, self.colours["border"])
        return palette

    def stylesheet(self) -> str:
        """Radii, borders and padding of the standard widgets; never a verdict's colour."""
        from fitcheck.gui.stylesheet import stylesheet

        return stylesheet(self)


_Role = QPalette.ColorRole
_TEXT_ROLES = (_Role.WindowText, _Role.Text, _Role.ButtonText)
_ROLES: Mapping[str, tuple[QPalette.ColorRole, ...]] = {
    "window": (_Role.Window,),
    "surface": (_Role.Base,),
    "raised": (_Role.Button, _Role.AlternateBase, _Role.Light),
    "sunken": (_Role.Shadow,),
    "text": _TEXT_ROLES,
    "text_muted": (_Role.PlaceholderText,),
    "accent": (_Role.Highlight, _Role.Accent),
    "on_accent": (_Role.HighlightedText, _Role.BrightText),
    "accent_text": (_Role.Link, _Role.LinkVisited),
    "border": (_Role.Mid, _Role.Midlight),
    "border_strong": (_Role.Dark,),
    "tooltip": (_Role.ToolTipBase,),
    "on_tooltip": (_Role.ToolTipText,),
}


@cache
def tokens() -> Mapping[str, Any]:
    """The file of tokens, read once."""
    text = (resources.root() / "look" / "tokens.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def load_theme(mode: ThemeMode = "system") -> Theme:
    """The theme for a choice; ``system`` asks the desktop and takes light where it does not say.

    Needs a running ``QGuiApplication`` for the system's fonts and scheme.
    """
    if mode != "system":
        return _theme("dark" if mode == "dark" else "light")
    # Imported here because the namespace alone takes 12 ms, which the first paint does not have.
    from PySide6.QtCore import Qt

    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return _theme("dark" if dark else "light")


def early_theme(mode: ThemeMode) -> Theme:
    """The same for the first paint: ``system`` looks at the palette Qt starts with, which follows the desktop.

    Only before a palette has been set.
    """
    if mode != "system":
        return load_theme(mode)
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return _theme("dark" if dark else "light")


def _theme(name: Literal["light", "dark"]) -> Theme:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    scale = max(1.0, QFontInfo(system).pixelSize() / BODY_PX)
    return Theme(name, tokens(), system.family(), mono.family(), scale)


def verdict_word(verdict: Verdict) -> str:
    """The verdict in words, in the window's language (``on the GPU`` …)."""
    words = {
        "gpu": QCoreApplication.translate("Verdict", "on the GPU"),
        "offload": QCoreApplication.translate("Verdict", "GPU + RAM"),
        "cpu": QCoreApplication.translate("Verdict", "RAM only"),
        "disk": QCoreApplication.translate("Verdict", "streams from SSD"),
        "no": QCoreApplication.translate("Verdict", "does not fit"),
    }
    return words[verdict]


def _flat(palette: Mapping[str, Any]) -> Mapping[str, QColor]:
    """A palette of the tokens under one-level names."""
    colours = {name: QColor(value) for name, value in palette["base"].items()}
    for verdict, parts in palette["verdict"].items():
        colours |= {f"verdict.{verdict}.{part}": QColor(value) for part, value in parts.items()}
    colours |= {f"component.{name}": QColor(value) for name, value in palette["component"].items()}
    colours |= {f"series.{index}": QColor(value) for index, value in enumerate(palette["series"])}
    return MappingProxyType(colours)

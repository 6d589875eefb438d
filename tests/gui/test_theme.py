"""The tokens keep their limits, and the theme hands them out unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fitcheck.core.planner import VERDICTS
from fitcheck.gui.glyphs import paint_hatch, paint_mark, paint_verdict_glyph, verdict_icon
from fitcheck.gui.main_window import MainWindow
from fitcheck.gui.theme import Theme, ThemeMode, load_theme, tokens, verdict_word
from tests.gui.colour_vision import MACHADO, contrast, difference, seen

PALETTES = ("light", "dark")
GROUNDS = ("window", "surface", "raised", "sunken")
TEXT, GRAPHIC, HAIRLINE = 4.5, 3.0, 1.15
"""WCAG 2.2, 1.4.3 and 1.4.11; a decorative border only has to be visible."""


def text_pairs(palette: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every text colour with every ground it stands on."""
    base = palette["base"]
    for ground in GROUNDS:
        for ink in ("text", "text_muted", "accent_text", "danger_text"):
            yield f"{ink} on {ground}", base[ink], base[ground]
    for ground in ("selection", "hover"):
        for ink in ("text", "text_muted"):
            yield f"{ink} on {ground}", base[ink], base[ground]
    for ground in ("accent", "accent_hover"):
        yield f"on_accent on {ground}", base["on_accent"], base[ground]
    yield "on_tooltip on tooltip", base["on_tooltip"], base["tooltip"]
    for name, verdict in palette["verdict"].items():
        yield f"{name}.text on its tint", verdict["text"], verdict["tint"]
        for ink in ("text", "text_muted"):
            yield f"{ink} on {name}.tint", base[ink], verdict["tint"]
        for ground in ("window", "surface", "raised"):
            yield f"{name}.text on {ground}", verdict["text"], base[ground]


def graphic_pairs(palette: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every part that has to be seen, with every ground it stands on."""
    base, parts = palette["base"], palette["component"]
    for ground in GROUNDS:
        for ink in ("focus", "border_strong", "accent"):
            yield f"{ink} on {ground}", base[ink], base[ground]
    for name, verdict in palette["verdict"].items():
        for ground in ("window", "surface", "raised"):
            yield f"{name}.solid on {ground}", verdict["solid"], base[ground]
        yield f"{name}.solid on its tint", verdict["solid"], verdict["tint"]
        yield f"{name}.on_solid on its solid", verdict["on_solid"], verdict["solid"]
        yield f"focus on {name}.tint", base["focus"], verdict["tint"]
    for name, colour in parts.items():
        if name != "free":
            for ground, behind in (("free", parts["free"]), ("surface", base["surface"]), ("window", base["window"])):
                yield f"{name} on {ground}", colour, behind


def painted(paint: Any, edge: int = 24) -> QImage:
    """A picture of a drawing on a transparent square."""
    image = QImage(edge, edge, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, edge, edge))
    painter.end()
    return image


@pytest.mark.parametrize("name", PALETTES)
def test_text_is_readable_on_every_ground(name: str) -> None:
    palette = tokens()["palettes"][name]
    assert not [what for what, ink, ground in text_pairs(palette) if contrast(ink, ground) < TEXT]


@pytest.mark.parametrize("name", PALETTES)
def test_parts_stand_out_from_every_ground(name: str) -> None:
    palette = tokens()["palettes"][name]
    assert not [what for what, ink, ground in graphic_pairs(palette) if contrast(ink, ground) < GRAPHIC]


@pytest.mark.parametrize("name", PALETTES)
def test_borders_are_visible(name: str) -> None:
    base = tokens()["palettes"][name]["base"]
    assert all(contrast(base["border"], base[ground]) >= HAIRLINE for ground in ("window", "surface", "raised"))


@pytest.mark.parametrize("vision", [None, *MACHADO])
@pytest.mark.parametrize("name", PALETTES)
def test_verdicts_and_components_differ_for_every_kind_of_sight(name: str, vision: str | None) -> None:
    palette = tokens()["palettes"][name]
    least = 15.0 if vision is None else 10.0
    families = (
        {verdict: parts["solid"] for verdict, parts in palette["verdict"].items()},
        {part: colour for part, colour in palette["component"].items() if part != "margin_line"},
        dict(enumerate(palette["series"])),
    )
    for family in families:
        for one, other in combinations(family.values(), 2):
            assert difference(seen(one, vision), seen(other, vision)) >= least, (one, other)


@pytest.mark.parametrize("mode", PALETTES)
def test_a_theme_has_every_colour_of_its_palette(qapp: QApplication, mode: ThemeMode) -> None:
    theme = load_theme(mode)
    palette = tokens()["palettes"][mode]
    assert theme.name == mode
    assert theme.dark == (mode == "dark")
    assert theme.hex("surface") == palette["base"]["surface"]
    assert theme.colour("component.kv_cache") == QColor(palette["component"]["kv_cache"])
    for verdict in VERDICTS:
        assert theme.verdict(verdict).tint == QColor(palette["verdict"][verdict]["tint"])


def test_a_colour_that_the_tokens_lack_is_an_error(theme: Theme) -> None:
    with pytest.raises(KeyError):
        theme.colour("pink")


def test_the_system_without_a_scheme_means_light(qapp: QApplication) -> None:
    assert load_theme("system").name == "light"


def test_fonts_follow_the_scale_and_align_digits(theme: Theme) -> None:
    font = theme.font("answer")
    assert font.pixelSize() == round(22 * theme.scale)
    assert font.weight() == QFont.Weight.DemiBold
    assert font.featureValue(QFont.Tag("tnum")) == 1


def test_a_font_that_a_widget_changes_stays_unchanged_for_others(theme: Theme) -> None:
    theme.font("body").setPixelSize(99)
    assert theme.font("body").pixelSize() == round(13 * theme.scale)


def test_series_repeat_after_the_last_colour(theme: Theme) -> None:
    assert theme.series(5) == theme.series(1)


def test_the_palette_maps_tokens_to_roles(theme: Theme) -> None:
    palette = theme.palette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    assert palette.color(role.Window) == theme.colour("window")
    assert palette.color(role.Base) == theme.colour("surface")
    assert palette.color(role.Highlight) == theme.colour("accent")
    assert palette.color(role.PlaceholderText) == theme.colour("text_muted")
    assert palette.color(group.Disabled, role.ButtonText) == theme.colour("text_disabled")


@pytest.mark.parametrize("mode", PALETTES)
def test_the_stylesheet_uses_no_colour_but_tokens_and_no_verdict(qapp: QApplication, mode: ThemeMode) -> None:
    used = set(re.findall(r"#[0-9a-f]{6}\b", load_theme(mode).stylesheet()))
    assert used
    assert used <= set(tokens()["palettes"][mode]["base"].values())


def test_every_verdict_has_words(qapp: QApplication) -> None:
    assert [verdict_word(verdict) for verdict in VERDICTS] == [tokens()["verdicts"][one]["en"] for one in VERDICTS]


def test_verdict_glyphs_differ_without_colour(theme: Theme) -> None:
    grey, white = QColor("#808080"), QColor("white")
    images = [
        painted(lambda painter, rect, one=one: paint_verdict_glyph(painter, rect, one, grey, white)) for one in VERDICTS
    ]
    for one, other in combinations(images, 2):
        different = sum(one.pixel(x, y) != other.pixel(x, y) for x in range(24) for y in range(24))
        assert different > 60


def test_every_mark_draws_something(theme: Theme) -> None:
    marks = ("menu", "reload", "warning", "cross", "check", "chevron_down", "chevron_right", "ring", "absent", "copy")
    blank = painted(lambda painter, rect: None)
    for mark in marks:
        assert painted(lambda painter, rect, mark=mark: paint_mark(painter, rect, mark, QColor("black"))) != blank


def test_the_hatch_shows_ink_and_ground(theme: Theme) -> None:
    ink, ground = QColor("#202020"), QColor("#f0f0f0")
    image = painted(lambda painter, rect: paint_hatch(painter, rect, ink, ground))
    greys = {QColor(image.pixel(x, y)).lightness() > 128 for x in range(4, 20) for y in range(4, 20)}
    assert greys == {True, False}


def test_icons_are_sharp_at_twice_the_size(theme: Theme) -> None:
    colours = theme.verdict("gpu")
    icon = verdict_icon("gpu", colours.solid, colours.on_solid, 16)
    assert {size.width() for size in icon.availableSizes()} >= {16, 32}


def test_another_palette_comes_in_steps_that_nobody_feels(window: MainWindow, qtbot: QtBot) -> None:
    turns: list[str] = []
    clock = QTimer(window, interval=0)
    clock.timeout.connect(lambda: turns.append(window.page.theme.name))

    clock.start()
    with qtbot.waitSignal(window.theme_changed) as told:
        window.change(theme="dark")
    clock.stop()

    assert told.args[0].dark
    assert window.page.theme.dark
    assert window.updatesEnabled()
    assert "light" in turns


def test_of_two_palettes_in_a_row_the_last_one_stays(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.theme_changed) as told:
        window.change(theme="dark")
        window.change(theme="light")

    assert not told.args[0].dark
    assert not window.page.theme.dark
    assert window.updatesEnabled()

"""Borders, radii and padding of the standard widgets as a Qt stylesheet; every colour is a token.

Names that code sets as dynamic properties: ``primary`` (the one filled button of a page), ``flat`` (a
button without border), ``panel`` (a bordered surface), ``danger`` (an error line), ``muted`` (a label).
"""

from __future__ import annotations

from string import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fitcheck.gui.theme import Theme

NAV_HEIGHT = 40
"""The tab bar, in pixels (README of the look, grid)."""

_SHEET = Template("""
QPushButton { background: $surface; border: 1px solid $border_strong; border-radius: ${r_control}px;
    padding: 0 12px; min-height: ${h_button}px; outline: none; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; }
QPushButton:disabled { color: $text_disabled; border-color: $border; }
QPushButton[primary="true"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: 600;
    padding: 0 16px; min-height: ${h_primary}px; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:pressed { background: $accent; border-color: $accent; }
QPushButton[primary="true"]:disabled { background: $sunken; border-color: $border; color: $text_disabled;
    font-weight: 400; }
QPushButton[flat="true"], QToolButton { background: transparent; border: 1px solid transparent; color: $text_muted;
    border-radius: ${r_control}px; padding: 2px 6px; outline: none; }
QPushButton[flat="true"]:hover, QToolButton:hover { background: $hover; color: $text; }
QPushButton[flat="true"]:pressed, QToolButton:pressed { background: $sunken; }
QToolButton::menu-indicator { image: none; }
QFrame[panel="true"] { background: $surface; border: 1px solid $border; border-radius: ${r_panel}px; }
QFrame[danger="true"] { background: $surface; border: 1px solid $danger_text; border-radius: ${r_panel}px; }
FiguresTable { background: $surface; color: $text; border: 0; selection-background-color: $selection;
    selection-color: $text; }
FiguresTable::item { border-bottom: 1px solid $border; padding: 3px 3px; }
FiguresTable QHeaderView { background: $surface; border: 0; }
FiguresTable QHeaderView::section { background: $surface; color: $text_muted; border: 0;
    border-bottom: 1px solid $border_strong; padding: 3px 6px; }
QProgressBar { background: $sunken; border: 0; border-radius: 3px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QLabel[muted="true"] { color: $text_muted; }
QLabel[alarm="true"] { color: $danger_text; }
MachineStrip, #stripBody { background: $raised; }
#rule { background: $border; border: 0; }
NavBar { background: $window; border: 0; border-bottom: 1px solid $border; }
NavBar QTabBar { background: transparent; }
NavBar QTabBar::tab { background: transparent; color: $text_muted; border: 0; border-bottom: 2px solid transparent;
    padding: 2px 0 0 0; margin: 0 24px 0 0; height: ${h_tab}px; }
NavBar QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom-color: $accent; }
WhatIfPanel { background: $selection; border: 1px solid $accent; border-radius: ${r_control}px; }
SearchBox { background: $surface; border: 1px solid $border_strong; border-radius: ${r_panel}px; }
SearchBox QListWidget { background: $surface; border: 0; outline: none; }
SearchBox QListWidget::item { padding: 5px 8px; border-radius: ${r_control}px; color: $text; }
SearchBox QListWidget::item:selected { background: $selection; color: $text; }
NoticeBar { background: $selection; border: 0; border-bottom: 1px solid $accent; }
QMenu { background: $surface; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 24px; border-radius: ${r_control}px; color: $text; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QToolTip { background: $tooltip; color: $on_tooltip; border: 0; padding: 6px 8px; }
MatrixView QTableCornerButton::section { background: $window; border: 0; }
QSplitter::handle { background: $border; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QPushButton[row="true"] { text-align: left; padding: 0; min-height: 0; border-color: $border; }
QPushButton[row="true"]:hover { border-color: $border_strong; }
QPushButton[row="true"]:checked { background: $selection; border-color: $accent; }
QLabel[command="true"] { background: $sunken; border-radius: ${r_control}px; padding: 8px; }
QLabel[link="true"] { color: $accent_text; }
QPushButton[link="true"] { background: transparent; border: 0; color: $accent_text; padding: 0; min-height: 0;
    text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
""")


_COLOURS = frozenset(_SHEET.get_identifiers()) - {"r_control", "r_panel", "h_button", "h_primary", "h_tab"}


def stylesheet(theme: Theme) -> str:
    """The sheet for one theme."""
    return _SHEET.substitute(
        {name: theme.hex(name) for name in _COLOURS},
        r_control=theme.radius("control"),
        r_panel=theme.radius("panel"),
        h_button=theme.size("button_height") - 2,
        h_tab=NAV_HEIGHT - 5,
        h_primary=theme.size("primary_button_height") - 2,
    )

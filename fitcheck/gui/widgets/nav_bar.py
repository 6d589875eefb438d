"""The bar above the page: tabs at the left; search, units, language and menu at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from fitcheck.gui.glyphs import Mark, mark_icon
from fitcheck.gui.stylesheet import NAV_HEIGHT
from fitcheck.gui.theme import Theme


class NavBar(QFrame):
    """Tabs (one for each page there is), buttons for search, unit and language, and the menu."""

    units_clicked = Signal()
    language_clicked = Signal()
    search_clicked = Signal()

    def __init__(self, theme: Theme, tabs: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(round(NAV_HEIGHT * theme.scale))
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setFont(theme.font("body_strong"))
        self.tabs.setAccessibleName(self.tr("Pages"))
        for text in tabs:
            self.tabs.addTab(text)
        self._search, self._units, self._language, self._menu = (self._button(theme) for _ in range(4))
        self._search.clicked.connect(self.search_clicked)
        self._search.setAccessibleName(self.tr("Search"))
        self._search.setToolTip(self.tr("Search models, quantizations and cards (Ctrl+K)"))
        self._units.clicked.connect(self.units_clicked)
        self._language.clicked.connect(self.language_clicked)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setAccessibleName(self.tr("Menu"))
        self._menu.setToolTip(self.tr("Menu (F10)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20 - 7, 0)
        row.setSpacing(theme.space(2))
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        for button in (self._search, self._units, self._language, self._menu):
            row.addWidget(button)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the marks in another palette."""
        edge = theme.icon("control")
        marks: tuple[tuple[QToolButton, Mark], ...] = ((self._search, "search"), (self._menu, "menu"))
        for button, mark in marks:
            button.setIcon(mark_icon(mark, theme.colour("text_muted"), edge))
            button.setIconSize(QSize(edge, edge))

    def set_units(self, units: str) -> None:
        """Name the unit that sizes are shown in."""
        self._units.setText(units)
        other = "GB" if units == "GiB" else "GiB"
        self._units.setAccessibleName(self.tr("Sizes in {0}").format(units))
        self._units.setToolTip(self.tr("Sizes are in {0}; click for {1}").format(units, other))

    def set_language(self, name: str, other: str) -> None:
        """Name the language that is spoken, in its own words, and the one that a click brings."""
        self._language.setText(name)
        self._language.setAccessibleName(self.tr("Language: {0}").format(name))
        self._language.setToolTip(self.tr("Click for {0}").format(other))

    def set_menu(self, menu: QMenu) -> None:
        """What the menu button opens."""
        self._menu.setMenu(menu)

    def open_menu(self) -> None:
        """Open the menu as if its button had been clicked."""
        self._menu.showMenu()

    def _button(self, theme: Theme) -> QToolButton:
        button = QToolButton(self)
        button.setFont(theme.font("small"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

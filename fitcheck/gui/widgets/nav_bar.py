"""The bar above the page: tabs at the left, units and menu at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from fitcheck.gui.glyphs import mark_icon
from fitcheck.gui.stylesheet import NAV_HEIGHT
from fitcheck.gui.theme import Theme


class NavBar(QFrame):
    """Tabs (one for each page there is), the button that changes the unit, and the menu."""

    units_clicked = Signal()

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
        self._units = QToolButton(self)
        self._units.setFont(theme.font("small"))
        self._units.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._units.clicked.connect(self.units_clicked)
        self._menu = QToolButton(self)
        self._menu.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setAccessibleName(self.tr("Menu"))
        self._menu.setToolTip(self.tr("Menu (F10)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20 - 7, 0)
        row.setSpacing(theme.space(2))
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        row.addWidget(self._units)
        row.addWidget(self._menu)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the menu's mark in another palette."""
        edge = theme.icon("control")
        self._menu.setIcon(mark_icon("menu", theme.colour("text_muted"), edge))
        self._menu.setIconSize(QSize(edge, edge))

    def set_units(self, units: str) -> None:
        """Name the unit that sizes are shown in."""
        self._units.setText(units)
        other = "GB" if units == "GiB" else "GiB"
        self._units.setAccessibleName(self.tr("Sizes in {0}").format(units))
        self._units.setToolTip(self.tr("Sizes are in {0}; click for {1}").format(units, other))

    def set_menu(self, menu: QMenu) -> None:
        """What the menu button opens."""
        self._menu.setMenu(menu)

    def open_menu(self) -> None:
        """Open the menu as if its button had been clicked."""
        self._menu.showMenu()

"""The keyboard's way through a window: everything that takes the focus, in the order in which it is laid out.

Qt's own order is that of creation, and much is created later than what stands below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QSplitter, QStackedWidget, QWidget


def stops(widget: QWidget | None) -> Iterator[QWidget]:
    """Whatever Tab stops at in a widget and in what it holds, from top to bottom; nothing of what is hidden."""
    if widget is None or widget.isHidden() or not widget.isEnabled():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus:
        yield widget
    if isinstance(widget, QStackedWidget):
        yield from stops(widget.currentWidget())
    elif isinstance(widget, QScrollArea):
        yield from stops(widget.widget())
    elif isinstance(widget, QSplitter):
        for place in range(widget.count()):
            yield from stops(widget.widget(place))
    elif (layout := widget.layout()) is not None:
        yield from _laid_out(layout)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    """Asks for places instead of items: Qt deletes a layout's items without telling Python of it."""
    within = layout.parentWidget().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    inner = [one for one in layout.children() if isinstance(one, QLayout)]
    for part in sorted((one for one in (*within, *inner) if layout.indexOf(one) >= 0), key=layout.indexOf):
        yield from _laid_out(part) if isinstance(part, QLayout) else stops(part)


def go_on(places: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the place after the one that has it, or before it; round at the ends. False without places."""
    if not places:
        return False
    here = QApplication.focusWidget()
    # From the innermost outwards: a scroll area that is a place itself holds other places.
    at = next((at for at in range(len(places) - 1, -1, -1) if here and _holds(places[at], here)), None)
    if at is None:
        at = -1 if forward else len(places)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    go_to(places[(at + (1 if forward else -1)) % len(places)], reason)
    return True


def go_to(place: QWidget, reason: Qt.FocusReason = Qt.FocusReason.ShortcutFocusReason) -> None:
    """Put the focus there, and show it: it was a key that did so."""
    around = place.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(place)
        around = around.parentWidget()
    place.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    place.setFocus(reason)


def next_area(areas: Sequence[QWidget]) -> None:
    """Go to the first place of the area after the one with the focus; an area may hold the one after it."""
    here = QApplication.focusWidget()
    at = next((at for at in range(len(areas) - 1, -1, -1) if here and _holds(areas[at], here)), -1)
    for step in range(1, len(areas) + 1):
        place = next(stops(areas[(at + step) % len(areas)]), None)
        if place is not None:
            go_to(place)
            return


def _holds(place: QWidget, focused: QWidget) -> bool:
    return place is focused or place.isAncestorOf(focused)

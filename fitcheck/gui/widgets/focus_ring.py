"""The ring around what has the keyboard: 2 px at 1 px distance, only while the keyboard is in use."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

from fitcheck.gui.theme import Theme

OWN_FOCUS = "paints_own_focus"
"""Dynamic property of widgets that show their focus themselves (a matrix rings its cell)."""

_REACH_PX = 3
"""Ring and gap together (tokens: line.focus, line.focus_gap)."""


class _Reach(QProxyStyle):
    """Makes the frame stand off far enough; used by the frame alone."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return _REACH_PX
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        # Above all siblings and parents, so that no parent's edge cuts the ring off.
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)


class FocusRing(QFocusFrame):
    """Follows the focus inside one window, ``over``."""

    over: QWidget | None = None
    """Already asked for while Qt's own constructor runs."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.theme = theme
        self._reach = _Reach("Fusion")
        self.setStyle(self._reach)
        self.over = window
        window.installEventFilter(self)

    def follow(self, now: QWidget | None) -> None:
        """Ring what has the focus now, unless it was clicked or shows its focus itself."""
        wanted = now is not None and self._by_key and not now.property(OWN_FOCUS)
        self.setWidget(now if wanted else None)  # type: ignore[arg-type]

    @property
    def _by_key(self) -> bool:
        return self.over is not None and self.over.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.over is not None and watched is self.over and event.type() == QEvent.Type.MouseButtonPress:
            self.over.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
            self.follow(None)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        width = self.theme.line("focus")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.colour("focus"), width))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius = self.theme.radius("control") + 1
        painter.drawRoundedRect(box, radius, radius)


class FocusRings(QObject):
    """A ring in every window that gets the keyboard, dialogs too; what pops up and goes needs none."""

    def __init__(self, theme: Theme, app: QApplication) -> None:
        super().__init__(app)
        self._theme = theme
        self.rings: list[FocusRing] = []
        app.focusChanged.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        for ring in self.rings:
            ring.theme = theme
            ring.update()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        window = None if now is None else now.window()
        for ring in self.rings:
            if ring.over is not window:
                ring.follow(None)
        if window is not None and window.windowType() != Qt.WindowType.Popup:
            self._ring_of(window).follow(now)

    def _ring_of(self, window: QWidget) -> FocusRing:
        """It lives as long as the part of the window in which it stood last."""
        ring = next((one for one in self.rings if one.over is window), None)
        if ring is None:
            ring = FocusRing(self._theme, window)
            self.rings.append(ring)
            ring.destroyed.connect(lambda: self.rings.remove(ring))
        return ring

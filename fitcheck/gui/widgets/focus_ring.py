"""The ring around what has the keyboard: 2 px at 1 px distance, only while the keyboard is in use."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

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
    """Follows the focus of one window; made once, after the first paint."""

    _window: QWidget | None = None
    """Already asked for while Qt's own constructor runs."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.theme = theme
        self._reach = _Reach("Fusion")
        self.setStyle(self._reach)
        self._window = window
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self.theme = theme
        self.update()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Ring what has the focus now, unless it was clicked or shows its focus itself."""
        if now is None or now.window() is not self._window or not self._wanted(now):
            self.setWidget(None)  # type: ignore[arg-type]
        else:
            self.setWidget(now)

    def _wanted(self, widget: QWidget) -> bool:
        own = widget.property(OWN_FOCUS) or isinstance(widget, QAbstractItemView)
        return (
            self._window is not None
            and not own
            and self._window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._window is not None and watched is self._window and event.type() == QEvent.Type.MouseButtonPress:
            self._window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
            self.setWidget(None)  # type: ignore[arg-type]
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        width = self.theme.line("focus")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.colour("focus"), width))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius = self.theme.radius("control") + 1
        painter.drawRoundedRect(box, radius, radius)

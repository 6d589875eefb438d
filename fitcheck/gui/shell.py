"""The window's frame and its first picture, on the screen before anything else is imported.

Why a picture: making the real widgets, and Qt's large ``Qt`` namespace alone (12 ms with PySide6 6.11),
would nearly double the time to the first paint. So this module uses neither layouts nor ``Qt.*``, nor
``QPainter``, ``QBrush`` and ``QPen``, which load that namespace: bare labels and frames stand where the
real widgets will be a moment later.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from fitcheck.gui.stylesheet import NAV_HEIGHT
from fitcheck.gui.theme import Theme

TYPE_CHECKING = False
if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

_SHEET = Template("""
#strip { background: $raised; }
#line { background: $border; }
#button { background: $surface; border: 1px solid $border_strong; border-radius: 4px; }
#panel, #controls { background: $surface; border: 1px solid $border; border-radius: 6px; }
#block { background: $sunken; border-radius: 2px; }
#unknown { border: 1px dashed $border_strong; border-radius: 2px; }
#muted { color: $text_muted; }
""")
_COLOURS = ("raised", "surface", "sunken", "border", "border_strong", "text_muted")

DEFAULT_SIZE = QSize(1280, 800)
LEAST_SIZE = QSize(1024, 680)
"""Sizes of the look's grid, in device-independent pixels."""

_SANE_PX = 100_000


class Shell(QWidget):
    """The top-level window. ``painted`` follows the first paint, ``closing`` comes before it goes."""

    painted = Signal()
    closing = Signal()

    def __init__(self, theme: Theme, geometry: object = None) -> None:
        super().__init__()
        self._theme = theme
        self._painted = False
        self._content: QWidget | None = None
        self._maximized = False
        self.strip_width = theme.size("machine_strip_width")
        self.setWindowTitle("FitCheck")
        self.setMinimumSize(LEAST_SIZE)
        self.resize(DEFAULT_SIZE)
        if isinstance(geometry, Mapping):
            self._place(geometry)
        self._picture = FirstPicture(theme, self, self.strip_width)
        self._picture.fit(self.size())

    @property
    def content(self) -> QWidget | None:
        """The real widgets, once they are there."""
        return self._content

    def appear(self) -> None:
        """Show the window as it was shown last."""
        if self._maximized:
            self.showMaximized()
        else:
            self.show()

    def clear(self) -> None:
        """Take the picture away; before the real widgets are made, which its stylesheet does not concern."""
        self._picture.remove()

    def set_content(self, content: QWidget) -> None:
        """Put the real widgets in the picture's place, or in that of the real widgets before them."""
        before, self._content = self._content, content
        self._picture.remove()
        from PySide6.QtWidgets import QVBoxLayout

        whole = self.layout()
        if whole is None:
            whole = QVBoxLayout(self)
            whole.setContentsMargins(0, 0, 0, 0)
        if before is not None:
            whole.removeWidget(before)
            before.hide()
        whole.addWidget(content)
        content.show()

    def geometry_to_keep(self) -> dict[str, Any]:
        """Where the window stands, as the settings keep it."""
        place = self.normalGeometry()
        # ``move`` counts from the frame, ``normalGeometry`` from inside it: mixed up, the window creeps down.
        corner = place.topLeft() if self.isMaximized() else self.pos()
        return {
            "x": corner.x(), "y": corner.y(), "width": place.width(), "height": place.height(),
            "maximized": self.isMaximized(),
        }  # fmt: skip

    def _place(self, kept: Mapping[str, Any]) -> None:
        """Put the window where it was, as far as that place is on a screen that is still there."""
        numbers = [kept.get(name) for name in ("x", "y", "width", "height", "strip_width")]
        x, y, width, height, strip = (_sane(number) for number in numbers)
        if x is not None and y is not None and width is not None and height is not None:
            place = QRect(QPoint(x, y), QSize(width, height))
            self.resize(place.size().expandedTo(LEAST_SIZE))
            if QGuiApplication.screenAt(place.center()) is not None:
                self.move(place.topLeft())
        if strip is not None:
            self.strip_width = max(self._theme.size("machine_strip_min"), strip)
        self._maximized = kept.get("maximized") is True

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._content is None:
            self._picture.fit(self.size())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._painted:
            self._painted = True
            # Runs when this paint has reached the screen.
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


class FirstPicture:
    """The first second: the frame is complete, values are grey blocks, and two sentences say what happens.

    Bare labels and frames at fixed places, painted by Qt itself; ``remove`` takes them away.
    """

    def __init__(self, theme: Theme, shell: QWidget, strip_width: int) -> None:
        self._theme, self._shell, self._strip = theme, shell, strip_width
        self._parts: list[QWidget] = []
        self._panels: list[QWidget] = []
        shell.setStyleSheet(_SHEET.substitute({name: theme.hex(name) for name in _COLOURS}))
        self._ground = self._frame("strip", 0, 0, strip_width, 1)
        self._edge = self._frame("line", strip_width, 0, 1, 1)
        self._fill_strip()
        self._fill_page(strip_width + 1)

    def fit(self, size: QSize) -> None:
        """Follow the window's size."""
        self._ground.resize(self._strip, size.height())
        self._edge.resize(1, size.height())
        left, gap = self._strip + 21, self._theme.space(2)
        inner = size.width() - left - 20
        panel = (inner - 2 * gap) / 3
        for index, part in enumerate(self._panels):
            part.setGeometry(round(left + index * (panel + gap)), part.y(), round(panel), part.height())
        self._controls.resize(inner, self._controls.height())

    def remove(self) -> None:
        """Make room for the real widgets; nothing the second time."""
        if not self._parts:
            return
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts.clear()
        self._panels.clear()
        self._shell.setStyleSheet("")

    def _fill_strip(self) -> None:
        left = self._theme.space(4)
        wide = self._strip - 2 * left
        top = self._text(left, 12, "body_strong", QCoreApplication.translate("Shell", "This machine")) + 8
        tall = self._theme.size("button_height") + 2
        self._frame("button", left, top, wide, tall)
        what_if = QCoreApplication.translate("Shell", "What if…")
        room = wide - QFontMetrics(self._theme.font("body")).horizontalAdvance(what_if)
        self._text(left + room // 2, top + (tall - self._theme.line_height("body")) // 2, "body", what_if)
        top += tall + 12
        top = self._text(left, top, "body", QCoreApplication.translate("Shell", "Looking at this machine…")) + 8
        asks = QCoreApplication.translate(
            "Shell", "It asks the driver and the system. A sleeping laptop card is left asleep."
        )
        top = self._text(left, top, "caption", asks, muted=True, lines=2) + 12
        for name in (
            QCoreApplication.translate("Shell", "GPU"),
            QCoreApplication.translate("Shell", "RAM"),
            QCoreApplication.translate("Shell", "Disk · models"),
        ):
            self._frame("line", left, top, wide, 1)
            top = self._text(left, top + 13, "body_strong", name) + 4
            self._frame("unknown", left, top, wide, self._theme.size("machine_bar_height"))
            top = (
                self._text(
                    left, top + 14, "caption", QCoreApplication.translate("Shell", "asking the system"), muted=True
                )
                + 12
            )
        self._frame("line", left, top, wide, 1)
        self._text(left, top + 13, "body_strong", QCoreApplication.translate("Shell", "CPU"))

    def _fill_page(self, left: int) -> None:
        theme = self._theme
        nav = round(NAV_HEIGHT * theme.scale)
        self._frame("line", left, nav - 1, 1 << 15, 1)
        tab = left + 20
        for number, text in enumerate(
            (
                QCoreApplication.translate("Shell", "Fit"),
                QCoreApplication.translate("Shell", "Model sheet"),
                QCoreApplication.translate("Shell", "Verify"),
                QCoreApplication.translate("Shell", "Settings"),
            )
        ):
            self._text(tab, (nav - theme.line_height("body_strong")) // 2, "body_strong", text, muted=number > 0)
            tab += QFontMetrics(theme.font("body_strong")).horizontalAdvance(text) + 24
        sentence = QCoreApplication.translate("Shell", "Looking for the best DeepSeek-R1 for this machine…")
        top = self._text(left + 20, nav + 16, "answer", sentence) + 4
        promise = QCoreApplication.translate(
            "Shell", "The answer appears here in a second or two. Nothing is downloaded and no model is loaded."
        )
        top = self._text(left + 20, top, "body", promise, muted=True) + theme.line_height("body") + 12
        for _ in range(3):
            panel = self._frame("panel", 0, top, 1, 71)
            self._panels.append(panel)
            for down, long in ((10, 90), (30, 170)):
                block = QFrame(panel)
                block.setObjectName("block")
                block.setGeometry(12, down, long, 14)
        self._controls = self._frame("controls", left + 20, top + 71 + 12, 1, 50)

    def _text(self, left: int, top: int, role: str, text: str, *, muted: bool = False, lines: int = 1) -> int:
        """Text in its line height, of the strip's width where it has several; returns where the next begins."""
        label = QLabel(text, self._shell)
        label.setFont(self._theme.font(role))
        if muted:
            label.setObjectName("muted")
        height = lines * self._theme.line_height(role)
        label.setWordWrap(lines > 1)
        label.setGeometry(left, top, self._strip - 2 * left if lines > 1 else label.sizeHint().width(), height)
        self._parts.append(label)
        return top + height

    def _frame(self, name: str, left: int, top: int, width: int, height: int) -> QFrame:
        frame = QFrame(self._shell)
        frame.setObjectName(name)
        frame.setGeometry(left, top, width, height)
        self._parts.append(frame)
        return frame


def _sane(number: object) -> int | None:
    """A whole number of pixels as the settings may hold it, or None for anything else."""
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) <= _SANE_PX:
        return number
    return None

"""A drawing in the window: painted once as a picture; pointer and arrow keys read its values."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QSizePolicy, QToolTip, QWidget

from fitcheck.atomic_file import write_whole
from fitcheck.charts.shapes import Drawing, Stop
from fitcheck.charts.svg import svg
from fitcheck.gui.paint_drawing import picture
from fitcheck.gui.theme import Theme
from fitcheck.gui.widgets.notice_bar import NoticeBar

Draw = Callable[[float, float], Drawing]
"""Width in pixels and scale of the fonts in, drawing out."""


class ChartView(QLabel):
    """A label whose picture is the drawing, so that screen readers take it for a graphic with its words as name.

    ``table_wanted`` asks to show the numbers (rows of cells); ``explain_wanted`` follows a click or Enter.
    """

    table_wanted = Signal(object)
    explain_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._draw: Draw | None = None
        self._drawing: Drawing | None = None
        self._at: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    @property
    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    @property
    def stop(self) -> Stop | None:
        """The place that is read."""
        return None if self._at is None or self._drawing is None else self._drawing.stops[self._at]

    def set_theme(self, theme: Theme) -> None:
        """Paint with another palette from now on."""
        self._theme = theme
        self._render()

    def show_drawing(self, draw: Draw) -> None:
        """Show another drawing; it is made anew for every width."""
        self._draw = draw
        self._at = None
        self._render()

    def ask_and_save(self) -> None:
        """Let a person name a file for the chart, and write it."""
        if self._drawing is None:
            return
        name = re.sub(r"\W+", "-", re.split("[,;:]", self._drawing.words)[0]).strip("-").lower()
        start, kinds = QDir.home().filePath(f"{name}.svg"), self.tr("Scalable picture (*.svg)")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the chart"), start, kinds)
        if path:
            self.save(Path(path if path.lower().endswith(".svg") else f"{path}.svg"))

    def save(self, target: Path) -> None:
        """Write the same shapes as SVG, in the light palette: it is for paper and for other programs."""
        from fitcheck.export.look import flat_colours, type_scale

        assert self._drawing is not None
        try:
            write_whole(target, svg(self._drawing, flat_colours("light"), type_scale()), shared=True)
        except OSError as error:
            sentence = self.tr("The chart could not be saved: {0}.").format(error.strerror or str(error))
            done = False
        else:
            sentence, done = self.tr("The chart is saved: {0}").format(target), True
        notice = self.window().findChild(NoticeBar)
        if notice is not None:
            notice.say(sentence, done)

    def _render(self) -> None:
        if self._draw is None or self.width() <= 1:
            return
        self._drawing = self._draw(self.width(), self._theme.scale)
        self._at = None if self._at is None or self._at >= len(self._drawing.stops) else self._at
        self.setPixmap(picture(self._drawing, self._theme, self.devicePixelRatioF()))
        self.setFixedHeight(round(self._drawing.height) + 1)
        self.setAccessibleName(self._drawing.words)

    def _read(self, index: int | None) -> None:
        """Go to a place with a value."""
        if index != self._at:
            self._at = index
            self.setAccessibleDescription(self.stop.words if self.stop else "")
            self.update()

    def _say_stop(self) -> None:
        """Tell it to who listens and to who looks."""
        stop = self.stop
        if stop is None:
            return
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, stop.words))
        corner = QPoint(round(stop.x + stop.width / 2), round(stop.y + stop.height))
        QToolTip.showText(self.mapToGlobal(corner), stop.words, self)

    def sizeHint(self) -> QSize:
        return QSize(300, round(self._drawing.height) + 1 if self._drawing else 24)

    def minimumSizeHint(self) -> QSize:
        # A label with a picture would not let its column get narrower again.
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._render()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        self._read(self._drawing.stop_at(point.x(), point.y()) if self._drawing else None)
        if self.stop is not None:
            QToolTip.showText(event.globalPosition().toPoint(), self.stop.words, self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.explain_wanted.emit(event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        self._read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._read(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._drawing.stops) - 1 if self._drawing else -1
        now = -1 if self._at is None else self._at
        moves = {
            Qt.Key.Key_Right: min(last, now + 1), Qt.Key.Key_Left: max(0, now - 1), Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in moves and last >= 0:
            self._read(moves[key])
            self._say_stop()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.explain_wanted.emit(self.mapToGlobal(QPoint(8, self.height())))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._drawing is None:
            return
        table = self._drawing.table
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Show as table")).triggered.connect(lambda: self.table_wanted.emit(table))
        copy = menu.addAction(self.tr("Copy values"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(as_text(table)))
        menu.addAction(self.tr("Save as SVG…")).triggered.connect(self.ask_and_save)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        stop = self.stop
        if stop is None:
            return
        painter = QPainter(self)
        painter.setPen(QPen(self._theme.colour("text"), 1))
        painter.drawRect(QRectF(stop.x, stop.y, stop.width, stop.height).adjusted(0.5, 0.5, -0.5, -0.5))


def as_text(table: tuple[tuple[str, ...], ...]) -> str:
    """Rows of cells for a spreadsheet: tabs between cells."""
    return "\n".join("\t".join(row) for row in table)

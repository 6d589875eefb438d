"""Pages of a PDF: lines of text, rows of cells and room on the page, in CSS pixels from the top left of its content."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPagedPaintDevice,
    QPainter,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from fitcheck.export.look import flat_colours
from fitcheck.frozen import dataclass

PX_PER_INCH = 96
_FOOT = 26.0
_LINE = 1.42
_MARK, _AFTER_MARK = 7.0, 12.0
_BETWEEN = 12.0
"""Between columns."""


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: pixels and the name of its colour."""

    px: float
    hint: str = "text"
    bold: bool = False
    mono: bool = False

    @property
    def height(self) -> float:
        """Of one line."""
        return self.px * _LINE

    def font(self) -> QFont:
        """The system's font at this size, without hinting: paper has no pixels."""
        kind = QFontDatabase.SystemFont.FixedFont if self.mono else QFontDatabase.SystemFont.GeneralFont
        font = QFontDatabase.systemFont(kind)
        # Whole pixels only: a size in between is reached by the painter's scale.
        font.setPixelSize(round(self.px * 100))
        font.setBold(self.bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font


_ENLARGED = 100.0
"""Text is laid out so many times larger than it is drawn, because a font's size is a whole number of pixels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one column; ``mark`` is the colour of a dot before them, ``ground`` that below them."""

    text: str
    style: Style
    right: bool = False
    middle: bool = False
    mark: str = ""
    ground: str = ""


class Pages:
    """Where the next line goes. ``number`` counts pages; ``pages`` is how many there will be, None if unknown."""

    def __init__(
        self, painter: QPainter, device: QPagedPaintDevice, width: float, height: float, foot: str, pages: int | None
    ) -> None:
        self.painter, self.width = painter, width
        self._device, self._height, self._foot, self._pages = device, height, foot, pages
        self.y, self.number = 0.0, 1

    def space(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def need(self, height: float) -> bool:
        """Begin another page where so much has no room on this one; True where it did."""
        if self.y == 0 or self.y + height <= self._height - _FOOT:
            return False
        self._end_page()
        self._device.newPage()
        self.number += 1
        self.y = 0.0
        return True

    def finish(self) -> None:
        """End the last page."""
        self._end_page()

    def text(self, text: str, style: Style, after: float = 0.0) -> None:
        """A paragraph over the whole width."""
        for line, layout in _laid_out(text, style, self.width):
            self.need(style.height)
            self._draw(line, layout, 0.0, style)
            self.y += style.height
        self.y += after

    def heading(self, text: str, style: Style) -> None:
        """Words that stay with what follows."""
        self.y += style.px if self.y else 0
        self.need(style.height + 60)
        self.text(text, style, after=4)

    def code(self, text: str, style: Style) -> None:
        """Text to paste on a ground of its own."""
        lines = [pair for line in text.split("\n") for pair in _laid_out(line or " ", style, self.width - 16)]
        for line, layout in lines:
            self.need(style.height)
            self.painter.fillRect(QRectF(0, self.y, self.width, style.height + 0.5), _colour("sunken"))
            self._draw(line, layout, 8.0, style)
            self.y += style.height
        self.y += 6

    def columns(self, rows: Sequence[Sequence[Cell]], words: int) -> list[float | None]:
        """Widths: numbers as wide as they are, the columns of words share the rest by what they need."""
        needed = [max(_natural(row[place]) for row in rows) + _BETWEEN for place in range(len(rows[0]))]
        left = self.width - sum(needed[words:])
        return [*_shared(needed[:words], left), *needed[words:]]

    def height_of(self, cells: Sequence[Cell], widths: Sequence[float | None]) -> float:
        """Of a row."""
        places = self._places(widths)
        return max(_height(cell, wide) for cell, (_, wide) in zip(cells, places, strict=True))

    def row(
        self, cells: Sequence[Cell], widths: Sequence[float | None], gap: float = 0.0, rule: str = ""
    ) -> None:  # fmt: skip
        """Cells beside each other; a width of None takes what is left. ``rule``: the colour of a line below."""
        height = self.height_of(cells, widths)
        self.need(height)
        top = self.y
        for cell, (left, wide) in zip(cells, self._places(widths), strict=True):
            if cell.ground:
                self.painter.fillRect(QRectF(left + 1, top - 1, wide - 2, height + 2), _colour(cell.ground))
            if cell.mark:
                self.mark(left, cell.mark, cell.style)
            self._cell(cell, left, wide)
            self.y = top
        self.y = top + height + gap
        if rule:
            self.painter.fillRect(QRectF(0, self.y - gap / 2, self.width, 0.6), _colour(rule))

    def mark(self, left: float, hint: str, style: Style) -> None:
        """A dot of a colour at the height of a line."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(_colour(hint))
        self.painter.drawEllipse(QRectF(left, self.y + (style.height - _MARK) / 2, _MARK, _MARK))

    def word(self, left: float, text: str, style: Style) -> float:
        """One word on this line; how wide it is."""
        for line, layout in _laid_out(text, style, self.width):
            self._draw(line, layout, left, style)
        return _natural(Cell(text, style))

    def _cell(self, cell: Cell, left: float, wide: float) -> None:
        indent = _AFTER_MARK if cell.mark else 0.0
        for line, layout in _laid_out(cell.text, cell.style, wide - indent - _gap(cell)):
            room = wide - indent - line.naturalTextWidth() / _ENLARGED
            shift = room if cell.right else room / 2 if cell.middle else 0.0
            self._draw(line, layout, left + indent + shift, cell.style)
            self.y += cell.style.height

    def _places(self, widths: Sequence[float | None]) -> list[tuple[float, float]]:
        rest = self.width - sum(one for one in widths if one is not None)
        places, left = [], 0.0
        for one in widths:
            wide = rest if one is None else one
            places.append((left, wide))
            left += wide
        return places

    def _draw(self, line: QTextLine, layout: QTextLayout, left: float, style: Style) -> None:
        painter = self.painter
        painter.save()
        painter.translate(left, self.y + (style.height - line.height() / _ENLARGED) / 2)
        painter.scale(1 / _ENLARGED, 1 / _ENLARGED)
        painter.setPen(_colour(style.hint))
        line.draw(painter, QPointF(-line.x(), -line.y()))
        painter.restore()

    def _end_page(self) -> None:
        style = Style(9, "text_muted")
        self.y = self._height - style.height
        self.painter.fillRect(QRectF(0, self.y - 5, self.width, 0.6), _colour("border"))
        self.word(0.0, self._foot, style)
        number = f"{self.number} / {self._pages or self.number}"
        self.word(self.width - _natural(Cell(number, style)), number, style)


def _shared(needed: Sequence[float], room: float) -> list[float | None]:
    """All that each needs and more where there is room; else the narrow ones keep theirs and the wide ones wrap."""
    if sum(needed) <= room:
        return [one * room / sum(needed) for one in needed]
    shares = dict[int, float]()
    for place in sorted(range(len(needed)), key=needed.__getitem__):
        fair = (room - sum(shares.values())) / (len(needed) - len(shares))
        shares[place] = min(needed[place], fair)
    return [shares[place] for place in range(len(needed))]


def _gap(cell: Cell) -> float:
    return 0.0 if cell.middle else _BETWEEN if not cell.right else 0.0


def _colour(hint: str) -> QColor:
    return QColor(flat_colours("light")[hint])


def _laid_out(text: str, style: Style, width: float) -> list[tuple[QTextLine, QTextLayout]]:
    """Lines of a text, each with the layout that holds it."""
    layout = QTextLayout(text.replace("\n", "\u2028"), style.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width) * _ENLARGED)
        lines.append((line, layout))
    layout.endLayout()
    return lines


def _height(cell: Cell, width: float) -> float:
    indent = _AFTER_MARK if cell.mark else 0.0
    return len(_laid_out(cell.text, cell.style, width - indent - _gap(cell))) * cell.style.height


def _natural(cell: Cell) -> float:
    metrics = QFontMetricsF(cell.style.font())
    wide = max(metrics.horizontalAdvance(line) for line in cell.text.split("\n")) / _ENLARGED
    return wide + (_AFTER_MARK if cell.mark else 0.0)

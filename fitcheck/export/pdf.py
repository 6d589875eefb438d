"""A document as PDF: text and charts as vectors, fonts inside, page numbers below. The only Qt outside the window."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QFontDatabase, QGuiApplication, QPagedPaintDevice, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from fitcheck.charts.svg import svg
from fitcheck.errors import EnvironmentLacksError
from fitcheck.export.document import (
    Block,
    Bullets,
    Code,
    Document,
    Facts,
    Grid,
    Heading,
    Legend,
    Paper,
    Paragraph,
    Picture,
    Table,
)
from fitcheck.export.look import flat_colours, type_scale
from fitcheck.export.paper import usual_paper
from fitcheck.export.pdf_pages import PX_PER_INCH, Cell, Pages, Style

MARGINS = QMarginsF(15.0, 15.0, 15.0, 15.0)
"""Of every page, in millimetres."""

_DOTS_PER_INCH = 1200
_TABLE = re.compile(rb"begincmap.*?endcmap", re.DOTALL)
_CHARACTERS = re.compile(rb"\[[^\]]*\]")
"""The characters of a run of glyphs in a font's table."""

_MOST_COLUMNS = 12
"""Of a grid in one piece; more would be too narrow for their numbers."""

_TITLE, _HEADING, _LEAD = Style(21, bold=True), Style(14, bold=True), Style(14.5)
_SMALL_HEADING = Style(11.5, bold=True)
_BODY, _BOLD, _MUTED = Style(11.5), Style(11.5, bold=True), Style(11.5, "text_muted")
_SMALL, _CELL, _HEAD, _MONO = Style(10, "text_muted"), Style(10.5), Style(10.5, "text_muted"), Style(9.5, mono=True)
_GRID = Style(7.5)


def pdf_bytes(document: Document, paper: Paper | None = None) -> bytes:
    """The pages (EnvironmentLacksError ``no_font`` where Chinese is asked for and no font here has it)."""
    # Kept until the pages are there: Qt ends with its last reference.
    application = QGuiApplication.instance() or _application()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(page_size(paper))
    writer.setPageMargins(MARGINS)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(document.title)
    writer.setCreator("FitCheck")
    for _ in draw_pages(document, writer):
        pass
    buffer.close()
    del application
    return _with_blanks(bytes(content.data()))


def page_size(paper: Paper | None) -> QPageSize:
    """The paper that was named, else the usual one."""
    letter = (paper or usual_paper()) == "letter"
    return QPageSize(QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4)


def draw_pages(document: Document, device: QPagedPaintDevice) -> Iterator[None]:
    """Put a document on the pages of a file or a printer, block by block, for who must not wait long.

    Raises as ``pdf_bytes``.
    """
    if document.language.startswith("zh") and not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        raise EnvironmentLacksError(
            "no_font", "No font with Chinese characters is installed here; install one, such as Noto Sans CJK SC."
        )
    # How many pages there are is known once they have been drawn, so they are drawn into the void first.
    void = QBuffer()
    void.open(QIODevice.OpenModeFlag.WriteOnly)
    counter = QPdfWriter(void)
    counter.setPageLayout(device.pageLayout())
    counter.setResolution(device.logicalDpiX())
    pages = yield from _drawn(document, counter, None)
    yield from _drawn(document, device, pages)


def _drawn(document: Document, device: QPagedPaintDevice, pages: int | None) -> Generator[None, None, int]:
    """How many pages there are; ``pages`` None while that is not known yet."""
    painter = QPainter(device)
    try:
        scale = device.logicalDpiX() / PX_PER_INCH
        painter.scale(scale, scale)
        flow = Pages(painter, device, device.width() / scale, device.height() / scale, document.foot, pages)
        yield from _Blocks(flow).draw(document)
        flow.finish()
    finally:
        painter.end()
    return flow.number


def _application() -> QGuiApplication:
    """A Qt that needs no display."""
    if sys.platform not in ("win32", "darwin"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["fitcheck"])


def _with_blanks(content: bytes) -> bytes:
    """The file with blanks where it says tabs, so that a command can be copied out of it.

    WORKAROUND(Qt 6.11, QFontSubset::createToUnicodeMap): a font's glyph for the blank serves the tab too, and the
    lower code is written into the table of characters. That table is not compressed, and both codes are as long.
    """

    def with_blanks(table: re.Match[bytes]) -> bytes:
        return _CHARACTERS.sub(lambda run: run[0].replace(b"<0009>", b"<0020>"), table[0])

    return _TABLE.sub(with_blanks, content)


class _Blocks:
    """Puts blocks on pages."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._pictures = 0

    def draw(self, document: Document) -> Iterator[None]:
        """One block a step."""
        pages = self._pages
        pages.text(document.title, _TITLE, after=3)
        badge = f"{document.badge} · " if document.badge else ""
        pages.text(f"{badge}{document.subtitle}", _MUTED, after=10)
        for block in document.blocks:
            self._block(block)
            yield

    def _block(self, block: Block) -> None:
        pages = self._pages
        if isinstance(block, Heading):
            pages.heading(block.text, _HEADING if block.level == 2 else _SMALL_HEADING)
        elif isinstance(block, Paragraph):
            pages.text(block.text, {"lead": _LEAD, "small": _SMALL, "body": _BODY}[block.style], after=6)
        elif isinstance(block, Bullets):
            self._bullets(block.items, _BODY, numbered=block.numbered)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, Legend):
            self._legend(block)
        elif isinstance(block, Code):
            pages.heading(block.title, _SMALL_HEADING)
            pages.code(block.text, _MONO)
            self._bullets(block.notes, _SMALL)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._grid(block)

    def _bullets(self, items: Sequence[str], style: Style, *, numbered: bool = False) -> None:
        for number, item in enumerate(items, 1):
            sign = Cell(f"{number}." if numbered else "•", style, right=True)
            self._pages.row([sign, Cell("", style), Cell(item, style)], [12.0, 5.0, None], gap=2)
        self._pages.space(5)

    def _facts(self, block: Facts) -> None:
        for name, value in block.rows:
            self._pages.row([Cell(name, _MUTED), Cell(value, _BODY)], [120.0, None], gap=2)
        self._pages.space(6)

    def _picture(self, block: Picture) -> None:
        pages, drawing = self._pages, block.drawing
        height = drawing.height * pages.width / drawing.width
        title = _BOLD.height + 4 if block.title else 0.0
        pages.need(height + title)
        if block.title:
            pages.text(block.title, _BOLD, after=3)
        self._pictures += 1
        page = svg(drawing, flat_colours("light"), type_scale(), f"p{self._pictures}-")
        renderer = QSvgRenderer(QByteArray(page.encode("utf-8", "replace")))
        renderer.render(pages.painter, QRectF(0, pages.y, pages.width, height))
        pages.space(height + 8)

    def _legend(self, block: Legend) -> None:
        pages = self._pages
        pages.need(_SMALL.height + 6)
        left = 0.0
        for hint, word in block.entries:
            pages.mark(left, hint, _SMALL)
            left += 12 + pages.word(left + 12, word, _SMALL) + 12
        pages.space(_SMALL.height + 5)

    def _table(self, block: Table) -> None:
        pages, count = self._pages, len(block.head)
        head = [Cell(text, _HEAD, right=place >= block.words) for place, text in enumerate(block.head)]
        rows = list(self._rows(block))
        widths = pages.columns([head, *rows], block.words)
        draw_head = partial(pages.row, head, widths, gap=6, rule="border_strong")
        pages.need(3 * _CELL.height + 12)
        draw_head()
        for row in rows:
            if pages.need(pages.height_of(row, widths) + 6):
                draw_head()
            pages.row(row, widths, gap=6, rule="border")
        assert all(len(row) == count for row in rows)
        pages.space(8)

    def _rows(self, block: Table) -> Iterator[list[Cell]]:
        for index, row in enumerate(block.rows):
            last = block.total and index == len(block.rows) - 1
            style = Style(_CELL.px, bold=True) if last else _CELL
            mark = f"verdict.{block.verdicts[index]}.solid" if block.verdicts else ""
            yield [
                Cell(text, style, right=place >= block.words, mark=mark if place == 0 else "")
                for place, text in enumerate(row)
            ]

    def _grid(self, block: Grid) -> None:
        for first in range(0, len(block.head), _MOST_COLUMNS):
            part = slice(first, first + _MOST_COLUMNS)
            self._part_of_grid(block.head[part], [(name, cells[part]) for name, cells in block.rows])

    def _part_of_grid(self, head: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
        pages = self._pages
        wide = (pages.width - 96.0) / max(1, len(head))
        widths: list[float | None] = [96.0, *([wide] * len(head))]
        pages.need(120)
        pages.row([Cell("", _GRID), *(Cell(text, _GRID, middle=True) for text in head)], widths, gap=3)
        for name, cells in rows:
            row = [Cell(name, _GRID)]
            for verdict, one, other in cells:
                style = Style(_GRID.px, f"verdict.{verdict}.text") if verdict else _GRID
                row.append(
                    Cell(f"{one}\n{other}", style, middle=True, ground=f"verdict.{verdict}.tint" if verdict else "")
                )
            pages.need(pages.height_of(row, widths) + 4)
            pages.row(row, widths, gap=4)
        pages.space(8)

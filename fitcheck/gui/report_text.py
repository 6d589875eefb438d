"""A report's document as rich text with a theme's colours and fonts: what its page of the window shows.

Rich text because a person reads, selects and copies across all of it, and a widget for every line would take long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from PySide6.QtGui import QPixmap

from fitcheck.export.document import (
    Block,
    Bullets,
    Code,
    Document,
    Facts,
    Grid,
    Heading,
    Legend,
    Paragraph,
    Picture,
    Table,
)
from fitcheck.export.drawings import WIDTH
from fitcheck.export.words import VERDICT_SIGNS
from fitcheck.gui.paint_drawing import picture
from fitcheck.gui.theme import Theme

_MOST_COLUMNS = 12
"""Of a grid in one piece; more would be too narrow for their numbers."""


class ReportText:
    """One theme's way to write documents."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._muted, self._sunken, self._border, self._strong = (
            theme.hex(one) for one in ("text_muted", "sunken", "border", "border_strong")
        )
        self._small, self._body, self._lead, self._title, self._caption = (
            theme.font(one).pixelSize() for one in ("small", "body", "title", "answer", "caption")
        )
        self._number = 0

    @property
    def width(self) -> int:
        """Of the column of text, in pixels: what the drawings take."""
        return round(WIDTH * self._theme.scale)

    def pictures(self, document: Document, ratio: float) -> Iterator[tuple[str, QPixmap]]:
        """Every drawing under the name that the text calls it by, one a step, sharp at a device's pixel ratio."""
        theme = self._theme
        # A report's drawings are laid out for fonts at their plain size; larger ones enlarge the whole picture.
        plain = Theme(theme.name, theme.tokens, theme.family, theme.family_mono, 1.0)
        drawings = [block.drawing for block in document.blocks if isinstance(block, Picture)]
        for number, drawing in enumerate(drawings):
            made = picture(drawing, plain, ratio * theme.scale)
            made.setDevicePixelRatio(ratio)
            yield _name(number), made

    def html(self, document: Document) -> str:
        """The whole text."""
        self._number = 0
        badge = ""
        if document.verdict:
            badge = (
                f'<span style="{self._on_tint(document.verdict)}; font-weight:600">'
                f"&nbsp;{VERDICT_SIGNS[document.verdict]} {escape(document.badge)}&nbsp;</span>&nbsp; "
            )
        parts = [
            _heading(self._title, "0 0 4px 0", document.title),
            f'<p style="color:{self._muted}; margin:0 0 12px 0">{badge}{escape(document.subtitle)}</p>',
            *map(self._block, document.blocks),
            f'<hr width="100%"><p style="color:{self._muted}; font-size:{self._small}px">{escape(document.foot)}</p>',
        ]
        return "".join(parts)

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Paragraph):
            style = {
                "lead": f"font-size:{self._lead}px; margin:0 0 12px 0",
                "small": f"font-size:{self._small}px; color:{self._muted}; margin:0 0 8px 0",
                "body": "margin:0 0 8px 0",
            }[block.style]
            return f'<p style="{style}">{escape(block.text)}</p>'
        if isinstance(block, Bullets):
            return self._bullets(block.items, numbered=block.numbered)
        if isinstance(block, Facts):
            muted = f'<td style="color:{self._muted}; padding-right:20px">'
            rows = "".join(f"<tr>{muted}{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in block.rows)
            return f'<table cellspacing="0" cellpadding="2" style="margin-top:12px; margin-bottom:8px">{rows}</table>'
        if isinstance(block, Picture):
            return self._picture(block)
        if isinstance(block, Legend):
            entries = "&nbsp;&nbsp; ".join(f"{self._mark(hint)} {escape(word)}" for hint, word in block.entries)
            return f'<p style="font-size:{self._small}px; color:{self._muted}; margin:0 0 6px 0">{entries}</p>'
        if isinstance(block, Code):
            return self._code(block)
        return self._table(block) if isinstance(block, Table) else self._grid(block)

    def _heading(self, block: Heading) -> str:
        size, above = (self._lead, 22) if block.level == 2 else (self._body, 12)
        return _heading(size, f"{above}px 0 6px 0", block.text)

    def _bullets(self, items: Sequence[str], *, numbered: bool = False, style: str = "") -> str:
        tag = "ol" if numbered else "ul"
        lines = "".join(f'<li style="{style}">{escape(item)}</li>' for item in items)
        return f'<{tag} style="margin:0 0 10px 0; -qt-list-indent:1">{lines}</{tag}>'

    def _picture(self, block: Picture) -> str:
        title = f'<p style="font-weight:600; margin:0 0 4px 0">{escape(block.title)}</p>' if block.title else ""
        name = _name(self._number)
        self._number += 1
        return f'{title}<p style="margin:0 0 10px 0"><img src="{name}"></p>'

    def _mark(self, hint: str) -> str:
        """A square of a colour of the look."""
        return f'<span style="color:{self._theme.hex(hint)}">■</span>'

    def _code(self, block: Code) -> str:
        text = (
            f'<table width="100%" cellspacing="0" cellpadding="8" style="margin-bottom:6px"><tr><td '
            f'style="background-color:{self._sunken}"><pre style="white-space:pre-wrap; font-family:'
            f"'{escape(self._theme.family_mono)}'; font-size:{self._small}px; margin:0\">{escape(block.text)}</pre>"
            f"</td></tr></table>"
        )
        small = f"font-size:{self._small}px; color:{self._muted}"
        notes = self._bullets(block.notes, style=small) if block.notes else ""
        return self._heading(Heading(block.title, 3)) + text + notes

    def _table(self, block: Table) -> str:
        style = f"color:{self._muted}; border-bottom:1px solid {self._strong}"
        head = "".join(self._cell(escape(text), place >= block.words, style) for place, text in enumerate(block.head))
        lines = [f"<tr>{head}</tr>"]
        for index, row in enumerate(block.rows):
            last = block.total and index == len(block.rows) - 1
            style = "font-weight:600" if last else f"border-bottom:1px solid {self._border}"
            marked = self._sign(block.verdicts[index]) if block.verdicts else ""
            cells = (
                self._cell(f"{marked if place == 0 else ''}{escape(text)}", place >= block.words, style)
                for place, text in enumerate(row)
            )
            lines.append(f"<tr>{''.join(cells)}</tr>")
        look = f"border-collapse:collapse; margin:8px 0 10px 0; font-size:{self._small}px"
        return f'<table width="100%" cellspacing="0" cellpadding="3" style="{look}">{"".join(lines)}</table>'

    def _cell(self, content: str, number: bool, style: str) -> str:
        side = ' align="right"' if number else ""
        # Numbers do not wrap, so that they stand in columns.
        content = content.replace(" ", "&nbsp;") if number else content
        return f'<td{side} style="{style}">{content}</td>'

    def _sign(self, verdict: str) -> str:
        return (
            f'<span style="color:{self._theme.hex(f"verdict.{verdict}.solid")}">{VERDICT_SIGNS[verdict]}</span>&nbsp;'
        )

    def _grid(self, block: Grid) -> str:
        """The matrix, in pieces where it has many columns."""
        pieces = []
        for first in range(0, len(block.head), _MOST_COLUMNS):
            part = slice(first, first + _MOST_COLUMNS)
            head = "".join(
                f'<td align="center" style="color:{self._muted}">{escape(one)}</td>' for one in block.head[part]
            )
            lines = [f"<tr><td></td>{head}</tr>"]
            for name, cells in block.rows:
                row = "".join(map(self._grid_cell, cells[part]))
                lines.append(f"<tr><td>{escape(name)}</td>{row}</tr>")
            pieces.append(
                f'<table width="100%" cellspacing="2" cellpadding="2" style="font-size:{self._caption - 1}px; '
                f'margin-bottom:10px">{"".join(lines)}</table>'
            )
        return "".join(pieces)

    def _grid_cell(self, cell: tuple[str, str, str]) -> str:
        verdict, first, second = cell
        if not verdict:
            return "<td></td>"
        first, second = (escape(one).replace(" ", "&nbsp;") for one in (first, second))
        return f'<td align="center" style="{self._on_tint(verdict)}"><b>{first}</b><br>{second}</td>'

    def _on_tint(self, verdict: str) -> str:
        tint, text = (self._theme.hex(f"verdict.{verdict}.{part}") for part in ("tint", "text"))
        return f"background-color:{tint}; color:{text}"


def _heading(pixels: int, margin: str, text: str) -> str:
    # No h1 or h2: Qt makes their sizes relative to what is asked for.
    return f'<p style="font-size:{pixels}px; font-weight:600; margin:{margin}">{escape(text)}</p>'


def _name(number: int) -> str:
    return f"picture-{number}"

"""Facts as rich text: panels of rows with a name, its value and the numbers of its sources.

Rich text because a label for each of a model sheet's three hundred texts takes a third of a second to lay out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from fitcheck.gui.theme import Theme


def text_label(theme: Theme, text: str, role: str = "body", *, muted: bool = False) -> QLabel:
    """A text that wraps and can be selected, in a role of the type scale."""
    made = QLabel(text)
    made.setFont(theme.font(role))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setProperty("muted", muted)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class Panel(QFrame):
    """A bordered surface with a title; ``body`` takes what stands in it."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 10, 12, 12)
        self.body.setSpacing(theme.space(2))
        self.body.addWidget(text_label(theme, title, "title"))

    def say(self, text: str) -> None:
        """A line of small text under what stands there."""
        self.body.addWidget(text_label(self._theme, text, "small", muted=True))

    def add(self, widget: QWidget) -> None:
        """A widget under what stands there."""
        self.body.addWidget(widget)


class SheetHtml:
    """The look of a sheet: sizes and colours of a theme as rich text."""

    def __init__(self, theme: Theme) -> None:
        self._muted, self._surface, self._border = (theme.hex(one) for one in ("text_muted", "surface", "border"))
        self._small, self._title, self._answer = (theme.font(one).pixelSize() for one in ("small", "title", "answer"))

    def heading(self, text: str) -> str:
        """The sheet's title."""
        return f'<p style="font-size:{self._answer}px; font-weight:600; margin:4px 8px">{escape(text)}</p>'

    def paragraph(self, text: str) -> str:
        """A text across the sheet."""
        return f'<p style="margin:4px 8px 8px 8px">{escape(text)}</p>'

    def small(self, text: str) -> str:
        """Muted lines in small text."""
        lines = "<br>".join(map(escape, text.split("\n")))
        return f'<p style="color:{self._muted}; font-size:{self._small}px; margin:4px 0 0 0">{lines}</p>'

    def panel(self, title: str, content: str) -> str:
        """A bordered surface with a title."""
        head = f'<p style="font-size:{self._title}px; font-weight:600; margin:0 0 6px 0">{escape(title)}</p>'
        return (
            f'<table width="100%" cellspacing="6" cellpadding="12" border="0"><tr><td style="border:1px solid '
            f'{self._border}; background-color:{self._surface}">{head}{content}</td></tr></table>'
        )

    def columns(self, *columns: Sequence[str]) -> str:
        """Panels side by side, or below each other where there is one column."""
        width = 100 // len(columns)
        cells = "".join(f'<td width="{width}%" valign="top">{"".join(panels)}</td>' for panels in columns)
        return f'<table width="100%" cellspacing="0" cellpadding="0" border="0"><tr>{cells}</tr></table>'

    def facts(self, rows: Iterable[tuple[str, str, str]]) -> str:
        """Rows of a name, a value and source numbers; a value's further lines are small and muted."""
        lines = []
        for name, value, mark in rows:
            first, _, rest = value.partition("\n")
            more = self.small(rest) if rest else ""
            lines.append(
                f'<tr><td width="36%" style="color:{self._muted}">{escape(name)}</td><td width="54%">{escape(first)}'
                f'{more}</td><td width="10%" align="right" style="color:{self._muted}; font-size:{self._small}px">'
                f"{escape(mark).replace(' ', '&nbsp;')}</td></tr>"
            )
        return self._table(lines)

    def numbers(self, heads: Sequence[str], rows: Sequence[str], numbers: Mapping[tuple[int, int], str]) -> str:
        """Numbers under column heads, right aligned; what is not known yet is empty."""
        head = "".join(f'<td align="right" style="color:{self._muted}">{escape(one)}</td>' for one in heads)
        lines = [f"<tr><td></td>{head}</tr>"]
        for row, title in enumerate(rows):
            cells = "".join(f'<td align="right">{numbers.get((row, column), "")}</td>' for column in range(len(heads)))
            lines.append(f'<tr><td style="font-weight:600">{escape(title)}</td>{cells}</tr>')
        return self._table(lines)

    def _table(self, lines: Iterable[str]) -> str:
        return f'<table width="100%" cellspacing="0" cellpadding="3" border="0">{"".join(lines)}</table>'

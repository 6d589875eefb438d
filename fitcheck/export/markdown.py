"""A document as Markdown for a forum or a ticket: GitHub's tables, no HTML; pictures are left to their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fitcheck.export.document import Block, Bullets, Code, Document, Facts, Grid, Heading, Paragraph, Table

_MEANS_SOMETHING = re.compile(r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)|^#|&(?=\w|#)")
"""Underscores and number signs inside words mean nothing."""

_BEGINS_A_BLOCK = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|=)", re.MULTILINE)


def markdown_text(document: Document) -> str:
    """The text. Whatever looks like markup in a text of the document is shown as it is."""
    badge = f" — **{_escaped(document.badge)}**" if document.badge else ""
    parts = [f"# {_escaped(document.title)}", f"{_escaped(document.subtitle)}{badge}"]
    parts += [text for block in document.blocks if (text := "\n".join(_lines(block)))]
    parts.append(f"---\n\n{_escaped(document.foot)}")
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    """A text on one line with every sign that Markdown would read."""
    flat = " ".join(text.split())
    return _BEGINS_A_BLOCK.sub(r"\1\\\2", _MEANS_SOMETHING.sub(lambda sign: f"\\{sign[0]}", flat))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_escaped(block.text)}"
    elif isinstance(block, Paragraph):
        text = _escaped(block.text)
        yield f"**{text}**" if block.style == "lead" else text
    elif isinstance(block, Bullets):
        for number, item in enumerate(block.items, 1):
            yield f"{f'{number}.' if block.numbered else '-'} {_escaped(item)}"
    elif isinstance(block, Facts):
        yield from (f"- {_escaped(name)}: {_escaped(value)}" for name, value in block.rows)
    elif isinstance(block, Table):
        yield from _table(block.head, block.rows, block.words)
    elif isinstance(block, Grid):
        rows = [(name, *(f"{first}, {second}" if one else "" for one, first, second in cells))
                for name, cells in block.rows]  # fmt: skip
        yield from _table(("", *block.head), rows, 1)
    elif isinstance(block, Code):
        yield from _code(block)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> Iterator[str]:
    yield f"| {' | '.join(map(_escaped, head))} |"
    yield f"|{'|'.join('---' if place < words else '---:' for place in range(len(head)))}|"
    yield from (f"| {' | '.join(map(_escaped, row))} |" for row in rows)


def _code(block: Code) -> Iterator[str]:
    # A fence longer than any run of its own sign inside.
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", block.text)), default=0))
    yield f"**{_escaped(block.title)}**\n"
    yield f"{fence}sh\n{block.text}\n{fence}"
    if block.notes:
        yield ""
        yield from (f"- {_escaped(note)}" for note in block.notes)

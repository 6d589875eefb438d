"""A document without a format: headings, paragraphs, tables, pictures and code. Every format is made from it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from fitcheck.charts.shapes import Drawing
from fitcheck.frozen import dataclass

NAME = "fitcheck.report/"
"""The schema of a report's JSON without its number."""

Paper = Literal["a4", "letter"]
PAPERS: tuple[Paper, ...] = ("a4", "letter")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``level`` 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words; ``lead``: the answer at the top, ``small``: what few need."""

    text: str
    style: Literal["body", "lead", "small"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences one below the other; ``numbered``: steps in order."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts below a head. The first ``words`` columns hold words, the others numbers.

    ``verdicts``: for each row the verdict that its first column is marked with. ``total``: the last row sums up.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    verdicts: tuple[str, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what stands beside them."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing under its title, if it has one; its table or words say the same where it cannot be seen."""

    drawing: Drawing
    title: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """What colours mean: names of the look's colours with their words, in the order of the picture."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text to paste, under its name; ``notes`` follow it."""

    title: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """The matrix: a head, and rows of (name, cells); a cell is (verdict, first line, second line), empty where none."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]


Block: TypeAlias = Heading | Paragraph | Bullets | Table | Facts | Picture | Legend | Code | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """All in reading order. ``language`` is a tag such as ``en``; ``verdict`` marks the title, empty for none."""

    title: str
    subtitle: str
    language: str
    verdict: str
    badge: str
    blocks: tuple[Block, ...]
    foot: str

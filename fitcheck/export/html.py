"""A document as one HTML file that needs nothing else: no script, no network, light and dark, on paper too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fitcheck import resources
from fitcheck.charts.svg import svg
from fitcheck.core.verdict import VERDICTS
from fitcheck.export.document import Document, Picture
from fitcheck.export.look import flat_colours, type_scale

_TEMPLATE = "report.html.j2"


def html_text(document: Document) -> str:
    """The page. Every text of the document is data: whatever looks like markup in it is shown as it is."""
    # Imported late: the window starts without it.
    from markupsafe import Markup

    count = iter(range(1_000_000))

    def drawn(picture: Picture) -> Any:
        return Markup(svg(picture.drawing, _Variables(), type_scale(), f"p{next(count)}-"))

    return str(
        _environment().get_template(_TEMPLATE).render(
            document=document, light=Markup(_declared("light")), dark=Markup(_declared("dark")),
            verdicts=VERDICTS, kind_of=lambda block: type(block).__name__, drawn=drawn, colour=_Variables().__getitem__,
        )
    )  # fmt: skip


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(resources.root() / "templates"), autoescape=True, undefined=StrictUndefined,
        keep_trailing_newline=True,
    )  # fmt: skip


class _Variables(Mapping[str, str]):
    """Every colour of the look as a CSS variable, so that one picture serves the light and the dark page."""

    def __getitem__(self, hint: str) -> str:
        if hint not in flat_colours("light"):
            raise KeyError(hint)
        return f"var(--{_variable(hint)})"

    def __iter__(self) -> Iterator[str]:
        return iter(flat_colours("light"))

    def __len__(self) -> int:
        return len(flat_colours("light"))


def _variable(hint: str) -> str:
    """``component.weights`` as ``component-weights``; of a verdict ``v-gpu-tint``."""
    return hint.replace("verdict.", "v.").replace(".", "-")


def _declared(palette: str) -> str:
    return " ".join(f"--{_variable(name)}: {value};" for name, value in flat_colours(palette).items())

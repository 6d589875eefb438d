"""The documentation says what the program says: its links lead somewhere, its commands are understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import translations

from fitcheck.cli.options import build

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING")),
    *sorted((ROOT / "docs").glob("*.md")),
]
STARTS = ("fitcheck ", "python3 dev.py run -- ")


def names(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")]

    for link in links:
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles], link


def commands() -> list[str]:
    lines = [
        line.partition(" #")[0].partition(" > ")[0].strip()
        for page in PAGES
        for block in re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    ]
    asked = [line.removeprefix(start) for line in lines for start in STARTS if line.startswith(start)]
    return sorted(set(asked))


@pytest.mark.parametrize("command", commands())
def test_commands_are_understood(command: str) -> None:
    options = build().parse_args(shlex.split(command))

    assert options.command == command.split()[0]


def test_troubleshooting_quotes_what_the_program_says() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    said = [message.source for message in translations.read(translations.FOLDER / "fitcheck_zh.ts")]
    early = (ROOT / "fitcheck" / "gui" / "startup_faults.py").read_text(encoding="utf-8")
    said += [re.sub(r"\{[^}]*\}", "{0}", one) for one in re.findall(r'"([^"\n]{20,})"', early)]
    # Shorter ones are words that sentences put in.
    patterns = [re.compile(re.sub(r"\\\{\d+\\\}", ".*", re.escape(one))) for one in said if len(one) > 15]
    quotes = re.findall(r"^> (.+)$", text, re.MULTILINE)

    # After an error's sentence stands what is accepted.
    unknown = [
        quote for quote in quotes
        if not any(pattern.fullmatch(quote.partition(" Accepted: ")[0]) for pattern in patterns)
    ]  # fmt: skip

    assert len(quotes) > 30
    assert unknown == []

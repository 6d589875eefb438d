"""Quoting: what is pasted must arrive as it was meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.engines.command import ModelSource, file_path, powershell_text, quote_powershell, sh_text, source_notes

from .plans import NAMES, NOWHERE, on_one_card, words

PRINTABLE = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
QUOTES = "'\u2018\u2019\u201a\u201b"


def read_powershell_word(text: str) -> str:
    """A word as PowerShell reads it: bare, or in single quotes with every quote inside doubled."""
    if not text.startswith("'"):
        assert re.fullmatch(r"[A-Za-z0-9_./-]+", text)
        return text
    inner = text[1:-1]
    assert text.endswith("'")
    assert not re.search(f"(?<![{QUOTES}])(?:[{QUOTES}]{{2}})*[{QUOTES}](?![{QUOTES}])", inner)
    return re.sub(f"([{QUOTES}])[{QUOTES}]", r"\1", inner)


@given(st.lists(st.lists(PRINTABLE, min_size=1).map(tuple), min_size=1))
def test_a_posix_shell_reads_every_word_back(lines: list[tuple[str, ...]]) -> None:
    assert words(sh_text(lines)) == [word for line in lines for word in line]


@given(PRINTABLE)
def test_powershell_reads_every_word_back(word: str) -> None:
    assert read_powershell_word(quote_powershell(word)) == word


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("-ngl", "-ngl"), ("4096", "4096"), ("models/file.gguf", "models/file.gguf"), ("3,1", "'3,1'"),
        ("C:\\My models\\it's.gguf", "'C:\\My models\\it''s.gguf'"), ("$HOME", "'$HOME'"), ("", "''"),
        ("a\u2019b", "'a\u2019\u2019b'"), ("-ot.x", "'-ot.x'"), ("a`b", "'a`b'"),
    ],
)  # fmt: skip
def test_powershell_words_stay_bare_only_where_nothing_is_special(word: str, quoted: str) -> None:
    assert quote_powershell(word) == quoted


def test_lines_continue_with_a_backslash_in_sh_and_a_backtick_in_powershell() -> None:
    lines = [("llama-server",), ("-m", "a b"), ("-c", "4096")]

    assert sh_text(lines) == "llama-server \\\n  -m 'a b' \\\n  -c 4096"
    assert powershell_text(lines) == "llama-server `\n  -m 'a b' `\n  -c 4096"


def test_variables_stand_before_the_command() -> None:
    variables = (("A", "1"), ("B", "it's"))

    assert sh_text([("run",)], variables) == "A=1 B='it'\"'\"'s' run"
    assert powershell_text([("run",)], variables) == "$env:A='1'; $env:B='it''s'; run"


def test_a_file_that_is_nowhere_has_a_placeholder_with_its_makers_name() -> None:
    plan = on_one_card()

    assert file_path(plan, NOWHERE, NAMES) == "PATH/TO/DeepSeek-R1-Distill-Llama-8B-Q4_K_M.gguf"
    assert file_path(plan, ModelSource(shards=3), NAMES).endswith("Q4_K_M-00001-of-00003.gguf")
    assert any("PATH/TO" in note for note in source_notes(NOWHERE))


def test_the_parts_of_a_split_file_are_told() -> None:
    assert "first of 3 parts" in source_notes(ModelSource("a-00001-of-00003.gguf", shards=3))[0]
    assert not source_notes(ModelSource("a.gguf"))

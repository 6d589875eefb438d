"""Sizes and contexts as people write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.core.units import (
    GIB,
    format_bytes,
    format_number,
    format_tokens,
    parse_bandwidth,
    parse_bytes,
    parse_tokens,
)  # fmt: skip
from fitcheck.errors import RequestError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("24 gb", 24 * 10**9), ("24GB", 24 * 10**9), ("24GiB", 24 * GIB), ("24g", 24 * GIB), ("1.5 TiB", 1536 * GIB),
        ("512 MiB", GIB // 2), ("25769803776", 24 * GIB), (" 8 GiB ", 8 * GIB),
    ],
)  # fmt: skip
def test_sizes_are_read_exactly_as_written(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize(
    "text", ["24 bananas", "", "GiB", "-4 GiB", "4 4 GiB", "1e9", "nan", "99999999 TiB", "64", "8k"]
)
def test_what_is_no_size_is_refused_by_its_own_words(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_bytes(text)

    assert caught.value.code == "bad_size"
    assert f"'{text}'" in caught.value.message


@pytest.mark.parametrize(("text", "speed"), [("936GB/s", 936 * 10**9), ("80 GiB/s", 80 * GIB)])
def test_bandwidths_are_read(text: str, speed: int) -> None:
    assert parse_bandwidth(text) == speed


@pytest.mark.parametrize("text", ["936GB", "fast/s", "/s"])
def test_what_is_no_bandwidth_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="not a bandwidth"):
        parse_bandwidth(text)


@pytest.mark.parametrize(("text", "tokens"), [("4096", 4096), ("64k", 65536), ("128K", 131072)])
def test_contexts_are_read(text: str, tokens: int) -> None:
    assert parse_tokens(text) == tokens


@pytest.mark.parametrize("text", ["0", "-1", "4.5k", "many", ""])
def test_what_is_no_context_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="number of tokens"):
        parse_tokens(text)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.01, "<0.1"), (21.24, "21.2"), (99.4, "99.4"), (99.5, "100"), (1234.4, "1,234")]
)
def test_numbers_keep_one_decimal_only_where_it_says_something(value: float, text: str) -> None:
    assert format_number(value) == text


@given(st.integers(1, 1 << 50))
def test_something_never_reads_as_nothing(size: int) -> None:
    assert not format_bytes(size).startswith(("0 ", "0.0 "))


@given(st.integers(1, 1 << 20))
def test_a_context_survives_being_written_and_read(tokens: int) -> None:
    assert parse_tokens(format_tokens(tokens).replace(",", "")) == tokens

"""The bandwidth of RAM as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcheck.catalog.memory import MOST_CHANNELS, Platform, bandwidth, parse_ram_bandwidth, platforms
from fitcheck.core.units import GIB
from fitcheck.errors import RequestError


def bandwidth_or_refusal(text: str) -> int | RequestError:
    try:
        return parse_ram_bandwidth(text)
    except RequestError as error:
        return error


def refusal(text: str) -> RequestError:
    with pytest.raises(RequestError) as caught:
        parse_ram_bandwidth(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "megabytes_per_s"),
    [
        ("8x DDR5-4800", 307_200), ("8 x ddr5 4800 MT/s", 307_200), ("DDR4-3200 x2", 51_200), ("2×DDR5-6000", 96_000),
        ("dual channel DDR5-6000", 96_000), ("Quad-channel DDR4-3200", 102_400), ("12-channel DDR5-4800", 460_800),
        ("DDR5-4800, 12 channels", 460_800), ("1 channel DDR4-3200", 25_600), ("12x MRDIMM-8800", 844_800),
        ("3x DDR3-1333", 31_992), ("256 bit LPDDR5X-8000", 256_000), ("LPDDR5X-8533, 128-bit", 136_528),
    ],
)  # fmt: skip
def test_channels_and_modules_give_the_theoretical_bandwidth(text: str, megabytes_per_s: int) -> None:
    assert parse_ram_bandwidth(text) == megabytes_per_s * 10**6


@pytest.mark.parametrize(
    ("text", "megabytes_per_s"),
    [
        ("EPYC 9004 12 channels", 460_800), ("epyc 9004", 460_800), ("EPYC Genoa", 460_800), ("EPYC 7002", 204_800),
        ("EPYC 9005 DDR5-6400", 614_400), ("Xeon E5 v4", 76_800), ("Threadripper PRO 3000", 204_800),
        ("Strix Halo", 256_000), ("raspberry pi 5", 17_068), ("desktop DDR5-6000", 96_000),
    ],
)  # fmt: skip
def test_a_platform_is_found_by_the_words_of_its_name(text: str, megabytes_per_s: int) -> None:
    assert parse_ram_bandwidth(text) == megabytes_per_s * 10**6


@pytest.mark.parametrize(("text", "bytes_per_s"), [("80GB/s", 80 * 10**9), (" 80 GiB/s ", 80 * GIB)])
def test_a_number_is_taken_as_it_is(text: str, bytes_per_s: int) -> None:
    assert parse_ram_bandwidth(text) == bytes_per_s


@pytest.mark.parametrize("platform", platforms(), ids=lambda platform: platform.name)
def test_every_platform_is_itself_and_has_a_source(platform: Platform) -> None:
    assert {parse_ram_bandwidth(name) for name in (platform.name, *platform.aliases)} == {platform.bytes_per_s}
    assert platform.source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DDR5-6000", "number of channels"), ("LPDDR5X-8000", "width of its bus"),
        ("2x LPDDR5X-8000", "width of its bus"),
        ("0x DDR5-6000", "0 channels"), ("99x DDR5-6000", "99 channels"), ("2x DDR5-60000", "speed that no memory has"),
        ("7 bit LPDDR5-6400", "7 bits"), ("0 bit LPDDR5-6400", "0 bits"), ("0GB/s", "reads nothing"),
        ("EPYC 9005", "2 kinds of memory"), ("N100", "2 kinds of memory"), ("-80GB/s", "not a bandwidth"),
        ("fast", "not a bandwidth"), ("", "not a bandwidth"), ("80GB", "not a bandwidth"),
        ("2x DDR5", "not a bandwidth"),
        ("99999999999999GB/s", "not a bandwidth"), ("intel", "not a bandwidth"),
    ],
)  # fmt: skip
def test_what_is_no_bandwidth_is_refused_in_a_sentence(text: str, said: str) -> None:
    refused = refusal(text)

    assert refused.code == "bad_bandwidth"
    assert said in refused.message
    assert refused.accepted


@pytest.mark.parametrize("text", ["DDR5-6000", "LPDDR5X-8000", "EPYC 9005", "fast"])
def test_what_is_offered_instead_is_understood(text: str) -> None:
    assert all(parse_ram_bandwidth(offer) > 0 for offer in refusal(text).accepted)


def test_a_module_alone_offers_two_channels_first() -> None:
    assert refusal("DDR5-6000").accepted[0] == "2x DDR5-6000"


@given(st.integers(1, MOST_CHANNELS), st.sampled_from((1600, 2133, 3200, 4800, 6400)))
def test_each_channel_adds_eight_bytes_a_transfer(channels: int, speed: int) -> None:
    assert (
        parse_ram_bandwidth(f"{channels}x DDR4-{speed}")
        == channels * 8 * speed * 10**6
        == bandwidth(channels * 64, speed)
    )


@given(
    st.text(max_size=40)
    | st.from_regex(r"-?[0-9]{0,6} ?(x|bit|channels)? ?(LP)?DDR[0-9]X?-?[0-9]{0,7}", fullmatch=True)
)
def test_any_text_is_a_bandwidth_or_one_sentence(text: str) -> None:
    read = bandwidth_or_refusal(text)

    if isinstance(read, RequestError):
        assert read.code == "bad_bandwidth"
        assert read.message.endswith(".")
    else:
        assert read > 0


def test_a_very_long_text_is_not_repeated() -> None:
    assert refusal("9" * 5000 + "GB/s").message == "No memory has a name of 5004 characters."

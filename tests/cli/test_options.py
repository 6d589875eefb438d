"""Values of options as people write them."""

from __future__ import annotations

from .test_cli import Out, answered, refused


def test_depth_and_prompt_are_told_like_a_context(capsys: Out) -> None:
    asked = ("plan", "7b", "-c", "32k", "--gpu", "RTX 4090", "--json")

    short = answered(capsys, *asked, "--depth", "16k", "--prompt", "2k")

    assert short == answered(capsys, *asked, "--depth", "16384", "--prompt", "2048")
    assert "not a number of tokens" in refused(capsys, *asked, "--depth", "much")

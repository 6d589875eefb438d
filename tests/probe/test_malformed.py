"""Computers that say anything at all break nothing and make nothing up; ``dev.py bench`` looks at ten thousand."""

from __future__ import annotations

import pytest

from .malformed import look

SEEDS, PIECES = 1000, 10


@pytest.mark.parametrize("piece", range(PIECES))
def test_whatever_a_computer_says_no_source_breaks(piece: int) -> None:
    told = [look(seed) for seed in range(piece, SEEDS, PIECES)]

    # And each of them is still a machine of which something is said.
    assert all(machine.sources for machine in told)

"""The cards' reading of block types, run on the processor: the same C, held against unpacking in torch."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest
import torch

from fitcheck.verify.child import card_products
from fitcheck.verify.child.blocks import BLOCKS, PLAIN, unpack
from fitcheck.verify.child.card_source import UNIT, reader
from fitcheck.verify.child.synthetic import synthetic_blocks

UNITS = 400
LOOP = """
void read_all(const u8* units, int count, const void* grid, float* out) {
    for (int unit = 0; unit < count; ++unit)
        for (int lane = 0; lane < 32; ++lane, out += 8) {
            unsigned q[2];
            float s, m = 0;
            read8(units + unit * UNIT_BYTES, lane, grid, q, &s, &m);
            for (int i = 0; i < 8; ++i) out[i] = (float)(signed char)(q[i / 4] >> 8 * (i % 4) & 255) * s - m;
        }
}
"""


@pytest.mark.parametrize("ggml_type", sorted(set(BLOCKS) - set(PLAIN)))
def test_eight_values_at_a_time_are_the_unpacked_ones(ggml_type: str, tmp_path: Path, c_compiler: str) -> None:
    count = UNITS * UNIT // BLOCKS[ggml_type][0]
    packed = synthetic_blocks(ggml_type, 0.03, count, seed=3)
    source, library = tmp_path / "read.c", tmp_path / "read.so"
    source.write_text(reader(ggml_type) + LOOP, encoding="ascii")
    subprocess.run([c_compiler, "-O1", "-ffp-contract=off", "-shared", "-fPIC", source, "-o", library], check=True)
    grid = card_products.grid_of(ggml_type, torch.device("cpu"))
    found = torch.empty(UNITS * UNIT)

    ctypes.CDLL(str(library)).read_all(
        ctypes.c_void_p(packed.data_ptr()), UNITS, ctypes.c_void_p(grid.data_ptr() if grid is not None else 0),
        ctypes.c_void_p(found.data_ptr()),
    )  # fmt: skip

    expected = unpack(ggml_type, packed, torch.empty(count, BLOCKS[ggml_type][0])).flatten()
    # Types whose numbers lie around zero count from their lowest one and take that away afterwards.
    assert (found - expected).abs().max() <= 4e-7 * expected.abs().max()

"""Every block type unpacked in torch, bit for bit against the gguf package."""

from __future__ import annotations

import numpy
import pytest
import torch
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, quants

from fitcheck.core.mixtures import tensor_types
from fitcheck.core.quantization import FILE_TYPES, GGML_TYPES
from fitcheck.service import models
from fitcheck.verify.child.blocks import BLOCKS, PLAIN, unpack
from fitcheck.verify.child.grids import GRIDS
from fitcheck.verify.child.synthetic import synthetic_blocks

from .reference import DEVICES

QUANTIZED = sorted(set(BLOCKS) - set(PLAIN))


def by_gguf(ggml_type: str, packed: torch.Tensor) -> torch.Tensor:
    kind = GGMLQuantizationType[ggml_type]
    with numpy.errstate(all="ignore"):
        return torch.from_numpy(quants.dequantize(packed.numpy(), kind))


def random_blocks(ggml_type: str, seed: int, count: int = 4000) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, BLOCKS[ggml_type][1]), dtype=torch.uint8, generator=generator)


def test_the_childs_block_sizes_are_the_programs_and_ggufs() -> None:
    assert BLOCKS == GGML_TYPES
    assert {name: GGML_QUANT_SIZES[GGMLQuantizationType[name]] for name in BLOCKS} == BLOCKS


def test_every_type_that_any_file_type_uses_can_be_unpacked() -> None:
    used = {
        kind
        for model in models()
        for file_type in FILE_TYPES
        for imatrix in (True, False)
        for kind in tensor_types(model.spec, file_type, imatrix)
    }

    assert used <= set(BLOCKS)
    assert set(QUANTIZED) <= used | {"IQ1_M", "Q5_1"}


@pytest.mark.parametrize("ggml_type", QUANTIZED)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("device", DEVICES)
def test_random_bytes_unpack_bit_for_bit_as_in_gguf(ggml_type: str, seed: int, device: str) -> None:
    packed = random_blocks(ggml_type, seed)
    expected = by_gguf(ggml_type, packed)

    found = unpack(ggml_type, packed.to(device), torch.empty(expected.shape, device=device)).cpu()

    # Random scales may be no number; which one of the many that are none it is, is nobody's business.
    number = ~expected.isnan()
    assert torch.equal(found.isnan(), expected.isnan())
    assert torch.equal(found[number].view(torch.int32), expected[number].view(torch.int32))
    assert number.float().mean() > 0.9


@pytest.mark.parametrize("ggml_type", sorted(PLAIN))
def test_plain_types_unpack_to_their_values(ggml_type: str) -> None:
    values = torch.randn(64, 16).to(PLAIN[ggml_type])

    found = unpack(ggml_type, values.view(torch.uint8).reshape(-1, BLOCKS[ggml_type][1]), torch.empty(64, 16))

    assert torch.equal(found, values.float())


@pytest.mark.parametrize("name", sorted(GRIDS))
def test_code_books_are_ggufs(name: str) -> None:
    book = getattr(quants, "IQ1_S" if name == "IQ1" else name)
    book.init_grid()

    assert GRIDS[name].groups() == book.grid.reshape(book.grid_shape).astype(int).tolist()


@pytest.mark.parametrize("ggml_type", sorted(BLOCKS))
def test_synthetic_blocks_are_finite_not_zero_and_of_the_wanted_spread(ggml_type: str) -> None:
    packed = synthetic_blocks(ggml_type, spread=0.02, blocks=4096)
    values = unpack(ggml_type, packed, torch.empty(len(packed), BLOCKS[ggml_type][0]))

    assert values.isfinite().all()
    assert (packed != 0).any(1).all()
    assert values.std().item() == pytest.approx(0.02, rel=0.5)
    assert abs(values.mean().item()) < 0.01

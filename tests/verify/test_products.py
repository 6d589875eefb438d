"""Products of packed rows in whole numbers and in float32, and what the cache's types keep."""

from __future__ import annotations

import numpy
import pytest
import torch
from gguf import GGMLQuantizationType, quants

from fitcheck.verify.child import products
from fitcheck.verify.child.allocation import Piece
from fitcheck.verify.child.blocks import BLOCKS, PLAIN, unpack
from fitcheck.verify.child.cache import pack
from fitcheck.verify.child.run import multiplied_by_programs
from fitcheck.verify.child.synthetic import synthetic_blocks
from fitcheck.verify.child.weights import Packed, Shape

from .reference import DEVICES

ROWS, ROW = 70, 768
CPU = torch.device("cpu")
CACHE_TYPES = ("Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0", "IQ4_NL")


def packed(ggml_type: str, device: str = "cpu") -> Packed:
    blocks = synthetic_blocks(ggml_type, 0.03, ROWS * ROW // BLOCKS[ggml_type][0], seed=5)
    return Packed(Shape("w", ggml_type, ROW, ROWS), blocks.flatten().to(device))


def tokens(count: int) -> torch.Tensor:
    return torch.randn(count, ROW, generator=torch.Generator().manual_seed(count))


@pytest.mark.parametrize("ggml_type", sorted(BLOCKS))
@pytest.mark.parametrize("count", [1, 3, 9])
@pytest.mark.parametrize("device", DEVICES)
def test_a_product_is_that_of_the_unpacked_values(ggml_type: str, count: int, device: str) -> None:
    matrix, x = packed(ggml_type, device), tokens(count).to(device)

    found = matrix.times(x)

    expected = x @ matrix.values().T
    assert (found - expected).abs().max() < 2e-4 * expected.abs().max()


@pytest.mark.parametrize("ggml_type", ["Q4_K", "Q6_K", "Q4_0", "IQ4_XS", "IQ1_M"])
def test_few_tokens_are_multiplied_in_whole_numbers(ggml_type: str) -> None:
    assert products.fits(ggml_type, ROW, 1, CPU)
    assert not products.fits(ggml_type, ROW, products.MOST_TOKENS + 1, CPU)
    assert not products.fits(ggml_type, ROW + 32, 1, CPU)


@pytest.mark.parametrize("ggml_type", sorted(set(BLOCKS) - products.AS_FLOATS))
def test_whole_numbers_reach_fifteen_bits(ggml_type: str) -> None:
    matrix, x = packed(ggml_type), tokens(2)
    found = torch.empty(2, ROWS)

    products.multiply(ggml_type, matrix.rows_RB, x, found)

    expected = (x.double() @ matrix.values().double().T).float()
    assert 0 < (found - expected).abs().max() < 2e-4 * expected.abs().max()


@pytest.mark.parametrize("ggml_type", ["Q4_K", "IQ1_S", "Q8_0", "F32"])
@pytest.mark.parametrize("device", DEVICES)
def test_each_pair_of_a_token_and_a_part_is_the_product_of_both(ggml_type: str, device: str) -> None:
    matrix, x, parts = packed(ggml_type, device), tokens(3).to(device), 7
    chosen = torch.tensor([6, 0, 2, 2, 5, 1], device=device)

    found = matrix.times_each(x, chosen, parts, pairs_of_a_token=2)

    rows = ROWS // parts
    values = matrix.values()
    expected = torch.stack(
        [values[part * rows : (part + 1) * rows] @ x[pair // 2] for pair, part in enumerate(chosen.tolist())]
    )
    assert found.shape == (6, rows)
    assert (found - expected).abs().max() < 2e-4 * expected.abs().max()


def test_a_part_of_a_stacked_tensor_is_one_expert() -> None:
    matrix, x = packed("Q4_K"), tokens(1)

    parts = [matrix.times(x, part, 7) for part in range(7)]

    assert torch.allclose(torch.cat(parts, 1), matrix.times(x), atol=1e-5)


@pytest.mark.parametrize("ggml_type", [kind for kind in CACHE_TYPES if kind != "IQ4_NL"])
def test_packing_gives_ggufs_blocks(ggml_type: str) -> None:
    values = torch.randn(300, 32, generator=torch.Generator().manual_seed(2))
    with numpy.errstate(all="ignore"):
        expected = torch.from_numpy(quants.quantize(values.numpy(), GGMLQuantizationType[ggml_type]))

    found = pack(ggml_type, values)

    assert torch.equal(found, expected)


@pytest.mark.parametrize("ggml_type", [*CACHE_TYPES, *PLAIN])
def test_packed_values_come_back_nearly_the_same(ggml_type: str) -> None:
    values = torch.randn(64, 64, generator=torch.Generator().manual_seed(4))
    step = {"Q8_0": 0.02, "F32": 0.0, "F16": 0.002, "BF16": 0.02}.get(ggml_type, 0.35)

    blocks = pack(ggml_type, values).reshape(-1, BLOCKS[ggml_type][1])
    back = unpack(ggml_type, blocks, torch.empty(len(blocks), BLOCKS[ggml_type][0])).view(64, 64)

    assert (back - values).abs().max() <= step


def test_zeros_are_packed_as_zeros() -> None:
    for ggml_type in CACHE_TYPES:
        blocks = pack(ggml_type, torch.zeros(4, 32))

        assert unpack(ggml_type, blocks, torch.empty(4, 32)).abs().max() == 0


@pytest.mark.parametrize(
    ("tensors", "types"),
    [
        (
            {"blk.0.attn_norm.weight": "F32", "blk.0.attn_q.weight": "Q4_K", "blk.0.ffn_gate_inp.weight": "F32"},
            {"Q4_K"},
        ),
        ({"blk.0.attn_norm.weight": "F32", "blk.0.ffn_up_exps.weight": "F32"}, {"F32"}),
        ({"output_norm.weight": "F32", "output.weight": "BF16"}, {"BF16"}),
    ],
)
def test_a_card_gets_programs_for_what_they_multiply_alone(tensors: dict[str, str], types: set[str]) -> None:
    weights = {
        name: Packed(Shape(name, one, 256, 1), torch.zeros(256 // BLOCKS[one][0] * BLOCKS[one][1], dtype=torch.uint8))
        for name, one in tensors.items()
    }

    found = multiplied_by_programs([Piece(weights, None, {}, {})])

    assert found == {(one, CPU) for one in types}

"""Unpacking of the ggml types that look their values up: i-quants and MXFP4, bit for bit as the ``gguf`` package.

As in ``blocks``: ``packed_NB`` are whole blocks (uint8), ``out`` is float32, N x elements of a block.
"""

from __future__ import annotations

from typing import Callable, Dict, Tuple

import torch
from torch import Tensor

from .grids import GRIDS

IQ4_VALUES = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
"""``kvalues_iq4nl`` in ggml-common.h: finer near zero."""

MXFP4_VALUES = (0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
"""The sixteen E2M1 values, doubled (OCP Microscaling Formats 1.0; ``kvalues_mxfp4``)."""

DELTA = 0.125
"""What IQ1 moves a group by, up or down (``IQ1S_DELTA``)."""

_tables: Dict[Tuple[str, str], Tensor] = {}


def _table(name: str, device: torch.device) -> Tensor:
    """A table of values on a device, made once."""
    key = (name, str(device))
    if key not in _tables:
        _tables[key] = torch.tensor(_rows(name), dtype=torch.float32, device=device)
    return _tables[key]


def _rows(name: str) -> object:
    if name == "signs":
        return [[-1 if byte >> bit & 1 else 1 for bit in range(8)] for byte in range(256)]
    if name == "even signs":
        # Seven signs are stored; the eighth makes the number of minus signs even (``ksigns_iq2xs``).
        seven = [[-1 if code >> bit & 1 else 1 for bit in range(7)] for code in range(128)]
        return [[*signs, -1 if signs.count(-1) % 2 else 1] for signs in seven]
    if name == "IQ4":
        return IQ4_VALUES
    return MXFP4_VALUES if name == "MXFP4" else GRIDS[name].groups()


def _look_up(name: str, codes: Tensor) -> Tensor:
    """Rows of a table, one after the other."""
    return _table(name, codes.device).index_select(0, codes.reshape(-1).int())


def _half(packed_NB: Tensor, offset: int) -> Tensor:
    return packed_NB.view(torch.float16)[:, offset // 2 : offset // 2 + 1].float()


def _words(packed_NB: Tensor, first: int, last: int, size: int) -> Tensor:
    """Little-endian unsigned numbers of ``size`` bytes, N x count (int32 for two bytes, int64 for four)."""
    parts = packed_NB[:, first:last].reshape(packed_NB.shape[0], -1, size).to(torch.int32 if size == 2 else torch.int64)
    number = parts[..., 0]
    for place in range(1, size):
        number = number | (parts[..., place] << 8 * place)
    return number


def _halves_of_bytes(bytes_NB: Tensor) -> Tensor:
    """Low and high half of every byte in turn, N x 2 B."""
    return torch.stack((bytes_NB & 15, bytes_NB >> 4), -1).flatten(1)


def _write(out: Tensor, scale: Tensor, values: Tensor) -> None:
    """Scales (N x s) times values, each scale for as many values as come on it."""
    groups = out.view(out.shape[0], scale.shape[1], -1)
    torch.mul(scale.unsqueeze(-1), values.view(groups.shape), out=groups)


def _sixteen(quants_NB: Tensor, name: str, out: Tensor) -> None:
    """Blocks of 32 values, sixteen low halves of bytes first."""
    codes = torch.stack((quants_NB & 15, quants_NB >> 4), -2)
    out.copy_(_look_up(name, codes).view(out.shape))


def _iq4_nl(packed_NB: Tensor, out: Tensor) -> None:
    _sixteen(packed_NB[:, 2:], "IQ4", out)
    out.mul_(_half(packed_NB, 0))


def _iq4_xs(packed_NB: Tensor, out: Tensor) -> None:
    _sixteen(packed_NB[:, 8:].view(-1, 8, 16), "IQ4", out)
    high = _words(packed_NB, 2, 4, 2)
    high = torch.cat([(high >> 2 * group) & 3 for group in range(8)], 1)
    scale = (_halves_of_bytes(packed_NB[:, 4:8]).to(torch.int32) | (high << 4)) - 32
    out.view(-1, 8, 32).mul_((_half(packed_NB, 0) * scale).unsqueeze(-1))


def _mxfp4(packed_NB: Tensor, out: Tensor) -> None:
    _sixteen(packed_NB[:, 1:], "MXFP4", out)
    exponent = packed_NB[:, :1].to(torch.int32)
    # Half of 2 to the power e - 127, as the bits of a float32; the two smallest have no normal one.
    tiny = torch.full_like(exponent, 0x00200000) << exponent.clamp(max=1)
    out.mul_(torch.where(exponent < 2, tiny, (exponent - 1) << 23).view(torch.float32))


def _quarter_scale(packed_NB: Tensor, nibbles: Tensor) -> Tensor:
    return _half(packed_NB, 0) * (nibbles + 0.5) * 0.25


def _signs_in_words(words: Tensor) -> Tensor:
    """Four groups of seven sign bits a word, each spelling eight signs."""
    codes = torch.stack([(words >> shift) & 127 for shift in (0, 7, 14, 21)], -1)
    return _look_up("even signs", codes)


def _iq2_xxs(packed_NB: Tensor, out: Tensor) -> None:
    pairs = packed_NB[:, 2:].reshape(-1, 8, 8)
    words = _words(pairs[..., 4:].reshape(-1, 32), 0, 32, 4)
    values = _look_up("IQ2_XXS", pairs[..., :4]) * _signs_in_words(words)
    _write(out, _quarter_scale(packed_NB, words >> 28), values)


def _iq2_xs(packed_NB: Tensor, out: Tensor) -> None:
    words = _words(packed_NB, 2, 66, 2)
    values = _look_up("IQ2_XS", words & 511) * _look_up("even signs", words >> 9)
    _write(out, _quarter_scale(packed_NB, _halves_of_bytes(packed_NB[:, 66:])), values)


def _iq2_s(packed_NB: Tensor, out: Tensor) -> None:
    high = packed_NB[:, 66:74].to(torch.int32)
    high = torch.stack([(high >> shift) & 3 for shift in (0, 2, 4, 6)], -1).flatten(1)
    values = _look_up("IQ2_S", packed_NB[:, 2:34].to(torch.int32) | (high << 8))
    values *= _look_up("signs", packed_NB[:, 34:66])
    _write(out, _quarter_scale(packed_NB, _halves_of_bytes(packed_NB[:, 74:])), values)


def _iq3_xxs(packed_NB: Tensor, out: Tensor) -> None:
    words = _words(packed_NB, 66, 98, 4)
    values = _look_up("IQ3_XXS", packed_NB[:, 2:66]).view(-1, 8) * _signs_in_words(words)
    _write(out, _half(packed_NB, 0) * ((words >> 28) + 0.5) * 0.5, values)


def _iq3_s(packed_NB: Tensor, out: Tensor) -> None:
    high = packed_NB[:, 66:74].to(torch.int32)
    high = torch.stack([(high >> bit) & 1 for bit in range(8)], -1).flatten(1)
    values = _look_up("IQ3_S", packed_NB[:, 2:66].to(torch.int32) | (high << 8)).view(-1, 8)
    values *= _look_up("signs", packed_NB[:, 74:106])
    _write(out, _half(packed_NB, 0) * (_halves_of_bytes(packed_NB[:, 106:]) * 2 + 1), values)


def _iq1_s(packed_NB: Tensor, out: Tensor) -> None:
    words = _words(packed_NB, 34, 50, 2)
    high = torch.stack([(words >> shift) & 7 for shift in (0, 3, 6, 9)], -1).flatten(1)
    values = _look_up("IQ1", packed_NB[:, 2:34].to(torch.int32) | (high << 8)).view(-1, 8, 32)
    values += torch.where(words & 0x8000 == 0, DELTA, -DELTA).unsqueeze(-1)
    _write(out, _half(packed_NB, 0) * (((words >> 12) & 7) * 2 + 1), values)


def _iq1_m(packed_NB: Tensor, out: Tensor) -> None:
    words = _words(packed_NB, 48, 56, 2)
    # The block's scale is spread over the highest four bits of four words.
    bits = (words[:, 0] >> 12) | ((words[:, 1] >> 8) & 0xF0) | ((words[:, 2] >> 4) & 0xF00) | (words[:, 3] & 0xF000)
    whole = bits.to(torch.int16).view(torch.float16).float().unsqueeze(-1)
    scales = torch.stack([(words >> shift) & 7 for shift in (0, 3, 6, 9)], -1).flatten(1)
    high = _halves_of_bytes(packed_NB[:, 32:48]).to(torch.int32)
    values = _look_up("IQ1", packed_NB[:, :32].to(torch.int32) | ((high & 7) << 8)).view(-1, 32, 8)
    values += torch.where(high & 8 == 0, DELTA, -DELTA).unsqueeze(-1)
    _write(out, whole * (scales * 2 + 1), values)


UNPACK: Dict[str, Callable[[Tensor, Tensor], None]] = {
    "IQ4_NL": _iq4_nl, "IQ4_XS": _iq4_xs, "MXFP4": _mxfp4, "IQ2_XXS": _iq2_xxs, "IQ2_XS": _iq2_xs, "IQ2_S": _iq2_s,
    "IQ3_XXS": _iq3_xxs, "IQ3_S": _iq3_s, "IQ1_S": _iq1_s, "IQ1_M": _iq1_m,
}  # fmt: skip

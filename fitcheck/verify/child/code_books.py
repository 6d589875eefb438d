"""The ggml types that look their numbers up: i-quants and MXFP4, bit for bit as the ``gguf`` package.

Groups of eight numbers are looked up as one int64, groups of four as one int32.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Tuple

import torch
from torch import Tensor

from .codes import Codes, halves
from .grids import GRIDS

IQ4_VALUES = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
"""``kvalues_iq4nl`` in ggml-common.h: finer near zero."""

MXFP4_VALUES = (0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
"""The sixteen E2M1 values, doubled (OCP Microscaling Formats 1.0; ``kvalues_mxfp4``)."""

EIGHTHS = 8
"""IQ1 moves a group up or down by an eighth (``IQ1S_DELTA``): its numbers are counted in eighths."""

_tables: Dict[Tuple[str, str], Tensor] = {}


def table(name: str, device: torch.device) -> Tensor:
    """A table on a device, made once: int8, or one int64 or int32 for each group of eight or four."""
    key = (name, str(device))
    if key not in _tables:
        rows = torch.tensor(_rows(name), dtype=torch.int8, device=device)
        kinds = {8: torch.int64, 4: torch.int32}
        _tables[key] = rows.view(kinds[rows.shape[1]]).view(-1) if rows.dim() == 2 else rows
    return _tables[key]


def _rows(name: str) -> object:
    if name == "signs":
        return [[-1 if byte >> bit & 1 else 1 for bit in range(8)] for byte in range(256)]
    if name == "fifth bits":
        return [[(byte >> bit & 1) << 4 for bit in range(8)] for byte in range(256)]
    if name == "even signs":
        # Seven signs are stored; the eighth makes the number of minus signs even (``ksigns_iq2xs``).
        seven = [[-1 if code >> bit & 1 else 1 for bit in range(7)] for code in range(128)]
        return [[*signs, -1 if signs.count(-1) % 2 else 1] for signs in seven]
    if name == "IQ1":
        # Groups moved up, then the same moved down, so that one code says both.
        groups = GRIDS["IQ1"].groups()
        return [[EIGHTHS * value + delta for value in group] for delta in (1, -1) for group in groups]
    if name == "IQ4":
        return list(IQ4_VALUES)
    return list(MXFP4_VALUES) if name == "MXFP4" else GRIDS[name].groups()


def _look_up(name: str, codes: Tensor, count: int) -> Tensor:
    """Entries of a table as int8 numbers, ``count`` rows."""
    entries = table(name, codes.device).index_select(0, codes.reshape(-1).int())
    return entries.view(torch.int8).view(count, -1)


def _words(packed_NB: Tensor, first: int, last: int, size: int) -> Tensor:
    """Little-endian unsigned numbers of ``size`` bytes, N x count (int32 for two bytes, int64 for four)."""
    parts = packed_NB[:, first:last].contiguous()
    if size == 2:
        return parts.view(torch.int16).to(torch.int32) & 0xFFFF
    return parts.view(torch.int32).to(torch.int64) & 0xFFFFFFFF


def _halves_of_bytes(bytes_NB: Tensor) -> Tensor:
    """Low and high half of every byte in turn, N x 2 B."""
    return torch.stack((bytes_NB & 15, bytes_NB >> 4), -1).flatten(1)


def _pieces(words: Tensor, shifts: Tuple[int, ...], mask: int) -> Tensor:
    """Several bit fields of every word, one after the other, N x (count x fields)."""
    fields: List[Tensor] = [(words >> shift) & mask for shift in shifts]
    return torch.stack(fields, -1).flatten(1)


def _sixteen(quants_NB: Tensor, name: str) -> Tensor:
    """Numbers of blocks of 32: sixteen low halves of bytes first."""
    codes = torch.stack((quants_NB & 15, quants_NB >> 4), -2)
    return _look_up(name, codes, len(quants_NB))


def _iq4_nl(packed_NB: Tensor) -> Codes:
    return Codes(_sixteen(packed_NB[:, 2:], "IQ4"), halves(packed_NB, 0))


def _iq4_xs(packed_NB: Tensor) -> Codes:
    high = _words(packed_NB, 2, 4, 2)
    high = torch.cat([(high >> 2 * group) & 3 for group in range(8)], 1)
    scales = (_halves_of_bytes(packed_NB[:, 4:8]).to(torch.int32) | (high << 4)) - 32
    return Codes(_sixteen(packed_NB[:, 8:].view(-1, 8, 16), "IQ4"), halves(packed_NB, 0) * scales)


def _mxfp4(packed_NB: Tensor) -> Codes:
    exponent = packed_NB[:, :1].to(torch.int32)
    # Half of 2 to the power e - 127, as the bits of a float32; the two smallest have no normal one.
    tiny = torch.full_like(exponent, 0x00200000) << exponent.clamp(max=1)
    scales = torch.where(exponent < 2, tiny, (exponent - 1) << 23).view(torch.float32)
    return Codes(_sixteen(packed_NB[:, 1:], "MXFP4"), scales)


def _quarter_scale(packed_NB: Tensor, nibbles: Tensor) -> Tensor:
    return halves(packed_NB, 0) * (nibbles + 0.5) * 0.25


def _signs_in_words(words: Tensor) -> Tensor:
    """Four groups of seven sign bits a word, each spelling eight signs."""
    return _look_up("even signs", _pieces(words, (0, 7, 14, 21), 127), len(words))


def _iq2_xxs(packed_NB: Tensor) -> Codes:
    pairs = packed_NB[:, 2:].reshape(-1, 8, 8)
    words = _words(pairs[..., 4:].reshape(-1, 32), 0, 32, 4)
    values = _look_up("IQ2_XXS", pairs[..., :4], len(packed_NB)) * _signs_in_words(words)
    return Codes(values, _quarter_scale(packed_NB, words >> 28))


def _iq2_xs(packed_NB: Tensor) -> Codes:
    words, count = _words(packed_NB, 2, 66, 2), len(packed_NB)
    values = _look_up("IQ2_XS", words & 511, count) * _look_up("even signs", words >> 9, count)
    return Codes(values, _quarter_scale(packed_NB, _halves_of_bytes(packed_NB[:, 66:])))


def _iq2_s(packed_NB: Tensor) -> Codes:
    high, count = _pieces(packed_NB[:, 66:74].to(torch.int32), (0, 2, 4, 6), 3), len(packed_NB)
    values = _look_up("IQ2_S", packed_NB[:, 2:34].to(torch.int32) | (high << 8), count)
    values = values * _look_up("signs", packed_NB[:, 34:66], count)
    return Codes(values, _quarter_scale(packed_NB, _halves_of_bytes(packed_NB[:, 74:])))


def _iq3_xxs(packed_NB: Tensor) -> Codes:
    words = _words(packed_NB, 66, 98, 4)
    values = _look_up("IQ3_XXS", packed_NB[:, 2:66], len(packed_NB)) * _signs_in_words(words)
    return Codes(values, halves(packed_NB, 0) * ((words >> 28) + 0.5) * 0.5)


def _iq3_s(packed_NB: Tensor) -> Codes:
    high, count = _pieces(packed_NB[:, 66:74].to(torch.int32), tuple(range(8)), 1), len(packed_NB)
    values = _look_up("IQ3_S", packed_NB[:, 2:66].to(torch.int32) | (high << 8), count)
    values = values * _look_up("signs", packed_NB[:, 74:106], count)
    return Codes(values, halves(packed_NB, 0) * (_halves_of_bytes(packed_NB[:, 106:]) * 2 + 1))


def _iq1_s(packed_NB: Tensor) -> Codes:
    words = _words(packed_NB, 34, 50, 2)
    high = _pieces(words, (0, 3, 6, 9), 7) | ((words >> 15) << 3).repeat_interleave(4, 1)
    values = _look_up("IQ1", packed_NB[:, 2:34].to(torch.int32) | (high << 8), len(packed_NB))
    return Codes(values, halves(packed_NB, 0) * (((words >> 12) & 7) * 2 + 1) / EIGHTHS)


def _iq1_m(packed_NB: Tensor) -> Codes:
    words = _words(packed_NB, 48, 56, 2)
    # The block's scale is spread over the highest four bits of four words.
    bits = (words[:, 0] >> 12) | ((words[:, 1] >> 8) & 0xF0) | ((words[:, 2] >> 4) & 0xF00) | (words[:, 3] & 0xF000)
    whole = bits.to(torch.int16).view(torch.float16).float().unsqueeze(-1)
    # Three bits of a code, and whether its group is moved down.
    high = _halves_of_bytes(packed_NB[:, 32:48]).to(torch.int32)
    values = _look_up("IQ1", packed_NB[:, :32].to(torch.int32) | (high << 8), len(packed_NB))
    return Codes(values, whole * (_pieces(words, (0, 3, 6, 9), 7) * 2 + 1) / EIGHTHS)


CODES: Dict[str, Callable[[Tensor], Codes]] = {
    "IQ4_NL": _iq4_nl, "IQ4_XS": _iq4_xs, "MXFP4": _mxfp4, "IQ2_XXS": _iq2_xxs, "IQ2_XS": _iq2_xs, "IQ2_S": _iq2_s,
    "IQ3_XXS": _iq3_xxs, "IQ3_S": _iq3_s, "IQ1_S": _iq1_s, "IQ1_M": _iq1_m,
}  # fmt: skip

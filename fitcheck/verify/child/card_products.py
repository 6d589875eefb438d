"""Products of packed rows on NVIDIA cards, by a program that reads each block once and keeps nothing.

The program (``card_source``) is made by NVRTC, the compiler that torch's own CUDA brings along, and started through
the driver: nothing has to be installed. Where either refuses, products are made with torch's general operations.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from . import card_source, code_books
from .blocks import PLAIN

MOST_PAIRS = 65535
"""Thread blocks that a grid has in its second dimension (CUDA's programming guide, "Compute Capabilities")."""

WIDE, MANY = 4096, 8192
"""From so many values a row, and so many rows, on; below, a card has too few blocks to keep all its units busy."""

SHAPES = tuple((warps, rows) for warps in (2, 4) for rows in (2, 4))

THREADS = 256
"""Of a block that splits tokens."""

COMPILER, DRIVER = "torch's compiler for cards", "the driver of the card"

_GRIDS = {
    "IQ2_XXS": "IQ2_XXS", "IQ2_XS": "IQ2_XS", "IQ2_S": "IQ2_S", "IQ3_XXS": "IQ3_XXS", "IQ3_S": "IQ3_S",
    "IQ1_S": "IQ1", "IQ1_M": "IQ1",
}  # fmt: skip


def grid_of(ggml_type: str, device: torch.device) -> Optional[Tensor]:
    """The code book of a type, on a device; None where it has none."""
    return code_books.table(_GRIDS[ggml_type], device) if ggml_type in _GRIDS else None


def _libraries() -> Tuple[Any, Any]:
    """NVRTC and the driver as torch itself finds them (OSError where they are not there)."""
    folder = os.path.join(os.path.dirname(torch.__file__), "lib")
    if sys.platform == "win32":
        major = str(torch.version.cuda).split(".")[0]
        return ctypes.CDLL(os.path.join(folder, f"nvrtc64_{major}0_0.dll")), ctypes.CDLL("nvcuda.dll")
    # Torch's link to both: names that are not in it are found in what it was linked with.
    both = ctypes.CDLL(os.path.join(folder, "libcaffe2_nvrtc.so"))
    return both, both


class _Program(NamedTuple):
    """Functions of a loaded program; types that torch reads as they are need no ``split``."""

    product: ctypes.c_void_p
    split: Optional[ctypes.c_void_p]


def shape_for(width: int, rows: int) -> Tuple[int, int]:
    """Warps and rows of a thread block: wide rows are shared by more warps, many rows are taken four at a time."""
    return 4 if width >= WIDE else 2, 4 if rows >= MANY else 2


def _checked(code: int, what: str) -> None:
    if code:
        raise OSError(f"{what} gave error {code}")


class Programs:
    """Programs for types on cards, made when they are first wanted. ``refused`` says why there are none."""

    def __init__(self) -> None:
        self.refused = ""
        self._compiler: Any = None
        self._driver: Any = None
        self._made: Dict[Tuple[str, int], Dict[Tuple[int, int], _Program]] = {}

    def ready(self, ggml_type: str, device: torch.device) -> bool:
        """Whether a type's products can be made so on a card; compiles its programs the first time."""
        if device.type != "cuda" or self.refused:
            return False
        if torch.version.hip is not None:
            self.refused = "it is written for NVIDIA's cards"
            return False
        key = (ggml_type, device.index or 0)
        if key not in self._made:
            try:
                if self._compiler is None:
                    self._compiler, self._driver = _libraries()
                self._made[key] = {
                    shape: self._loaded(
                        self._compiled(card_source.product(ggml_type, *shape), device), ggml_type, device
                    )
                    for shape in SHAPES
                }
                grid_of(ggml_type, device)
            except (OSError, AttributeError) as error:
                self.refused = str(error)
        return not self.refused

    def _compiled(self, source: str, device: torch.device) -> bytes:
        major, minor = torch.cuda.get_device_capability(device)
        program, size = ctypes.c_void_p(), ctypes.c_size_t()
        compiler, options = self._compiler, (ctypes.c_char_p * 1)(f"--gpu-architecture=sm_{major}{minor}".encode())
        _checked(
            compiler.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"product.cu", 0, None, None), COMPILER
        )
        try:
            _checked(compiler.nvrtcCompileProgram(program, len(options), options), COMPILER)
            _checked(compiler.nvrtcGetCUBINSize(program, ctypes.byref(size)), COMPILER)
            binary = ctypes.create_string_buffer(size.value)
            _checked(compiler.nvrtcGetCUBIN(program, binary), COMPILER)
        finally:
            compiler.nvrtcDestroyProgram(ctypes.byref(program))
        return binary.raw

    def _loaded(self, binary: bytes, ggml_type: str, device: torch.device) -> _Program:
        module = ctypes.c_void_p()
        # The driver loads into what torch opens the card with, which is there from the first tensor on.
        torch.empty(1, device=device)
        with torch.cuda.device(device):
            _checked(self._driver.cuModuleLoadData(ctypes.byref(module), binary), DRIVER)

            def function(name: bytes) -> ctypes.c_void_p:
                found = ctypes.c_void_p()
                _checked(self._driver.cuModuleGetFunction(ctypes.byref(found), module, name), DRIVER)
                return found

            return _Program(function(b"product"), None if ggml_type in PLAIN else function(b"split"))

    def multiply(
        self, ggml_type: str, rows_RB: Tensor, x_XK: Tensor, part_P: Optional[Tensor], rows: int, pairs_of_a_token: int
    ) -> Tensor:
        """P x ``rows``: for each pair the row of ``x`` times all rows of one part of the stacked matrix.

        ``part_P`` (int64) names the part of each pair (None: there is one part); pair p takes row p /
        ``pairs_of_a_token`` of ``x``, whose width is a multiple of eight. Everything is on one card, for which the
        type is ``ready``.
        """
        device, x_XK = rows_RB.device, x_XK.contiguous()
        pairs, width = len(x_XK) * pairs_of_a_token, x_XK.shape[1]
        shape = shape_for(width, rows * pairs)
        program = self._made[ggml_type, device.index or 0][shape]
        pieces = x_XK if program.split is None else self._split(program.split, x_XK)
        out, (warps, height) = torch.empty(pairs, rows, device=device), shape
        arguments = [rows_RB, pieces, part_P, grid_of(ggml_type, device), out]
        numbers = [width, rows, rows_RB.shape[1], pairs_of_a_token]
        self._start(program.product, (-(-rows // height), pairs), 32 * warps, device, arguments, numbers)
        return out

    def _split(self, function: ctypes.c_void_p, x_XK: Tensor) -> Tensor:
        count = x_XK.numel() // 8
        pieces = torch.empty(count, card_source.PIECE_BYTES, dtype=torch.uint8, device=x_XK.device)
        blocks = (-(-count // THREADS), 1)
        self._start(function, blocks, THREADS, x_XK.device, [x_XK, pieces], [x_XK.shape[1], len(x_XK)])
        return pieces

    def _start(
        self, function: ctypes.c_void_p, blocks: Tuple[int, int], threads: int, device: torch.device,
        tensors: Sequence[Optional[Tensor]], numbers: Sequence[int],
    ) -> None:  # fmt: skip
        arguments: List[Any] = [ctypes.c_void_p(0 if one is None else one.data_ptr()) for one in tensors]
        arguments += [ctypes.c_int(one) for one in numbers]
        addresses = (ctypes.c_void_p * len(arguments))(*(ctypes.addressof(one) for one in arguments))
        with torch.cuda.device(device):
            stream = ctypes.c_void_p(torch.cuda.current_stream(device).cuda_stream)
            code = self._driver.cuLaunchKernel(function, *blocks, 1, threads, 1, 1, 0, stream, addresses, None)
        if code:
            raise RuntimeError(f"{DRIVER} gave error {code}")


PROGRAMS = Programs()
"""Those of this process."""

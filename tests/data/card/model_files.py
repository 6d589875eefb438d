"""Model files of true size with made-up weights: FitCheck's own inventory of tensors and their types, written as GGUF.

Time and memory do not depend on what the weights are, as long as they vary (a card draws less power on zeros, and a
router must choose different experts) and stay finite: scales are small, norms are one, biases are zero.
"""

from __future__ import annotations

import os
import random
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fitcheck.catalog.gguf_header import TYPE_NAMES
from fitcheck.core.mixtures import tensor_types
from fitcheck.core.model import ModelSpec, Tensor, tensors
from fitcheck.core.quantization import FileType, row_bytes
from tests.catalog.gguf_files import ALIGNMENT, Value, header, model_metadata, tensor_entry, typed

PIECE = 32 * 1024**2
THREADS = 8
SMALL = bytes(number & 0x9F for number in range(256))
"""Upper byte of a 16-bit float -> the same with an exponent that keeps it below 0.008. Every block of ggml has an even
number of bytes and its scales at even places."""
PERIOD = 65_521
"""Values after which a router's numbers repeat: a prime, so that no two rows are alike."""
SIGMOID = 2
"""``LLAMA_EXPERT_GATING_FUNC_TYPE_SIGMOID``."""


def metadata(spec: ModelSpec) -> dict[str, Value]:
    """What the engine asks a file for; what neither time nor memory depends on has a common value."""
    own: dict[str, Value] = {
        "vocab_size": spec.vocab_size, "rope.freq_base": 1e6, "attention.layer_norm_rms_epsilon": 1e-6,
    }  # fmt: skip
    if spec.mla_moe:
        own |= {"expert_weights_scale": 2.5, "expert_weights_norm": True, "expert_gating_func": SIGMOID}
    named = {f"{spec.gguf_arch}.{key}": value for key, value in own.items()}
    return {**model_metadata(spec), **named, "tokenizer.ggml.model": "none"}


def shape(spec: ModelSpec, tensor: Tensor) -> tuple[int, ...]:
    """Sizes in ggml's order, a row first."""
    if not tensor.stacked:
        return (tensor.row, tensor.rows) if tensor.rows > 1 else (tensor.row,)
    moe = spec.mla_moe
    matrices = moe.n_routed_experts if moe and tensor.expert == "routed" else spec.n_attention_heads
    return (tensor.row, tensor.rows // matrices, matrices)


def write_model(path: Path, spec: ModelSpec, file_type: FileType, imatrix: bool) -> None:
    """Write a model over what is there: only what the file lacks is filled, so go from small models to large ones."""
    numbers = {name: number for number, name in TYPE_NAMES.items()}
    table, places, offset = [], [], 0
    for tensor, ggml_type in zip(tensors(spec), tensor_types(spec, file_type, imatrix), strict=True):
        table.append(tensor_entry(tensor.name, shape(spec, tensor), numbers[ggml_type], offset))
        if ggml_type == "F32":
            places.append((offset, tensor))
        offset += -(-tensor.rows * row_bytes(ggml_type, tensor.row) // ALIGNMENT) * ALIGNMENT
    front = header([typed(key, value) for key, value in metadata(spec).items()], table)
    start = -(-len(front) // ALIGNMENT) * ALIGNMENT
    path.touch()
    _fill(path, start + offset)
    chance = random.Random(1)
    scattered = array("f", (chance.gauss(0, 0.02) for _ in range(PERIOD)))
    with path.open("r+b") as file:
        file.write(front)
        for place, tensor in places:
            file.seek(start + place)
            file.write(_values(tensor, scattered))


def _values(tensor: Tensor, scattered: array[float]) -> bytes:
    if "ffn_gate_inp" in tensor.name:
        return (scattered * (tensor.elements // PERIOD + 1))[: tensor.elements].tobytes()
    return array("f", [0.0 if tensor.name.endswith(".bias") else 1.0]).tobytes() * tensor.elements


def _fill(path: Path, size: int) -> None:
    """Make a file exactly so long, new parts in several threads: a machine's fresh memory is slow to come by."""
    held = path.stat().st_size
    os.truncate(path, size)
    piece = bytearray(random.Random(2).randbytes(PIECE))
    piece[1::2] = piece[1::2].translate(SMALL)
    number = os.open(path, os.O_WRONLY)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            starts = range(held // PIECE * PIECE, size, PIECE)
            list(pool.map(lambda start: os.pwrite(number, piece[: min(PIECE, size - start)], start), starts))
    finally:
        os.close(number)

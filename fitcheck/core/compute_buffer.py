"""Bytes of llama.cpp's graph buffers on every device, in closed form.

A graph buffer is the peak of what is alive at once while one batch of ``ubatch`` tokens passes through:
one of logits, feed-forward, attention or routed experts. The terms were found by asking the engine; they
are an approximation (see the README for how close), unlike weights and KV cache.
"""

from __future__ import annotations

from dataclasses import dataclass

from fitcheck.core.kv_cache import allocated_context, cache_widths
from fitcheck.core.model import ModelSpec
from fitcheck.core.placement import HOST_INDEX, Placement, layer_devices
from fitcheck.core.quantization import FileType
from fitcheck.core.weights import tensor_devices, weight_file, weight_table
from fitcheck.core.workload import Workload

OP_OFFLOAD_MIN_BATCH = 32
"""Tokens from which a card borrows weights of the host (``ggml_backend_cuda_device_offload_op``)."""

PIPELINE_COPIES = 4
"""``GGML_SCHED_MAX_COPIES`` (ggml/src/ggml-backend.cpp)."""

_FLOAT = 4
_HALF = 2


@dataclass(frozen=True, slots=True)
class _Batch:
    """One batch: tokens in it, logit rows, context it looks at, and whether attention is fused."""

    tokens: int
    outputs: int
    context: int
    flash_attn: bool

    @property
    def mask_bytes(self) -> int:
        """The attention mask: half precision for flash attention, single otherwise."""
        return (_HALF if self.flash_attn else _FLOAT) * self.context * self.tokens


def _batch(workload: Workload) -> _Batch:
    context = allocated_context(workload)
    tokens = min(workload.ubatch, workload.batch, context)
    asked = workload.parallel if workload.outputs is None else workload.outputs
    per_sequence = context if workload.kv_unified else context // workload.parallel
    return _Batch(tokens, min(asked or tokens, tokens), per_sequence, workload.flash_attn != "off")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: which file runs how and where, with the device of each layer."""

    spec: ModelSpec
    file_type: FileType
    imatrix: bool
    workload: Workload
    placement: Placement
    devices: tuple[int, ...]


def compute_by_device(
    spec: ModelSpec, file_type: FileType, imatrix: bool, workload: Workload, placement: Placement
) -> list[int]:
    """Bytes of graph buffers on each card in order, then on the host."""
    devices = layer_devices(spec.n_layers, placement)
    asked, batch = _Asked(spec, file_type, imatrix, workload, placement, devices), _batch(workload)
    borrows = placement.gpus > 0 and workload.op_offload and batch.tokens >= OP_OFFLOAD_MIN_BATCH
    amounts = []
    for device in (*range(placement.gpus), HOST_INDEX):
        # A card that borrows the weights of the host works on the host's layers as well.
        here = (device, HOST_INDEX) if borrows and device == 0 else (device,)
        amounts.append(_graph_peak(asked, batch, here))
    if not placement.gpus:
        return amounts
    # The host prepares the embeddings and the mask even where a card does all the work.
    inputs = 2 * _FLOAT * batch.tokens * spec.hidden_size + batch.mask_bytes
    amounts[HOST_INDEX] = inputs if borrows else max(amounts[HOST_INDEX], inputs)
    if borrows:
        _borrow_host_weights(amounts, asked, batch)
    if has_pipeline(spec, workload, placement):
        copies = (PIPELINE_COPIES - 1) * (batch.mask_bytes + _FLOAT * batch.tokens * spec.hidden_size)
        amounts = [amount + copies for amount in amounts]
    return amounts


def has_pipeline(spec: ModelSpec, workload: Workload, placement: Placement) -> bool:
    """Whether several cards work on several batches at once, each with copies of a batch's inputs.

    Source: the constructor of ``llama_context`` in src/llama-context.cpp.
    """
    return (
        placement.gpus > 1 and placement.gpu_layers > spec.n_layers and workload.kv_offload
        and not placement.overrides and not placement.cpu_moe_layers
    )  # fmt: skip


def _graph_peak(asked: _Asked, batch: _Batch, here: tuple[int, ...]) -> int:
    """The peak of a device that works for the devices ``here``."""
    logits = _FLOAT * batch.outputs * (asked.spec.vocab_size + asked.spec.hidden_size)
    peak = logits if asked.devices[-1] in here else 0
    if any(device in asked.devices[:-1] for device in here):
        peak = max(peak, _layer_peak(asked.spec, asked.workload, batch))
    return peak


def _layer_peak(spec: ModelSpec, workload: Workload, batch: _Batch) -> int:
    tokens, hidden, mask = batch.tokens, spec.hidden_size, batch.mask_bytes
    scores = 0 if batch.flash_attn else _FLOAT * spec.n_attention_heads * batch.context * tokens
    if spec.mla_moe is not None:
        return tokens * (108 * hidden + 4096) + mask + scores
    feed_forward = 12 * tokens * (spec.intermediate_size + hidden) + mask
    kv_width = cache_widths(spec, legacy=workload.kv_layout == "legacy")[0]
    if batch.flash_attn:
        converted = 0 if workload.type_k == workload.type_v == "f16" else 2 * _HALF * batch.context * kv_width
        attention = mask + 16 * tokens * hidden + converted
    else:
        attention = scores + mask + 16 * tokens * hidden + 8 * tokens * kv_width
    return max(feed_forward, attention)


def _borrow_host_weights(amounts: list[int], asked: _Asked, batch: _Batch) -> None:
    """Room on the first card for the largest weight tensor that it copies from the host for large batches."""
    largest = _largest_on_host(asked)
    if largest:
        moe = asked.spec.mla_moe is not None
        # Beside a borrowed expert tensor only the activations of the experts are alive (208 MiB at ubatch 512).
        alone = (
            14 * _FLOAT * batch.tokens * asked.spec.hidden_size
            if moe
            else _layer_peak(asked.spec, asked.workload, batch)
        )
        amounts[0] = max(amounts[0], largest + alone)


def _largest_on_host(asked: _Asked) -> int:
    placement, layout = asked.placement, asked.spec.kv_layout(asked.workload.kv_layout)
    if placement.overrides:
        file = weight_file(asked.spec, asked.file_type, asked.imatrix, layout)
        on_host = (
            file.host_bytes[index]
            for index, device in enumerate(tensor_devices(asked.spec, file, placement))
            if device == HOST_INDEX and file.tensors[index].role != "token_embd"
        )
        return max(on_host, default=0)
    largest = 0
    table = weight_table(asked.spec, asked.file_type, asked.imatrix, layout)
    for layer, (device, weights) in enumerate(zip(asked.devices, table.layers, strict=True)):
        if device == HOST_INDEX or weights.host_only:
            largest = max(largest, weights.largest, weights.largest_routed)
        elif layer < placement.cpu_moe_layers:
            largest = max(largest, weights.largest_routed)
    return largest

"""The numbers of the speed model that were fitted to measurements, and how far those lie from it.

Fitted to the cases of ``tests/data/speed``, published ones and our own, by ``calibrate.py`` beside them;
``docs/how-speed-is-predicted.md`` shows every one of them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from fitcheck.frozen import dataclass

Backend: TypeAlias = Literal["cuda", "metal", "rocm", "vulkan", "cpu"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Shares of nominal rates, times in seconds, rates in operations per second, spreads as factors.

    Memory: ``cuda_share``, ``amd_share``, ``metal_share``, ``ram_share`` for dense layers and ``experts_in_ram_share``,
    where each token reads other experts. A CUDA multiprocessor unpacks ``multiprocessor_weights`` quantized weights a
    second of whatever type, which is what bounds cards with stacked memory, and of a quantized cache
    ``multiprocessor_cache`` elements for each head that looks at them. Elsewhere a quantized weight takes
    ``unpack_operations`` of a chip without matrix units, on Apple's ``metal_unpack_operations``.

    Time of a layer by itself: ``cuda_layer_s``, ``amd_layer_s``, ``metal_layer_s``, more with routed experts
    (``expert_layer_s``) and where cards exchange results in every layer (``all_reduce_s``); of a change of device
    ``crossing_s``. Cached tokens cost time beside their bytes: ``scores_s`` a layer and token without flash attention,
    ``metal_scores_s`` there.

    Prompts: ``multiprocessor_flops`` of one CUDA multiprocessor with integer matrix kernels; ``shader_share`` of the
    nominal rate where there are no matrix units; ``matrix_share`` where there are and multiprocessors are not known (an
    assumption, the middle of what CUDA cards reach: no published case measures it); ``half_gain`` of weights that need
    no unpacking, or ``half_share`` of the card's nominal rate where that is more; ``expert_prompt_share`` of the rate
    that routed experts reach; ``core_flops`` of a processor's core; ``score_passes`` over the attention scores without
    flash attention.

    Bands: at least 85 % of the cases lie within ``card_spread`` (all on cards), ``host_spread`` (a part in RAM) and
    ``prompt_spread`` of what is expected.
    """

    cuda_share: float = 1.0
    amd_share: float = 0.79
    metal_share: float = 0.93
    ram_share: float = 0.61
    experts_in_ram_share: float = 0.44
    cuda_layer_s: float = 60e-6
    amd_layer_s: float = 43e-6
    metal_layer_s: float = 105e-6
    expert_layer_s: float = 130e-6
    all_reduce_s: float = 300e-6
    crossing_s: float = 520e-6
    unpack_operations: float = 33.0
    metal_unpack_operations: float = 30.0
    multiprocessor_weights: float = 24e9
    multiprocessor_cache: float = 15.5e9
    scores_s: float = 18e-9
    metal_scores_s: float = 60e-9
    multiprocessor_flops: float = 0.92e12
    matrix_share: float = 0.4
    shader_share: float = 0.62
    half_gain: float = 1.25
    half_share: float = 0.37
    expert_prompt_share: float = 0.15
    core_flops: float = 155e9
    score_passes: float = 10.0
    card_spread: float = 1.35
    host_spread: float = 1.48
    prompt_spread: float = 1.48


CALIBRATION = Calibration()

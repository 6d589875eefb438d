"""What a processor can do that engines use: instruction sets by the names that they print at their start.

Sources: flags of Linux' /proc/cpuinfo (arch/x86/include/asm/cpufeatures.h, arm64's hwcap), Apple's ``hw.optional``
names of sysctl, Windows' IsProcessorFeaturePresent (winnt.h).
"""

from __future__ import annotations

import ctypes
import sys

from fitcheck.probe.system import System

_FLAGS = {
    "avx2": "AVX2", "fma": "FMA", "f16c": "F16C", "avx512f": "AVX512", "avx512_vnni": "AVX512_VNNI",
    "avx_vnni": "AVX_VNNI", "avx512_bf16": "AVX512_BF16", "amx_int8": "AMX_INT8", "amx_bf16": "AMX_BF16",
    "asimd": "NEON", "asimddp": "DOTPROD", "i8mm": "MATMUL_INT8", "sve": "SVE", "sve2": "SVE2",
}  # fmt: skip
"""Flag of Linux: how llama.cpp prints it (``ggml_cpu_has_*``)."""

_APPLE = {
    "hw.optional.AdvSIMD": "NEON", "hw.optional.arm.FEAT_DotProd": "DOTPROD",
    "hw.optional.arm.FEAT_I8MM": "MATMUL_INT8",
}  # fmt: skip
_WINDOWS = {40: "AVX2", 41: "AVX512", 19: "NEON", 43: "DOTPROD"}
"""PF_AVX2_INSTRUCTIONS_AVAILABLE and its like; Windows tells no more."""


def features(system: System) -> tuple[str, ...] | None:
    """Instruction sets that matter, in a fixed order; None where the system does not tell."""
    if system.platform == "linux":
        return _of_linux(system.text("/proc/cpuinfo") or "")
    if system.platform == "darwin":
        asked = {name: system.output("/usr/sbin/sysctl", "-n", key) for key, name in _APPLE.items()}
        return tuple(name for name, answer in asked.items() if answer == "1")
    if sys.platform == "win32":
        return tuple(
            name for number, name in _WINDOWS.items() if ctypes.windll.kernel32.IsProcessorFeaturePresent(number)
        )
    return None


def _of_linux(cpuinfo: str) -> tuple[str, ...] | None:
    for line in cpuinfo.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() in ("flags", "Features"):
            flags = frozenset(value.split())
            return tuple(name for flag, name in _FLAGS.items() if flag in flags)
    return None

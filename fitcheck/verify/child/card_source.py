"""The product of packed rows and tokens as one program for cards, made at run time by the compiler inside torch's CUDA.

One function reads eight neighbouring values of any ggml type: whole numbers with one scale and one minimum, as
``blocks`` does for many at once and with the same layouts. It is plain C, so that a test can run it on a processor and
hold it bit for bit against ``blocks``.
"""

from __future__ import annotations

from typing import Sequence

from .blocks import BLOCKS
from .code_books import IQ4_VALUES, MXFP4_VALUES

UNIT = 256
"""Values that the 32 threads of a warp read at once, eight each: one block of the K types, eight of the small ones."""

WARPS, ROWS = 4, 2
"""Warps of one thread block share its rows' units; two rows share what was read of the tokens."""

_SHARED = r"""
typedef unsigned char u8;
#ifdef __CUDACC__
#define DEVICE __device__ __forceinline__
DEVICE float as_float(unsigned bits) { return __uint_as_float(bits); }
DEVICE float half_at(const u8* p) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(*(const unsigned short*)p));
    return value;
}
#else
#define DEVICE static inline
DEVICE float as_float(unsigned bits) { union { unsigned u; float f; } both; both.u = bits; return both.f; }
DEVICE float half_at(const u8* p) { return (float)*(const _Float16*)p; }
#endif
DEVICE unsigned two(const u8* p) { return *(const unsigned short*)p; }
DEVICE unsigned four(const u8* p) { return two(p) | two(p + 2) << 16; }
DEVICE float exponent(unsigned e) { return as_float(e < 2 ? 0x00200000u << e : (e - 1) << 23); }
/* Seven signs are stored; the eighth makes their number even. */
DEVICE unsigned eight_signs(unsigned seven) {
    unsigned odd = seven ^ (seven >> 4);
    odd ^= odd >> 2;
    odd ^= odd >> 1;
    return seven | (odd & 1) << 7;
}
DEVICE void entry8(const void* grid, unsigned code, unsigned signs, float* q) {
    unsigned long long word = ((const unsigned long long*)grid)[code];
    for (int i = 0; i < 8; ++i) {
        float value = (float)(signed char)(word >> 8 * i & 255);
        q[i] = signs >> i & 1 ? -value : value;
    }
}
DEVICE void entries4(const void* grid, unsigned first, unsigned second, unsigned signs, float* q) {
    unsigned words[2] = {((const unsigned*)grid)[first], ((const unsigned*)grid)[second]};
    for (int i = 0; i < 8; ++i) {
        float value = (float)(signed char)(words[i / 4] >> 8 * (i % 4) & 255);
        q[i] = signs >> i & 1 ? -value : value;
    }
}
/* Six bits each of group g: scale and minimum of Q4_K and Q5_K. */
DEVICE void packed_scales(const u8* p, int g, float* s, float* m) {
    unsigned scale = g < 4 ? p[g] & 63 : (p[g + 4] & 15) | (p[g - 4] >> 6) << 4;
    unsigned minimum = g < 4 ? p[g + 4] & 63 : p[g + 4] >> 4 | (p[g] >> 6) << 4;
    *s *= (float)scale;
    *m *= (float)minimum;
}
/* One of sixteen small numbers. */
DEVICE float sixteenth(unsigned long long low, unsigned long long high, unsigned code) {
    return (float)(signed char)((code & 8 ? high : low) >> 8 * (code & 7) & 255);
}
"""

_FOUR_BITS = """
    const u8* b = unit + SIZE * (lane >> 2);
    const u8* codes = b + AT + 8 * (lane & 1);
    int shift = 2 * (lane & 2);
"""
_QUARTERS = """
    int low = 8 * (lane & 3), shift = 2 * (lane >> 2 & 3);
    const u8* codes = unit + AT + 32 * (lane >> 4) + low;
"""
_NIBBLES = """
    int group = lane >> 2, low = 8 * (lane & 3), shift = 4 * (group & 1);
    const u8* codes = unit + AT + 32 * (lane >> 3) + low;
"""


def _each(value: str) -> str:
    return f"for (int i = 0; i < 8; ++i) q[i] = (float)({value});"


def _from(values: Sequence[int]) -> str:
    """Codes of four bits that stand for sixteen values."""
    low, high = (
        sum((value & 255) << 8 * place for place, value in enumerate(half)) for half in (values[:8], values[8:])
    )
    return _each(f"sixteenth({low}ull, {high}ull, codes[i] >> shift & 15)")


_READ = {
    "F32": "for (int i = 0; i < 8; ++i) q[i] = ((const float*)unit)[8 * lane + i];",
    "F16": "for (int i = 0; i < 8; ++i) q[i] = half_at(unit + 2 * (8 * lane + i));",
    "BF16": "for (int i = 0; i < 8; ++i) q[i] = as_float(two(unit + 2 * (8 * lane + i)) << 16);",
    "Q4_0": _FOUR_BITS.replace("AT", "2") + "*s = half_at(b);" + _each("(int)(codes[i] >> shift & 15) - 8"),
    "Q4_1": _FOUR_BITS.replace("AT", "4") + "*s = half_at(b); *m = -half_at(b + 2);" + _each("codes[i] >> shift & 15"),
    "Q5_0": _FOUR_BITS.replace("AT", "6") + "*s = half_at(b); unsigned fifth = four(b + 2) >> 8 * (lane & 3);"
    + _each("(int)((codes[i] >> shift & 15) | (fifth >> i & 1) << 4) - 16"),
    "Q5_1": _FOUR_BITS.replace("AT", "8")
    + "*s = half_at(b); *m = -half_at(b + 2); unsigned fifth = four(b + 4) >> 8 * (lane & 3);"
    + _each("(codes[i] >> shift & 15) | (fifth >> i & 1) << 4"),
    "Q8_0": """
    const u8* b = unit + SIZE * (lane >> 2);
    *s = half_at(b);
    for (int i = 0; i < 8; i += 2) {
        unsigned pair = two(b + 2 + 8 * (lane & 3) + i);
        q[i] = (float)(signed char)(pair & 255);
        q[i + 1] = (float)(signed char)(pair >> 8);
    }""",
    "IQ4_NL": _FOUR_BITS.replace("AT", "2")
    + "*s = half_at(b);" + _from(IQ4_VALUES),
    "MXFP4": _FOUR_BITS.replace("AT", "1")
    + "*s = exponent(b[0]);" + _from(MXFP4_VALUES),
    "Q2_K": _QUARTERS.replace("AT", "16")
    + "unsigned both = unit[lane >> 1]; *s = half_at(unit + 80) * (both & 15); *m = half_at(unit + 82) * (both >> 4);"
    + _each("codes[i] >> shift & 3"),
    "Q3_K": _QUARTERS.replace("AT", "32") + """
    int group = lane >> 1;
    const u8* scales = unit + 96;
    unsigned scale = (group < 8 ? scales[group] & 15 : scales[group - 8] >> 4)
        | (scales[8 + (group & 3)] >> 2 * (group >> 2) & 3) << 4;
    *s = half_at(unit + 108) * (float)((int)scale - 32);""" + _each(
        "(int)(codes[i] >> shift & 3) - (unit[low + i] >> (lane >> 2) & 1 ? 0 : 4)"
    ),
    "Q4_K": _NIBBLES.replace("AT", "16")
    + "*s = half_at(unit); *m = half_at(unit + 2); packed_scales(unit + 4, group, s, m);"
    + "unsigned first = four(codes) >> shift, second = four(codes + 4) >> shift;"
    + _each("(i < 4 ? first : second) >> 8 * (i & 3) & 15"),
    "Q5_K": _NIBBLES.replace("AT", "48")
    + "*s = half_at(unit); *m = half_at(unit + 2); packed_scales(unit + 4, group, s, m);"
    + _each("(codes[i] >> shift & 15) | (unit[16 + low + i] >> group & 1) << 4"),
    "Q6_K": """
    int half = lane >> 4, place = lane >> 2 & 3, low = 8 * (lane & 3);
    const u8* codes = unit + 64 * half + 32 * (place & 1) + low;
    const u8* high = unit + 128 + 32 * half + low;
    *s = half_at(unit + 208) * (float)(signed char)unit[192 + (lane >> 1)];
    for (int i = 0; i < 8; i += 2) {
        unsigned c = two(codes + i) >> 4 * (place >> 1), h = two(high + i) >> 2 * place;
        q[i] = (float)((int)((c & 15) | (h & 3) << 4) - 32);
        q[i + 1] = (float)((int)((c >> 8 & 15) | (h >> 8 & 3) << 4) - 32);
    }""",
    "IQ4_XS": """
    int group = lane >> 2, shift = 2 * (lane & 2);
    const u8* codes = unit + 8 + 16 * group + 8 * (lane & 1);
    unsigned scale = (unit[4 + group / 2] >> 4 * (group & 1) & 15) | (two(unit + 2) >> 2 * group & 3) << 4;
    *s = half_at(unit) * (float)((int)scale - 32);""" + _from(IQ4_VALUES),
    "IQ2_XXS": """
    const u8* b = unit + 2 + 8 * (lane >> 2);
    unsigned word = four(b + 4);
    *s = half_at(unit) * ((float)(word >> 28) + 0.5f) * 0.25f;
    entry8(grid, b[lane & 3], eight_signs(word >> 7 * (lane & 3) & 127), q);""",
    "IQ2_XS": """
    unsigned word = two(unit + 2 + 2 * lane);
    *s = half_at(unit) * ((float)(unit[66 + (lane >> 2)] >> 4 * (lane >> 1 & 1) & 15) + 0.5f) * 0.25f;
    entry8(grid, word & 511, eight_signs(word >> 9), q);""",
    "IQ2_S": """
    unsigned high = unit[66 + (lane >> 2)] >> 2 * (lane & 3) & 3;
    *s = half_at(unit) * ((float)(unit[74 + (lane >> 2)] >> 4 * (lane >> 1 & 1) & 15) + 0.5f) * 0.25f;
    entry8(grid, unit[2 + lane] | high << 8, unit[34 + lane], q);""",
    "IQ3_XXS": """
    unsigned word = four(unit + 66 + 4 * (lane >> 2));
    *s = half_at(unit) * ((float)(word >> 28) + 0.5f) * 0.5f;
    entries4(grid, unit[2 + 2 * lane], unit[3 + 2 * lane], eight_signs(word >> 7 * (lane & 3) & 127), q);""",
    "IQ3_S": """
    unsigned high = unit[66 + (lane >> 2)] >> 2 * (lane & 3);
    *s = half_at(unit) * (float)(2 * (unit[106 + (lane >> 3)] >> 4 * (lane >> 2 & 1) & 15) + 1);
    entries4(grid, unit[2 + 2 * lane] | (high & 1) << 8, unit[3 + 2 * lane] | (high & 2) << 7, unit[74 + lane], q);""",
    "IQ1_S": """
    unsigned word = two(unit + 34 + 2 * (lane >> 2));
    *s = half_at(unit) * (float)(2 * (word >> 12 & 7) + 1) * 0.125f;
    entry8(grid, unit[2 + lane] | (word >> 3 * (lane & 3) & 7) << 8 | (word >> 15) << 11, 0, q);""",
    "IQ1_M": """
    const u8* scales = unit + 48;
    u8 whole[2] __attribute__((aligned(2))) = {
        (u8)(scales[1] >> 4 | (scales[3] & 0xF0)), (u8)(scales[5] >> 4 | (scales[7] & 0xF0))};
    int group = lane >> 1;
    *s = half_at(whole) * (float)(2 * (two(scales + 2 * (group >> 2)) >> 3 * (group & 3) & 7) + 1) * 0.125f;
    entry8(grid, unit[lane] | (unit[32 + lane / 2] >> 4 * (lane & 1) & 15) << 8, 0, q);""",
    "TQ1_0": """
    *s = half_at(unit + 52);
    for (int i = 0; i < 8; ++i) {
        int at = 8 * lane + i, digit, from;
        if (at < 160) { digit = at / 32; from = at % 32; }
        else if (at < 240) { digit = (at - 160) / 16; from = 32 + (at - 160) % 16; }
        else { digit = (at - 240) / 4; from = 48 + (at - 240) % 4; }
        unsigned power = digit == 0 ? 1 : digit == 1 ? 3 : digit == 2 ? 9 : digit == 3 ? 27 : 81;
        q[i] = (float)((int)((unit[from] * power & 255) * 3 >> 8) - 1);
    }""",
    "TQ2_0": _QUARTERS.replace("AT", "0") + "*s = half_at(unit + 64);" + _each("(int)(codes[i] >> shift & 3) - 1"),
}  # fmt: skip
"""ggml type -> how a thread (``lane`` of 32) reads its eight values of a unit: numbers ``q``, scale ``s``, minimum ``m``.

``grid`` is the type's code book, where it has one.
"""

_PRODUCT = r"""
extern "C" __global__ void __launch_bounds__(32 * WARPS) product(
    const u8* rows, const float* x, const long long* parts, const void* grid, float* out,
    int width, int count, int row_bytes, int pairs_of_a_token
) {
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, first = blockIdx.x * ROWS;
    long long pair = blockIdx.y, part = parts ? parts[pair] : 0;
    const float* token = x + pair / pairs_of_a_token * width;
    const u8* begin = rows + (part * count + first) * row_bytes;
    float sums[ROWS] = {0};
    for (int at = 256 * warp + 8 * lane; at < width; at += 256 * WARPS) {
        float4 low = *(const float4*)(token + at), high = *(const float4*)(token + at + 4);
        float total = low.x + low.y + low.z + low.w + high.x + high.y + high.z + high.w;
        #pragma unroll
        for (int row = 0; row < ROWS; ++row) {
            if (first + row >= count) break;
            float q[8], s = 1, m = 0;
            read8(begin + (long long)row * row_bytes + (at >> 8) * UNIT_BYTES, lane, grid, q, &s, &m);
            float dot = low.x * q[0] + low.y * q[1] + low.z * q[2] + low.w * q[3];
            dot += high.x * q[4] + high.y * q[5] + high.z * q[6] + high.w * q[7];
            sums[row] += s * dot - m * total;
        }
    }
    __shared__ float found[WARPS][ROWS];
    #pragma unroll
    for (int row = 0; row < ROWS; ++row) {
        for (int apart = 16; apart; apart >>= 1) sums[row] += __shfl_xor_sync(0xffffffffu, sums[row], apart);
        if (!lane) found[warp][row] = sums[row];
    }
    __syncthreads();
    int row = threadIdx.x;
    if (row < ROWS && first + row < count) {
        float sum = 0;
        for (int one = 0; one < WARPS; ++one) sum += found[one][row];
        out[pair * count + first + row] = sum;
    }
}
"""


def reader(ggml_type: str) -> str:
    """The C function ``read8`` of a type, with what it needs."""
    head = "DEVICE void read8(const u8* unit, int lane, const void* grid, float* q, float* s, float* m) {"
    elements, size = BLOCKS[ggml_type]
    sizes = f"#define SIZE {size}\n#define UNIT_BYTES {UNIT // elements * size}\n"
    return f"{sizes}{_SHARED}{head}{_READ[ggml_type]}\n}}\n"


def product(ggml_type: str) -> str:
    """The program ``product`` for a type: one row of tokens times the rows of one part, for each pair of both."""
    return f"#define WARPS {WARPS}\n#define ROWS {ROWS}\n{reader(ggml_type)}{_PRODUCT}"

"""The product of packed rows and tokens as one program for cards, made at run time by the compiler inside torch's CUDA.

One function reads eight neighbouring values of a quantized type as eight bytes with one scale and one minimum, with the
layouts of ``blocks``. Tokens are split into whole numbers of fifteen bits, in two bytes, with a step for every eight
values, so that four products are one instruction, as engines do. It is plain C, so that a test can run it on a
processor and hold it against ``blocks``.
"""

from __future__ import annotations

from typing import Sequence

from .blocks import BLOCKS, PLAIN
from .code_books import IQ4_VALUES, MXFP4_VALUES

UNIT = 256
"""Values that the 32 threads of a warp read at once, eight each: one block of the K types, eight of the small ones."""

PIECE_BYTES = 24
"""Eight values of a token, split: 16 bytes of whole numbers, and after all of a token's those, step and sum of each."""

_SHARED = r"""
typedef unsigned char u8;
#define EACH(value) ((value) * 0x01010101u)
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
DEVICE unsigned __byte_perm(unsigned low, unsigned high, unsigned places) {
    unsigned long long both = (unsigned long long)high << 32 | low;
    unsigned found = 0;
    for (int i = 0; i < 4; ++i) found |= (unsigned)(both >> 8 * (places >> 4 * i & 7) & 255) << 8 * i;
    return found;
}
#endif
DEVICE unsigned two(const u8* p) { return *(const unsigned short*)p; }
/* Where blocks are whole words, their codes begin at whole words too. */
DEVICE unsigned four(const u8* p) { return SIZE % 4 ? two(p) | two(p + 2) << 16 : *(const unsigned*)p; }
DEVICE unsigned four_bytes(const u8* p) { return p[0] | p[1] << 8 | p[2] << 16 | (unsigned)p[3] << 24; }
DEVICE float exponent(unsigned e) { return as_float(e < 2 ? 0x00200000u << e : (e - 1) << 23); }
/* The lowest four bits, one in each byte. */
DEVICE unsigned spread(unsigned bits) { return (bits & 15) * 0x00204081u & EACH(1); }
/* Seven signs are stored; the eighth makes their number even. */
DEVICE unsigned eight_signs(unsigned seven) {
    unsigned odd = seven ^ (seven >> 4);
    odd ^= odd >> 2;
    odd ^= odd >> 1;
    return seven | (odd & 1) << 7;
}
/* Bytes that are not zero, negated where the bit of their place is set. */
DEVICE unsigned negated(unsigned bytes, unsigned signs) {
    unsigned ones = spread(signs);
    return (bytes ^ ones * 255) + ones;
}
DEVICE void entry8(const void* grid, unsigned code, unsigned signs, unsigned* q) {
    unsigned long long word = ((const unsigned long long*)grid)[code];
    q[0] = negated((unsigned)word, signs);
    q[1] = negated((unsigned)(word >> 32), signs >> 4);
}
DEVICE void entries4(const void* grid, unsigned first, unsigned second, unsigned signs, unsigned* q) {
    q[0] = negated(((const unsigned*)grid)[first], signs);
    q[1] = negated(((const unsigned*)grid)[second], signs >> 4);
}
/* Scale and minimum of group g of Q4_K and Q5_K, six bits each times the block's own, from its first 16 bytes. */
typedef struct { u8 own[4]; unsigned scales, minima, rest; } __attribute__((aligned(16))) Head;
DEVICE void scaled(const u8* unit, int g, float* s, float* m) {
    Head head = *(const Head*)unit;
    int at = 8 * (g & 3);
    unsigned scale = head.scales >> at, minimum = head.minima >> at, rest = head.rest >> at;
    *s = half_at(head.own) * (float)(g < 4 ? scale & 63 : (rest & 15) | (scale >> 6 & 3) << 4);
    *m = half_at(head.own + 2) * (float)(g < 4 ? minimum & 63 : (rest >> 4 & 15) | (minimum >> 6 & 3) << 4);
}
/* Four codes of four bits, each in a byte, as the values they stand for among sixteen. */
DEVICE unsigned sixteenths(const unsigned* values, unsigned codes) {
    unsigned places = (codes | codes >> 4) & 0x00FF00FFu, high = (codes >> 3 & EACH(1)) * 255;
    places = (places | places >> 8) & 0x7777u;
    return (__byte_perm(values[0], values[1], places) & ~high) | (__byte_perm(values[2], values[3], places) & high);
}
"""

_FOUR_BITS = """
    const u8* b = unit + SIZE * (lane >> 2);
    const u8* codes = b + AT + 8 * (lane & 1);
    int shift = 2 * (lane & 2);
    q[0] = four(codes) >> shift & EACH(15);
    q[1] = four(codes + 4) >> shift & EACH(15);
"""
_FIFTH_BITS = """
    q[0] |= spread(fifth) << 4;
    q[1] |= spread(fifth >> 4) << 4;
"""
_QUARTERS = """
    int low = 8 * (lane & 3), shift = 2 * (lane >> 2 & 3);
    const u8* codes = unit + AT + 32 * (lane >> 4) + low;
    q[0] = four(codes) >> shift & EACH(3);
    q[1] = four(codes + 4) >> shift & EACH(3);
"""
_NIBBLES = """
    int group = lane >> 2, low = 8 * (lane & 3), shift = 4 * (group & 1);
    const u8* codes = unit + AT + 32 * (lane >> 3) + low;
    q[0] = four(codes) >> shift & EACH(15);
    q[1] = four(codes + 4) >> shift & EACH(15);
"""


def _from(values: Sequence[int]) -> str:
    """What is in ``q`` are codes that stand for sixteen values."""
    words = [int.from_bytes(bytes(one & 255 for one in values[at : at + 4]), "little") for at in range(0, 16, 4)]
    listed = ", ".join(f"{word}u" for word in words)
    return f"const unsigned values[4] = {{{listed}}}; q[0] = sixteenths(values, q[0]); q[1] = sixteenths(values, q[1]);"


_READ = {
    "Q4_0": _FOUR_BITS.replace("AT", "2") + "*s = half_at(b); *m = 8 * *s;",
    "Q4_1": _FOUR_BITS.replace("AT", "4") + "*s = half_at(b); *m = -half_at(b + 2);",
    "Q5_0": _FOUR_BITS.replace("AT", "6")
    + "*s = half_at(b); *m = 16 * *s; unsigned fifth = four(b + 2) >> 8 * (lane & 3);" + _FIFTH_BITS,
    "Q5_1": _FOUR_BITS.replace("AT", "8")
    + "*s = half_at(b); *m = -half_at(b + 2); unsigned fifth = four(b + 4) >> 8 * (lane & 3);" + _FIFTH_BITS,
    "Q8_0": """
    const u8* b = unit + SIZE * (lane >> 2);
    *s = half_at(b);
    q[0] = four(b + 2 + 8 * (lane & 3));
    q[1] = four(b + 6 + 8 * (lane & 3));""",
    "IQ4_NL": _FOUR_BITS.replace("AT", "2") + "*s = half_at(b);" + _from(IQ4_VALUES),
    # Blocks of an odd size: no two bytes can be read at once.
    "MXFP4": _FOUR_BITS.replace("AT", "1").replace("four(", "four_bytes(")
    + "*s = exponent(b[0]);" + _from(MXFP4_VALUES),
    "Q2_K": _QUARTERS.replace("AT", "16")
    + "unsigned both = unit[lane >> 1]; *s = half_at(unit + 80) * (both & 15); *m = half_at(unit + 82) * (both >> 4);",
    "Q3_K": _QUARTERS.replace("AT", "32") + """
    int group = lane >> 1;
    const u8* scales = unit + 96;
    unsigned scale = (group < 8 ? scales[group] & 15 : scales[group - 8] >> 4)
        | (scales[8 + (group & 3)] >> 2 * (group >> 2) & 3) << 4;
    *s = half_at(unit + 108) * (float)((int)scale - 32);
    /* A set bit means that nothing is taken away. */
    *m = 4 * *s;
    q[0] |= (four(unit + low) >> (lane >> 2) & EACH(1)) << 2;
    q[1] |= (four(unit + low + 4) >> (lane >> 2) & EACH(1)) << 2;""",
    "Q4_K": _NIBBLES.replace("AT", "16")
    + "scaled(unit, group, s, m);",
    "Q5_K": _NIBBLES.replace("AT", "48")
    + """scaled(unit, group, s, m);
    q[0] |= (four(unit + 16 + low) >> group & EACH(1)) << 4;
    q[1] |= (four(unit + 20 + low) >> group & EACH(1)) << 4;""",
    "Q6_K": """
    int half = lane >> 4, place = lane >> 2 & 3, low = 8 * (lane & 3);
    const u8* codes = unit + 64 * half + 32 * (place & 1) + low;
    const u8* high = unit + 128 + 32 * half + low;
    *s = half_at(unit + 208) * (float)(signed char)unit[192 + (lane >> 1)];
    *m = 32 * *s;
    for (int i = 0; i < 2; ++i) {
        unsigned upper = four(high + 4 * i) >> 2 * place & EACH(3);
        q[i] = (four(codes + 4 * i) >> 4 * (place >> 1) & EACH(15)) | upper << 4;
    }""",
    "IQ4_XS": """
    int group = lane >> 2, shift = 2 * (lane & 2);
    const u8* codes = unit + 8 + 16 * group + 8 * (lane & 1);
    unsigned scale = (unit[4 + group / 2] >> 4 * (group & 1) & 15) | (two(unit + 2) >> 2 * group & 3) << 4;
    *s = half_at(unit) * (float)((int)scale - 32);
    q[0] = four(codes) >> shift & EACH(15);
    q[1] = four(codes + 4) >> shift & EACH(15);""" + _from(IQ4_VALUES),
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
    *s = *m = half_at(unit + 52);
    q[0] = q[1] = 0;
    for (int i = 0; i < 8; ++i) {
        int at = 8 * lane + i, digit, from;
        if (at < 160) { digit = at / 32; from = at % 32; }
        else if (at < 240) { digit = (at - 160) / 16; from = 32 + (at - 160) % 16; }
        else { digit = (at - 240) / 4; from = 48 + (at - 240) % 4; }
        unsigned power = digit == 0 ? 1 : digit == 1 ? 3 : digit == 2 ? 9 : digit == 3 ? 27 : 81;
        q[i / 4] |= ((unit[from] * power & 255) * 3 >> 8) << 8 * (i % 4);
    }""",
    "TQ2_0": _QUARTERS.replace("AT", "0") + "*s = *m = half_at(unit + 64);",
}  # fmt: skip
"""ggml type -> how a thread (``lane`` of 32) reads its eight values of a unit.

It sets eight signed bytes ``q``, their scale ``s`` and minimum ``m`` (0 before); ``grid`` is the type's code book, if
any.
"""

_PLAIN_VALUE = {
    "F32": "((const float*)unit)[8 * lane + i]",
    "F16": "half_at(unit + 2 * (8 * lane + i))",
    "BF16": "as_float(two(unit + 2 * (8 * lane + i)) << 16)",
}

_DOT = r"""
typedef struct { int high[2], low[2]; } __attribute__((aligned(16))) Numbers;
typedef struct { float step, total; } __attribute__((aligned(8))) Sizes;
typedef struct { Numbers numbers; Sizes sizes; } Piece;
DEVICE Piece piece_at(const u8* x, long long token, int pieces, int at) {
    const u8* begin = x + token * pieces * (sizeof(Numbers) + sizeof(Sizes));
    Piece piece = {((const Numbers*)begin)[at], ((const Sizes*)(begin + pieces * sizeof(Numbers)))[at]};
    return piece;
}
DEVICE float dot8(const u8* unit, int lane, const void* grid, const Piece* piece) {
    const Numbers* x = &piece->numbers;
    unsigned q[2];
    float s, m = 0;
    read8(unit, lane, grid, q, &s, &m);
    int high = __dp4a((int)q[1], x->high[1], __dp4a((int)q[0], x->high[0], 0));
    int low = __dp4a((int)q[1], x->low[1], __dp4a((int)q[0], x->low[0], 0));
    return s * piece->sizes.step * (float)(high * 256 + low) - m * piece->sizes.total;
}
extern "C" __global__ void split(const float* x, u8* out, int width, int tokens) {
    int at = blockIdx.x * blockDim.x + threadIdx.x, pieces = width >> 3, token = at / pieces;
    if (token >= tokens) return;
    Numbers numbers = {{0, 0}, {0, 0}};
    Sizes sizes = {1e-30f, 0};
    for (int i = 0; i < 8; ++i) sizes.step = fmaxf(sizes.step, fabsf(x[8 * at + i]));
    sizes.step /= 127 * 256;
    for (int i = 0; i < 8; ++i) {
        int whole = __float2int_rn(x[8 * at + i] / sizes.step), high = (whole + 128) >> 8;
        numbers.high[i / 4] |= (high & 255) << 8 * (i % 4);
        numbers.low[i / 4] |= (whole - high * 256 & 255) << 8 * (i % 4);
        sizes.total += x[8 * at + i];
    }
    u8* begin = out + (long long)token * pieces * (sizeof(Numbers) + sizeof(Sizes));
    ((Numbers*)begin)[at % pieces] = numbers;
    ((Sizes*)(begin + pieces * sizeof(Numbers)))[at % pieces] = sizes;
}
"""

_PLAIN_DOT = r"""
typedef struct { float values[8]; } __attribute__((aligned(16))) Piece;
DEVICE Piece piece_at(const u8* x, long long token, int pieces, int at) {
    return ((const Piece*)x)[token * pieces + at];
}
DEVICE float dot8(const u8* unit, int lane, const void* grid, const Piece* piece) {
    float sum = 0;
    for (int i = 0; i < 8; ++i) sum += piece->values[i] * (VALUE);
    return sum;
}
"""

_PRODUCT = r"""
extern "C" __global__ void __launch_bounds__(32 * WARPS) product(
    const u8* rows, const u8* x, const long long* parts, const void* grid, float* out,
    int width, int count, int row_bytes, int pairs_of_a_token
) {
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, first = blockIdx.x * ROWS, pieces = width >> 3;
    long long pair = blockIdx.y, part = parts ? parts[pair] : 0;
    const u8* begin = rows + (part * count + first) * row_bytes;
    float sums[ROWS] = {0};
    for (int at = 32 * warp + lane; at < pieces; at += 32 * WARPS) {
        Piece piece = piece_at(x, pair / pairs_of_a_token, pieces, at);
        #pragma unroll
        for (int row = 0; row < ROWS; ++row)
            if (first + row < count)
                sums[row] += dot8(begin + (long long)row * row_bytes + (at >> 5) * UNIT_BYTES, lane, grid, &piece);
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
    """The C function ``read8`` of a quantized type, with what it needs."""
    head = "DEVICE void read8(const u8* unit, int lane, const void* grid, unsigned* q, float* s, float* m) {"
    return f"{_sizes(ggml_type)}{_SHARED}{head}{_READ[ggml_type]}\n}}\n"


def _sizes(ggml_type: str) -> str:
    elements, size = BLOCKS[ggml_type]
    return f"#define SIZE {size}\n#define UNIT_BYTES {UNIT // elements * size}\n"


def product(ggml_type: str, warps: int, rows: int) -> str:
    """The program ``product`` for a type: one row of tokens times the rows of one part, for each pair of both.

    ``warps`` share the units of ``rows`` rows. Quantized types have ``split`` beside it, which prepares the tokens.
    """
    if ggml_type in PLAIN:
        reading = f"{_sizes(ggml_type)}{_SHARED}#define VALUE {_PLAIN_VALUE[ggml_type]}\n{_PLAIN_DOT}"
    else:
        reading = reader(ggml_type) + _DOT
    return f"#define WARPS {warps}\n#define ROWS {rows}\n{reading}{_PRODUCT}"

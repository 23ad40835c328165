// What Swift cannot say well: byte masks, sixteen decimal digits at once, and the GNU-only corners of the C library.
// Everything is `static inline`, so it inlines into Swift callers; x86-64 always has SSE2, other machines take the portable half.
#pragma once
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(CBYTES_PORTABLE)
#define CBYTES_SSE2 1
#include <emmintrin.h>
#else
#define CBYTES_SSE2 0
#include <string.h>
#endif

#define CBYTES_INLINE static inline __attribute__((always_inline))

// The whole part of a number between -2^63 and 2^63; the caller has made sure of that.
CBYTES_INLINE int64_t cbytes_whole_part(double number) { return (int64_t)number; }

// Bit i is set when p[i] ends a run of plain string bytes: '"', '\\' or a control byte. Reads 16 bytes.
CBYTES_INLINE uint32_t cbytes_string_stop(const uint8_t *p) {
#if CBYTES_SSE2
  __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
#else
  uint32_t mask = 0;
  for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20) << i;
  return mask;
#endif
}

// Whether all n bytes are below 0x80. Reads up to 15 bytes past the end.
CBYTES_INLINE int cbytes_is_ascii(const uint8_t *p, size_t n) {
#if CBYTES_SSE2
  __m128i seen = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    __m128i low = _mm_loadu_si128((const __m128i *)(p + i)), high = _mm_loadu_si128((const __m128i *)(p + i + 16));
    seen = _mm_or_si128(seen, _mm_or_si128(low, high));
  }
  for (; i + 16 <= n; i += 16) seen = _mm_or_si128(seen, _mm_loadu_si128((const __m128i *)(p + i)));
  uint32_t mask = (uint32_t)_mm_movemask_epi8(seen);
  if (i < n) mask |= (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(p + i))) & ((1u << (n - i)) - 1);
  return mask == 0;
#else
  uint8_t seen = 0;
  for (size_t i = 0; i < n; i++) seen |= p[i];
  return seen < 0x80;
#endif
}

// Maps the quotes of n bytes: bit i of words[k] is set where byte 64·k + i is '"'. Returns whether all of them are plain: ASCII, no backslash, no
// control byte. Writes n / 64 + 1 words; reads up to 63 bytes past the end.
CBYTES_INLINE int cbytes_map_quotes(const uint8_t *p, size_t n, uint64_t *words) {
  size_t blocks = n / 64 + 1;
  uint64_t within = ~0ull >> 1 >> (63 - n % 64);  // the last block's bytes that count
#if CBYTES_SSE2
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
  __m128i other = _mm_setzero_si128();
  uint64_t last = 0;
  for (size_t k = 0; k < blocks; k++) {
    uint64_t quotes = 0, others = 0;
    __m128i found = _mm_setzero_si128();
    for (int part = 0; part < 4; part++) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(p + 64 * k + 16 * part));
      quotes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) << 16 * part;
      // As signed bytes, what is no ASCII is below space as well.
      __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, backslash));
      found = _mm_or_si128(found, odd);
      if (k + 1 == blocks) others |= (uint64_t)(uint32_t)_mm_movemask_epi8(odd) << 16 * part;
    }
    if (k + 1 == blocks) {
      quotes &= within;
      last = others & within;
    } else {
      other = _mm_or_si128(other, found);
    }
    words[k] = quotes;
  }
  return _mm_movemask_epi8(other) == 0 && last == 0;
#else
  int plain = 1;
  for (size_t k = 0; k < blocks; k++) words[k] = 0;
  for (size_t i = 0; i < n; i++) {
    words[i / 64] |= (uint64_t)(p[i] == '"') << i % 64;
    plain &= p[i] >= ' ' && p[i] < 0x80 && p[i] != '\\';
  }
  (void)within;
  return plain;
#endif
}

// 5^0 … 5^27: the largest powers that fit 64 bits.
static const uint64_t cbytes_powers_of_five[28] = {
    1ull, 5ull, 25ull, 125ull, 625ull, 3125ull, 15625ull, 78125ull, 390625ull, 1953125ull, 9765625ull, 48828125ull,
    244140625ull, 1220703125ull, 6103515625ull, 30517578125ull, 152587890625ull, 762939453125ull, 3814697265625ull,
    19073486328125ull, 95367431640625ull, 476837158203125ull, 2384185791015625ull, 11920928955078125ull,
    59604644775390625ull, 298023223876953125ull, 1490116119384765625ull, 7450580596923828125ull};
static const uint64_t cbytes_powers_of_ten[20] = {
    1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull, 100000000ull, 1000000000ull, 10000000000ull,
    100000000000ull, 1000000000000ull, 10000000000000ull, 100000000000000ull, 1000000000000000ull, 10000000000000000ull,
    100000000000000000ull, 1000000000000000000ull, 10000000000000000000ull};
// 10^-18 … 10^22, index 0 is 10^-18.
static const double cbytes_double_powers[41] = {
    1e-18, 1e-17, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1,
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22};

// ⌊log₁₀ 2^n⌋ for n = −43 … 52, read at n + 43.
static const int8_t cbytes_decimal_exponents[96] = {
    -13, -13, -13, -13, -12, -12, -12, -11, -11, -11, -10, -10, -10, -10, -9, -9, -9, -8, -8, -8, -7, -7, -7, -7, -6, -6, -6, -5, -5, -5, -4, -4,
    -4, -4, -3, -3, -3, -2, -2, -2, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9,
    9, 10, 10, 10, 11, 11, 11, 12, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15};

CBYTES_INLINE uint64_t cbytes_power_of_five(long n) { return cbytes_powers_of_five[n]; }
CBYTES_INLINE uint64_t cbytes_power_of_ten(long n) { return cbytes_powers_of_ten[n]; }
CBYTES_INLINE double cbytes_double_power(long n) { return cbytes_double_powers[n + 18]; }
CBYTES_INLINE long cbytes_decimal_exponent(long n) { return cbytes_decimal_exponents[n]; }

// The nearest whole number; a tie goes to the even one.
CBYTES_INLINE int64_t cbytes_nearest(double x) {
#if CBYTES_SSE2
  return _mm_cvtsd_si64(_mm_set_sd(x));
#else
  return __builtin_llrint(x);
#endif
}

// What two runs of eight decimal digits are worth, the first in the low half of the result. A run is given as its digits' values, first digit lowest.
CBYTES_INLINE uint64_t cbytes_two_integers(uint64_t first, uint64_t second) {
#if CBYTES_SSE2
  __m128i digits = _mm_set_epi64x((long long)second, (long long)first);
  __m128i tens = _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(0xff)), _mm_set1_epi16(10));
  __m128i pairs = _mm_add_epi16(tens, _mm_srli_epi16(digits, 8));
  __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
  return (uint64_t)_mm_cvtsi128_si64(eights);
#else
  uint64_t runs[2] = {first, second}, values[2] = {0, 0};
  for (int i = 0; i < 2; i++)
    for (int k = 0; k < 8; k++) values[i] = values[i] * 10 + (runs[i] >> (8 * k) & 0xff);
  return values[0] | values[1] << 32;
#endif
}

#if CBYTES_SSE2
// The eight decimal digits of v < 10^8, each in a 16-bit lane, first digit lowest. After Wojciech Muła, "SSE: conversion integers to decimal".
CBYTES_INLINE __m128i cbytes_eight_digits(uint32_t v) {
  const __m128i per10000 = _mm_set1_epi32((int)0xd1b71759), k10000 = _mm_set1_epi32(10000);
  const __m128i powers = _mm_setr_epi16(8389, 5243, 13108, (short)32768, 8389, 5243, 13108, (short)32768);
  const __m128i shifts = _mm_setr_epi16(1 << 7, 1 << 11, 1 << 13, (short)(1 << 15), 1 << 7, 1 << 11, 1 << 13, (short)(1 << 15));
  __m128i x = _mm_cvtsi32_si128((int)v);
  __m128i high = _mm_srli_epi64(_mm_mul_epu32(x, per10000), 45);
  __m128i low = _mm_sub_epi32(x, _mm_mul_epu32(high, k10000));
  __m128i pair = _mm_slli_epi64(_mm_unpacklo_epi16(high, low), 2);
  pair = _mm_unpacklo_epi16(pair, pair);
  pair = _mm_unpacklo_epi32(pair, pair);
  __m128i prefix = _mm_mulhi_epu16(_mm_mulhi_epu16(pair, powers), shifts);
  return _mm_sub_epi16(prefix, _mm_slli_epi64(_mm_mullo_epi16(prefix, _mm_set1_epi16(10)), 16));
}
#endif

// The two digits of 0 … 99, first digit in the lower byte.
static const uint16_t cbytes_two_digits[100] = {
    0x000, 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700, 0x800, 0x900, 0x001, 0x101, 0x201, 0x301, 0x401, 0x501, 0x601, 0x701, 0x801, 0x901,
    0x002, 0x102, 0x202, 0x302, 0x402, 0x502, 0x602, 0x702, 0x802, 0x902, 0x003, 0x103, 0x203, 0x303, 0x403, 0x503, 0x603, 0x703, 0x803, 0x903,
    0x004, 0x104, 0x204, 0x304, 0x404, 0x504, 0x604, 0x704, 0x804, 0x904, 0x005, 0x105, 0x205, 0x305, 0x405, 0x505, 0x605, 0x705, 0x805, 0x905,
    0x006, 0x106, 0x206, 0x306, 0x406, 0x506, 0x606, 0x706, 0x806, 0x906, 0x007, 0x107, 0x207, 0x307, 0x407, 0x507, 0x607, 0x707, 0x807, 0x907,
    0x008, 0x108, 0x208, 0x308, 0x408, 0x508, 0x608, 0x708, 0x808, 0x908, 0x009, 0x109, 0x209, 0x309, 0x409, 0x509, 0x609, 0x709, 0x809, 0x909};

#if CBYTES_SSE2
// Read at 17 − n: n bytes of ones, then zeros. And, read at 16 − n: a point behind n zeros.
static const uint8_t cbytes_ones_then_zeros[33] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
static const uint8_t cbytes_point[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '.'};
#endif

// Writes v < 10^10, seen as ten digits with `whole` of them before the point (1…16: zeros follow), or none (`whole` ≤ 0: 0.000ddd, down to −13),
// without trailing zeros. Touches up to 34 bytes; returns the length.
CBYTES_INLINE size_t cbytes_put_decimal(uint8_t *p, uint64_t v, long whole) {
  uint64_t high = v / 100;
#if CBYTES_SSE2
  __m128i digits = _mm_packus_epi16(cbytes_eight_digits((uint32_t)high), _mm_setzero_si128());
  digits = _mm_insert_epi16(digits, cbytes_two_digits[v - high * 100], 4);
  uint32_t nonzero = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(digits, _mm_setzero_si128())) | 1;
  long significant = 32 - __builtin_clz(nonzero);
  digits = _mm_or_si128(digits, _mm_set1_epi8('0'));
  if (whole > 0) {
    // Digits before the point stay, those behind it move by one.
    __m128i before = _mm_loadu_si128((const __m128i *)(cbytes_ones_then_zeros + 17 - whole));
    __m128i up_to = _mm_loadu_si128((const __m128i *)(cbytes_ones_then_zeros + 16 - whole));
    __m128i point = _mm_loadu_si128((const __m128i *)(cbytes_point + 16 - whole));
    __m128i moved = _mm_andnot_si128(up_to, _mm_slli_si128(digits, 1));
    _mm_storeu_si128((__m128i *)p, _mm_or_si128(_mm_or_si128(_mm_and_si128(digits, before), moved), point));
    return (size_t)(significant <= whole ? whole : significant + 1);
  }
  _mm_storeu_si128((__m128i *)p, _mm_setr_epi8('0', '.', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'));
  _mm_storeu_si128((__m128i *)(p + 2 - whole), digits);
  return (size_t)(2 - whole + significant);
#else
  uint8_t text[16] = {0};
  for (int i = 7; i >= 0; i--) {
    text[i] = (uint8_t)(high % 10);
    high /= 10;
  }
  text[8] = (uint8_t)(v % 100 / 10);
  text[9] = (uint8_t)(v % 10);
  for (int i = 0; i < 16; i++) text[i] |= '0';
  long significant = 16;
  while (significant > 1 && text[significant - 1] == '0') significant--;
  if (whole > 0) {
    memcpy(p, text, (size_t)whole);
    if (significant <= whole) return (size_t)whole;
    p[whole] = '.';
    memcpy(p + whole + 1, text + whole, (size_t)(significant - whole));
    return (size_t)significant + 1;
  }
  memcpy(p, "0.00000000000000", 16);
  memcpy(p + 2 - whole, text, (size_t)significant);
  return (size_t)(2 - whole + significant);
#endif
}

// printf's %.*g, for numbers too large or too small for the fast printer. Returns the length, at most 31.
size_t cbytes_put_general(uint8_t *p, double x, int digits);
// strtod on bytes that a non-number byte follows.
double cbytes_read_double(const uint8_t *p);
// Any change of one word changes it: each step maps the words one to one. No protection against who computes it anew.
uint64_t cbytes_checksum(const uint8_t *p, size_t count);
// F_SETPIPE_SZ; a refusal is of no consequence.
void cbytes_grow_pipe(int fd, int bytes);
// A file that exists in memory alone, for as long as it is open; -1 where there can be none.
int cbytes_memory_file(void);
// O_DIRECT: what one write puts into the pipe, one read takes out.
void cbytes_packet_pipe(int fd);
// syncfs: all that was written to the file system of fd goes to the disk. 0 on success.
int cbytes_sync_filesystem(int fd);
// SIGPIPE back to its default and unblocked, also when the parent ignored it.
void cbytes_default_sigpipe(void);
// After this INT, TERM and HUP only set the flag that cbytes_interruption reads; a blocked read or write returns EINTR.
void cbytes_catch_interruptions(void);
// The signal that arrived, or 0.
int cbytes_interruption(void);
// As if none had arrived.
void cbytes_forget_interruption(void);
// Dies of the signal, by its default action.
void cbytes_die_of(int signal_number);

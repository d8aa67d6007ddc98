/* What the kernels for the M-profile vector extension (Helium) share. */
#ifndef RNNP_MVE_H
#define RNNP_MVE_H

#include <arm_mve.h>
#include <stdint.h>

/* Four sums as a vector. A compiler sets one lane at a time; the instruction sets two. */
static inline __attribute__((always_inline)) int32x4_t rnnp_mve_four(int32_t a, int32_t b, int32_t c, int32_t d) {
  int32x4_t v;
  __asm__("vmov %q0[2], %q0[0], %1, %3\n\tvmov %q0[3], %q0[1], %2, %4" : "=&w"(v) : "r"(a), "r"(b), "r"(c), "r"(d));
  return v;
}

/*
 * sat16(x >> 13) of `even` and `odd` by turns. VQSHRN would do both, but the assembler of binutils 2.40 encodes it as VQRSHRN, which
 * rounds.
 */
static inline __attribute__((always_inline)) int16x8_t rnnp_mve_narrow13(int32x4_t even, int32x4_t odd) {
  const int32x4_t low = vshrq_n_s32(even, 13);
  return vqmovntq_s32(vqmovnbq_s32(vreinterpretq_s16_s32(low), low), vshrq_n_s32(odd, 13));
}

/* The low 16 or 8 bits of each lane hold the saturated value. In assembly, because a compiler copies the register. */
static inline __attribute__((always_inline)) int32x4_t rnnp_mve_sat16(int32x4_t x) {
  __asm__("vqmovnb.s32 %q0, %q0" : "+w"(x));
  return x;
}

static inline __attribute__((always_inline)) int32x4_t rnnp_mve_sat8(int32x4_t x) {
  __asm__("vqmovnb.s32 %q0, %q0\n\tvqmovnb.s16 %q0, %q0" : "+w"(x));
  return x;
}

#endif

/* Convolutions with Helium: sixteen int8 products an instruction. Activations are int8, sixteen elements of a pixel together (rnnp_act). */
#include "rnnp/rnnp_kernels.h"

#if RNNP_MVE

#include "rnnp_mve.h"

typedef struct {
  int32x4_t even;
  int32x4_t odd;
} sums_t;

/* b + sum w * acts of two outputs and four pixels, times M. The weights of the two outputs alternate. */
static inline __attribute__((always_inline)) sums_t outputs_of(const int8_t *weights, const int8_t *acts, uint32_t elements,
                                                               uint32_t stride, const int32_t *params) {
  int32_t a0 = params[0];
  int32_t a1 = a0;
  int32_t a2 = a0;
  int32_t a3 = a0;
  int32_t b0 = params[2];
  int32_t b1 = b0;
  int32_t b2 = b0;
  int32_t b3 = b0;
  const int8_t *at = acts;
  uint32_t blocks = elements / 16;
  if (blocks > 0) {
    __asm__ volatile(
      "1:\n\t"
      "vld20.8 {q0, q1}, [%[w]]\n\t"
      "vld21.8 {q0, q1}, [%[w]]!\n\t"
      "vldrb.8 q2, [%[at]], #16\n\t"
      "vldrb.8 q3, [%[at]], #16\n\t"
      "vmladava.s8 %[a0], q0, q2\n\t"
      "vmladava.s8 %[b0], q1, q2\n\t"
      "vldrb.8 q2, [%[at]], #16\n\t"
      "vmladava.s8 %[a1], q0, q3\n\t"
      "vmladava.s8 %[b1], q1, q3\n\t"
      "vldrb.8 q3, [%[at]], #16\n\t"
      "vmladava.s8 %[a2], q0, q2\n\t"
      "subs %[blocks], #1\n\t"
      "vmladava.s8 %[b2], q1, q2\n\t"
      "vmladava.s8 %[a3], q0, q3\n\t"
      "vmladava.s8 %[b3], q1, q3\n\t"
      "bne 1b"
      : [a0] "+Te"(a0), [a1] "+Te"(a1), [a2] "+Te"(a2), [a3] "+Te"(a3), [b0] "+Te"(b0), [b1] "+Te"(b1), [b2] "+Te"(b2), [b3] "+Te"(b3),
        [w] "+r"(weights), [at] "+r"(at), [blocks] "+r"(blocks)
      :
      : "q0", "q1", "q2", "q3", "cc", "memory");
  }
#define TAIL(both)                                                                                                                         \
  {                                                                                                                                        \
    const int16x8_t w0 = vmovlbq_s8(both);                                                                                                 \
    const int16x8_t w1 = vmovltq_s8(both);                                                                                                 \
    const int16x8_t p0 = vldrbq_s16(at);                                                                                                   \
    const int16x8_t p1 = vldrbq_s16(at + stride);                                                                                          \
    const int16x8_t p2 = vldrbq_s16(at + 2 * stride);                                                                                      \
    const int16x8_t p3 = vldrbq_s16(at + 3 * stride);                                                                                      \
    MACS(a0, b0, p0) MACS(a1, b1, p1) MACS(a2, b2, p2) MACS(a3, b3, p3)                                                                    \
  }
#define MACS(a, b, p) __asm__("vmladava.s16 %0, %q2, %q4\n\tvmladava.s16 %1, %q3, %q4" : "+Te"(a), "+Te"(b) : "w"(w0), "w"(w1), "w"(p));
  if (elements & 8) {
    TAIL(vldrbq_s8(weights))
    weights += 16;
    at += 8;
  }
  /* Nothing beyond the last weight is read, so what follows the last element of a pixel meets a weight of 0. */
  if (elements & 4) {
    TAIL(vldrbq_z_s8(weights, 0xff))
  }
  return (sums_t){vrmulhq_s32(rnnp_mve_four(a0, a1, a2, a3), vdupq_n_s32(params[1])),
                  vrmulhq_s32(rnnp_mve_four(b0, b1, b2, b3), vdupq_n_s32(params[3]))};
}

static inline void store8(int8_t *out, int32x4_t x) { vstrbq_s32(out, rnnp_mve_sat8(x)); }

void rnnp_gemm_s8_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                      bool residual) {
  const uint32_t elements = 2u * gemm->pairs;
  const uint32_t stride = rnnp_act_stride(elements);
  const int8_t *weights = gemm->weights;
  const int32_t *params = gemm->params;
  for (const int32_t *end = params + 2 * count; params != end; params += 4) {
    sums_t sums = outputs_of(weights, (const int8_t *)acts, elements, stride, params);
    if (residual) {
      sums.even = vaddq_s32(sums.even, vldrbq_s32(out));
      sums.odd = vaddq_s32(sums.odd, vldrbq_s32(out + plane));
    } else {
      sums.even = vaddq_n_s32(sums.even, zero);
      sums.odd = vaddq_n_s32(sums.odd, zero);
    }
    store8(out, sums.even);
    store8(out + plane, sums.odd);
    out += 2 * plane;
    weights += 2 * elements;
  }
}

void rnnp_gemm_s16_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  const uint32_t elements = 2u * gemm->pairs;
  const uint32_t stride = rnnp_act_stride(elements);
  const int8_t *weights = gemm->weights + first * elements;
  const int32_t *params = gemm->params + 2 * first;
  for (const int32_t *end = params + 2 * count; params != end; params += 4) {
    const sums_t sums = outputs_of(weights, (const int8_t *)acts, elements, stride, params);
    vstrhq_s32(out, rnnp_mve_sat16(sums.even));
    vstrhq_s32(out + RNNP_BLOCK, rnnp_mve_sat16(sums.odd));
    out += 2 * RNNP_BLOCK;
    weights += 2 * elements;
  }
}

#endif

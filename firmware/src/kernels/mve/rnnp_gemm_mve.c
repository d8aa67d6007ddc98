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
  for (uint32_t n = elements / 16; n > 0; n--) {
    const int8x16x2_t w = vld2q_s8(weights);
    const int8x16_t p0 = vldrbq_s8(acts);
    a0 = vmladavaq_s8(a0, w.val[0], p0);
    b0 = vmladavaq_s8(b0, w.val[1], p0);
    const int8x16_t p1 = vldrbq_s8(acts + 16);
    a1 = vmladavaq_s8(a1, w.val[0], p1);
    b1 = vmladavaq_s8(b1, w.val[1], p1);
    const int8x16_t p2 = vldrbq_s8(acts + 32);
    a2 = vmladavaq_s8(a2, w.val[0], p2);
    b2 = vmladavaq_s8(b2, w.val[1], p2);
    const int8x16_t p3 = vldrbq_s8(acts + 48);
    a3 = vmladavaq_s8(a3, w.val[0], p3);
    b3 = vmladavaq_s8(b3, w.val[1], p3);
    weights += 32;
    acts += 64;
  }
  /* Eight at a time, and nothing beyond the last weight is read. */
  for (int32_t left = (int32_t)(elements % 16); left > 0; left -= 8) {
    const int8x16_t both = vldrbq_z_s8(weights, vctp8q((uint32_t)(2 * left)));
    const mve_pred16_t valid = vctp16q((uint32_t)left);
    const int16x8_t w0 = vmovlbq_s8(both);
    const int16x8_t w1 = vmovltq_s8(both);
    const int16x8_t p0 = vldrbq_z_s16(acts, valid);
    a0 = vmladavaq_s16(a0, w0, p0);
    b0 = vmladavaq_s16(b0, w1, p0);
    const int16x8_t p1 = vldrbq_z_s16(acts + stride, valid);
    a1 = vmladavaq_s16(a1, w0, p1);
    b1 = vmladavaq_s16(b1, w1, p1);
    const int16x8_t p2 = vldrbq_z_s16(acts + 2 * stride, valid);
    a2 = vmladavaq_s16(a2, w0, p2);
    b2 = vmladavaq_s16(b2, w1, p2);
    const int16x8_t p3 = vldrbq_z_s16(acts + 3 * stride, valid);
    a3 = vmladavaq_s16(a3, w0, p3);
    b3 = vmladavaq_s16(b3, w1, p3);
    weights += 16;
    acts += 8;
  }
  return (sums_t){vrmulhq_s32(rnnp_mve_four(a0, a1, a2, a3), vdupq_n_s32(params[1])),
                  vrmulhq_s32(rnnp_mve_four(b0, b1, b2, b3), vdupq_n_s32(params[3]))};
}

static inline void store8(int8_t *out, int32x4_t x) {
  const int16x8_t half = vqmovnbq_s32(vreinterpretq_s16_s32(x), x);
  vstrbq_s32(out, vreinterpretq_s32_s8(vqmovnbq_s16(vreinterpretq_s8_s16(half), half)));
}

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
    vstrhq_s32(out, vreinterpretq_s32_s16(vqmovnbq_s32(vreinterpretq_s16_s32(sums.even), sums.even)));
    vstrhq_s32(out + RNNP_BLOCK, vreinterpretq_s32_s16(vqmovnbq_s32(vreinterpretq_s16_s32(sums.odd), sums.odd)));
    out += 2 * RNNP_BLOCK;
    weights += 2 * elements;
  }
}

#endif

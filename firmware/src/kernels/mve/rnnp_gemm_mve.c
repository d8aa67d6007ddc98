/* Convolutions with Helium. Their activations are int8, sixteen elements of a pixel together (rnnp_act). */
#include "rnnp/rnnp_kernels.h"

#if RNNP_MVE

#include "rnnp_mve.h"

/* What the assembly of rnnp_gemm_mve.S reads. */
typedef struct {
  const int8_t *weights;
  const int16_t *acts;
  const int32_t *params;
  void *out;
  uint32_t pairs;  /* of outputs */
  uint32_t blocks; /* of sixteen elements */
  uint32_t rest;   /* elements after them */
  uint32_t step;   /* from a pair of outputs to the next, in bytes */
  int32_t zero;
  uint32_t second; /* where the second output of a pair begins, in elements */
  uint32_t own[2];
  const int8_t *rows[3]; /* the rest: of rnnp_mve_conv_grey_s2 */
  uint32_t pixels;       /* blocks of four */
  uint32_t params_bytes;
  uint32_t tile_left; /* blocks */
  uint32_t tile_step; /* from the end of a tile to the next, in bytes */
} rnnp_mve_gemm_t;

typedef void run_t(rnnp_mve_gemm_t *gemm);
run_t rnnp_mve_gemm_s8_store;
run_t rnnp_mve_gemm_s8_add;
run_t rnnp_mve_gemm_s16_store;
run_t rnnp_mve_conv_grey_s2;

static inline __attribute__((always_inline)) void run_pairs(run_t *run, const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first,
                                                            uint32_t count, void *out, uint32_t second, uint32_t step, int32_t zero) {
  const uint32_t elements = 2u * gemm->pairs;
  rnnp_mve_gemm_t pairs; /* `own` needs no values */
  pairs.weights = gemm->weights + first * elements;
  pairs.acts = acts;
  pairs.params = gemm->params + 2 * first;
  pairs.out = out;
  pairs.pairs = count / 2;
  pairs.blocks = elements / 16;
  pairs.rest = elements % 16;
  pairs.step = step;
  pairs.zero = zero;
  pairs.second = second;
  run(&pairs);
}

/* An output of four elements, the stride of which the assembly does not know: mulhi(b + sum w * acts, M). */
static int32x4_t output_of_4(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t n) {
  const uint32x4_t pixels = vmulq_n_u32(vidupq_n_u32(0, 1), rnnp_act_stride(4));
  const int8_t *weights = gemm->weights + (n / 2) * 8 + n % 2;
  int32x4_t sum = vdupq_n_s32(gemm->params[2 * n]);
  for (uint32_t k = 0; k < 4; k++) {
    sum = vmlaq_n_s32(sum, vldrbq_gather_offset_s32((const int8_t *)acts + k, pixels), weights[2 * k]);
  }
  return vrmulhq_s32(sum, vdupq_n_s32(gemm->params[2 * n + 1]));
}

void rnnp_gemm_s8_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                      bool residual) {
  const uint32_t elements = 2u * gemm->pairs;
  if (elements > 4 && count > 0) {
    run_pairs(residual ? rnnp_mve_gemm_s8_add : rnnp_mve_gemm_s8_store, gemm, acts, 0, count, out, plane, 2 * plane, zero);
    return;
  }
  for (uint32_t n = 0; n < count; n++) {
    const int32x4_t sum = output_of_4(gemm, acts, n);
    vstrbq_s32(out, rnnp_mve_sat8(residual ? vaddq_s32(sum, vldrbq_s32(out)) : vaddq_n_s32(sum, zero)));
    out += plane;
  }
}

void rnnp_gemm_s16_mve(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  const uint32_t elements = 2u * gemm->pairs;
  if (elements > 4 && count > 0) {
    run_pairs(rnnp_mve_gemm_s16_store, gemm, acts, first, count, out, RNNP_BLOCK, 4 * RNNP_BLOCK, 0);
    return;
  }
  for (uint32_t n = first; n < first + count; n++) {
    vstrhq_s32(out, rnnp_mve_sat16(output_of_4(gemm, acts, n)));
    out += RNNP_BLOCK;
  }
}

bool rnnp_conv_row_mve(const rnnp_gemm_t *gemm, const int8_t *const rows[3], uint32_t channels, uint32_t stride, uint32_t width,
                       int16_t *acts, int8_t *out, uint32_t plane, uint32_t tile, int32_t zero) {
  if (channels != 1 || stride != 2 || gemm->outputs % 2 != 0 || gemm->outputs > 64) {
    return false;
  }
  rnnp_mve_gemm_t row; /* not all fields are used */
  row.weights = gemm->weights;
  row.acts = acts;
  row.params = gemm->params;
  row.out = out;
  row.pairs = gemm->outputs / 2u;
  row.blocks = 0;
  row.rest = 12;
  row.step = 2 * plane;
  row.zero = zero;
  row.second = plane;
  for (uint32_t ky = 0; ky < 3; ky++) {
    row.rows[ky] = rows[ky];
  }
  row.pixels = (width + RNNP_BLOCK - 1) / RNNP_BLOCK;
  row.params_bytes = 8u * gemm->outputs;
  row.tile_left = 4;
  row.tile_step = tile - 16;
  rnnp_mve_conv_grey_s2(&row);
  return true;
}

#endif

#include "rnnp/rnnp_kernels.h"

void rnnp_gemm_s8_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                    bool residual) {
  const int8_t *weights = gemm->weights;
  for (uint32_t n = 0; n < count; n += 2) {
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      int32_t sum0 = gemm->params[2 * n];
      int32_t sum1 = gemm->params[2 * n + 2];
      const int8_t *w = weights;
      const int16_t *a = acts + 2 * i;
      for (uint32_t k = 0; k < gemm->pairs; k++) {
        sum0 += w[0] * a[0] + w[2] * a[1];
        sum1 += w[1] * a[0] + w[3] * a[1];
        w += 4;
        a += 2 * RNNP_BLOCK;
      }
      int8_t *out0 = out + n * plane + i;
      int8_t *out1 = out0 + plane;
      *out0 = (int8_t)rnnp_clamp((residual ? *out0 : zero) + rnnp_mulhi(sum0, gemm->params[2 * n + 1]), -128, 127);
      *out1 = (int8_t)rnnp_clamp((residual ? *out1 : zero) + rnnp_mulhi(sum1, gemm->params[2 * n + 3]), -128, 127);
    }
    weights += 4 * gemm->pairs;
  }
}

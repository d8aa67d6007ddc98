#include "rnnp/rnnp_kernels.h"

void rnnp_gemm_s16_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  for (uint32_t n = first; n < first + count; n++) {
    const int8_t *weights = gemm->weights + (n / 2) * 4 * gemm->pairs + n % 2;
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      int32_t sum = gemm->params[2 * n];
      const int8_t *w = weights;
      const int16_t *a = acts + 2 * i;
      for (uint32_t k = 0; k < gemm->pairs; k++) {
        sum += w[0] * a[0] + w[2] * a[1];
        w += 4;
        a += 2 * RNNP_BLOCK;
      }
      *out++ = (int16_t)rnnp_clamp(rnnp_mulhi(sum, gemm->params[2 * n + 1]), INT16_MIN, INT16_MAX);
    }
  }
}

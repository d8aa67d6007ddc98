#include "rnnp_sums.h"

void rnnp_gemm_s8_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t count, int8_t *out, uint32_t plane, int32_t zero,
                    bool residual) {
  for (uint32_t n = 0; n < count; n++) {
    const int32_t *params = gemm->params + 2 * n;
    int32_t sums[RNNP_BLOCK];
    rnnp_pixel_sums_s8(gemm->weights + (n / 2) * 4 * gemm->pairs + n % 2, acts, gemm->pairs, params[0], sums);
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      out[i] = rnnp_sat8((residual ? out[i] : zero) + rnnp_mulhi(sums[i], params[1]));
    }
    out += plane;
  }
}

#include "rnnp_sums.h"

void rnnp_gemm_s16_c(const rnnp_gemm_t *gemm, const int16_t *acts, uint32_t first, uint32_t count, int16_t *out) {
  for (uint32_t n = first; n < first + count; n++) {
    const int32_t *params = gemm->params + 2 * n;
    int32_t sums[RNNP_BLOCK];
    rnnp_pixel_sums_s8(gemm->weights + (n / 2) * 4 * gemm->pairs + n % 2, acts, gemm->pairs, params[0], sums);
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      *out++ = rnnp_sat16(rnnp_mulhi(sums[i], params[1]));
    }
  }
}

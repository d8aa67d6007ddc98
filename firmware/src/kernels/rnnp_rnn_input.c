#include "rnnp_sums.h"

void rnnp_rnn_input_c(const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts,
                      int16_t *out) {
  for (uint32_t n = 0; n < size; n++) {
    int32_t sums[RNNP_BLOCK];
    rnnp_pixel_sums_s16(weights + (n / 2) * 4 * pairs + (n % 2) * 2, acts, pairs, bias[n], sums);
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      out[i * size + n] = rnnp_sat16(sums[i] >> shift);
    }
  }
}

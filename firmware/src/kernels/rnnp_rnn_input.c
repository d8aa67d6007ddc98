#include "rnnp/rnnp_kernels.h"

void rnnp_rnn_input_c(const int16_t *weights, const int32_t *bias, uint32_t pairs, uint32_t size, uint32_t shift, const int16_t *acts,
                      int16_t *out) {
  for (uint32_t n = 0; n < size; n++) {
    const int16_t *row = weights + (n / 2) * 4 * pairs + (n % 2) * 2;
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      int32_t sum = bias[n];
      for (uint32_t k = 0; k < pairs; k++) {
        const int16_t *a = acts + (k * RNNP_BLOCK + i) * 2;
        sum += row[4 * k] * a[0] + row[4 * k + 1] * a[1];
      }
      out[i * size + n] = (int16_t)rnnp_clamp(sum >> shift, INT16_MIN, INT16_MAX);
    }
  }
}

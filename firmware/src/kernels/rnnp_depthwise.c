#include "rnnp/rnnp_kernels.h"

/* Position in a channel's ten stored taps (w00 w02 w10 w12 w20 w22 w01 w11 w21 0). */
static const uint8_t tap_index[3][3] = {{0, 6, 1}, {2, 7, 3}, {4, 8, 5}};

static void depthwise(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride, const int16_t *taps,
                      const int32_t *params, int32_t zero, int16_t *acts) {
  for (uint32_t c = 0; c < channels; c++) {
    int16_t *out = acts + (c / 2) * 2 * RNNP_BLOCK + c % 2;
    for (uint32_t i = 0; i < RNNP_BLOCK; i++) {
      int32_t sum = params[0];
      for (uint32_t ky = 0; ky < 3; ky++) {
        const int8_t *p = rows[ky] + c * plane + i * stride;
        for (uint32_t kx = 0; kx < 3; kx++) {
          sum += taps[tap_index[ky][kx]] * p[kx];
        }
      }
      out[2 * i] = (int16_t)rnnp_clamp(zero + rnnp_mulhi(sum, params[1]), -128, 127);
    }
    taps += 10;
    params += 2;
  }
}

void rnnp_depthwise_s1_c(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                         int32_t zero, int16_t *acts) {
  depthwise(rows, plane, channels, 1, taps, params, zero, acts);
}

void rnnp_depthwise_s2_c(const int8_t *const rows[3], uint32_t plane, uint32_t channels, const int16_t *taps, const int32_t *params,
                         int32_t zero, int16_t *acts) {
  depthwise(rows, plane, channels, 2, taps, params, zero, acts);
}

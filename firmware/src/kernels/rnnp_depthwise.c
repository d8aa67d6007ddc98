#include "rnnp/rnnp_kernels.h"

/* Position in a channel's ten stored taps (w00 w02 w10 w12 w20 w22 w01 w11 w21 0) of the outer ones of a row, and of its middle one. */
#define OUTER(ky) (2 * (ky))
#define MIDDLE(ky) (6 + (ky))

static inline __attribute__((always_inline)) void depthwise(const int8_t *const rows[3], uint32_t plane, uint32_t channels, uint32_t stride,
                                                            const int16_t *taps, const int32_t *params, int32_t zero, int16_t *acts) {
  for (uint32_t c = 0; c < channels; c++) {
    int16_t *out = acts + (c / 2) * 2 * RNNP_BLOCK + c % 2;
    int32_t sum0 = params[0];
    int32_t sum1 = sum0;
    int32_t sum2 = sum0;
    int32_t sum3 = sum0;
    for (uint32_t ky = 0; ky < 3; ky++) {
      const int8_t *p = rows[ky] + c * plane;
      const int32_t left = taps[OUTER(ky)];
      const int32_t middle = taps[MIDDLE(ky)];
      const int32_t right = taps[OUTER(ky) + 1];
      sum0 += left * p[0] + middle * p[1] + right * p[2];
      p += stride;
      sum1 += left * p[0] + middle * p[1] + right * p[2];
      p += stride;
      sum2 += left * p[0] + middle * p[1] + right * p[2];
      p += stride;
      sum3 += left * p[0] + middle * p[1] + right * p[2];
    }
    out[0] = (int16_t)rnnp_sat8(zero + rnnp_mulhi(sum0, params[1]));
    out[2] = (int16_t)rnnp_sat8(zero + rnnp_mulhi(sum1, params[1]));
    out[4] = (int16_t)rnnp_sat8(zero + rnnp_mulhi(sum2, params[1]));
    out[6] = (int16_t)rnnp_sat8(zero + rnnp_mulhi(sum3, params[1]));
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

#include "rnnp/rnnp_kernels.h"

void rnnp_widen_c(const int8_t *weights, uint32_t pairs, uint32_t outputs, int16_t *wide) {
  for (const int8_t *end = weights + 2 * pairs * outputs; weights != end; weights += 4) {
    wide[0] = weights[0];
    wide[1] = weights[2];
    wide[2] = weights[1];
    wide[3] = weights[3];
    wide += 4;
  }
}

#if defined(__ARM_FEATURE_DSP)
#include "dsp/rnnp_dsp.h"

void rnnp_widen_dsp(const int8_t *weights, uint32_t pairs, uint32_t outputs, int16_t *wide) {
  uint32_t *out = (uint32_t *)(void *)wide;
  for (const int8_t *end = weights + 2 * pairs * outputs; weights != end; weights += 4) {
    uint32_t four = rnnp_load32(weights);
    out[0] = rnnp_sxtb16(four);
    out[1] = rnnp_sxtb16_ror8(four);
    out += 2;
  }
}
#endif
